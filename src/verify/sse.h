// Server-sent events from bytes as they arrive, cut anywhere: in a line, in a character, between CR and LF.
// Pure and bounded: a server that never ends a line costs a known amount of memory.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace edgefit {

struct ServerEvent {
  std::string type;  ///< "message" is left empty
  std::string data;  ///< several data lines joined by a line feed
};

/// WHATWG HTML, 9.2.6 "Interpreting an event stream". Departs from it in one thing: an event that the end of the
/// stream cuts off before its empty line still counts, for some servers end with `data: [DONE]` and nothing else.
class EventStream {
 public:
  static constexpr size_t kMostEvent = size_t{4} << 20;  ///< bytes of an event, and of a line

  /// Takes bytes and hands on each event that is complete. False: an event grew beyond all reason; nothing more is
  /// read.
  bool take(std::string_view bytes, const std::function<void(const ServerEvent&)>& on_event);
  /// No more bytes will come.
  void finish(const std::function<void(const ServerEvent&)>& on_event);

 private:
  void end_line(const std::function<void(const ServerEvent&)>& on_event);
  void dispatch(const std::function<void(const ServerEvent&)>& on_event);
  std::string line_;
  ServerEvent event_;
  bool has_data_ = false, after_cr_ = false, first_line_ = true, broken_ = false;
};

}  // namespace edgefit
