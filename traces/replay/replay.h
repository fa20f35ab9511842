// The replay loop: performs the operations of a Program on an allocator.
//
// What is timed must be the allocator, so nothing is left to decide in here: operations are two
// machine words read in order, blocks are dense slots, and the allocator is a type, so that its
// fast path is compiled into the loop. There is no system call, no call through a pointer and no
// jump table in it; machine_code_test reads the compiled loop and says so. A real program is nearly
// all malloc and free, so these have the short way.
//
// Invariant: a slot is null unless it holds a live block. Slots are null at the start, a free or a
// failed call leaves null behind, and so a free after a failed malloc is the no-op free(NULL).

#ifndef ALLOCLAB_TRACES_REPLAY_REPLAY_H_
#define ALLOCLAB_TRACES_REPLAY_REPLAY_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "allocator/allocator.h"
#include "allocator/malloc_api.h"
#include "traces/program.h"
#include "traces/replay/touch.h"

namespace alloclab {

// Whether A is only a place in a list of answers that were made beforehand (floor.h). The loop then
// works on a copy, which the compiler keeps in registers; through a reference every answer would
// wait for the store of the one before, which took as long as the rest of the loop.
template <class A>
inline constexpr bool kIsCursor = requires { requires A::kIsCursor; };

template <Allocator A>
[[gnu::always_inline]] inline void* ReplayRareInline(A& allocator, const Op& op, void* old) {
  if (op.kind == OpKind::kRealloc) return Realloc(allocator, old, op.size);
  if (op.kind == OpKind::kCalloc) return Calloc(allocator, 1, op.size);
  return Memalign(allocator, std::size_t{1} << op.alignment_log2, op.size);
}

// The operations that are neither malloc nor free. A function of its own, so that the loop keeps
// its registers for the fast paths that are inlined into it.
template <Allocator A>
[[gnu::noinline]] void* ReplayRare(A& allocator, const Op& op, void* old) {
  return ReplayRareInline(allocator, op, old);
}

// Keeps what a call answered; true when it failed. Null is a good answer to a request for nothing,
// by C's words; that our own variants promise more is for the checker to see.
template <Touch kTouch>
[[gnu::always_inline]] inline bool KeepBlock(void* block, const Op& op, void*& slot) noexcept {
  slot = block;
  if (block == nullptr) [[unlikely]] {
    return op.size != 0;
  }
  TouchBlock<kTouch>(block, op.size);
  return false;
}

template <Allocator A, Touch kTouch>
[[gnu::always_inline]] inline bool ReplayMalloc(A& allocator, const Op& op, void*& slot) noexcept {
  return KeepBlock<kTouch>(allocator.Allocate(op.size), op, slot);
}

template <Allocator A>
[[gnu::always_inline]] inline void ReplayFree(A& allocator, void*& slot) noexcept {
  allocator.Free(slot);
  slot = nullptr;
}

// calloc, realloc and memalign.
template <Allocator A, Touch kTouch>
[[gnu::always_inline]] inline bool ReplayOther(A& allocator, const Op& op, void*& slot) noexcept {
  void* block;
  if constexpr (kIsCursor<A>) {
    block = ReplayRareInline(allocator, op, slot);
  } else {
    block = ReplayRare(allocator, op, slot);
  }
  if (block == nullptr && op.kind == OpKind::kRealloc) {
    if (op.size == 0) slot = nullptr;
    return op.size != 0;
  }
  return KeepBlock<kTouch>(block, op, slot);
}

// Performs one operation that calls the allocator; true when it failed.
template <Allocator A, Touch kTouch>
[[gnu::always_inline]] inline bool ReplayOne(A& allocator, const Op& op, void*& slot) noexcept {
  if (op.kind == OpKind::kMalloc) return ReplayMalloc<A, kTouch>(allocator, op, slot);
  if (op.kind != OpKind::kFree) return ReplayOther<A, kTouch>(allocator, op, slot);
  ReplayFree(allocator, slot);
  return false;
}

// What is done between the operations of a program that runs alone: nothing.
struct SerialOrder {
  static constexpr bool kWaits = false;
};

// Performs [begin, end) and returns how many calls failed (gave null). `slots` has room for every
// slot the operations name; those of blocks still live at the end stay set. A realloc that failed
// keeps the old block; one to 0 bytes frees it. O(operations); allocates nothing itself.
//
// With an Order that waits (thread_order.h) it performs the operations of one thread: kWait calls
// order.Wait(thread, operations), kPause calls order.Pause(ns), and after every awaited operation
// comes order.Done(operations), counted from `begin`.
//
// Runs of one kind have a loop of their own, and the end of one leads to the next without a common
// place where all kinds are told apart. That halves the branches of an operation, so that the
// predictor's history reaches over twice as many of them: with one loop for all kinds the floor was
// a fifth (pipeline, bash) to a half (robson_best_fit) slower.
//
// noinline: each instance keeps a symbol of its own, for profilers and for the test.
template <Allocator A, Touch kTouch, class Order = SerialOrder>
[[gnu::noinline]] std::uint64_t Replay(A& allocator, const Op* begin, const Op* end, void** slots,
                                       Order order = {}) noexcept {
  if (begin == end) return 0;
  std::uint64_t failures = 0;
  std::conditional_t<kIsCursor<A>, A, A&> held = allocator;
  const Op* op = begin;
  OpKind kind = op->kind;
  // Goes on to the next operation; false when there is none.
  const auto advance = [&] {
    if constexpr (Order::kWaits) {
      if (op->awaited != 0) [[unlikely]] {
        order.Done(static_cast<std::uint64_t>(op - begin) + 1);
      }
    }
    if (++op == end) return false;
    kind = op->kind;
    return true;
  };
  for (;;) {
    if (kind == OpKind::kMalloc) {
      do {
        if (ReplayMalloc<A, kTouch>(held, *op, slots[op->slot])) [[unlikely]] {
          ++failures;
        }
        if (!advance()) return failures;
      } while (kind == OpKind::kMalloc);
    }
    if (kind == OpKind::kFree) {
      do {
        ReplayFree(held, slots[op->slot]);
        if (!advance()) return failures;
      } while (kind == OpKind::kFree);
    }
    if (kind > OpKind::kFree) {
      if (!Order::kWaits || kind < OpKind::kWait) {
        failures += ReplayOther<A, kTouch>(held, *op, slots[op->slot]);
      } else if constexpr (Order::kWaits) {
        if (kind == OpKind::kWait) {
          order.Wait(op->slot, op->size);
        } else {
          order.Pause(op->size);
        }
      }
      if (!advance()) return failures;
    }
  }
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_REPLAY_H_
