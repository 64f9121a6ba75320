#include "probe/inquiry.h"

#include <utility>

#include "base/parse.h"
#include "base/redact.h"

namespace edgefit {
namespace {

struct Mark {
  Inquiry::Outcome outcome;
  std::string_view text;
};
constexpr Mark kMarks[] = {{Inquiry::Outcome::failed, "!failed\t"}, {Inquiry::Outcome::refused, "!refused\t"}};

}  // namespace

Inquiry Inquiry::replay(const Root& root, std::string source) {
  Inquiry inquiry;
  inquiry.source_ = std::move(source);
  auto kept = root.read(kAnswersFolder + inquiry.source_, 1 << 20);
  if (!kept) return inquiry;
  inquiry.outcome_ = Outcome::answered;
  for (const auto& mark : kMarks)
    if (kept->starts_with(mark.text)) {
      inquiry.outcome_ = mark.outcome;
      kept->erase(0, mark.text.size());
    }
  inquiry.text_ = std::move(*kept);
  return inquiry;
}

Inquiry Inquiry::start(const Root& root, std::string source, const Child::Work& work, int deadline_ms) {
  if (!root.live()) return replay(root, std::move(source));
  Inquiry inquiry;
  inquiry.source_ = std::move(source);
  auto child = Child::start(work, deadline_ms);
  if (child) {
    inquiry.child_ = std::move(*child);
    inquiry.outcome_ = Outcome::waiting;
  } else {
    inquiry.text_ = child.error().what + ": " + child.error().where;
    inquiry.outcome_ = Outcome::failed;
  }
  return inquiry;
}

Inquiry Inquiry::refuse(const Root& root, std::string source, std::string why) {
  if (!root.live()) return replay(root, std::move(source));
  Inquiry inquiry;
  inquiry.source_ = std::move(source);
  inquiry.text_ = std::move(why);
  inquiry.outcome_ = Outcome::refused;
  return inquiry;
}

const std::string& Inquiry::finish() {
  if (outcome_ != Outcome::waiting) return text_;
  const auto answer = child_->finish();
  child_.reset();
  outcome_ = answer ? Outcome::answered : Outcome::failed;
  text_ = answer ? hide_ids(trim(*answer)) : answer.error().what;
  return text_;
}

std::string Inquiry::recorded() const {
  if (outcome_ == Outcome::nobody_asked || outcome_ == Outcome::waiting) return {};
  std::string out;
  for (const auto& mark : kMarks)
    if (mark.outcome == outcome_) out = mark.text;
  return out + text_ + "\n";
}

void note_failure(const Inquiry& inquiry, const std::string& what, Host& host) {
  if (inquiry.outcome() == Inquiry::Outcome::failed) host.errors.push_back({inquiry.source(), "child", "", what});
}

}  // namespace edgefit
