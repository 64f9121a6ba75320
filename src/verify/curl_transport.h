// Many HTTP exchanges at once in one thread: libcurl moves the bytes, each is told with the time of its arrival.
// Guards the door: plain HTTP leaves this machine only when allowed, judged by the address that is really connected to.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/result.h"
#include "edgefit/verify.h"

namespace edgefit {

struct HttpRequest {
  std::string url;   ///< http:// or https://
  std::string body;  ///< JSON to POST; empty = GET
  double timeout = 10;
};

struct HttpHead {
  int status = 0;
  std::string_view type;      ///< of the body: text/html; empty = not said
  std::string_view location;  ///< where a redirect leads, which nobody follows; empty = nowhere
};

/// Who hears of an exchange. `at` is monotonic_seconds().
class HttpListener {
 public:
  virtual ~HttpListener() = default;
  /// Once, before the first byte of the body.
  virtual void head(const HttpHead& head) = 0;
  /// False gives the exchange up.
  virtual bool take(std::string_view bytes, double at) = 0;
  /// Last call; the listener may start other exchanges in it.
  virtual void end(double at, ReplyFault fault, const std::string& message) = 0;
};

struct TransportOptions {
  std::string key, ca_file;
  bool allow_remote = false;
  bool plain_loopback = false;  ///< the host of the URL is this machine by name: no proxy stands between
};

class Transport {
 public:
  static Result<std::unique_ptr<Transport>> open(TransportOptions options);
  virtual ~Transport() = default;
  virtual void start(const HttpRequest& request, std::shared_ptr<HttpListener> listener) = 0;
  /// Moves bytes and tells listeners until `until`. True, and earlier: an exchange has ended.
  virtual bool run_until(double until) = 0;
  virtual size_t open_exchanges() const = 0;
  /// Gives all up; listeners hear ReplyFault::stopped.
  virtual void drop_all() = 0;
};

}  // namespace edgefit
