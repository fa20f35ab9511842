// A small file as one string.

#ifndef ALLOCLAB_TRACES_GENERATORS_WHOLE_FILE_H_
#define ALLOCLAB_TRACES_GENERATORS_WHOLE_FILE_H_

#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "traces/byte_source.h"
#include "traces/trace_io.h"

namespace alloclab::generators {

// "-" is standard input. Throws TraceError, naming the mend, for a file that cannot be read, which
// is called "the `what`", and for one of more than `most_bytes`, of which no more than that is
// kept.
inline std::string ReadWholeFile(const std::string& path, std::string_view what,
                                 std::size_t most_bytes) {
  const std::unique_ptr<ByteSource> source = ByteSource::Open(path, what);
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

#endif  // ALLOCLAB_TRACES_GENERATORS_WHOLE_FILE_H_
