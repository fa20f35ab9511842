#include "fuzz/schedule/small_programs.h"

namespace alloclab {
namespace {

struct Text {
  const char* name;
  const char* arena;
  const char* events;
};

constexpr Text kTexts[] = {
    {"two threads, a block each", "1024",
     "0 = malloc 24 @0\nfree 0 @0\n1 = malloc 24 @1\nfree 1 @1\n"},
    {"three threads, a block each", "1024",
     "0 = malloc 24 @0\nfree 0 @0\n1 = malloc 24 @1\nfree 1 @1\n2 = malloc 24 @2\nfree 2 @2\n"},
    {"two threads, two blocks each", "2048",
     "0 = malloc 24 @0\n1 = malloc 24 @0\n2 = malloc 24 @1\n3 = malloc 24 @1\n"},
    {"one makes, another frees", "1024",
     "0 = malloc 24 @0\nfree 0 @1\n1 = malloc 24 @0\nfree 1 @1\n"},
    {"one makes, two free", "1024",
     "0 = malloc 24 @0\n1 = malloc 24 @0\nfree 0 @1\nfree 1 @2\n2 = malloc 24 @0\n"},
    {"two free while the maker goes on", "1024",
     "0 = malloc 24 @0\n1 = malloc 24 @0\n2 = malloc 24 @0\nfree 0 @1\nfree 1 @1\nfree 2 @2\n"
     "3 = malloc 24 @0\n4 = malloc 24 @0\n"},
    {"blocks that are no cache's", "4096",
     "0 = malloc 400 @0\n1 = malloc 400 @1\nfree 0 @0\nfree 1 @1\n"},
    {"large blocks come and go", "4096",
     "0 = malloc 700 @0\nfree 0 @0\n1 = malloc 700 @1\n2 = malloc 400 @1\nfree 1 @0\n"},
    {"a block grows beside another", "4096",
     "0 = malloc 24 @0\n1 = realloc 0 400 @0\n2 = malloc 300 @1\nfree 2 @1\n"},
    {"many are freed by another", "2048",
     "0 = malloc 24 @0\n1 = malloc 24 @0\n2 = malloc 24 @0\n3 = malloc 24 @0\n4 = malloc 24 @0\n"
     "free 0 @1\nfree 1 @1\nfree 2 @1\nfree 3 @1\nfree 4 @1\n5 = malloc 24 @0\n"},
    {"one leaves and comes back", "1024",
     "0 = malloc 24 @0\nfree 0 @0\nthread_end @0\n1 = malloc 24 @0\n2 = malloc 24 @1\nfree 2 @1\n"},
    {"one leaves, another takes over", "1024",
     "0 = malloc 24 @0\n1 = malloc 24 @0\nthread_end @0\nfree 0 @1\n2 = malloc 24 @1\nfree 1 @1\n"
     "3 = malloc 24 @1\n"},
    {"memory is refused", "1024",
     "0 = malloc 24 @0\nmarker 2 @1\n1 = malloc 24 @1\n2 = malloc 400 @0\nfree 0 @0\n"},
    {"there is not enough for all", "256",
     "0 = malloc 24 @0\n1 = malloc 64 @0\n2 = malloc 24 @1\n3 = malloc 64 @1\nfree 0 @0\nfree 3 "
     "@1\n"},
    {"one makes, one frees, one wants", "1024",
     "0 = malloc 700 @0\nfree 0 @1\n1 = malloc 24 @2\nfree 1 @2\n"},
    {"a block goes around three threads", "1024",
     "0 = malloc 24 @0\n1 = malloc 24 @0\nfree 1 @2\nfree 0 @2\n2 = malloc 24 @2\nfree 2 @0\n"
     "3 = malloc 24 @0\nfree 3 @2\n4 = malloc 24 @1\nfree 4 @2\n"},
};

}  // namespace

std::vector<SmallProgram> SmallPrograms() {
  std::vector<SmallProgram> programs;
  for (const Text& text : kTexts) {
    const std::string all =
        std::string("alloclab trace text 1\n# arena: ") + text.arena + "\n\n" + text.events;
    programs.push_back({text.name, ReadCase(text.name, all).program});
  }
  return programs;
}

}  // namespace alloclab
