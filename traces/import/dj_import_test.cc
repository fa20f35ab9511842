// What is known of the recordings of glibc-malloc-trace-utils (dj_mtrace.h).

#include <cstring>
#include <map>
#include <string>

#include "traces/import/import_cases.h"

namespace alloclab {
namespace {

const Answer kAnswers[] = {
    {"dj/every_call",
     "0 = malloc 24\n1 = calloc 1 64\n2 = memalign 64 100 @1\n3 = posix_memalign 128 100 @1\n"
     "failed posix_memalign 3 100 @1\n4 = realloc 0 48\nrealloc 4 0\n5 = realloc null 9\n"
     "failed realloc 5 4611686018427387904\n6 = valloc 10\n7 = pvalloc 10\nfree null\nfree 1 @1\n"
     "free 2 @1\n8 = malloc 1 @1\n",
     "1 frees of blocks whose allocation was not seen were left out; 1 allocations at the address "
     "of a live block, which was freed first.",
     ""},
    {"dj/cut", "0 = malloc 24\n1 = calloc 1 64\n", "",
     "dj/cut: the last record has 17 of 64 bytes, so it was cut and is left out"},
};

std::string DjRecord(const Call& call) {
  static const std::map<EventKind, unsigned char> kCalls = {
      {EventKind::kMalloc, 1},  {EventKind::kCalloc, 2},        {EventKind::kFree, 3},
      {EventKind::kRealloc, 4}, {EventKind::kMemalign, 5},      {EventKind::kValloc, 6},
      {EventKind::kPvalloc, 7}, {EventKind::kPosixMemalign, 8}, {EventKind::kFreeNull, 3}};
  std::string record(64, '\x5A');
  const std::uint32_t thread = call.event.thread + 0x80000000u;
  const bool error = call.event.kind == EventKind::kPosixMemalign && call.event.failed;
  const std::uint64_t words[] = {error ? 12 : call.before, call.after, call.event.size,
                                 call.event.alignment};
  std::memcpy(record.data(), &thread, 4);
  record[4] = static_cast<char>(kCalls.at(call.event.kind));
  std::memcpy(record.data() + 8, words, sizeof words);
  return record;
}

std::string FirstRecord() {
  std::string first(64, '\0');
  const std::uint64_t magic[] = {0x1234, 0, 8};
  first[4] = '\xFF';
  std::memcpy(first.data() + 8, magic, sizeof magic);
  return first;
}

// Of the kind 9, which does not exist.
std::string UnknownRecord() {
  std::string unknown = Seed("dj/every_call");
  unknown[64 + 4] = 9;
  return unknown;
}

std::vector<Mistake> Mistakes() {
  return {
      {"dj", std::string(64, '\0'),
       "case: does not begin with the record that such files begin with; trace again"},
      {"", Seed("dj/pointers_of_four_bytes"),
       "case: was made by a program with pointers of 4 bytes, and only those of 8 are known; "
       "trace a 64-bit program"},
      {"", UnknownRecord(),
       "case: the record at byte 64 is of kind 9, which does not exist; trace again"},
  };
}

}  // namespace

FormatCases DjCases() {
  using enum EventKind;
  return {.format = "dj",
          .answers = kAnswers,
          .mistakes = Mistakes(),
          .begin = FirstRecord(),
          .encode = DjRecord,
          .tool = {.kinds = {kMalloc, kCalloc, kFree, kRealloc, kMemalign, kValloc, kPvalloc,
                             kPosixMemalign, kFreeNull},
                   .threads = 5}};
}

}  // namespace alloclab
