#include "traces/thread_column.h"

#include <cstddef>

#include "traces/varint.h"

namespace alloclab {

void ThreadColumnEncoder::Start() {
  bytes_.clear();
  run_ = 0;
  others_ = false;
}

void ThreadColumnEncoder::Add(std::uint32_t thread) {
  if (run_ > 0 && thread != thread_) EndRun();
  thread_ = thread;
  ++run_;
  others_ |= thread != 0;
}

void ThreadColumnEncoder::EndRun() {
  AppendVarint(bytes_, thread_);
  AppendVarint(bytes_, run_);
  run_ = 0;
}

const std::string& ThreadColumnEncoder::Finish() {
  if (run_ > 0) EndRun();
  if (!others_) bytes_.clear();
  return bytes_;
}

bool DecodeThreads(std::string_view bytes, std::span<Event> events) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::size_t done = 0;
  while (at < end) {
    const std::uint64_t thread = ReadVarint(at);
    if (at >= end) return false;
    const std::uint64_t run = ReadVarint(at);
    if (thread > UINT32_MAX || run == 0 || run > events.size() - done) return false;
    for (Event& event : events.subspan(done, static_cast<std::size_t>(run))) {
      event.thread = static_cast<std::uint32_t>(thread);
    }
    done += static_cast<std::size_t>(run);
  }
  return at == end && done == events.size();
}

}  // namespace alloclab
