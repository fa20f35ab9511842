// segregated_bins: free blocks in bins by size (one size each up to 1 KiB, powers of two above)
// with a bitmap over the bins, behind quick lists: a small block that was freed is kept as it is
// for the next request of its size, and merged later.
//
//     free(p)  ->  quick lists  ->  (when too much is on them, before the heap grows,  ->  bins
//     malloc   <-   one size        when nothing is live: merged, all at once)         ->  malloc
//
// Invariants: those of BlockHeap and DeferredMerging; each merged free block is in the bin of its
// size, and a bit of the bitmap is set exactly where a bin is not empty. Allocate and Free are O(1)
// while a larger block is free (see SizeBins for the rest), amortized over the frees for what is
// merged late. Source: segregated fits, Comfort 1964, in the shape of dlmalloc; the quick lists are
// those of Weinstock and Wulf, 1988.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_SEGREGATED_BINS_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_SEGREGATED_BINS_H_

#include "allocator/block_heap.h"
#include "allocator/index/size_bins.h"
#include "allocator/merging.h"
#include "allocator/pages/buffer_pages.h"

namespace alloclab {

template <PageSource Pages>
using SegregatedBins = BlockHeap<Pages, SizeBins, DeferredMerging>;

static_assert(ResizesInPlace<SegregatedBins<BufferPages>>);
static_assert(AllocatesAligned<SegregatedBins<BufferPages>>);
static_assert(CountsSearch<SegregatedBins<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_SEGREGATED_BINS_H_
