#include "traces/generators/whole_file.h"

#include <fmt/format.h>

#include "traces/byte_source.h"
#include "traces/trace_io.h"

namespace alloclab::generators {

std::string ReadWholeFile(const std::string& path, std::size_t most_bytes) {
  const std::unique_ptr<ByteSource> source = ByteSource::Open(path);
  std::string text;
  for (;;) {
    const std::string_view ahead = source->Peek(ByteSource::kBufferBytes);
    if (ahead.empty()) return text;
    if (text.size() + ahead.size() > most_bytes) {
      throw TraceError(
          fmt::format("{}: is longer than {} bytes, which none such file is; is it the "
                      "right one?",
                      path, most_bytes));
    }
    text.append(ahead);
    source->Skip(ahead.size());
  }
}

}  // namespace alloclab::generators
