#include "traces/export/format_sizes.h"

#include <fmt/core.h>
#include <zstd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>

#include "traces/export/export.h"
#include "traces/sites/site_table.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

// A folder of its own for the files, gone with its owner.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
    if (error) {
      throw TraceError(fmt::format(
          "TMPDIR: names no folder ({}); set it to one that can be written", error.message()));
    }
    std::string path = (folder / "alloclab-formats-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) {
      throw TraceError(
          fmt::format("{}: cannot make this folder ({}); set TMPDIR to one that can be "
                      "written",
                      path, std::strerror(errno)));
    }
    path_ = path;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// How long the file is, and how long zstd would make it, without keeping either in memory.
FormatSize MeasureFile(const std::string& format, const std::string& path) {
  constexpr int kLevel = 3;
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     ZSTD_freeCCtx);
  if (context == nullptr) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  FormatSize size{format};
  std::string in(ZSTD_CStreamInSize(), '\0');
  std::string out(ZSTD_CStreamOutSize(), '\0');
  std::ifstream file(path, std::ios::binary);
  for (bool last = false; !last;) {
    file.read(in.data(), static_cast<std::streamsize>(in.size()));
    const auto read = static_cast<std::size_t>(file.gcount());
    last = read < in.size();
    size.bytes += read;
    ZSTD_inBuffer from{in.data(), read, 0};
    for (std::size_t left = 1; last ? left != 0 : from.pos != from.size;) {
      ZSTD_outBuffer to{out.data(), out.size(), 0};
      left = ZSTD_compressStream2(context.get(), &to, &from, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0) {
        throw TraceError(fmt::format("{}: zstd: {}", path, ZSTD_getErrorName(left)));
      }
      size.packed_bytes += to.pos;
    }
  }
  if (!file.is_open() || file.bad())
    throw TraceError(fmt::format("{}: cannot be read back; is the disk sound?", path));
  return size;
}

// Copies a trace without its times and call sites, and notes how many events it has and what was
// lost of it.
void CopyPlain(const std::string& path, TraceWriter& writer, TraceSizes& sizes) {
  const std::unique_ptr<TraceReader> reader = OpenTrace(path);
  std::uint64_t events = 0;
  std::vector<Event> batch;
  while (reader->Next(batch)) {
    for (Event& event : batch) {
      event.time = 0;
      event.site = 0;
      writer.Add(event);
    }
    events += batch.size();
  }
  writer.Finish();
  sizes.events = events;
  sizes.warnings = reader->warnings();
}

}  // namespace

TraceSizes MeasureFormats(const std::string& path) {
  std::error_code none;
  const bool missing = path != "-" && !std::filesystem::exists(path, none);
  if (!missing && !std::filesystem::is_regular_file(path, none)) {
    throw TraceError(path +
                     ": is read once for each format, so it must be a file; write it into one");
  }
  const ScratchFolder folder;
  Metadata metadata = OpenTrace(path)->metadata();
  std::erase_if(metadata, [](const auto& entry) { return IsSiteTableKey(entry.first); });
  TraceSizes sizes;
  for (const int level : {19, 3}) {
    const std::string target = folder.File("archive");
    const auto writer = CreateTrace(target, TraceForm::kArchive, {metadata, level});
    CopyPlain(path, *writer, sizes);
    const std::uint64_t bytes = std::filesystem::file_size(target);
    sizes.formats.push_back({fmt::format("alt {}", level), bytes, bytes});
  }
  const std::string text = folder.File("text");
  CopyPlain(path, *CreateTrace(text, TraceForm::kText, {metadata}), sizes);
  sizes.formats.push_back(MeasureFile("txt", text));
  std::filesystem::remove(text);
  for (const ExportFormat* format : ExportFormats()) {
    const std::string name(format->name);
    const std::string target = folder.File(name);
    CopyPlain(path, *format->create(target, metadata), sizes);
    sizes.formats.push_back(MeasureFile(name, target));
    std::filesystem::remove(target);
  }
  return sizes;
}

}  // namespace alloclab
