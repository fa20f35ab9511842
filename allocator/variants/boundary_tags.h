// boundary_tags: the classic. Tags at both ends of a free block make merging with either neighbour
// O(1); the free blocks hang on one list, last freed first, and the first that fits is taken.
//
// Invariants: those of BlockHeap. Free is O(1); Allocate is O(free blocks). Source: Knuth, TAOCP 1,
// 2.5, algorithm C; LIFO order as in Lea's early dlmalloc.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_BOUNDARY_TAGS_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_BOUNDARY_TAGS_H_

#include "allocator/block_heap.h"
#include "allocator/index/list_index.h"
#include "allocator/pages/buffer_pages.h"

namespace alloclab {

template <PageSource Pages>
using BoundaryTags = BlockHeap<Pages, ListIndex<LifoOrder, FromFront>>;

static_assert(ResizesInPlace<BoundaryTags<BufferPages>>);
static_assert(AllocatesAligned<BoundaryTags<BufferPages>>);
static_assert(CountsSearch<BoundaryTags<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_BOUNDARY_TAGS_H_
