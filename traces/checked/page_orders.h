// What a case may order of the page source of its checked replay (checked_pages.h), as the numbers
// of the trace's markers: all that a page source may do, and a heap must live with.
//
//     256 a + k     (below 2^16)  grants the next a requests and refuses the k after them
//     2^16 + u      (u < 2^16)    from now on hands out as little as it can of whole multiples of
//                                 16 u bytes; 0: of its granule, as at the start
//     2^17 + k      (k < 2^16)    refuses to take back the next k spans
//     3 x 2^16      takes back only its end from now on, as at the start; + 1: any span
//
// Others mean nothing.

#ifndef ALLOCLAB_TRACES_CHECKED_PAGE_ORDERS_H_
#define ALLOCLAB_TRACES_CHECKED_PAGE_ORDERS_H_

#include <cstdint>

namespace alloclab::page_orders {

inline constexpr std::uint64_t kKinds = std::uint64_t{1} << 16;
inline constexpr std::uint64_t kUnit = 1 * kKinds;
inline constexpr std::uint64_t kKeep = 2 * kKinds;
inline constexpr std::uint64_t kAnywhere = 3 * kKinds;

constexpr std::uint64_t Refuse(std::uint64_t count, std::uint64_t after) {
  return 256 * (after % 256) + count % 256;
}

}  // namespace alloclab::page_orders

#endif  // ALLOCLAB_TRACES_CHECKED_PAGE_ORDERS_H_
