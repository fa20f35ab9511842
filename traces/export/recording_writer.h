// What the recordings of other tools (recordings.h) have in common: which events a format can hold,
// what it calls them, and the count of what is lost.

#ifndef ALLOCLAB_TRACES_EXPORT_RECORDING_WRITER_H_
#define ALLOCLAB_TRACES_EXPORT_RECORDING_WRITER_H_

#include <cstdint>
#include <string>

#include "traces/export/address_book.h"
#include "traces/export/call_writer.h"

namespace alloclab {

class RecordingWriter : public CallWriter {
 public:
  std::string Losses() const final;

 protected:
  struct Abilities {
    bool threads = false;
    bool thread_ends = false;
    bool failed_calls = false;
    bool frees_of_null = false;
    bool times = false;  // in nanoseconds
    bool counts = true;  // of a calloc, beside the size of one element
    // The kind that an event is written as.
    EventKind (*nearest)(const Event&) = nullptr;
  };
  struct Call {
    EventKind kind = EventKind::kMalloc;
    std::uint32_t thread = 0;
    std::uint64_t from = 0;  // the block that is freed or resized, 0 for NULL
    std::uint64_t to = 0;    // the block that was made, 0 for NULL
    std::uint64_t count = 1;
    std::uint64_t size = 0;  // bytes; of one element for kCalloc
    std::uint64_t alignment = 0;
    std::uint64_t time_ns = 0;  // since the start of the trace; 0 where there is none
  };

  RecordingWriter(const std::string& path, const Metadata& metadata, const Abilities& abilities);

  virtual void WriteCall(const Call& call) = 0;

 private:
  void Write(const Event& event) final;
  // False, and counted, when the format has no place for the event.
  bool CanHold(const Event& event);
  void CountSimplified(const Event& event, EventKind kind);
  // 0 where there is none, or none that fits.
  std::uint64_t NanosecondsOf(const Event& event) const;

  const Abilities abilities_;
  const std::uint64_t clock_hz_;  // of the times that are kept; 0 when none are
  const bool has_metadata_;
  AddressBook addresses_;
  struct {
    std::uint64_t on_other_threads = 0;
    std::uint64_t kinds = 0;
    std::uint64_t failed = 0;
    std::uint64_t frees_of_null = 0;
    std::uint64_t notices = 0;
    std::uint64_t times = 0;
  } lost_;
};

// The kind of free, malloc, realloc or memalign that is the same call without its frills.
EventKind PlainKind(EventKind kind);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EXPORT_RECORDING_WRITER_H_
