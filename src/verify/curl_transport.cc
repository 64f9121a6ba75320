#include "verify/curl_transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/parse.h"
#include "edgefit/text.h"
#include "verify/clock.h"
#include "verify/curl_library.h"

namespace edgefit {
namespace {

constexpr size_t kMostHeaders = size_t{256} << 10;  // bytes of all headers of an answer
constexpr double kStep = 0.1;                       // seconds after which somebody may look whether to stop
constexpr long kMostConnections = 1024;

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET)
    return (ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr) >> 24) == 127;
  if (address.sa_family != AF_INET6) return false;
  const auto& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
}

/// One exchange; libcurl holds its address.
struct Exchange {
  std::shared_ptr<HttpListener> listener;
  const CurlLibrary* curl = nullptr;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  std::string body;
  std::array<char, CURL_ERROR_SIZE> detail{};
  double timeout = 0;
  size_t header_bytes = 0;
  bool only_loopback = false, refused_remote = false, too_much_header = false, told_head = false;

  void tell_head() {
    if (told_head) return;
    told_head = true;
    long status = 0;
    curl->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    listener->head({static_cast<int>(status), text_of(CURLINFO_CONTENT_TYPE), text_of(CURLINFO_REDIRECT_URL)});
  }

 private:
  std::string_view text_of(CURLINFO what) const {
    const char* text = nullptr;
    curl->easy_getinfo(easy, what, &text);
    return text == nullptr ? "" : text;
  }
};

size_t on_body(char* bytes, size_t size, size_t count, void* user) {
  const double at = monotonic_seconds();
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.tell_head();
  return exchange.listener->take({bytes, size * count}, at) ? size * count : 0;
}

size_t on_header(char*, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.header_bytes += size * count;
  exchange.too_much_header = exchange.header_bytes > kMostHeaders;
  return exchange.too_much_header ? 0 : size * count;
}

curl_socket_t on_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.only_loopback && !is_loopback(address->addr)) {
    exchange.refused_remote = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// How an exchange that failed is told. What libcurl says itself is English and speaks of its own insides.
struct EndRow {
  CURLcode code;
  ReplyFault fault;
  const char* text;  ///< {} = the time that was allowed, or what libcurl noticed about TLS
};
constexpr std::array kEnds = {
    EndRow{CURLE_OPERATION_TIMEDOUT, ReplyFault::timeout, mark("no whole answer within {}")},
    EndRow{CURLE_COULDNT_RESOLVE_HOST, ReplyFault::connect, mark("the name of the host is not known")},
    EndRow{CURLE_COULDNT_RESOLVE_PROXY, ReplyFault::connect, mark("the name of the proxy is not known")},
    EndRow{CURLE_COULDNT_CONNECT, ReplyFault::connect,
           mark("no connection: nobody listens there, or nothing leads there")},
    EndRow{CURLE_SSL_CONNECT_ERROR, ReplyFault::connect, mark("no TLS connection: {}")},
    EndRow{CURLE_PEER_FAILED_VERIFICATION, ReplyFault::certificate,
           mark("the server's certificate is not accepted: {}")},
    EndRow{CURLE_SSL_CACERT_BADFILE, ReplyFault::certificate, mark("the server's certificate is not accepted: {}")},
    EndRow{CURLE_UNSUPPORTED_PROTOCOL, ReplyFault::reset, mark("what answers there does not speak HTTP")},
    EndRow{CURLE_WEIRD_SERVER_REPLY, ReplyFault::reset, mark("what answers there does not speak HTTP")},
    EndRow{CURLE_GOT_NOTHING, ReplyFault::reset, mark("the server closed the connection without an answer")},
    EndRow{CURLE_PARTIAL_FILE, ReplyFault::reset, mark("the connection broke")},
    EndRow{CURLE_SEND_ERROR, ReplyFault::reset, mark("the connection broke")},
    EndRow{CURLE_RECV_ERROR, ReplyFault::reset, mark("the connection broke")},
};

/// Why an exchange with this code gave no answer; libcurl's own `noticed` where it tells more than the code.
std::pair<ReplyFault, std::string> told(CURLcode code, double timeout, const char* noticed) {
  if (code == CURLE_OK) return {ReplyFault::none, ""};
  const auto row = std::find_if(kEnds.begin(), kEnds.end(), [code](const EndRow& end) { return end.code == code; });
  if (row == kEnds.end()) return {ReplyFault::reset, say(tr("the exchange failed: {}"), noticed)};
  if (row->fault == ReplyFault::timeout) return {row->fault, say(tr(row->text), show(Seconds{timeout}))};
  return {row->fault, say(tr(row->text), noticed)};
}

class CurlTransport : public Transport {
 public:
  CurlTransport(const CurlLibrary& curl, TransportOptions options)
      : curl_(curl), options_(std::move(options)), multi_(curl.multi_init()) {
    curl_.multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kMostConnections);
  }
  ~CurlTransport() override {
    for (auto& [easy, exchange] : exchanges_) release(*exchange);
    curl_.multi_cleanup(multi_);
  }
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  void start(const HttpRequest& request, std::shared_ptr<HttpListener> listener) override;
  bool run_until(double until) override;
  size_t open_exchanges() const override { return exchanges_.size(); }
  void drop_all() override;

 private:
  void add_headers(Exchange& exchange);
  void set_options(Exchange& exchange, const HttpRequest& request);
  bool collect_ended();
  void end(CURL* easy, CURLcode code);
  void release(Exchange& exchange);

  const CurlLibrary& curl_;
  TransportOptions options_;
  CURLM* multi_;
  std::map<CURL*, std::unique_ptr<Exchange>> exchanges_;
};

void CurlTransport::add_headers(Exchange& exchange) {
  const auto add = [&](const std::string& line) {
    exchange.headers = curl_.slist_append(exchange.headers, line.c_str());
  };
  if (!exchange.body.empty()) add("Content-Type: application/json");
  if (!options_.key.empty()) add("Authorization: Bearer " + options_.key);
  add("Expect:");  // a server that does not answer `100 Continue` would cost a second
}

void CurlTransport::set_options(Exchange& exchange, const HttpRequest& request) {
  const auto set = [&](CURLoption option, auto value) { curl_.easy_setopt(exchange.easy, option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_HTTPHEADER, exchange.headers);
  set(CURLOPT_ERRORBUFFER, exchange.detail.data());
  set(CURLOPT_USERAGENT, "edgefit");
  if (!exchange.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange.body.size()));
    set(CURLOPT_POSTFIELDS, exchange.body.c_str());
  }
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // one stream a connection, as most clients have
  set(CURLOPT_TCP_NODELAY, 1L);
  set(CURLOPT_TIMEOUT_MS, std::max(1L, std::lround(request.timeout * 1000)));
  if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
  // A proxy on this machine would carry plain HTTP away from it.
  exchange.only_loopback = request.url.starts_with("http:") && !options_.allow_remote;
  if (exchange.only_loopback || options_.plain_loopback) set(CURLOPT_PROXY, "");
  set(CURLOPT_OPENSOCKETFUNCTION, &on_socket);
  set(CURLOPT_OPENSOCKETDATA, &exchange);
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, &exchange);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &exchange);
}

void CurlTransport::start(const HttpRequest& request, std::shared_ptr<HttpListener> listener) {
  auto exchange = std::make_unique<Exchange>();
  exchange->listener = std::move(listener);
  exchange->curl = &curl_;
  exchange->body = request.body;
  exchange->timeout = request.timeout;
  exchange->easy = curl_.easy_init();
  add_headers(*exchange);
  set_options(*exchange, request);
  CURL* easy = exchange->easy;
  exchanges_[easy] = std::move(exchange);
  curl_.multi_add_handle(multi_, easy);
}

void CurlTransport::release(Exchange& exchange) {
  curl_.multi_remove_handle(multi_, exchange.easy);
  curl_.easy_cleanup(exchange.easy);
  curl_.slist_free_all(exchange.headers);
}

void CurlTransport::end(CURL* easy, CURLcode code) {
  const double at = monotonic_seconds();
  const auto node = exchanges_.extract(easy);
  Exchange& exchange = *node.mapped();
  // One code stands for an unknown authority and for another host; libcurl's own words tell which.
  const bool noticed = exchange.detail.front() != '\0';
  auto [fault, message] = told(code, exchange.timeout, noticed ? exchange.detail.data() : curl_.easy_strerror(code));
  if (exchange.refused_remote && fault == ReplyFault::connect)
    message = tr("plain HTTP beyond this machine is not allowed");
  if (exchange.too_much_header) {
    fault = ReplyFault::too_large;
    message = tr("headers without an end");
  }
  if (fault == ReplyFault::none) exchange.tell_head();
  release(exchange);
  exchange.listener->end(at, fault, message);
}

bool CurlTransport::collect_ended() {
  bool any = false;
  int left = 0;
  while (const CURLMsg* message = curl_.multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    any = true;
    end(message->easy_handle, message->data.result);
  }
  return any;
}

bool CurlTransport::run_until(double until) {
  while (true) {
    int running = 0;
    curl_.multi_perform(multi_, &running);
    if (collect_ended()) return true;
    const double left = until - monotonic_seconds();
    if (left <= 0) return false;
    // Rounded down: the last millisecond is waited for without sleeping, so that what is due is not sent late.
    curl_.multi_poll(multi_, nullptr, 0, static_cast<int>(std::min(left, kStep) * 1000), nullptr);
  }
}

void CurlTransport::drop_all() {
  while (!exchanges_.empty()) {
    const auto node = exchanges_.extract(exchanges_.begin());
    release(*node.mapped());
    node.mapped()->listener->end(monotonic_seconds(), ReplyFault::stopped, tr("given up"));
  }
}

}  // namespace

Result<std::unique_ptr<Transport>> Transport::open(TransportOptions options) {
  const auto curl = CurlLibrary::load();
  if (!curl) return curl.error();
  return std::unique_ptr<Transport>(std::make_unique<CurlTransport>(**curl, std::move(options)));
}

}  // namespace edgefit
