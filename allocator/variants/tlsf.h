// tlsf: two-level segregated fit. Free blocks in bins by size, each power of two cut into 32 equal
// ranges, with a bitmap over the powers and one over the ranges of each: a block is found with two
// bit scans, whatever the heap looks like.
//
//     powers    ...  512   1024   2048  ...      bitmap: which powers hold anything
//                     |
//     ranges      512 528 544 ... 992 1008       bitmap: which ranges of this power do
//                      |
//                   [528] <-> [528]              a list of free blocks
//
// Invariants: those of BlockHeap and of TwoLevelBins. Allocate, Free and TryResize look at no more
// than two free blocks in the index: O(1) at worst, which is what makes it fit for real-time use.
// The price of the constant bound is good fit, not best: a request is rounded up to the next range,
// by less than 1/32. Source: Masmano, Ripoll, Crespo, Real, "TLSF: a new dynamic memory allocator
// for real-time systems", ECRTS 2004.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_TLSF_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_TLSF_H_

#include "allocator/block_heap.h"
#include "allocator/index/two_level_bins.h"
#include "allocator/pages/buffer_pages.h"

namespace alloclab {

template <PageSource Pages>
using Tlsf = BlockHeap<Pages, TwoLevelBins>;

static_assert(ResizesInPlace<Tlsf<BufferPages>>);
static_assert(AllocatesAligned<Tlsf<BufferPages>>);
static_assert(CountsSearch<Tlsf<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_TLSF_H_
