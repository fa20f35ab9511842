// A trace as comma-separated values (RFC 4180, with line feeds), for spreadsheets and data frames:
// a line with the names of the columns, then a line an event.
//
//     event,kind,failed,thread,id,ref,alignment,count,size
//     0,malloc,0,0,0,,,,24
//     1,calloc,0,1,1,,,4,16
//     2,free,0,0,,0,,,
//
// A column is empty where the kind has no such operand (FORMAT.md); `id` is the number of the
// allocation that the event makes, `ref` that of the one it ends or resizes. No value needs quotes.
// Everything is held but the metadata.

#ifndef ALLOCLAB_TRACES_EXPORT_CSV_WRITER_H_
#define ALLOCLAB_TRACES_EXPORT_CSV_WRITER_H_

#include <cstdint>
#include <string>

#include "traces/export/export.h"
#include "traces/live_set.h"
#include "traces/output_file.h"

namespace alloclab {

class CsvWriter final : public ExportWriter {
 public:
  CsvWriter(const std::string& path, const Metadata& metadata);

  void Add(const Event& event) override;
  void Finish() override { file_.Commit(); }
  std::string Losses() const override;

 private:
  OutputFile file_;
  const std::size_t facts_;  // in the metadata
  LiveSet live_;
  std::uint64_t events_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_CSV_WRITER_H_
