// A program with one mistake, on guarded heaps of every variant, for valgrind_test.sh:
//   client_mistakes none|overflow|underflow|freed|unset|leak

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "allocator/guarded.h"
#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"

namespace alloclab {
namespace {

// A function for each variant: memcheck tells the same mistake at the same place only once.
template <Allocator A>
[[gnu::noinline]] void Make(std::string_view mistake, Guarded<A>& heap) {
  if (mistake == "none") {
    // What memcheck is to find in order: resizes of all kinds, and a heap in the place of another.
    void* q = heap.Allocate(2000);
    heap.Free(heap.Allocate(40));
    if constexpr (ResizesInPlace<A>) {
      for (const std::size_t n : std::initializer_list<std::size_t>{1500, 500, 0, 100, 700, 0}) {
        if (heap.TryResize(q, n)) std::memset(q, 1, n);
        heap.Free(heap.Allocate(100));
      }
    }
    heap.Free(q);
    for (int i = 0; i < 2; ++i) {
      MmapPages pages;
      Guarded<A> another(pages);
      std::memset(another.Allocate(64), 1, 64);
    }
  }
  auto* p = static_cast<volatile unsigned char*>(heap.Allocate(40));
  if (mistake == "unset") {
    if (p[8] == 77) std::puts("77");
  }
  std::memset(const_cast<unsigned char*>(p), 1, 40);
  if (mistake == "overflow") p[40] = 1;
  if (mistake == "underflow" && p[-1] == 77) std::puts("77");
  if (mistake != "leak") heap.Free(const_cast<unsigned char*>(p));
  if (mistake == "freed" && p[0] == 77) std::puts("77");
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) {
  using namespace alloclab;
  if (argc != 2) return 2;
  for (const std::string_view name : Variants::kNames) {
    if (name == "system") continue;  // Valgrind's own
    Variants::Visit<MmapPages>(name, [&]<Allocator A>() {
      // Never destroyed: with its heap a block would end, and not be a leak.
      static auto& pages = *new MmapPages;
      static auto& heap = *new Guarded<A>(pages);
      Make(argv[1], heap);
    });
  }
  return 0;
}
