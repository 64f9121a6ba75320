// Strong units: adding bytes to seconds does not compile, bytes / (bytes per second) is seconds.
// One representation only: a double, exact for whole bytes up to 2^53 (8 PiB).
#pragma once

#include <cmath>
#include <compare>

namespace edgefit {

/// Exponents of the base units byte, floating-point operation, token, second and joule.
template <int Byte, int Flop, int Token, int Second, int Joule = 0>
struct Unit {};

template <class A, class B>
struct UnitProduct;
template <int A1, int A2, int A3, int A4, int A5, int B1, int B2, int B3, int B4, int B5>
struct UnitProduct<Unit<A1, A2, A3, A4, A5>, Unit<B1, B2, B3, B4, B5>> {
  using type = Unit<A1 + B1, A2 + B2, A3 + B3, A4 + B4, A5 + B5>;
};
template <class A, class B>
struct UnitRatio;
template <int A1, int A2, int A3, int A4, int A5, int B1, int B2, int B3, int B4, int B5>
struct UnitRatio<Unit<A1, A2, A3, A4, A5>, Unit<B1, B2, B3, B4, B5>> {
  using type = Unit<A1 - B1, A2 - B2, A3 - B3, A4 - B4, A5 - B5>;
};

/// A number with a unit. Same-unit sums and comparisons only; products and ratios add exponents.
template <class U>
struct Quantity {
  using unit = U;
  double value = 0;

  friend constexpr auto operator<=>(Quantity a, Quantity b) { return a.value <=> b.value; }
  friend constexpr bool operator==(Quantity a, Quantity b) { return a.value == b.value; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
  friend constexpr Quantity operator*(Quantity a, double k) { return {a.value * k}; }
  friend constexpr Quantity operator*(double k, Quantity a) { return {a.value * k}; }
  friend constexpr Quantity operator/(Quantity a, double k) { return {a.value / k}; }
  constexpr Quantity& operator+=(Quantity b) {
    value += b.value;
    return *this;
  }
};

template <class A, class B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  return Quantity<typename UnitProduct<A, B>::type>{a.value * b.value};
}
template <class A, class B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  return Quantity<typename UnitRatio<A, B>::type>{a.value / b.value};
}

using Scalar = Quantity<Unit<0, 0, 0, 0>>;
using Bytes = Quantity<Unit<1, 0, 0, 0>>;
using Flops = Quantity<Unit<0, 1, 0, 0>>;
using Tokens = Quantity<Unit<0, 0, 1, 0>>;
using Seconds = Quantity<Unit<0, 0, 0, 1>>;
using Joules = Quantity<Unit<0, 0, 0, 0, 1>>;
using BytesPerSecond = decltype(Bytes{} / Seconds{});
using FlopsPerSecond = decltype(Flops{} / Seconds{});
using TokensPerSecond = decltype(Tokens{} / Seconds{});
using Hertz = decltype(Scalar{} / Seconds{});
using Watts = decltype(Joules{} / Seconds{});
using TokensPerJoule = decltype(Tokens{} / Joules{});

inline constexpr double kKiB = 1024.0;
inline constexpr double kMiB = 1024.0 * kKiB;
inline constexpr double kGiB = 1024.0 * kMiB;
constexpr Bytes mib(double n) {
  return {n * kMiB};
}
constexpr Bytes gib(double n) {
  return {n * kGiB};
}

/// How a unit is written in JSON and in `explain`: "B", "s", "B/s", "tok/s", "flop/s", "W", "tok/J", "1".
template <class U>
inline constexpr const char* kUnitName = "1";
template <>
inline constexpr const char* kUnitName<Bytes::unit> = "B";
template <>
inline constexpr const char* kUnitName<Flops::unit> = "flop";
template <>
inline constexpr const char* kUnitName<Tokens::unit> = "tok";
template <>
inline constexpr const char* kUnitName<Seconds::unit> = "s";
template <>
inline constexpr const char* kUnitName<BytesPerSecond::unit> = "B/s";
template <>
inline constexpr const char* kUnitName<FlopsPerSecond::unit> = "flop/s";
template <>
inline constexpr const char* kUnitName<TokensPerSecond::unit> = "tok/s";
template <>
inline constexpr const char* kUnitName<Hertz::unit> = "Hz";
template <>
inline constexpr const char* kUnitName<Watts::unit> = "W";
template <>
inline constexpr const char* kUnitName<TokensPerJoule::unit> = "tok/J";

}  // namespace edgefit
