#include "traces/export/call_writer.h"

#include <fmt/core.h>

namespace alloclab {

void CallWriter::Add(const Event& given) {
  Event event = given;
  if (const std::string why = live_.Apply(event); !why.empty()) {
    throw TraceError(fmt::format("{}: cannot write event {}: {}; correct what makes the events",
                                 file_.name(), events_, why));
  }
  Write(event);
  ++events_;
  if (event.site != 0) ++sites_;
}

void LossSentence::Add(std::uint64_t count, const char* what) {
  if (count != 0) parts_ += fmt::format("; {} {}", count, what);
}

void LossSentence::Add(const char* what) { parts_ += fmt::format("; {}", what); }

std::string LossSentence::For(const std::string& name) const {
  return parts_.empty() ? "" : fmt::format("{}: {}.", name, parts_.substr(2));
}

}  // namespace alloclab
