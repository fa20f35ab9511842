// best_fit: the smallest free block that holds the request, the lowest of several; found in a
// search tree by size and address.
//
//                  [ 512 ]                 a request of 100 bytes: 512, 96, 128;
//                 /       \                128 is the smallest that holds it
//            [ 96 ]       [ 4096 ]
//           /      \                     (of equal sizes, the lower address comes first)
//       [ 32 ]    [ 128 ]
//
// Invariants: those of BlockHeap and of SizeTree. Allocate and Free are O(log free blocks),
// expected. Source: best fit by address, Knuth, TAOCP 1, 2.5; in a tree keyed by size as in
// Stephenson's "Fast fits" (1983) and the large bins of dlmalloc.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_BEST_FIT_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_BEST_FIT_H_

#include "allocator/block_heap.h"
#include "allocator/index/size_tree.h"
#include "allocator/pages/buffer_pages.h"

namespace alloclab {

template <PageSource Pages>
using BestFit = BlockHeap<Pages, SizeTree>;

static_assert(ResizesInPlace<BestFit<BufferPages>>);
static_assert(AllocatesAligned<BestFit<BufferPages>>);
static_assert(CountsSearch<BestFit<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_BEST_FIT_H_
