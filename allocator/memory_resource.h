// MemoryResource<A>: any allocator as a std::pmr::memory_resource, so that standard containers use
// it without knowing it.
//
// The allocator must outlive the resource, and the resource its containers. Safe for several
// threads exactly if A is. A request that A refuses throws std::bad_alloc, as the standard asks.

#ifndef ALLOCLAB_ALLOCATOR_MEMORY_RESOURCE_H_
#define ALLOCLAB_ALLOCATOR_MEMORY_RESOURCE_H_

#include <memory_resource>
#include <new>

#include "allocator/allocator.h"
#include "allocator/malloc_api.h"

namespace alloclab {

template <Allocator A>
class MemoryResource final : public std::pmr::memory_resource {
 public:
  explicit MemoryResource(A& allocator) noexcept : allocator_(&allocator) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    void* p = Memalign(*allocator_, alignment, bytes);
    if (p == nullptr) throw std::bad_alloc();
    return p;
  }
  void do_deallocate(void* p, std::size_t, std::size_t) override { Free(*allocator_, p); }

  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    const auto* same_kind = dynamic_cast<const MemoryResource*>(&other);
    return same_kind != nullptr && same_kind->allocator_ == allocator_;
  }

  A* allocator_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_MEMORY_RESOURCE_H_
