// The thread column: which thread made each event of a block, as runs of (thread, length). Written
// only for a block in which some event is not of thread 0.

#ifndef ALLOCLAB_TRACES_THREAD_COLUMN_H_
#define ALLOCLAB_TRACES_THREAD_COLUMN_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "traces/event.h"

namespace alloclab {

class ThreadColumnEncoder {
 public:
  void Start();
  void Add(std::uint32_t thread);
  // Ends the block. Empty when every event was of thread 0.
  const std::string& Finish();

 private:
  void EndRun();

  std::string bytes_;
  std::uint32_t thread_ = 0;
  std::uint64_t run_ = 0;
  bool others_ = false;  // whether some thread is not 0
};

// Fills in the threads of `events`. `bytes` is followed by kVarintPadding readable bytes. Returns
// false when the runs do not cover the events exactly, or a thread does not fit in 32 bits.
bool DecodeThreads(std::string_view bytes, std::span<Event> events);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_THREAD_COLUMN_H_
