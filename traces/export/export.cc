#include "traces/export/export.h"

#include "traces/export/csv_writer.h"
#include "traces/export/rep_writer.h"

namespace alloclab {

std::optional<ExportForm> ExportFormFromWord(std::string_view word) {
  if (word == "rep") return ExportForm::kRep;
  if (word == "csv") return ExportForm::kCsv;
  return std::nullopt;
}

std::optional<ExportForm> ExportFormFromName(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return ExportFormFromWord(path.substr(dot + 1));
}

std::unique_ptr<ExportWriter> CreateExport(const std::string& path, ExportForm form,
                                           const Metadata& metadata) {
  if (form == ExportForm::kRep) return std::make_unique<RepWriter>(path, metadata);
  return std::make_unique<CsvWriter>(path, metadata);
}

}  // namespace alloclab
