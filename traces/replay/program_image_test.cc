// An image gives back the program that was written, and whatever is not one is refused with a
// sentence, never run.

#include "traces/replay/program_image.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "traces/replay/random_program.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

bool SameOp(const Op& a, const Op& b) {
  return a.slot == b.slot && a.kind == b.kind && a.alignment_log2 == b.alignment_log2 &&
         a.size == b.size;
}

TEST(ProgramImage, GivesBackTheProgram) {
  const Program program = RandomProgram(TestSeed());
  const int descriptor = WriteProgramImage(program);
  ProgramImage image;
  ASSERT_EQ(image.Map(descriptor), nullptr);
  close(descriptor);
  ASSERT_EQ(image.header().operations, program.ops.size());
  for (std::size_t i = 0; i < program.ops.size(); ++i) {
    ASSERT_TRUE(SameOp(image.begin()[i], program.ops[i])) << i;
  }
  EXPECT_EQ(image.header().slots, program.slots);
  EXPECT_EQ(image.header().live_bytes_peak, program.live_bytes_peak);
  EXPECT_EQ(image.header().live_blocks_peak, program.live_blocks_peak);
  EXPECT_EQ(image.header().bytes_requested, program.bytes_requested);
}

// Program and tail together free every block exactly once.
TEST(ProgramImage, TheTailFreesWhatIsLeft) {
  const Program program = RandomProgram(TestSeed());
  const int descriptor = WriteProgramImage(program);
  ProgramImage image;
  ASSERT_EQ(image.Map(descriptor), nullptr);
  close(descriptor);
  std::vector<bool> live(program.slots, false);
  for (const Op* op = image.begin(); op != image.end(); ++op) {
    if (op->kind == OpKind::kFree) {
      ASSERT_TRUE(live[op->slot]);
    }
    live[op->slot] = op->kind != OpKind::kFree;
  }
  for (std::size_t slot = 0; slot < live.size(); ++slot) EXPECT_FALSE(live[slot]) << slot;
  EXPECT_GT(image.header().tail, 0u) << "the program frees everything: this test shows nothing";
}

TEST(ProgramImage, AReallocToNothingLeavesNothingToFree) {
  Program program;
  program.slots = 1;
  program.ops = {{0, OpKind::kMalloc, 0, 0, 8}, {0, OpKind::kRealloc, 0, 0, 0}};
  EXPECT_TRUE(TailOfFrees(program).empty());
}

// The bytes of an image, to be spoiled.
std::string ImageBytes() {
  Program program;
  program.slots = 1;
  program.ops = {{0, OpKind::kMalloc, 0, 0, 8}, {0, OpKind::kFree, 0, 0, 8}};
  const int descriptor = WriteProgramImage(program);
  std::string bytes(sizeof(ProgramImageHeader) + 2 * sizeof(Op), '\0');
  EXPECT_EQ(pread(descriptor, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  close(descriptor);
  return bytes;
}

// What Map says about `bytes`; an empty string when it takes them.
std::string Refusal(const std::string& bytes) {
  const int descriptor = memfd_create("image", 0);
  EXPECT_EQ(write(descriptor, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ProgramImage image;
  const char* wrong = image.Map(descriptor);
  close(descriptor);
  return wrong == nullptr ? "" : wrong;
}

template <class Change>
std::string RefusalAfter(Change change) {
  std::string bytes = ImageBytes();
  ProgramImageHeader header;
  Op ops[2];
  std::memcpy(&header, bytes.data(), sizeof(header));
  std::memcpy(ops, bytes.data() + sizeof(header), sizeof(ops));
  change(header, ops);
  std::memcpy(bytes.data(), &header, sizeof(header));
  std::memcpy(bytes.data() + sizeof(header), ops, sizeof(ops));
  return Refusal(bytes);
}

TEST(ProgramImage, RefusesWhatCannotBeRun) {
  using Header = ProgramImageHeader;
  EXPECT_EQ(RefusalAfter([](Header&, Op*) {}), "");
  EXPECT_EQ(Refusal(""), "the program image cannot be mapped, or is shorter than its header");
  EXPECT_EQ(RefusalAfter([](Header& header, Op*) { header.magic ^= 1; }),
            "this is not a program image");
  const std::string length = "the program image's length does not agree with its header";
  EXPECT_EQ(RefusalAfter([](Header& header, Op*) { header.operations = UINT64_MAX; }), length);
  EXPECT_EQ(RefusalAfter([](Header& header, Op*) { header.operations = 1; }), length);
  EXPECT_EQ(RefusalAfter([](Header& header, Op*) { header.tail = 1; }), length);
  // The two add up to the right length, by wrapping around.
  EXPECT_EQ(RefusalAfter([](Header& header, Op*) {
              header.operations = UINT64_MAX;
              header.tail = 3;
            }),
            length);
  const std::string operation =
      "the program image holds an operation with a wrong kind, slot or alignment";
  EXPECT_EQ(RefusalAfter([](Header& header, Op*) { header.slots = 0; }), operation);
  EXPECT_EQ(RefusalAfter([](Header&, Op* ops) { ops[1].slot = 1; }), operation);
  EXPECT_EQ(RefusalAfter([](Header&, Op* ops) { ops[1].kind = OpKind{5}; }), operation);
  EXPECT_EQ(RefusalAfter([](Header&, Op* ops) { ops[0].alignment_log2 = 64; }), operation);
  EXPECT_EQ(RefusalAfter([](Header& header, Op*) { header.slots = UINT64_C(1) << 33; }),
            "the program image has more than 2^32 slots");
}

}  // namespace
}  // namespace alloclab
