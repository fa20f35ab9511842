#include "traces/recorder/preload/stack_walk.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "traces/recorder/preload/frame_rule.h"

#pragma weak _dl_find_object

namespace alloclab::recorder {
namespace {

std::atomic<std::uint32_t> code_generation{1};

// Code that is known, by where it begins; more than fit is told of again and again, which does no
// harm. `rest` tells it from other code that took its place: what unloads code does not always go
// through dlclose.
struct KnownCode {
  std::atomic<std::uintptr_t> begin;
  std::atomic<std::uintptr_t> rest;
};
constexpr std::size_t kKnownMax = 1024;
KnownCode known_code[kKnownMax];

std::uintptr_t RestOf(const dl_find_object& object) {
  const auto number = [](const void* p) { return reinterpret_cast<std::uintptr_t>(p); };
  return number(object.dlfo_map_end) ^ number(object.dlfo_link_map) << 7 ^
         number(object.dlfo_eh_frame) << 14;
}

// True for the first who asks since code was forgotten, or took the place of other code.
bool IsNew(const dl_find_object& object) {
  const auto begin = reinterpret_cast<std::uintptr_t>(object.dlfo_map_start);
  const std::uintptr_t rest = RestOf(object);
  for (std::size_t i = 0; i < 16; ++i) {
    KnownCode& known = known_code[(begin / 4096 + i) % kKnownMax];
    std::uintptr_t seen = known.begin.load(std::memory_order_acquire);
    if (seen == 0 && known.begin.compare_exchange_strong(seen, begin, std::memory_order_acq_rel)) {
      known.rest.store(rest, std::memory_order_release);
      return true;
    }
    if (seen != begin) continue;
    if (known.rest.exchange(rest, std::memory_order_acq_rel) == rest) return false;
    code_generation.fetch_add(1, std::memory_order_acq_rel);
    return true;
  }
  return true;
}

// The rules that a thread has looked up, by address; a newer one takes an older one's place.
constexpr std::size_t kRules = 512;
struct KnownRule {
  std::uintptr_t address = 0;
  FrameRule rule;
};
struct Memory {
  std::uint32_t generation = 0;
  bool is_over = false;  // the thread has ended but for what its libraries do
  // Pages that were found readable.
  std::uintptr_t readable_begin = 0;
  std::uintptr_t readable_end = 0;
  // kRules of them, zero at first. Not in the thread's own memory, which is taken from its stack.
  KnownRule* rules = nullptr;
};
constinit thread_local Memory memory;

// Null when there is no memory: rules are then looked up each time.
KnownRule* Rules() {
  if (memory.rules != nullptr || memory.is_over) return memory.rules;
  void* pages = mmap(nullptr, kRules * sizeof(KnownRule), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return nullptr;
  // A signal handler that came in between has its own, which is lost.
  memory.rules = static_cast<KnownRule*>(pages);
  return memory.rules;
}

constexpr std::uintptr_t kPageBytes = 4096;

// Asks the system to change the signal mask in a way that makes no sense, from a mask on that page:
// it answers EFAULT where the mask cannot be read, and else EINVAL. What answers otherwise (a
// filter of system calls) has not said that the page is readable.
bool IsReadable(std::uintptr_t page) {
  return syscall(SYS_rt_sigprocmask, -1, page, nullptr, sizeof(std::uint64_t)) != 0 &&
         errno == EINVAL;
}

// Reads a word of the stack; false where there is none.
bool ReadWord(std::uintptr_t address, std::uintptr_t& word) {
  if (address % sizeof(word) != 0) return false;
  const std::uintptr_t page = address & ~(kPageBytes - 1);
  if (page < memory.readable_begin || page >= memory.readable_end) {
    if (!IsReadable(page)) return false;
    if (page == memory.readable_end) {
      memory.readable_end += kPageBytes;
    } else if (page + kPageBytes == memory.readable_begin) {
      memory.readable_begin = page;
    } else {
      // Another stack, or far up on this one.
      memory.readable_begin = page;
      memory.readable_end = page + kPageBytes;
    }
  }
  std::memcpy(&word, reinterpret_cast<const void*>(address), sizeof(word));
  return true;
}

FrameRule LookUp(std::uintptr_t address, NewCode* new_code) {
  dl_find_object object;
  if (_dl_find_object(reinterpret_cast<void*>(address), &object) != 0) return {};
  if (IsNew(object)) {
    const link_map* map = object.dlfo_link_map;
    new_code({.begin = reinterpret_cast<std::uintptr_t>(object.dlfo_map_start),
              .end = reinterpret_cast<std::uintptr_t>(object.dlfo_map_end),
              .moved_by = map == nullptr ? 0 : map->l_addr,
              .path = map == nullptr ? "" : map->l_name});
  }
  if (object.dlfo_eh_frame == nullptr) return {};
  return FindFrameRule(static_cast<const std::byte*>(object.dlfo_eh_frame), address);
}

// A signal handler that comes in between may leave another rule in the same place: what was read
// counts if the address is still there afterwards.
FrameRule RuleAt(std::uintptr_t address, NewCode* new_code) {
  KnownRule* const rules = Rules();
  if (rules == nullptr) return LookUp(address, new_code);
  KnownRule& known = rules[(address ^ address >> 9) % kRules];
  const std::atomic_ref<std::uintptr_t> owner(known.address);
  if (owner.load(std::memory_order_relaxed) == address) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    const FrameRule rule = known.rule;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (owner.load(std::memory_order_relaxed) == address) return rule;
  }
  const FrameRule rule = LookUp(address, new_code);
  owner.store(0, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  known.rule = rule;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  // Unless a handler has made the place its own.
  std::uintptr_t nobody = 0;
  owner.compare_exchange_strong(nobody, address, std::memory_order_relaxed);
  return rule;
}

void CatchUp() {
  const std::uint32_t now = code_generation.load(std::memory_order_acquire);
  if (memory.generation == now) return;
  if (memory.rules != nullptr) {
    for (std::size_t i = 0; i < kRules; ++i) memory.rules[i].address = 0;
  }
  memory.generation = now;
}

struct Registers {
  std::uintptr_t rip = 0;
  std::uintptr_t rsp = 0;
  std::uintptr_t rbp = 0;
};

// Goes on to the caller's registers. `rip` is one byte into the instruction that is being executed,
// for a return address lies behind its call.
bool Climb(Registers& registers, NewCode* new_code) {
  const FrameRule rule = RuleAt(registers.rip, new_code);
  const auto offset = static_cast<std::uintptr_t>(std::int64_t{rule.cfa_offset});
  std::uintptr_t cfa = 0;
  switch (rule.cfa) {
    case FrameRule::Cfa::kUnknown:
      return false;
    case FrameRule::Cfa::kFromRsp:
      cfa = registers.rsp + offset;
      break;
    case FrameRule::Cfa::kFromRbp:
      cfa = registers.rbp + offset;
      break;
    case FrameRule::Cfa::kInWord:
      if (!ReadWord(registers.rbp + offset, cfa)) return false;
      break;
  }
  // Callers lie further up; whatever else it looks like, the walk comes to an end.
  if (cfa <= registers.rsp) return false;
  std::uintptr_t return_address = 0;
  if (!ReadWord(cfa - 8, return_address) || return_address == 0) return false;
  if (rule.saves_rbp) {
    const auto at = static_cast<std::uintptr_t>(std::int64_t{rule.rbp_offset});
    if (!ReadWord(cfa + at, registers.rbp)) return false;
  }
  registers.rsp = cfa;
  registers.rip = return_address - 1;
  return true;
}

}  // namespace

bool CanWalkStacks() {
#if defined(__x86_64__)
  return &_dl_find_object != nullptr;
#else
  return false;
#endif
}

__attribute__((noinline)) std::size_t WalkStack(void** frames, std::size_t count,
                                                NewCode* new_code) {
  std::size_t found = 0;
#if defined(__x86_64__)
  CatchUp();
  Registers registers;
  asm volatile("leaq 0(%%rip), %0\n\tmovq %%rsp, %1\n\tmovq %%rbp, %2"
               : "=r"(registers.rip), "=r"(registers.rsp), "=r"(registers.rbp));
  // Out of this function first, whose own return is the caller's and tells nothing.
  if (!Climb(registers, new_code)) return 0;
  while (found < count && Climb(registers, new_code)) {
    frames[found++] = reinterpret_cast<void*>(registers.rip + 1);
  }
#endif
  return found;
}

void ForgetCode() {
  for (KnownCode& known : known_code) known.begin.store(0, std::memory_order_release);
  code_generation.fetch_add(1, std::memory_order_acq_rel);
}

void ForgetThread() {
  memory.is_over = true;
  KnownRule* rules = memory.rules;
  memory.rules = nullptr;
  if (rules != nullptr) munmap(rules, kRules * sizeof(KnownRule));
}

}  // namespace alloclab::recorder
