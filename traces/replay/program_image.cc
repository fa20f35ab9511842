#include "traces/replay/program_image.h"

#include <cstddef>
#include <span>
#include <vector>

#include "traces/replay/memory_file.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kMagic = 0x31474d49544c41ULL;  // "ALTIMG1"

bool IsRunnable(const Op& op, std::uint64_t slots) {
  return op.slot < slots && op.kind <= OpKind::kAligned && op.alignment_log2 < 63;
}

}  // namespace

Ops TailOfFrees(const Program& program) {
  constexpr std::uint64_t kEmpty = UINT64_MAX;
  std::vector<std::uint64_t> sizes(program.slots, kEmpty);
  for (const Op& op : program.ops) {
    std::uint64_t& size = sizes.at(op.slot);
    size = EndsBlock(op, size != kEmpty) ? kEmpty : op.size;
  }
  Ops tail;
  for (std::uint32_t slot = 0; slot < program.slots; ++slot) {
    if (sizes[slot] != kEmpty) tail.push_back({slot, OpKind::kFree, 0, 0, sizes[slot]});
  }
  return tail;
}

int WriteProgramImage(const Program& program) {
  const Ops tail = TailOfFrees(program);
  const ProgramImageHeader header = {kMagic,
                                     program.ops.size(),
                                     tail.size(),
                                     program.slots,
                                     program.live_bytes_peak,
                                     program.live_blocks_peak,
                                     program.bytes_requested,
                                     0};
  const std::span<const std::byte> parts[] = {
      std::as_bytes(std::span(&header, 1)),
      std::as_bytes(std::span(program.ops)),
      std::as_bytes(std::span(tail)),
  };
  return WriteMemoryFile(parts);
}

const char* ProgramImage::Map(int descriptor) {
  const std::span<const std::byte> file = MapWholeFile(descriptor);
  if (file.size() < sizeof(ProgramImageHeader)) {
    return "the program image cannot be mapped, or is shorter than its header";
  }
  const auto* header = reinterpret_cast<const ProgramImageHeader*>(file.data());
  const std::uint64_t total = (file.size() - sizeof(ProgramImageHeader)) / sizeof(Op);
  if (header->magic != kMagic) return "this is not a program image";
  if (header->operations > total || header->tail != total - header->operations) {
    return "the program image's length does not agree with its header";
  }
  if (header->slots > UINT64_C(1) << 32) return "the program image has more than 2^32 slots";
  const auto* ops = reinterpret_cast<const Op*>(header + 1);
  for (std::uint64_t i = 0; i < total; ++i) {
    if (!IsRunnable(ops[i], header->slots)) {
      return "the program image holds an operation with a wrong kind, slot or alignment";
    }
  }
  header_ = header;
  ops_ = ops;
  return nullptr;
}

}  // namespace alloclab
