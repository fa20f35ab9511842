#include "traces/import/import.h"

#include <algorithm>
#include <utility>

#include "traces/import/android.h"
#include "traces/import/dj_mtrace.h"
#include "traces/import/glibc_mtrace.h"
#include "traces/import/heaptrack.h"
#include "traces/import/rep.h"
#include "traces/spool.h"

namespace alloclab {
namespace {

constexpr const ImportFormat* kFormats[] = {&kAndroidFormat, &kRepFormat, &kHeaptrackFormat,
                                            &kGlibcMtraceFormat, &kDjMtraceFormat};

template <class Matches>
const ImportFormat* FirstFormat(Matches matches) {
  const auto* const found = std::ranges::find_if(kFormats, matches);
  return found == std::end(kFormats) ? nullptr : *found;
}

}  // namespace

std::span<const ImportFormat* const> ImportFormats() { return kFormats; }

const ImportFormat* FindImportFormat(std::string_view name) {
  return FirstFormat([&](const ImportFormat* format) { return format->name == name; });
}

const ImportFormat* RecognizeImport(std::string_view begin) {
  return FirstFormat([&](const ImportFormat* format) { return format->begins(begin); });
}

std::string ImportFormatNames() {
  std::string names;
  for (const ImportFormat* format : kFormats) {
    if (!names.empty()) names += ", ";
    names += format->name;
  }
  return names;
}

OpenAgain Reopenable(std::unique_ptr<ByteSource> source, OpenAgain open) {
  if (source->CanBeOpenedAgain()) return open;
  const auto spool = std::make_shared<Spool>();
  spool->WriteAll(*source);
  return [spool, name = source->name()] { return ReadSpool(name, spool); };
}

}  // namespace alloclab
