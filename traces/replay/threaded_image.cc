#include "traces/replay/threaded_image.h"

#include <cstddef>
#include <vector>

#include "traces/replay/memory_file.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kMagic = 0x31524854544c41ULL;  // "ALTTHR1"

}  // namespace

int WriteThreadedImage(const ThreadedProgram& program) {
  const ThreadedImageHeader header = {kMagic,        program.threads.size(), program.tail.size(),
                                      program.slots, program.calls,          {}};
  std::vector<std::uint64_t> ends;
  for (const Ops& ops : program.threads) {
    ends.push_back((ends.empty() ? 0 : ends.back()) + ops.size());
  }
  std::vector<std::span<const std::byte>> parts = {std::as_bytes(std::span(&header, 1)),
                                                   std::as_bytes(std::span(ends))};
  for (const Ops& ops : program.threads) parts.push_back(std::as_bytes(std::span(ops)));
  parts.push_back(std::as_bytes(std::span(program.tail)));
  return WriteMemoryFile(parts);
}

bool ThreadedImage::IsRunnable(std::uint32_t number, const Op& op) const {
  if (op.kind == OpKind::kPause) return true;
  if (op.kind == OpKind::kWait) {
    if (op.slot >= threads() || op.slot == number || op.size == 0) return false;
    const std::span<const Op> other = thread(op.slot);
    return op.size <= other.size() && other[op.size - 1].awaited != 0;
  }
  return op.slot < slots() && op.kind <= OpKind::kAligned && op.alignment_log2 < 63;
}

const char* ThreadedImage::Map(int descriptor) {
  const std::span<const std::byte> file = MapWholeFile(descriptor);
  if (file.size() < sizeof(ThreadedImageHeader)) {
    return "the program image cannot be mapped, or is shorter than its header";
  }
  header_ = reinterpret_cast<const ThreadedImageHeader*>(file.data());
  if (header_->magic != kMagic) return "this is not a program image for threads";
  constexpr const char* kLength = "the program image's length does not agree with its header";
  const std::size_t rest = file.size() - sizeof(ThreadedImageHeader);
  if (header_->threads == 0 || header_->threads > kMaxThreads ||
      header_->threads > rest / sizeof(std::uint64_t)) {
    return kLength;
  }
  ends_ = reinterpret_cast<const std::uint64_t*>(header_ + 1);
  ops_ = reinterpret_cast<const Op*>(ends_ + header_->threads);
  const std::uint64_t total = (rest - header_->threads * sizeof(std::uint64_t)) / sizeof(Op);
  for (std::uint32_t i = 0; i < threads(); ++i) {
    if (ends_[i] < (i == 0 ? 0 : ends_[i - 1]) || ends_[i] > total) return kLength;
  }
  if (header_->tail != total - ends_[threads() - 1]) return kLength;
  if (header_->slots > UINT64_C(1) << 32) return "the program image has more than 2^32 slots";
  constexpr const char* kOperation =
      "the program image holds an operation with a wrong kind, slot, alignment or wait";
  for (std::uint32_t i = 0; i < threads(); ++i) {
    for (const Op& op : thread(i)) {
      if (!IsRunnable(i, op)) return kOperation;
    }
  }
  for (const Op& op : tail()) {
    if (op.kind != OpKind::kFree || op.slot >= slots()) return kOperation;
  }
  return nullptr;
}

}  // namespace alloclab
