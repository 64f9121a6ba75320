#include "verify/curl_library.h"

#include <dlfcn.h>

#include <array>

#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Both names of the library with OpenSSL, then Debian's with GnuTLS.
constexpr std::array kFiles = {"libcurl.so.4", "libcurl-gnutls.so.4"};

void* open_any() {
  for (const auto* file : kFiles)
    if (void* handle = ::dlopen(file, RTLD_NOW | RTLD_LOCAL); handle != nullptr) return handle;
  return nullptr;
}

template <class Function>
bool find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  return function != nullptr;
}

bool fill(void* handle, CurlLibrary& curl) {
  return find(handle, "curl_global_init", curl.global_init) && find(handle, "curl_easy_init", curl.easy_init) &&
         find(handle, "curl_easy_setopt", curl.easy_setopt) && find(handle, "curl_easy_getinfo", curl.easy_getinfo) &&
         find(handle, "curl_easy_strerror", curl.easy_strerror) &&
         find(handle, "curl_easy_cleanup", curl.easy_cleanup) && find(handle, "curl_slist_append", curl.slist_append) &&
         find(handle, "curl_slist_free_all", curl.slist_free_all) && find(handle, "curl_multi_init", curl.multi_init) &&
         find(handle, "curl_multi_setopt", curl.multi_setopt) &&
         find(handle, "curl_multi_add_handle", curl.multi_add_handle) &&
         find(handle, "curl_multi_remove_handle", curl.multi_remove_handle) &&
         find(handle, "curl_multi_perform", curl.multi_perform) && find(handle, "curl_multi_poll", curl.multi_poll) &&
         find(handle, "curl_multi_info_read", curl.multi_info_read) &&
         find(handle, "curl_multi_cleanup", curl.multi_cleanup);
}

}  // namespace

Result<const CurlLibrary*> CurlLibrary::load() {
  static CurlLibrary curl;
  static const bool kReady = [] {
    void* handle = open_any();
    return handle != nullptr && fill(handle, curl) && curl.global_init(CURL_GLOBAL_ALL) == CURLE_OK;
  }();
  if (kReady) return &curl;
  return Problem{tr("no libcurl from 7.66 on, which verify reaches the server with"), kFiles[0],
                 tr("install it: apt install libcurl4")};
}

}  // namespace edgefit
