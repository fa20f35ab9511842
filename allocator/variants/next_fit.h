// next_fit: one free list in address order, searched from where the last search ended, around once.
//
//     head -> [ 64 ] -> [ 2048 ] -> [ 96 ] -> [ 512 ]
//                                     ^ rover: the next search begins here and ends before it
//
// Invariants: those of BlockHeap; the list is sorted by address, holds exactly the free blocks, and
// the rover is one of them (or the front). Allocate is O(free blocks) at worst and short on
// average; Free is O(1) when a neighbour is free and otherwise finds its place in the list (see
// AddressOrder). Source: Knuth, TAOCP 1, 2.5, exercise 6; that it fragments more than first fit was
// found by Bays, "A comparison of next-fit, first-fit, and best-fit", CACM 1977.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_NEXT_FIT_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_NEXT_FIT_H_

#include "allocator/block_heap.h"
#include "allocator/index/list_index.h"
#include "allocator/pages/buffer_pages.h"

namespace alloclab {

template <PageSource Pages>
using NextFit = BlockHeap<Pages, ListIndex<AddressOrder, FromRover>>;

static_assert(ResizesInPlace<NextFit<BufferPages>>);
static_assert(AllocatesAligned<NextFit<BufferPages>>);
static_assert(CountsSearch<NextFit<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_NEXT_FIT_H_
