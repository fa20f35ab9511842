// The records of all threads of an image in one sequence: a k-way merge by stamp.
//
// Within a thread program order is kept: a record whose stamp is smaller than one before it (a
// signal handler came in between) counts as stamped with the earlier record's. Of records with one
// stamp, releases come first. O(log threads) a record, and O(1) while one thread stays ahead.

#ifndef ALLOCLAB_TRACES_RECORDER_THREAD_MERGE_H_
#define ALLOCLAB_TRACES_RECORDER_THREAD_MERGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "traces/recorder/raw_image.h"
#include "traces/recorder/raw_record.h"

namespace alloclab::recorder {

class ThreadMerge {
 public:
  // The image must outlive the merge.
  explicit ThreadMerge(const RawImage& image);

  // The next record and the thread it belongs to (an index into RawImage::threads()).
  bool Next(RawRecord& record, std::size_t& thread);

  // Whether the record last returned was the last one of its thread.
  bool ThreadIsOver() const { return over_; }

 private:
  class Stream {
   public:
    explicit Stream(const RawImage::Runs& runs) : runs_(&runs) {}
    const RawRecord& head() const { return head_; }
    bool Advance();

   private:
    const RawImage::Runs* runs_;
    std::size_t next_run_ = 0;
    ChunkReader reader_;
    RawRecord head_;
  };

  bool Later(std::size_t a, std::size_t b) const;

  std::vector<Stream> streams_;
  std::vector<std::size_t> heap_;  // of streams with a head, the earliest on top
  bool over_ = false;
};

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_THREAD_MERGE_H_
