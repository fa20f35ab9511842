#include "traces/export/export.h"

#include <algorithm>

#include "traces/export/csv_writer.h"
#include "traces/export/recordings.h"
#include "traces/export/rep_writer.h"

namespace alloclab {
namespace {

constexpr const ExportFormat* kFormats[] = {
    &kCsvExport, &kRepExport, &kAndroidExport, &kDjExport, &kGlibcMtraceExport, &kHeaptrackExport,
};

}  // namespace

std::span<const ExportFormat* const> ExportFormats() { return kFormats; }

const ExportFormat* FindExportFormat(std::string_view word) {
  const auto found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                  [&](const ExportFormat* format) { return format->name == word; });
  return found == std::end(kFormats) ? nullptr : *found;
}

const ExportFormat* ExportFormatOfName(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? nullptr : FindExportFormat(path.substr(dot + 1));
}

}  // namespace alloclab
