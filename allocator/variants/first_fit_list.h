// first_fit_list: one free list in address order; the lowest block that fits serves the request.
//
// Invariants: those of BlockHeap; the list is sorted by address and holds exactly the free blocks.
// Allocate is O(free blocks), Free is O(1) when a neighbour is free and otherwise finds its place
// in the list (see AddressOrder). Source: first fit by address, Knuth, TAOCP 1, 2.5; the
// policy that Wilson et al. (1995) found among the least fragmenting.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_FIRST_FIT_LIST_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_FIRST_FIT_LIST_H_

#include "allocator/block_heap.h"
#include "allocator/index/list_index.h"
#include "allocator/pages/buffer_pages.h"

namespace alloclab {

template <PageSource Pages>
using FirstFitList = BlockHeap<Pages, ListIndex<AddressOrder, FromFront>>;

static_assert(ResizesInPlace<FirstFitList<BufferPages>>);
static_assert(AllocatesAligned<FirstFitList<BufferPages>>);
static_assert(CountsSearch<FirstFitList<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_FIRST_FIT_LIST_H_
