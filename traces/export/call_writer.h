// What every export does first: each event is checked against the live set, as the archive's writer
// does, so that no file tells of calls that cannot happen.

#ifndef ALLOCLAB_TRACES_EXPORT_CALL_WRITER_H_
#define ALLOCLAB_TRACES_EXPORT_CALL_WRITER_H_

#include <cstdint>
#include <string>

#include "traces/export/export.h"
#include "traces/live_set.h"
#include "traces/output_file.h"

namespace alloclab {

class CallWriter : public ExportWriter {
 public:
  // Throws TraceError when the event cannot happen.
  void Add(const Event& event) final;
  void Finish() override { file_.Commit(); }

 protected:
  explicit CallWriter(const std::string& path) : file_(path) {}

  // `event` is canonical, its id filled in.
  virtual void Write(const Event& event) = 0;

  OutputFile& file() { return file_; }
  const std::string& name() const { return file_.name(); }
  // After the event being written.
  const LiveSet& live() const { return live_; }
  // The number of the event being written.
  std::uint64_t event() const { return events_; }
  // Events so far that have a call site, for which no format here has a place.
  std::uint64_t sites() const { return sites_; }

 private:
  OutputFile file_;
  LiveSet live_;
  std::uint64_t events_ = 0;
  std::uint64_t sites_ = 0;
};

// A sentence of Losses(), put together from counts; parts that count nothing are left out.
class LossSentence {
 public:
  void Add(std::uint64_t count, const char* what);
  void Add(const char* what);
  void AddSites(std::uint64_t count) { Add(count, "call sites were left out"); }
  // Begins with `name`; empty when nothing was added.
  std::string For(const std::string& name) const;

 private:
  std::string parts_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_CALL_WRITER_H_
