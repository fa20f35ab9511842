// Thread identifiers of another tool as dense thread numbers, in the order of their first call.
// Systems hand identifiers out again: one that comes after its thread's end is a new thread.
//
// O(1) expected a call; memory: the threads that have not ended.

#ifndef ALLOCLAB_TRACES_IMPORT_THREAD_NUMBERS_H_
#define ALLOCLAB_TRACES_IMPORT_THREAD_NUMBERS_H_

#include <cstdint>
#include <unordered_map>

namespace alloclab {

class ThreadNumbers {
 public:
  // The number of a thread, given out now if it is new. Identifiers have at most 32 bits, so
  // numbers run out only in a recording of as many threads, each of which ended.
  std::uint32_t Of(std::uint32_t identifier) {
    const auto [found, is_new] = numbers_.try_emplace(identifier, next_);
    if (is_new) ++next_;
    return found->second;
  }
  // Forgets a thread that has ended.
  void End(std::uint32_t identifier) { numbers_.erase(identifier); }

 private:
  std::unordered_map<std::uint32_t, std::uint32_t> numbers_;
  std::uint32_t next_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_THREAD_NUMBERS_H_
