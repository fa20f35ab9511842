// Traces in the formats of other tools. Unlike the archive and the text, these hold less than a
// trace does, so a writer can say what it had to leave out.

#ifndef ALLOCLAB_TRACES_EXPORT_EXPORT_H_
#define ALLOCLAB_TRACES_EXPORT_EXPORT_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "traces/trace_io.h"

namespace alloclab {

class ExportWriter : public TraceWriter {
 public:
  // What the form could not hold of the trace, as a sentence with counts; empty when it held all.
  virtual std::string Losses() const = 0;
};

struct ExportFormat {
  std::string_view name;         // as in --to, and what names of such files end in
  std::string_view description;  // for people
  // `metadata` is that of the trace. "-" is standard output. Throws TraceError.
  std::unique_ptr<ExportWriter> (*create)(const std::string& path, const Metadata& metadata);
};

// All that can be written.
std::span<const ExportFormat* const> ExportFormats();
// Null for a word that names none.
const ExportFormat* FindExportFormat(std::string_view word);
// By what the name ends in behind its last dot.
const ExportFormat* ExportFormatOfName(std::string_view path);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_EXPORT_H_
