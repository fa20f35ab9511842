// How libFuzzer changes an input that is a threaded case.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_MUTATE_CASE_H_
#define ALLOCLAB_FUZZ_SCHEDULE_MUTATE_CASE_H_

#include <cstddef>
#include <cstdint>

namespace alloclab {

// For LLVMFuzzerCustomMutator. Every second input is drawn anew: what is kept for its coverage has
// more and more calls of one kind, and a race wants few calls of several, at no place in
// particular.
std::size_t MutateThreadedCase(std::uint8_t* data, std::size_t size, std::size_t max_size,
                               unsigned seed);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_MUTATE_CASE_H_
