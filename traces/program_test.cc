// Programs against a slow translation of the same events, through both forms.

#include "traces/program.h"

#include <gtest/gtest.h>

#include <bit>
#include <map>

#include "traces/convert.h"
#include "traces/event_kind.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

using Row = std::tuple<OpKind, std::uint32_t, int, std::uint64_t>;

std::vector<Row> Rows(const Program& program) {
  std::vector<Row> rows;
  for (const Op& op : program.ops) rows.emplace_back(op.kind, op.slot, op.alignment_log2, op.size);
  return rows;
}

Program FromText(const std::string& lines) {
  const std::string text = "alloclab trace text 1\n\n" + lines;
  return DecodeProgram(*OpenTraceBytes("program.txt", text));
}

std::string ErrorOf(const std::string& lines) {
  try {
    FromText(lines);
  } catch (const TraceError& error) {
    return error.what();
  }
  return "";
}

TEST(Program, EveryKindBecomesItsOperation) {
  const Program program = FromText(
      "1 = malloc 10\n"
      "2 = calloc 3 7\n"
      "3 = realloc 1 20\n"
      "4 = realloc null 5\n"
      "5 = reallocarray 4 6 7\n"
      "6 = reallocarray null 2 4\n"
      "realloc 5 0\n"
      "7 = memalign 64 1\n"
      "8 = valloc 1\n"
      "9 = pvalloc 1\n"
      "10 = new_array_aligned 32 9\n"
      "11 = new 8\n"
      "delete_sized 11 8\n"
      "free 2\n"
      "free null\n"
      "failed malloc 5\n"
      "failed realloc 3 99\n"
      "failed memalign 3 5\n"
      "thread_start\n"
      "fork 5\n"
      "marker 1\n"
      "12 = calloc 2 18446744073709551615\n"
      "free 12\n"
      "delete_array 3\n");
  const std::vector<Row> expected = {
      {OpKind::kMalloc, 0, 0, 10},       {OpKind::kCalloc, 1, 0, 21},
      {OpKind::kRealloc, 0, 0, 20},      {OpKind::kMalloc, 2, 0, 5},
      {OpKind::kRealloc, 2, 0, 42},      {OpKind::kMalloc, 3, 0, 8},
      {OpKind::kFree, 2, 0, 42},         {OpKind::kAligned, 2, 6, 1},
      {OpKind::kAligned, 4, 12, 1},      {OpKind::kAligned, 5, 12, 1},
      {OpKind::kAligned, 6, 5, 9},       {OpKind::kMalloc, 7, 0, 8},
      {OpKind::kFree, 7, 0, 8},          {OpKind::kFree, 1, 0, 21},
      {OpKind::kCalloc, 1, 0, SIZE_MAX}, {OpKind::kFree, 1, 0, SIZE_MAX},
      {OpKind::kFree, 0, 0, 20},
  };
  EXPECT_EQ(Rows(program), expected);
  EXPECT_EQ(program.slots, 8U);
  EXPECT_EQ(program.live_blocks_peak, 8U);
  // Before reallocarray's block is given up.
  EXPECT_EQ(program.live_bytes_peak, 20U + 21 + 42 + 8);
  EXPECT_EQ(program.bytes_requested, 10U + 21 + 20 + 5 + 42 + 8 + 1 + 1 + 1 + 9 + 8);
}

TEST(Program, SlotsAreReusedLastInFirstOut) {
  const Program program = FromText(
      "1 = malloc 1\n2 = malloc 2\n3 = malloc 3\nfree 1\nfree 3\n4 = malloc 4\n5 = malloc 5\n"
      "6 = malloc 6\n");
  std::vector<std::uint32_t> slots;
  for (const Op& op : program.ops) slots.push_back(op.slot);
  EXPECT_EQ(slots, (std::vector<std::uint32_t>{0, 1, 2, 0, 2, 2, 0, 3}));
}

// As glibc does, whose programs are recorded: memalign and aligned_alloc round up.
TEST(Program, AlignmentsAreRoundedUpToAPowerOfTwo) {
  const Program program = FromText(
      "1 = memalign 24 5\n2 = aligned_alloc 0 5\n3 = new_aligned 65 5\n"
      "4 = memalign 4611686018427387903 5\n");
  std::vector<int> logs;
  for (const Op& op : program.ops) logs.push_back(op.alignment_log2);
  EXPECT_EQ(logs, (std::vector<int>{5, 0, 7, 62}));
}

TEST(Program, AlignmentsThatNoMallocHonoursAreNamed) {
  EXPECT_EQ(
      ErrorOf("1 = malloc 1\n2 = memalign 4611686018427387905 5\n"),
      "event 1 of the trace is a memalign that succeeded with alignment 4611686018427387905, which "
      "no malloc honours; correct or remove it");
  EXPECT_EQ(ErrorOf("1 = posix_memalign 24 5\n"),
            "event 0 of the trace is a posix_memalign that succeeded with alignment 24, which no "
            "malloc honours; correct or remove it");
  EXPECT_EQ(ErrorOf("1 = posix_memalign 32 5\n"), "");
}

TEST(Program, AnEmptyTraceIsAnEmptyProgram) {
  const Program program = FromText("");
  EXPECT_TRUE(program.ops.empty());
  EXPECT_EQ(program.slots, 0U);
}

// Numbers straight from the definitions, with maps and no regard for speed.
std::vector<Row> SlowRows(const std::vector<Event>& events) {
  std::vector<Row> rows;
  std::map<std::uint64_t, std::pair<std::uint32_t, std::uint64_t>> live;
  std::vector<std::uint32_t> free_slots;
  std::uint32_t slots = 0;
  for (const Event& event : events) {
    const bool ends = EndsAllocation(event);
    const bool makes = event.id != kNoAllocation;
    const std::uint64_t size = RequestedBytes(event);
    if (ends && makes) {
      const std::uint32_t slot = live.at(event.ref).first;
      live.erase(event.ref);
      live[event.id] = {slot, size};
      rows.emplace_back(OpKind::kRealloc, slot, 0, size);
    } else if (ends) {
      const auto [slot, bytes] = live.at(event.ref);
      live.erase(event.ref);
      free_slots.push_back(slot);
      rows.emplace_back(OpKind::kFree, slot, 0, bytes);
    } else if (makes) {
      const bool page = event.kind == EventKind::kValloc || event.kind == EventKind::kPvalloc;
      const bool aligned = page || event.alignment != 0;
      const OpKind kind = event.kind == EventKind::kCalloc ? OpKind::kCalloc
                          : aligned                        ? OpKind::kAligned
                                                           : OpKind::kMalloc;
      const std::uint64_t alignment = page ? 4096 : event.alignment;
      std::uint32_t slot = slots;
      if (free_slots.empty()) {
        ++slots;
      } else {
        slot = free_slots.back();
        free_slots.pop_back();
      }
      live[event.id] = {slot, size};
      rows.emplace_back(kind, slot, aligned ? std::countr_zero(alignment) : 0, size);
    }
  }
  return rows;
}

TEST(Program, AgreesWithASlowTranslationInBothForms) {
  const std::uint64_t seed = TestSeed();
  for (const std::vector<Event>& events :
       {RandomEvents(seed, 150000), RecordingLikeEvents(seed, 150000)}) {
    const std::vector<Row> expected = SlowRows(events);
    const std::string archive = ArchiveBytes(events);
    const Program program = DecodeProgram(*OpenTraceBytes("a.alt", archive));
    EXPECT_TRUE(Rows(program) == expected) << "seed " << seed;
    EXPECT_EQ(program.slots, program.live_blocks_peak);
    const std::string text = TextBytes(events);
    EXPECT_TRUE(Rows(DecodeProgram(*OpenTraceBytes("a.txt", text))) == expected) << "seed " << seed;
    // There and back again.
    const std::string path = TemporaryPath("again.alt");
    CopyTrace(*OpenTraceBytes("a.txt", text), *CreateTrace(path, TraceForm::kArchive, {}));
    EXPECT_TRUE(FileBytes(path) == archive) << "seed " << seed;
    EXPECT_TRUE(Rows(DecodeProgram(*OpenTrace(path))) == expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace alloclab
