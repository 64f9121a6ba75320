// A vendor library inside its child: calls functions by name and writes results, or codes of those that failed.
// Functions are looked up one by one, because a library that is older or newer than expected still tells the rest.
#pragma once

#include <string>

#include "probe/child.h"

namespace edgefit {

class VendorLibrary {
 public:
  enum class Codes { decimal, hexadecimal };
  /// Opens the file; a failure is written as a failed call of the whole system. `missing` is the code of functions that
  /// the library lacks.
  VendorLibrary(const std::string& path, const Child::Write& write, int missing, Codes codes = Codes::decimal);
  explicit operator bool() const { return handle_ != nullptr; }

  /// Whether `name` answered 0. Anything else is written down as a failure of the card.
  template <class... Args>
  bool call(const std::string& card, const char* name, Args... args) const {
    using Function = int (*)(Args...);
    const auto function = reinterpret_cast<Function>(find(name));
    const int code = function ? function(args...) : missing_;
    if (code != 0) failure(card, name, code);
    return code == 0;
  }
  void value(const std::string& card, const std::string& key, const std::string& text) const;
  void value(const std::string& card, const std::string& key, unsigned long long number) const;

 private:
  void* find(const char* name) const;
  void failure(const std::string& card, const char* name, int code) const;
  void* handle_;
  const Child::Write& write_;
  int missing_;
  Codes codes_;
};

}  // namespace edgefit
