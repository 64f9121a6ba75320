// A fact is a value with its origin, or the reason why it is unknown. Absent is never zero.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace edgefit {

/// Where a given number comes from, strongest first.
struct Origin {
  enum class Kind {
    measured,  ///< timed or counted on this box
    driver,    ///< told by a driver or a vendor library
    firmware,  ///< SMBIOS, device tree
    os,        ///< kernel interfaces
    file,      ///< the model file or descriptor
    user,      ///< a flag
    catalog,   ///< a dated table row; never overrides a driver
    derived,   ///< worked out from other facts
    assumed,   ///< a default; widens intervals
  };
  Kind kind = Kind::assumed;
  std::string text;  ///< "model.gguf: llama.block_count", "/proc/meminfo", "--context 8192"
};

/// The word used in JSON and `explain`: measured, driver, firmware, os, file, user, catalog, derived, assumed.
const char* name_of(Origin::Kind kind);
std::optional<Origin::Kind> find_origin_kind(std::string_view name);

/// A value with its origin, or `why` it is unknown. `remedy` is the flag or action that would tell.
template <class T>
struct Fact {
  std::optional<T> value;
  Origin origin;
  std::string why;
  std::string remedy;

  Fact() = default;
  Fact(T v, Origin o) : value(std::move(v)), origin(std::move(o)) {}
  static Fact unknown(std::string why, std::string remedy = {}) {
    Fact f;
    f.why = std::move(why);
    f.remedy = std::move(remedy);
    return f;
  }

  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  const T* operator->() const { return &*value; }
  T value_or(T other) const { return value.value_or(std::move(other)); }
  bool assumed() const { return origin.kind == Origin::Kind::assumed; }
};

}  // namespace edgefit
