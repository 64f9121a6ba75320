// The address of a server as people paste it, reduced to where its interfaces begin.
// Checked before anything is opened: a bad one is a question that cannot be asked.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/result.h"

namespace edgefit {

struct ServerUrl {
  std::string base;  ///< "http://localhost:8080": no /v1, no slash at its end
  std::string host;  ///< "localhost", "::1"
  bool tls = false;
  bool loopback_by_name = false;  ///< localhost, 127.x, ::1: known without asking anybody
};

/// http:// and https:// only; a user and password, a query or a fragment is a Problem, for reports show the address.
Result<ServerUrl> parse_server_url(std::string_view text);

}  // namespace edgefit
