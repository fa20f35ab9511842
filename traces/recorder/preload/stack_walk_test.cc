// Stacks as we walk them against stacks as the exceptions' runtime does (libgcc), in code of every
// shape; and the tables of all code that is loaded, at places where the answer is known.

#include "traces/recorder/preload/stack_walk.h"

#include <alloca.h>
#include <gtest/gtest.h>
#include <link.h>
#include <search.h>
#include <signal.h>
#include <sys/mman.h>
#include <unwind.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "traces/recorder/preload/frame_rule.h"

namespace alloclab::recorder {
namespace {

constexpr std::size_t kMost = 200;

std::set<std::string>& CodeSeen() {
  static std::set<std::string> seen;
  return seen;
}
void NoteCode(const Code& code) {
  EXPECT_LT(code.begin, code.end);
  CodeSeen().insert(code.path);
}

struct Walk {
  void* frames[kMost];
  std::size_t count = 0;
};

_Unwind_Reason_Code Take(_Unwind_Context* context, void* out) {
  auto& walk = *static_cast<Walk*>(out);
  if (walk.count == kMost) return _URC_END_OF_STACK;
  if (void* ip = reinterpret_cast<void*>(_Unwind_GetIP(context))) walk.frames[walk.count++] = ip;
  return _URC_NO_REASON;
}

// How the last comparison went; tests look at it after the code that calls Look().
struct Comparison {
  std::size_t ours = 0;
  std::size_t theirs = 0;
  bool same_as_far_as_ours = false;
};
Comparison last;

[[gnu::noinline]] void Look() {
  Walk ours;
  ours.count = WalkStack(ours.frames, kMost, NoteCode);
  Walk theirs;
  _Unwind_Backtrace(Take, &theirs);
  // Theirs begins in this function.
  const std::size_t above = theirs.count == 0 ? 0 : theirs.count - 1;
  last = {
      ours.count, above,
      ours.count <= above && std::equal(ours.frames, ours.frames + ours.count, theirs.frames + 1)};
}

void ExpectWhole(const char* where) {
  EXPECT_TRUE(last.same_as_far_as_ours) << where;
  EXPECT_GE(last.ours, 3u) << where;
  // The outermost frame, which has no caller, may be counted or not.
  EXPECT_GE(last.ours + 1, last.theirs) << where;
}

[[gnu::noinline]] int Recurse(int depth) {
  if (depth == 0) {
    Look();
    return 0;
  }
  return Recurse(depth - 1) + 1;
}

int CompareAndLook(const void* a, const void* b) {
  Look();
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

[[gnu::noinline]] int WithAlloca(std::size_t bytes) {
  auto* memory = static_cast<volatile char*>(alloca(bytes));
  memory[0] = 1;
  Look();
  return memory[0];
}

[[gnu::noinline]] int WithAlignedLocals() {
  alignas(64) volatile char memory[64] = {};
  Look();
  return memory[3];
}

struct Base {
  virtual ~Base() = default;
  virtual int Run() = 0;
};
struct Derived final : Base {
  [[gnu::noinline]] int Run() override {
    Look();
    return 1;
  }
};

[[gnu::noinline]] void Throw() { throw std::runtime_error("x"); }

TEST(StackWalk, AgreesWithTheRuntimeOfExceptions) {
  ASSERT_TRUE(CanWalkStacks());
  Look();
  ExpectWhole("a test");
  EXPECT_EQ(Recurse(50), 50);
  ExpectWhole("recursion");
  EXPECT_GT(last.ours, 50u);
  int numbers[] = {3, 1, 2};
  std::qsort(numbers, 3, sizeof(int), CompareAndLook);
  ExpectWhole("qsort");
  const int key = 2;
  std::bsearch(&key, numbers, 3, sizeof(int), CompareAndLook);
  ExpectWhole("bsearch");
  EXPECT_EQ(WithAlloca(1000), 1);
  ExpectWhole("alloca");
  EXPECT_EQ(WithAlignedLocals(), 0);
  ExpectWhole("aligned locals");
  const std::unique_ptr<Base> base = std::make_unique<Derived>();
  EXPECT_EQ(base->Run(), 1);
  ExpectWhole("a virtual call");
  std::function<void()> function = [] { Look(); };
  function();
  ExpectWhole("std::function");
  std::once_flag once;
  std::call_once(once, [] { Look(); });
  ExpectWhole("call_once");
  try {
    Throw();
  } catch (const std::exception&) {
    Look();
  }
  ExpectWhole("a catch clause");
  std::thread([] { Look(); }).join();
  ExpectWhole("a thread");
  std::sort(std::begin(numbers), std::end(numbers), [](int a, int b) {
    Look();
    return a < b;
  });
  ExpectWhole("std::sort");
}

// Walked a second time from rules that are remembered.
TEST(StackWalk, RemembersRightly) {
  for (int round = 0; round < 3; ++round) {
    for (const int depth : {0, 1, 7, 30}) {
      Recurse(depth);
      ExpectWhole("recursion");
    }
    ForgetCode();
  }
}

TEST(StackWalk, TellsOfCodeOnce) {
  CodeSeen().clear();
  ForgetCode();
  int numbers[] = {2, 1};
  std::qsort(numbers, 2, sizeof(int), CompareAndLook);
  EXPECT_TRUE(CodeSeen().contains(""));  // this program
  EXPECT_TRUE(std::ranges::any_of(CodeSeen(), [](const std::string& path) {
    return path.find("libc.so") != std::string::npos;
  }));
  CodeSeen().clear();
  std::qsort(numbers, 2, sizeof(int), CompareAndLook);
  EXPECT_TRUE(CodeSeen().empty());
  ForgetCode();
  Look();
  EXPECT_TRUE(CodeSeen().contains(""));
}

TEST(StackWalk, EndsAtASignalsFrame) {
  struct sigaction action = {};
  struct sigaction before = {};
  action.sa_handler = [](int) { Look(); };
  ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
  raise(SIGUSR1);
  sigaction(SIGUSR1, &before, nullptr);
  EXPECT_TRUE(last.same_as_far_as_ours);
  EXPECT_GE(last.ours, 1u);
}

TEST(StackWalk, StopsAtTheCount) {
  void* frames[5] = {};
  EXPECT_EQ(WalkStack(frames, 2, NoteCode), 2u);
  EXPECT_NE(frames[1], nullptr);
  EXPECT_EQ(frames[2], nullptr);
  EXPECT_EQ(WalkStack(frames, 0, NoteCode), 0u);
}

// A stack whose last frame has nothing above it but memory that cannot be read.
TEST(StackWalk, LeavesTheEndOfAStackAlone) {
#if defined(__x86_64__)
  constexpr std::size_t kBytes = 64 << 10;
  auto* memory =
      static_cast<char*>(mmap(nullptr, 2 * kBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(memory, MAP_FAILED);
  ASSERT_EQ(mprotect(memory, kBytes, PROT_READ | PROT_WRITE), 0);
  static std::size_t count;
  static void* frames[kMost];
  struct Entry {
    static void Run() { count = WalkStack(frames, kMost, NoteCode); }
  };
  // Calls Entry::Run on the new stack with nothing pushed before, and says that the caller's frame
  // is there too: what would be above is past its end.
  asm volatile(
      "movq %%rsp, %%rbx\n\t"
      "movq %%rbp, %%r12\n\t"
      "movq %0, %%rsp\n\t"
      "movq %%rsp, %%rbp\n\t"
      "callq *%1\n\t"
      "movq %%r12, %%rbp\n\t"
      "movq %%rbx, %%rsp"
      :
      : "r"(memory + kBytes), "r"(&Entry::Run)
      : "rbx", "r12", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc");
  EXPECT_EQ(count, 1u);
  munmap(memory, 2 * kBytes);
#endif
}

// Rules that compilers write seldom: for the test below to meet. Never run.
#if defined(__x86_64__)
asm(R"(
  .text
seldom_rules:
  .cfi_startproc
  nop
  .cfi_escape 0x0f, 0x03, 0x76, 0x78, 0x06              # the word at rbp - 8
  nop
  .cfi_escape 0x0f, 0x05, 0x76, 0x78, 0x06, 0x23, 0x10  # that plus 16
  nop
  .cfi_escape 0x0f, 0x02, 0x76, 0x78                    # rbp - 8 itself, as an expression
  nop
  .cfi_def_cfa %rsp, 8
  .cfi_offset %rip, -16
  nop
  .cfi_offset %rip, -8
  .cfi_undefined %rbp
  nop
  .cfi_endproc
)");
#endif

// What llvm-dwarfdump says of a row, as "CFA=RSP+16: RBP=[CFA-16], RIP=[CFA-8]".
FrameRule RuleOfText(const std::string& text) {
  FrameRule rule;
  int offset = 0;
  int end = 0;
  const std::string cfa = text.substr(0, text.find(": "));
  if (cfa == "CFA=RSP") {
    rule.cfa = FrameRule::Cfa::kFromRsp;
  } else if (std::sscanf(cfa.c_str(), "CFA=RSP%d%n", &offset, &end) == 1 && cfa.c_str()[end] == 0) {
    rule.cfa = FrameRule::Cfa::kFromRsp;
  } else if (std::sscanf(cfa.c_str(), "CFA=RBP%d%n", &offset, &end) == 1 && cfa.c_str()[end] == 0) {
    rule.cfa = FrameRule::Cfa::kFromRbp;
  } else if (std::sscanf(cfa.c_str(), "CFA=DW_OP_breg6 RBP%d, DW_OP_deref%n", &offset, &end) == 1 &&
             end > 0 && cfa.c_str()[end] == 0) {
    rule.cfa = FrameRule::Cfa::kInWord;
  }
  rule.cfa_offset = offset;
  if (text.find("RIP=[CFA-8]") == std::string::npos) return {};
  const std::size_t rbp = text.find(" RBP=");
  if (rbp != std::string::npos) {
    if (std::sscanf(text.c_str() + rbp, " RBP=[CFA%d]", &rule.rbp_offset) != 1) return {};
    rule.saves_rbp = true;
  }
  return rule.cfa == FrameRule::Cfa::kUnknown ? FrameRule() : rule;
}

struct Object {
  std::string path;
  std::uintptr_t base = 0;
  const std::byte* header = nullptr;
};

std::vector<Object> LoadedObjects() {
  std::vector<Object> objects;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          if (info->dlpi_phdr[i].p_type != PT_GNU_EH_FRAME) continue;
          const std::string name = info->dlpi_name;
          if (!name.empty() && name[0] != '/') continue;  // the kernel's, which is in no file
          static_cast<std::vector<Object>*>(out)->push_back(
              {name.empty() ? std::filesystem::read_symlink("/proc/self/exe").string() : name,
               info->dlpi_addr,
               reinterpret_cast<const std::byte*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr)});
        }
        return 0;
      },
      &objects);
  return objects;
}

// Every row of the tables of every object in this process, against another reader of them.
TEST(FrameRule, AgreesWithLlvmDwarfdumpEverywhere) {
  std::size_t rows = 0;
  std::size_t followed = 0;
  for (const Object& object : LoadedObjects()) {
    std::FILE* dump = popen(("llvm-dwarfdump-19 --eh-frame " + object.path).c_str(), "r");
    ASSERT_NE(dump, nullptr);
    char line[4096];
    while (std::fgets(line, sizeof(line), dump) != nullptr) {
      unsigned long address = 0;
      int end = 0;
      if (std::sscanf(line, " 0x%lx: %n", &address, &end) != 1 || end == 0) continue;
      if (std::strncmp(line + end, "CFA", 3) != 0) continue;
      std::string text(line + end);
      while (!text.empty() && text.back() == '\n') text.pop_back();
      const FrameRule expected = RuleOfText(text);
      ++rows;
      followed += expected.cfa == FrameRule::Cfa::kUnknown ? 0 : 1;
      ASSERT_EQ(FindFrameRule(object.header, object.base + address), expected)
          << object.path << " " << line;
    }
    EXPECT_EQ(pclose(dump), 0) << object.path;
  }
  EXPECT_GT(rows, 20'000u) << "apt-get install llvm-19";
  EXPECT_GT(followed * 1000, rows * 995);
}

TEST(FrameRule, OutsideOfFunctionsThereIsNone) {
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void*) {
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          if (info->dlpi_phdr[i].p_type != PT_GNU_EH_FRAME) continue;
          const auto* header =
              reinterpret_cast<const std::byte*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
          EXPECT_EQ(FindFrameRule(header, info->dlpi_addr), FrameRule());
          EXPECT_EQ(FindFrameRule(header, reinterpret_cast<std::uintptr_t>(header)), FrameRule());
          EXPECT_EQ(FindFrameRule(header, UINTPTR_MAX), FrameRule());
          EXPECT_EQ(FindFrameRule(header, 0), FrameRule());
        }
        return 0;
      },
      nullptr);
}

}  // namespace
}  // namespace alloclab::recorder
