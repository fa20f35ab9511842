#include "fuzz/misuse/misuse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "allocator/allocator.h"

namespace alloclab {
namespace {

constexpr std::size_t kMisuseBytes = 4;

std::string_view CallName(MisuseCall call) {
  switch (call) {
    case MisuseCall::kFree:
      return "Free";
    case MisuseCall::kResize:
      return "TryResize";
    case MisuseCall::kMeasure:
      return "UsableSize";
  }
  return "unknown";
}

std::string_view AddressText(MisuseKind kind) {
  switch (kind) {
    case MisuseKind::kFreed:
      return "the address of a block that was freed";
    case MisuseKind::kInterior:
      return "an address inside of a live block";
    default:
      return "the address of no block";
  }
}

}  // namespace

std::size_t Misuse::resize_bytes() const {
  constexpr std::uint8_t kAbsurd = 224;
  return which < kAbsurd ? std::size_t{which} * 8 : kMaxRequestBytes + (which - kAbsurd);
}

MisuseCase DecodeMisuseCase(std::span<const std::uint8_t> input) {
  std::array<std::uint8_t, kMisuseBytes> bytes{};
  const std::size_t given = input.empty() ? 0 : std::min(input.size() - 1, bytes.size());
  std::vector<std::uint8_t> program(input.begin(), input.end());
  if (given != 0) {
    std::copy_n(input.begin() + 1, given, bytes.begin());
    program.erase(program.begin() + 1, program.begin() + 1 + static_cast<std::ptrdiff_t>(given));
  }
  Misuse misuse{.kind = static_cast<MisuseKind>(bytes[0] % kMisuseKinds),
                .call = static_cast<MisuseCall>(bytes[0] / kMisuseKinds % kMisuseCalls),
                .when = bytes[1],
                .which = bytes[2],
                .where = bytes[3]};
  return {DecodeFuzzProgram(program), misuse};
}

std::string_view MisuseName(MisuseKind kind) {
  switch (kind) {
    case MisuseKind::kFreed:
      return "double free";
    case MisuseKind::kInterior:
      return "interior free";
    case MisuseKind::kForeign:
      return "foreign free";
    case MisuseKind::kOverflow:
      return "overflow by one";
    case MisuseKind::kWriteAfterFree:
      return "write after free";
  }
  return "unknown";
}

std::string MisuseText(const MisuseCase& misuse_case) {
  const Misuse& misuse = misuse_case.misuse;
  const std::string when = fmt::format("after event {}", misuse_case.before());
  if (misuse.kind == MisuseKind::kOverflow) {
    return when + ", the byte behind a live block is changed";
  }
  if (misuse.kind == MisuseKind::kWriteAfterFree) {
    return when + ", bytes of a block that was freed are changed";
  }
  return fmt::format("{}, {} is called with {}", when, CallName(misuse.call),
                     AddressText(misuse.kind));
}

}  // namespace alloclab
