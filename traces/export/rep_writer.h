// A trace in the format of CMU's malloc lab (import/rep.h), for the drivers of that course:
//
//     4096       suggested heap size: the most bytes live at once
//     2          ids, one an allocation: never used again
//     4          requests
//     1          weight
//     a 0 24     any call that makes a block
//     r 0 48     a resize, which keeps the id
//     a 1 8
//     f 0        any call that ends one; a resize to 0 bytes, too
//
// The driver knows one thread and three calls. Left out, and counted: failed calls, free(NULL),
// notices of threads, forks and markers. Made simpler, and counted: threads, counts, alignments,
// resizes of NULL and to 0 bytes. Sizes from 2^31 on are written, and counted, since drivers keep
// sizes in an int.
//
// Metadata `rep_header` (a trace that came from a .rep file) gives the first and the fourth number,
// so that such a file comes back as it was, whatever its dialect; if its ids were used again, or
// not in order, they are others.
//
// The header counts what follows it, so the requests wait in a temporary file. Memory: the live
// set.

#ifndef ALLOCLAB_TRACES_EXPORT_REP_WRITER_H_
#define ALLOCLAB_TRACES_EXPORT_REP_WRITER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "traces/export/export.h"
#include "traces/live_set.h"
#include "traces/live_table.h"
#include "traces/output_file.h"
#include "traces/spool.h"

namespace alloclab {

class RepWriter final : public ExportWriter {
 public:
  RepWriter(const std::string& path, const Metadata& metadata);

  void Add(const Event& event) override;
  void Finish() override;
  std::string Losses() const override;

 private:
  void Write(const Event& event);
  void WriteRequest(char letter, std::uint64_t id, std::optional<std::uint64_t> size);
  void CountSimplified(const Event& event);

  OutputFile file_;
  const std::shared_ptr<Spool> requests_ = std::make_shared<Spool>();
  std::string heap_bytes_;  // empty: the most bytes live at once
  std::string weight_ = "1";
  LiveSet live_;
  std::uint64_t live_bytes_peak_ = 0;
  LiveTable<std::uint64_t> ids_;  // by the number of the allocation: its id plus one
  std::uint64_t ids_made_ = 0;
  std::uint64_t requests_made_ = 0;
  std::uint64_t events_ = 0;
  bool has_facts_ = false;
  struct {
    std::uint64_t on_other_threads = 0;
    std::uint64_t counts = 0;
    std::uint64_t alignments = 0;
    std::uint64_t resizes_of_null = 0;
    std::uint64_t resizes_to_nothing = 0;
    std::uint64_t failed = 0;
    std::uint64_t frees_of_null = 0;
    std::uint64_t notices = 0;
    std::uint64_t large = 0;
  } lost_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_REP_WRITER_H_
