#include "verify/sse.h"

#include <algorithm>
#include <utility>

namespace edgefit {

bool EventStream::take(std::string_view bytes, const std::function<void(const ServerEvent&)>& on_event) {
  while (!bytes.empty() && !broken_) {
    if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    if (line_.size() + event_.data.size() + end > kMostEvent) {
      broken_ = true;
      break;
    }
    line_.append(bytes.substr(0, end));
    if (end < bytes.size()) {
      after_cr_ = bytes[end] == '\r';
      end_line(on_event);
      bytes.remove_prefix(end + 1);
    } else {
      bytes = {};
    }
  }
  return !broken_;
}

void EventStream::finish(const std::function<void(const ServerEvent&)>& on_event) {
  if (broken_) return;
  if (!line_.empty()) end_line(on_event);
  dispatch(on_event);
}

void EventStream::end_line(const std::function<void(const ServerEvent&)>& on_event) {
  std::string_view line = line_;
  if (std::exchange(first_line_, false) && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  if (line.empty()) {
    dispatch(on_event);
  } else if (line.front() != ':') {  // a line that begins with a colon is a comment: llama-server's pings
    const size_t colon = std::min(line.find(':'), line.size());
    const std::string_view field = line.substr(0, colon);
    std::string_view value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
      if (std::exchange(has_data_, true)) event_.data += '\n';
      event_.data += value;
    } else if (field == "event") {
      event_.type = value;
    }
  }
  line_.clear();
}

void EventStream::dispatch(const std::function<void(const ServerEvent&)>& on_event) {
  if (std::exchange(has_data_, false)) on_event(event_);
  event_ = {};
}

}  // namespace edgefit
