// What stands in front of an inference server: reverse proxies whose configuration names its port, and whether they
// ask for a login and encrypt the way. Read as text: an answer for people, not a parser of four languages.
#pragma once

#include <string>
#include <vector>

#include "audit/box.h"

namespace edgefit {

struct Proxy {
  std::string file;
  bool tls = false;
  bool login = false;
};

struct Proxies {
  std::vector<Proxy> list;          ///< those that pass requests on to the port
  std::vector<std::string> closed;  ///< configuration that cannot be read
};

Proxies proxies_of(const Box& box, int port);

}  // namespace edgefit
