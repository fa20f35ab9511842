// The door for recordings of other tools: which formats there are, and how one is told.
// README.md has the table.

#ifndef ALLOCLAB_TRACES_IMPORT_IMPORT_H_
#define ALLOCLAB_TRACES_IMPORT_IMPORT_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "traces/import/imported_trace.h"
#include "traces/import/importer.h"
#include "traces/trace_io.h"

namespace alloclab {

std::span<const ImportFormat* const> ImportFormats();

// The format of that name, or null.
const ImportFormat* FindImportFormat(std::string_view name);
// The format of a recording that begins like this (kImportMagicBytes, if there are as many), or
// null. At most one: their beginnings exclude each other.
const ImportFormat* RecognizeImport(std::string_view begin);

// "android, rep, ...", for messages.
std::string ImportFormatNames();

// `open` where `source`, which nothing has been taken from, can be opened by it again. Otherwise (a
// pipe) takes all of `source` into a temporary file.
OpenAgain Reopenable(std::unique_ptr<ByteSource> source, OpenAgain open);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_IMPORT_H_
