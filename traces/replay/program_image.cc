#include "traces/replay/program_image.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace alloclab {
namespace {

constexpr std::uint64_t kMagic = 0x31474d49544c41ULL;  // "ALTIMG1"

void WriteAll(int descriptor, const void* data, std::size_t bytes) {
  const char* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = write(descriptor, at, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const std::string why = std::strerror(errno);
      close(descriptor);
      throw TraceError("cannot write the replay program to a memory file: " + why +
                       ". It needs 16 bytes an operation; free memory or use a shorter trace.");
    }
    at += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

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
  const int descriptor = memfd_create("alloclab-program", 0);
  if (descriptor < 0) {
    throw TraceError(std::string("cannot make a memory file for the replay program: ") +
                     std::strerror(errno));
  }
  const ProgramImageHeader header = {kMagic,
                                     program.ops.size(),
                                     tail.size(),
                                     program.slots,
                                     program.live_bytes_peak,
                                     program.live_blocks_peak,
                                     program.bytes_requested,
                                     0};
  WriteAll(descriptor, &header, sizeof(header));
  WriteAll(descriptor, program.ops.data(), program.ops.size() * sizeof(Op));
  WriteAll(descriptor, tail.data(), tail.size() * sizeof(Op));
  return descriptor;
}

const char* ProgramImage::Map(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return "the program image cannot be read";
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  if (bytes < sizeof(ProgramImageHeader)) return "the program image is shorter than its header";
  void* mapped = mmap(nullptr, bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor, 0);
  if (mapped == MAP_FAILED) return "the program image cannot be mapped";
  const auto* header = static_cast<const ProgramImageHeader*>(mapped);
  const std::uint64_t total = (bytes - sizeof(ProgramImageHeader)) / sizeof(Op);
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
