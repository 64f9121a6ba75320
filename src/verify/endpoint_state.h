// What an Endpoint keeps between requests: the transport, who the server is, and how to ask it something.
// Shared by the files that ask single questions and those that ask many at once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "edgefit/verify.h"
#include "verify/curl_transport.h"
#include "verify/url.h"

namespace edgefit {

struct Endpoint::State {
  EndpointOptions options;
  ServerUrl url;
  ServerFacts facts;
  std::unique_ptr<Transport> transport;

  bool stopped() const { return options.stop != nullptr && options.stop->load(); }

  /// One small exchange by itself: its status and body.
  struct Page {
    ReplyFault fault = ReplyFault::none;
    int status = 0;
    std::string body, message;
    std::string location;  ///< of a redirect
    bool html = false;
    bool good() const { return fault == ReplyFault::none && status == 200; }
  };
  Page fetch(const std::string& path, const std::string& body = {}, double timeout = 10);

  /// Starts a question; `on_reply` hears of the answer while bytes are moved. `scheduled` is when it should have begun.
  void start(const Question& question, double scheduled, bool keep_text, std::function<void(Reply)> on_reply);
  /// Moves bytes until `until` or until something has ended; gives all up when stopped.
  void run_until(double until);
};

}  // namespace edgefit
