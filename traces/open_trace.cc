#include "traces/open_trace.h"

#include <fmt/format.h>

#include <utility>

#include "traces/archive_reader.h"
#include "traces/archive_writer.h"
#include "traces/byte_source.h"
#include "traces/text_format.h"
#include "traces/text_reader.h"
#include "traces/text_writer.h"

namespace alloclab {
namespace {

std::unique_ptr<TraceReader> OpenSource(std::unique_ptr<ByteSource> source) {
  const std::string_view begin = source->Peek(kTextTitle.size());
  if (begin.empty()) {
    throw TraceError(
        fmt::format("{}: is empty, so it is no trace; record or convert it again", source->name()));
  }
  // A file cut inside its first bytes is still told apart.
  const std::string_view magic = begin.substr(0, kArchiveMagic.size());
  if (kArchiveMagic.starts_with(magic)) return std::make_unique<ArchiveReader>(std::move(source));
  if (kTextTitle.starts_with(begin)) return std::make_unique<TextReader>(std::move(source));
  throw TraceError(
      fmt::format("{}: is no trace: it begins neither like an archive nor with \"{}{}\"; "
                  "import it first if another program made it",
                  source->name(), kTextTitle, kTextVersion));
}

}  // namespace

std::unique_ptr<TraceReader> OpenTrace(const std::string& path) {
  return OpenSource(ByteSource::Open(path));
}

std::unique_ptr<TraceReader> OpenTraceBytes(const std::string& name, std::string_view bytes) {
  return OpenSource(ByteSource::FromBytes(name, bytes));
}

TraceForm FormFromName(const std::string& path) {
  if (path.ends_with(".alt")) return TraceForm::kArchive;
  if (path == "-" || path.ends_with(".txt")) return TraceForm::kText;
  throw TraceError(
      fmt::format("{}: the name does not say which form to write; end it in .alt for an "
                  "archive or .txt for text",
                  path));
}

std::unique_ptr<TraceWriter> CreateTrace(const std::string& path, TraceForm form,
                                         const WriterOptions& options) {
  if (form == TraceForm::kArchive) return std::make_unique<ArchiveWriter>(path, options);
  return std::make_unique<TextWriter>(path, options);
}

}  // namespace alloclab
