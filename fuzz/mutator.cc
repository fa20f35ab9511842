#include "fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fuzz/operation.h"

namespace alloclab {
namespace {

using Operations = std::vector<Operation>;

struct Program {
  std::uint8_t arena = 0;
  Operations operations;
};

Program Parse(std::span<const std::uint8_t> input) {
  Program program;
  if (input.empty()) return program;
  program.arena = input[0];
  input = input.subspan(1);
  while (!input.empty()) {
    std::array<std::uint8_t, Operation::kBytes> bytes{};
    const std::size_t count = std::min(input.size(), bytes.size());
    std::copy_n(input.begin(), count, bytes.begin());
    input = input.subspan(count);
    program.operations.push_back({bytes[0], bytes[1], bytes[2], bytes[3]});
  }
  return program;
}

std::vector<std::uint8_t> Spell(const Program& program, std::size_t max_bytes) {
  const std::size_t most = max_bytes == 0 ? 0 : (max_bytes - 1) / Operation::kBytes;
  std::vector<std::uint8_t> bytes = {program.arena};
  for (std::size_t i = 0; i < std::min(program.operations.size(), most); ++i) {
    const Operation& operation = program.operations[i];
    bytes.insert(bytes.end(),
                 {operation.what, operation.which, operation.place, operation.distance});
  }
  return bytes;
}

class Mutation {
 public:
  Mutation(Program& program, SplitMix& random) : program_(program), random_(random) {}

  void Once() {
    // Weights by how often each was the change that found a planted bug.
    switch (Below(16)) {
      case 0:
      case 1:
      case 2:
        return Insert({Any()});
      case 3:
      case 4:
        return Remove();
      case 5:
        return Repeat();
      case 6:
        return Swap();
      case 7:
        return ChangeOneByte();
      case 8:
      case 9:
        return MoveSizeToAnEdge();
      case 10:
        return CopyASize();
      case 11:
      case 12:
      case 13:
        return Insert(Pattern());
      case 14:
        return Insert({Of(OperationKind::kOrder)});
      default:
        program_.arena = Byte();
    }
  }

 private:
  Operations& all() { return program_.operations; }
  std::uint8_t Byte() { return static_cast<std::uint8_t>(random_.Next()); }
  std::size_t Below(std::size_t n) { return random_.Next() % n; }
  std::ptrdiff_t Place(std::size_t n) { return static_cast<std::ptrdiff_t>(Below(n)); }

  Operation Any() { return {Byte(), Byte(), Byte(), Byte()}; }

  Operation Of(OperationKind kind) {
    const auto* found = std::find(kOperations.begin(), kOperations.end(), kind);
    Operation operation = Any();
    operation.what = static_cast<std::uint8_t>(found - kOperations.begin());
    return operation;
  }
  Operation Of(OperationKind kind, std::uint8_t which) {
    Operation operation = Of(kind);
    operation.which = which;
    return operation;
  }
  // With the size of another.
  Operation Like(OperationKind kind, const Operation& other) {
    Operation operation = Of(kind);
    operation.place = other.place;
    operation.distance = other.distance;
    return operation;
  }

  void Insert(const Operations& what) {
    all().insert(all().begin() + Place(all().size() + 1), what.begin(), what.end());
  }

  // A run of them, [first, second).
  std::pair<std::ptrdiff_t, std::ptrdiff_t> Run() {
    const std::ptrdiff_t begin = Place(all().size());
    const std::size_t most = std::min<std::size_t>(all().size() - static_cast<std::size_t>(begin),
                                                   std::size_t{1} << Below(5));
    return {begin, begin + 1 + Place(most)};
  }

  void Remove() {
    if (all().empty()) return;
    const auto [begin, end] = Run();
    all().erase(all().begin() + begin, all().begin() + end);
  }

  void Repeat() {
    if (all().empty()) return;
    const auto [begin, end] = Run();
    const Operations run(all().begin() + begin, all().begin() + end);
    Insert(run);
  }

  void Swap() {
    if (all().empty()) return;
    std::swap(all()[Below(all().size())], all()[Below(all().size())]);
  }

  void ChangeOneByte() {
    if (all().empty()) return;
    Operation& operation = all()[Below(all().size())];
    const std::array<std::uint8_t Operation::*, 4> fields = {
        &Operation::what, &Operation::which, &Operation::place, &Operation::distance};
    std::uint8_t& byte = operation.*fields[Below(fields.size())];
    byte = Below(2) == 0 ? Byte() : static_cast<std::uint8_t>(byte + (Below(2) == 0 ? 1 : -1));
  }

  void MoveSizeToAnEdge() {
    if (all().empty()) return;
    Operation& operation = all()[Below(all().size())];
    if (Below(2) == 0) {
      // As far from there, or the same and a little more or less.
      operation.distance =
          static_cast<std::uint8_t>((operation.distance & 0xF0) | static_cast<int>(Below(16)));
    } else {
      operation.place = Byte();
      operation.distance = Byte();
    }
  }

  void CopyASize() {
    if (all().empty()) return;
    const Operation from = all()[Below(all().size())];
    Operation& to = all()[Below(all().size())];
    to.place = from.place;
    to.distance = from.distance;
  }

  // What has broken heaps before: a hole and what just fits it or just does not, neighbours freed
  // in some order, growth into what was freed, holes by the dozen, the end of memory.
  Operations Pattern() {
    using enum OperationKind;
    constexpr std::uint8_t kLast = 0;
    constexpr std::uint8_t kOneBefore = 1;
    constexpr std::uint8_t kTwoBefore = 2;
    const auto one_of_three = [&] { return static_cast<std::uint8_t>(Below(3)); };
    // The size that was freed last, a few bytes up or down.
    const auto freed = [&](OperationKind kind) {
      Operation operation = Of(kind);
      operation.place = static_cast<std::uint8_t>(3 | Below(3) << 3);
      return operation;
    };
    switch (Below(10)) {
      case 0:
        return {Of(kMalloc), Of(kMalloc), Of(kFree, kOneBefore), freed(kMalloc)};
      case 1:
        return {Of(kMalloc),
                Of(kMalloc),
                Of(kMalloc),
                Of(kFree, one_of_three()),
                Of(kFree, one_of_three()),
                Of(kFree, kLast)};
      case 2:
        return {Of(kMalloc), Of(kMalloc), Of(kFree, kLast), Of(kRealloc, kLast)};
      case 3:
        return {Of(kMalloc),
                Of(kMalloc),
                Of(kMalloc),
                Of(kFree, kOneBefore),
                Of(kRealloc, kOneBefore),
                Of(kFree, kLast)};
      case 4: {
        const Operation comb = Of(kComb);
        return {comb, Of(kOrder), Like(kMalloc, comb), freed(kMalloc)};
      }
      case 5:
        return {Of(kBurst), Of(kFreeMany), Of(kMalloc)};
      case 6:
        return {Of(kMalloc), Of(kAligned), Of(kFree, kOneBefore), Of(kFree, kLast)};
      case 8: {
        // A hole behind many that lie between the same powers of two and may be smaller.
        program_.arena |= 14;
        Operation hole = Of(kMalloc);
        hole.place = static_cast<std::uint8_t>(2 | (7 + Below(5)) << 3);
        Operation comb = Of(kComb);
        comb.place = hole.place;
        return {hole, Of(kMalloc), Of(kFree, kOneBefore), comb, Of(kOrder), Like(kMalloc, hole)};
      }
      case 7: {
        constexpr std::array<OperationKind, 4> kAnyOf = {kAligned, kRealloc, kCalloc,
                                                         kReallocArray};
        Operation absurd = Of(kAnyOf[Below(kAnyOf.size())]);
        absurd.place |= 7;
        return {absurd};
      }
      default: {
        const Operation first = Of(kMalloc);
        return {first, Of(kMalloc), Of(kFree, kOneBefore), Like(kCalloc, first),
                Of(kFree, kTwoBefore)};
      }
    }
  }

  Program& program_;
  SplitMix& random_;
};

}  // namespace

std::vector<std::uint8_t> MutateProgram(std::span<const std::uint8_t> input, std::size_t max_bytes,
                                        SplitMix& random) {
  Program program = Parse(input);
  Mutation mutation(program, random);
  const std::size_t changes = 1 + random.Next() % 4;
  for (std::size_t i = 0; i < changes; ++i) mutation.Once();
  return Spell(program, max_bytes);
}

std::vector<std::uint8_t> SplicePrograms(std::span<const std::uint8_t> a,
                                         std::span<const std::uint8_t> b, std::size_t max_bytes,
                                         SplitMix& random) {
  Program program = Parse(a);
  const Program other = Parse(b);
  program.operations.resize(random.Next() % (program.operations.size() + 1));
  const std::size_t from = random.Next() % (other.operations.size() + 1);
  program.operations.insert(program.operations.end(),
                            other.operations.begin() + static_cast<std::ptrdiff_t>(from),
                            other.operations.end());
  return Spell(program, max_bytes);
}

}  // namespace alloclab
