// Standard containers on any allocator: std::pmr::memory_resource over a variant that is chosen by
// name at run time.
//
//   standard_containers VARIANT      counts words of a text it makes up, and says what it used

#include <cstdio>
#include <map>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/memory_resource.h"
#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"

namespace alloclab {
namespace {

// How often each word occurs, with every node, string and vector from `resource`.
std::pmr::map<std::pmr::string, int> CountWords(std::pmr::memory_resource& resource) {
  std::pmr::map<std::pmr::string, int> counts(&resource);
  std::pmr::vector<std::pmr::string> words(&resource);
  for (int i = 0; i < 20000; ++i) {
    words.emplace_back("a word long enough to need memory of its own, number ");
    words.back() += std::to_string(i * i % 1000);
  }
  for (const std::pmr::string& word : words) ++counts[word];
  return counts;
}

template <Allocator A>
int Run(std::string_view name) {
  MmapPages pages;
  A allocator(pages);
  MemoryResource<A> resource(allocator);
  const auto expected = CountWords(*std::pmr::new_delete_resource());
  {
    const auto counts = CountWords(resource);
    std::printf("%.*s: %zu different words, %zu bytes held at most\n",
                static_cast<int>(name.size()), name.data(), counts.size(), pages.BytesPeak());
    if (!std::equal(counts.begin(), counts.end(), expected.begin(), expected.end())) {
      std::puts("the counts are not those of the standard allocator");
      return 1;
    }
  }
  if (kWalkable<A> && pages.BytesHeld() > MmapPages::kRetainBytes) {
    std::printf("%zu bytes are still held after everything was freed\n", pages.BytesHeld());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) {
  const std::string_view name = argc == 2 ? argv[1] : "";
  int status = 2;
  const bool known = alloclab::Variants::Visit<alloclab::MmapPages>(
      name, [&]<alloclab::Allocator A>() { status = alloclab::Run<A>(name); });
  if (!known) {
    std::fprintf(stderr, "usage: standard_containers VARIANT, one of:");
    for (const std::string_view variant : alloclab::Variants::kNames) {
      std::fprintf(stderr, " %.*s", static_cast<int>(variant.size()), variant.data());
    }
    std::fputc('\n', stderr);
  }
  return status;
}
