// Traces in the formats of other tools. Unlike the archive and the text, these hold less than a
// trace does, so a writer can say what it had to leave out.

#ifndef ALLOCLAB_TRACES_EXPORT_EXPORT_H_
#define ALLOCLAB_TRACES_EXPORT_EXPORT_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "traces/trace_io.h"

namespace alloclab {

enum class ExportForm { kRep, kCsv };

class ExportWriter : public TraceWriter {
 public:
  // What the form could not hold of the trace, as a sentence with counts; empty when it held all.
  virtual std::string Losses() const = 0;
};

// "rep" or "csv"; nothing for any other word.
std::optional<ExportForm> ExportFormFromWord(std::string_view word);
// By what the name ends in.
std::optional<ExportForm> ExportFormFromName(std::string_view path);

// `metadata` is that of the trace. "-" is standard output. Throws TraceError.
std::unique_ptr<ExportWriter> CreateExport(const std::string& path, ExportForm form,
                                           const Metadata& metadata);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_EXPORT_H_
