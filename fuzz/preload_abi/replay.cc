#include "fuzz/preload_abi/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <thread>
#include <utility>

#include "allocator/allocator.h"
#include "allocator/malloc_api.h"
#include "traces/checked/refusal_errno.h"
#include "traces/event_kind.h"

namespace alloclab {
namespace {

// What no function sets errno to.
constexpr int kNoErrno = 9999;

std::size_t Bytes(std::uint64_t n) { return static_cast<std::size_t>(n); }

bool IsNamed(const Event& event) { return TraitsOf(event.kind).has_alignment; }

bool IsPaged(const Event& event) {
  return event.kind == EventKind::kValloc || event.kind == EventKind::kPvalloc;
}

// The alignment that the block has to have; 0: the call has to be refused.
std::uint64_t AlignmentOf(const Event& event) {
  if (IsPaged(event)) return kSystemPageBytes;
  if (!IsNamed(event)) return kMallocAlignment;
  if (RefusalErrno(event) == EINVAL) return 0;
  return std::max<std::uint64_t>(std::bit_ceil(event.alignment), kMallocAlignment);
}

// What has to be writable.
std::uint64_t BytesOf(const Event& event) {
  const std::uint64_t bytes = RequestedBytes(event);
  if (event.kind != EventKind::kPvalloc || bytes > kMaxRequestBytes - kSystemPageBytes) {
    return bytes;
  }
  const std::uint64_t pages = (bytes + kSystemPageBytes - 1) / kSystemPageBytes;
  return std::max<std::uint64_t>(pages, 1) * kSystemPageBytes;
}

bool IsUncertain(std::uint64_t n) {
  return n > AbiReplay::kMostBytes && n < AbiReplay::kNobodysBytes;
}

}  // namespace

void AbiReplay::Break(Rule rule, const void* address, std::string text) {
  shadow_.Break(rule, address, std::move(text));
}

bool AbiReplay::Ends() {
  if (violation_) return true;
  if (const Violation* broken = shadow_.violation()) {
    violation_ = *broken;
    violation_->operation = events_;
  }
  return violation_.has_value();
}

bool AbiReplay::Step(const Event& event) {
  if (Ends()) return false;
  ++events_;
  if (event.kind == EventKind::kMarker) {
    in_a_thread_ = true;
    return true;
  }
  if (std::exchange(in_a_thread_, false)) {
    std::thread([&] { Run(event); }).join();
  } else {
    Run(event);
  }
  constexpr std::uint64_t kCredit = 64;
  constexpr std::uint64_t kBytesPerCredit = 64;
  credit_ += kCredit;
  if (credit_ >= live_.size() + live_bytes_ / kBytesPerCredit) {
    shadow_.CheckContents();
    credit_ = 0;
  }
  return !Ends();
}

bool AbiReplay::Finish() {
  if (Ends()) return false;
  ++events_;
  shadow_.CheckContents();
  while (!Ends() && !live_.empty()) {
    const auto [id, block] = *live_.begin();
    live_.erase(live_.begin());
    Free(id, block);
  }
  return !Ends();
}

void AbiReplay::Run(const Event& event) {
  shadow_.NextOperation();
  const EventRole role = TraitsOf(event.kind).role;
  if (event.kind == EventKind::kFreeNull) {
    ++calls_;
    errno = kNoErrno;
    library_.free(nullptr);
    ExpectErrno(event, kNoErrno);
    if (Usable(nullptr) != 0) {
      Break(Rule::kUsableSize, nullptr, "the usable size of NULL is not 0");
    }
  } else if (role == EventRole::kFrees) {
    // Of a block that could not be made: nothing to call.
    if (const auto node = live_.extract(event.ref)) Free(event.ref, node.mapped());
  } else if (role == EventRole::kMakes || role == EventRole::kResizes) {
    const std::uint64_t alignment = IsNamed(event) ? event.alignment : 0;
    const std::uint64_t bytes = RequestedBytes(event);
    const bool skipped = IsUncertain(bytes) || IsUncertain(alignment);
    if (!skipped) {
      ++calls_;
      role == EventRole::kMakes ? Make(event) : Resize(event);
    } else if (role == EventRole::kResizes) {
      // The block goes by its new number.
      auto node = live_.extract(event.ref);
      if (!node) return;
      node.key() = event.failed ? event.ref : event.id;
      live_.insert(std::move(node));
    }
  }
}

void AbiReplay::Make(const Event& event) {
  const std::size_t size = Bytes(event.size);
  const std::size_t alignment = Bytes(event.alignment);
  errno = kNoErrno;
  void* p = nullptr;
  switch (event.kind) {
    case EventKind::kCalloc:
      p = library_.calloc(Bytes(event.count), size);
      break;
    case EventKind::kMemalign:
      p = library_.memalign(alignment, size);
      break;
    case EventKind::kAlignedAlloc:
      p = library_.aligned_alloc(alignment, size);
      break;
    case EventKind::kPosixMemalign: {
      void* const untouched = &p;
      p = untouched;
      const int error = library_.posix_memalign(&p, alignment, size);
      ExpectErrno(event, kNoErrno);
      if (error != 0 && p != untouched) {
        Break(Rule::kErrno, p, "posix_memalign wrote its result though it failed");
      }
      if (error != 0) p = nullptr;
      errno = error;
      break;
    }
    case EventKind::kValloc:
      p = library_.valloc(size);
      break;
    case EventKind::kPvalloc:
      p = library_.pvalloc(size);
      break;
    default:
      p = library_.malloc(size);
  }
  Keep(event, static_cast<std::byte*>(p));
}

void AbiReplay::Keep(const Event& event, std::byte* p) {
  if (p == nullptr) return ExpectErrno(event, RefusalErrno(event));
  const std::uint64_t bytes = BytesOf(event);
  const std::uint64_t alignment = AlignmentOf(event);
  if (bytes >= kNobodysBytes || alignment == 0 || alignment >= kNobodysBytes) {
    Break(Rule::kAbsurdSize, p,
          fmt::format("{} of {} bytes, alignment {}, were granted", TraitsOf(event.kind).name,
                      bytes, event.alignment));
    return;
  }
  const std::size_t usable = Usable(p);
  if (event.kind == EventKind::kCalloc) {
    shadow_.AllocatedZeroed(p, Bytes(bytes), usable, Bytes(alignment));
  } else {
    shadow_.Allocated(p, Bytes(bytes), usable, Bytes(alignment));
  }
  if (shadow_.violation() != nullptr) return;
  live_bytes_ += usable;
  const Block block{p, RequestedBytes(event), IsNamed(event) ? event.alignment : 0};
  if (event.id != kNoAllocation) {
    live_[event.id] = block;
  } else {
    Free(0, block);  // the program knows no such block
  }
}

void AbiReplay::Resize(const Event& event) {
  const auto call = [&](void* old) {
    errno = kNoErrno;
    return event.kind == EventKind::kReallocArray
               ? library_.reallocarray(old, Bytes(event.count), Bytes(event.size))
               : library_.realloc(old, Bytes(event.size));
  };
  auto node = live_.extract(event.ref);
  const std::uint64_t bytes = RequestedBytes(event);
  if (!node) return Keep(event, static_cast<std::byte*>(call(nullptr)));
  std::byte* const old = node.mapped().begin;
  const std::size_t old_usable = Usable(old);
  shadow_.Intact(old, old_usable);
  if (shadow_.violation() != nullptr) return;
  auto* const p = static_cast<std::byte*>(call(old));
  if (bytes == 0) {
    if (p != nullptr) Break(Rule::kAbsurdSize, p, "a resize to nothing gave a block");
    shadow_.Forget(old);
    live_bytes_ -= old_usable;
    return;
  }
  if (p == nullptr) {
    ExpectErrno(event, ENOMEM);
    shadow_.Intact(old, Usable(old));
  } else if (bytes >= kNobodysBytes) {
    Break(Rule::kAbsurdSize, p, fmt::format("a resize to {} bytes was granted", bytes));
  } else {
    const std::size_t usable = Usable(p);
    shadow_.Resized(old, p, Bytes(bytes), usable, kMallocAlignment);
    live_bytes_ += usable - old_usable;
    node.mapped() = {p, bytes, 0};
  }
  node.key() = event.id != kNoAllocation ? event.id : event.ref;
  live_.insert(std::move(node));
}

void AbiReplay::CallFree(std::uint64_t id, const Block& block) {
  const auto n = Bytes(block.requested);
  switch (id % 4) {
    case 0:
      return library_.cfree(block.begin);
    case 1:
      // C23 has one form for blocks that were aligned and one for others.
      return block.alignment == 0
                 ? library_.free_sized(block.begin, n)
                 : library_.free_aligned_sized(block.begin, Bytes(block.alignment), n);
    default:
      return library_.free(block.begin);
  }
}

void AbiReplay::Free(std::uint64_t id, const Block& block) {
  ++calls_;
  const std::size_t usable = Usable(block.begin);
  shadow_.Intact(block.begin, usable);
  if (shadow_.violation() != nullptr) return;
  shadow_.Forget(block.begin);
  live_bytes_ -= usable;
  errno = kNoErrno;
  CallFree(id, block);
  ExpectErrno({.kind = EventKind::kFree}, kNoErrno);
}

void AbiReplay::ExpectErrno(const Event& event, int expected) {
  if (errno == expected) return;
  Break(Rule::kErrno, nullptr,
        fmt::format("{} left errno at {}, not {}", TraitsOf(event.kind).name, errno, expected));
}

std::optional<Violation> ReplayOnLibrary(std::span<const Event> events,
                                         const MallocLibrary& library) {
  AbiReplay replay(library);
  const bool fine = std::all_of(events.begin(), events.end(),
                                [&](const Event& event) { return replay.Step(event); });
  if (fine) replay.Finish();
  if (replay.violation() == nullptr) return std::nullopt;
  return *replay.violation();
}

}  // namespace alloclab
