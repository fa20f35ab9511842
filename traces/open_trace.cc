#include "traces/open_trace.h"

#include <fmt/core.h>

#include <utility>

#include "traces/archive_reader.h"
#include "traces/archive_writer.h"
#include "traces/byte_source.h"
#include "traces/import/container.h"
#include "traces/import/import.h"
#include "traces/text_format.h"
#include "traces/text_reader.h"
#include "traces/text_writer.h"

namespace alloclab {
namespace {

// A reader of one of our own forms, which takes `source`; null when it begins like neither.
std::unique_ptr<TraceReader> OpenOwnForm(std::unique_ptr<ByteSource>& source) {
  const std::string_view begin = source->Peek(kTextTitle.size());
  if (begin.empty()) {
    throw TraceError(
        fmt::format("{}: is empty, so it is no trace; record or convert it again", source->name()));
  }
  // A file cut inside its first bytes is still told apart.
  const std::string_view magic = begin.substr(0, kArchiveMagic.size());
  if (kArchiveMagic.starts_with(magic)) return std::make_unique<ArchiveReader>(std::move(source));
  if (kTextTitle.starts_with(begin)) return std::make_unique<TextReader>(std::move(source));
  return nullptr;
}

// The format of another tool that `source` begins like.
const ImportFormat* Recognize(ByteSource& source) {
  const ImportFormat* format = RecognizeImport(source.Peek(kImportMagicBytes));
  if (format != nullptr) return format;
  throw TraceError(fmt::format(
      "{}: is no trace: it begins neither like an archive nor with \"{}{}\", nor like "
      "another tool's recording ({}); if it is one of these, say which (convert --from)",
      source.name(), kTextTitle, kTextVersion, ImportFormatNames()));
}

// `source` is at the beginning of what `open` gives. `format` is null where nobody has named one.
std::unique_ptr<TraceReader> OpenSource(std::unique_ptr<ByteSource> source, OpenAgain open,
                                        const ImportFormat* format) {
  const bool packed = ContainerOf(source->Peek(kContainerMagicBytes)) != Container::kNone;
  if (packed) {
    open = [file = Reopenable(std::move(source), std::move(open))] { return Unpack(file()); };
    source = open();
  }
  if (format == nullptr) {
    if (std::unique_ptr<TraceReader> own = OpenOwnForm(source)) return own;
    format = Recognize(*source);
  }
  // An unpacker cannot be asked again, but what it unpacks has been made so that it can.
  if (!packed) open = Reopenable(std::move(source), std::move(open));
  return std::make_unique<ImportedTrace>(*format, open);
}

const ImportFormat* FormatNamed(const std::string& name) {
  if (name.empty()) return nullptr;
  const ImportFormat* format = FindImportFormat(name);
  if (format == nullptr) {
    throw TraceError(fmt::format("there is no format \"{}\" to import; there are: {}", name,
                                 ImportFormatNames()));
  }
  return format;
}

}  // namespace

std::unique_ptr<TraceReader> OpenTrace(const std::string& path, const std::string& format) {
  const ImportFormat* named = FormatNamed(format);
  return OpenSource(ByteSource::Open(path), [path] { return ByteSource::Open(path); }, named);
}

std::unique_ptr<TraceReader> OpenTraceBytes(const std::string& name, std::string_view bytes,
                                            const std::string& format) {
  const ImportFormat* named = FormatNamed(format);
  const OpenAgain open = [name, bytes] { return ByteSource::FromBytes(name, bytes); };
  return OpenSource(open(), open, named);
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
