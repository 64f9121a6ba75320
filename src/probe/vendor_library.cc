#include "probe/vendor_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

namespace edgefit {

VendorLibrary::VendorLibrary(const std::string& path, const Child::Write& write, int missing, Codes codes)
    : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)), write_(write), missing_(missing), codes_(codes) {
  if (handle_) return;
  const char* why = dlerror();
  value("-", "!dlopen", why ? why : path);
}

void* VendorLibrary::find(const char* name) const {
  return dlsym(handle_, name);
}

void VendorLibrary::failure(const std::string& card, const char* name, int code) const {
  value(card, std::string("!") + name,
        codes_ == Codes::decimal ? std::to_string(code) : fmt::format("{:#x}", static_cast<unsigned>(code)));
}

void VendorLibrary::value(const std::string& card, const std::string& key, const std::string& text) const {
  write_(card + "\t" + key + "\t" + text);
}

void VendorLibrary::value(const std::string& card, const std::string& key, unsigned long long number) const {
  value(card, key, std::to_string(number));
}

}  // namespace edgefit
