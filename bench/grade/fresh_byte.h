// What every byte holds that mem_sbrk gives out in the checked run: memory that was used before is
// not zero, and 8 such bytes are a pointer that no address can be.

#ifndef ALLOCLAB_BENCH_GRADE_FRESH_BYTE_H_
#define ALLOCLAB_BENCH_GRADE_FRESH_BYTE_H_

namespace alloclab::grade {

inline constexpr int kFreshByte = 0xA5;

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_FRESH_BYTE_H_
