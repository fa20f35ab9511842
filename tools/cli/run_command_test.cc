// alloclab run, from outside: what the program gets, and what is refused before it starts.

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"

namespace alloclab::cli {
namespace {

constexpr char kNoMalloc[] = "bench/broken_libraries/no_malloc.so";

struct Answer {
  int status = -1;        // as wait gives it
  std::string text = {};  // standard output and standard error

  bool Says(const std::string& part) const { return text.find(part) != std::string::npos; }
};

// Runs `alloclab run ARGUMENTS`, written for a shell.
Answer RunOn(const std::string& arguments, const std::string& before = "") {
  Answer answer;
  FILE* pipe = popen((before + " exec tools/cli/alloclab run " + arguments + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return answer;
  std::array<char, 4096> part;
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe)) {
    answer.text.append(part.data(), got);
  }
  answer.status = pclose(pipe);
  return answer;
}

int ExitStatus(const Answer& answer) {
  return WIFEXITED(answer.status) ? WEXITSTATUS(answer.status) : -1;
}

std::string Absolute(const char* path) { return std::filesystem::absolute(path); }

TEST(RunCommand, PutsEveryVariantUnderTheProgram) {
  for (const std::string_view name : Variants::kNames) {
    const Answer answer =
        RunOn("--allocator " + std::string(name) + " -- ls /", "export ALLOCLAB_MALLOC_STATS=1;");
    EXPECT_EQ(ExitStatus(answer), 0) << answer.text;
    EXPECT_TRUE(answer.Says("usr\n")) << answer.text;
    EXPECT_EQ(answer.Says("alloclab malloc: " + std::string(name) + ": "), name != "system")
        << name << ": " << answer.text;
  }
}

TEST(RunCommand, PutsOtherLibrariesUnderTheProgram) {
  for (const char* name : {"jemalloc", "mimalloc", "tcmalloc", "tbb", "scudo"}) {
    const Answer answer =
        RunOn(std::string("--allocator ") + name + " -- grep -c " + name + " /proc/self/maps");
    EXPECT_EQ(ExitStatus(answer), 0) << name << ": " << answer.text;
  }
  const Answer answer = RunOn("--allocator system -- grep -c malloc /proc/self/maps");
  EXPECT_EQ(answer.text, "0\n");
}

TEST(RunCommand, IsTheProgram) {
  const std::string bump = "--allocator bump -- ";
  EXPECT_EQ(ExitStatus(RunOn(bump + "sh -c 'exit 7'")), 7);
  // A signal ends the program itself, not a process in between.
  const Answer killed = RunOn(bump + "sh -c 'kill -TERM $$'");
  EXPECT_TRUE(WIFSIGNALED(killed.status) && WTERMSIG(killed.status) == SIGTERM) << killed.text;
  EXPECT_EQ(RunOn(bump + "printf '%s|' -l --allocator x --help").text, "-l|--allocator|x|--help|");
  EXPECT_EQ(RunOn(bump + "sh -c 'echo $ALLOCLAB_ROOT.'", "export ALLOCLAB_ROOT=here;").text, ".\n");
}

TEST(RunCommand, ComesBeforeOtherPreloadedLibraries) {
  const std::string other = Absolute(kNoMalloc);
  const Answer answer =
      RunOn("--allocator bump -- sh -c 'echo $LD_PRELOAD'", "export LD_PRELOAD=" + other + ";");
  EXPECT_TRUE(answer.Says("/libmalloc_bump.so:" + other + "\n")) << answer.text;
  EXPECT_TRUE(RunOn("--allocator bump -- sh -c 'echo $LD_PRELOAD'").Says("/libmalloc_bump.so\n"));
}

// One run in another: the inner one's allocator is the program's, and nothing is left of the outer.
TEST(RunCommand, TakesThePlaceOfAnOuterRun) {
  const std::string other = Absolute(kNoMalloc);
  const std::string mine = testing::TempDir() + "mine.so";
  std::filesystem::copy_file(kNoMalloc, mine, std::filesystem::copy_options::overwrite_existing);
  const std::string preload = "export LD_PRELOAD='/lib/libjemalloc.so.2 " + other +
                              "::/gone/libmalloc_tlsf.so:" + mine + "';";
  const std::string show = " -- sh -c 'echo $LD_PRELOAD.' 2>/dev/null";
  EXPECT_TRUE(RunOn("--allocator system" + show, preload).Says(other + ":" + mine + ".\n"));
  EXPECT_TRUE(RunOn("--allocator bump" + show, preload)
                  .Says("/libmalloc_bump.so:" + other + ":" + mine + ".\n"));
  const Answer inner = RunOn(
      "--allocator bump -- tools/cli/alloclab run --allocator system -- "
      "sh -c 'echo ${LD_PRELOAD-unset}'",
      "export ALLOCLAB_MALLOC_STATS=1;");
  EXPECT_EQ(inner.text, "unset\n");
}

// The header of a program, for this machine, with one segment of type `segment`.
struct Program {
  Elf64_Ehdr header = {};
  Elf64_Phdr segment = {};

  explicit Program(std::uint32_t type) {
    std::ifstream("/proc/self/exe", std::ios::binary)
        .read(reinterpret_cast<char*>(&header), sizeof(header));
    header.e_phoff = sizeof(header);
    header.e_phnum = 1;
    segment.p_type = type;
  }
  std::string Write(const std::string& name) const {
    const std::string path = testing::TempDir() + name;
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(this), sizeof(*this));
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
};

std::string Refusal(const std::string& program) {
  const Answer answer = RunOn("--allocator bump -- " + program);
  EXPECT_EQ(ExitStatus(answer), 2) << answer.text;
  return answer.text;
}

TEST(RunCommand, RefusesProgramsThatALibraryNeverComesTo) {
  const auto says = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  says(Refusal(Program(PT_LOAD).Write("static")), "/static is statically linked: no loader runs");
  // Debian's own, found as a shell finds it, and as the interpreter of a script.
  says(Refusal("/sbin/ldconfig --version"), "/sbin/ldconfig is statically linked");
  const std::string script = testing::TempDir() + "script";
  std::ofstream(script) << "#! /sbin/ldconfig -p\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  says(Refusal(script), "/sbin/ldconfig is statically linked");
  EXPECT_TRUE(RunOn("--allocator bump -- ldconfig --version", "export PATH=/nowhere::/sbin;")
                  .Says("/sbin/ldconfig is statically linked"));
  // On the system's malloc any program runs.
  EXPECT_EQ(ExitStatus(RunOn("--allocator system -- /sbin/ldconfig --version")), 0);

  Program other(PT_INTERP);
  other.header.e_machine = EM_AARCH64;
  says(Refusal(other.Write("other")), "/other is for AArch64 (64-bit), and the libraries here are");
  Program small(PT_INTERP);
  small.header.e_ident[EI_CLASS] = ELFCLASS32;
  small.header.e_machine = EM_386;
  says(Refusal(small.Write("small")), "/small is for i386 (32-bit), and the libraries here are");
}

// Somebody else's program with the bit set: a copy that is given away, or one that is on the
// system.
TEST(RunCommand, RefusesProgramsThatChangeTheUser) {
  std::string program = testing::TempDir() + "true";
  std::filesystem::copy_file("/bin/true", program,
                             std::filesystem::copy_options::overwrite_existing);
  constexpr uid_t kNobody = 65534;
  if (getuid() != 0) {
    program = "/usr/bin/passwd";
  } else {
    ASSERT_EQ(chown(program.c_str(), kNobody, kNobody), 0);
    ASSERT_EQ(chmod(program.c_str(), 02755), 0);
    EXPECT_NE(Refusal(program).find("set-user-ID or set-group-ID program"), std::string::npos);
    // Without the right to execute it, the group's bit is another thing.
    ASSERT_EQ(chmod(program.c_str(), 02745), 0);
    EXPECT_EQ(ExitStatus(RunOn("--allocator bump -- " + program)), 0);
    ASSERT_EQ(chmod(program.c_str(), 04755), 0);
  }
  EXPECT_NE(Refusal(program).find("set-user-ID or set-group-ID program"), std::string::npos);
  // One's own program may have the bit; it changes nothing.
  const std::string own = testing::TempDir() + "own_true";
  std::filesystem::copy_file("/bin/true", own, std::filesystem::copy_options::overwrite_existing);
  ASSERT_EQ(chmod(own.c_str(), 06755), 0);
  const Answer answer = RunOn("--allocator bump -- " + own, "export ALLOCLAB_MALLOC_STATS=1;");
  EXPECT_EQ(ExitStatus(answer), 0) << answer.text;
  EXPECT_TRUE(answer.Says("alloclab malloc: bump: ")) << answer.text;
}

// What a program finds in 10,000 bytes that malloc gave it, and in their middle when they are
// freed.
std::string BytesSeenUnder(const std::string& options) {
  // The copies have their places before anything is freed: a new one could lie in what was.
  return RunOn(options +
               " -- python3 -c 'import ctypes; c = ctypes.CDLL(None); v = ctypes.c_void_p\n"
               "c.malloc.restype = v\n"
               "fresh, freed = [ctypes.create_string_buffer(5000) for i in range(2)]\n"
               "p, above = c.malloc(10000), c.malloc(10000)\n"
               "ctypes.memmove(fresh, v(p), 5000); c.free(v(p))\n"
               "ctypes.memmove(freed, v(p + 100), 5000)\n"
               "print([\"%x\" % b for bytes in (fresh, freed) for b in set(bytes.raw)])'")
      .text;
}

// Row 39, in a program.
TEST(RunCommand, PoisonsWhenAsked) {
  for (const std::string_view name : Variants::kNames) {
    if (name == "system") continue;
    const std::string options = "--allocator " + std::string(name);
    EXPECT_EQ(BytesSeenUnder("--poison " + options), "['a5', '5a']\n") << name;
    EXPECT_NE(BytesSeenUnder(options), "['a5', '5a']\n") << name;
  }
  for (const char* name : {"system", "jemalloc"}) {
    const Answer refused = RunOn(std::string("--poison --allocator ") + name + " -- ls");
    EXPECT_EQ(ExitStatus(refused), 2);
    EXPECT_TRUE(refused.Says("--poison: only the variants fill memory")) << refused.text;
  }
}

// Row 38, in a program; whatever it is that the other variants do.
TEST(RunCommand, FreeingTwiceIsNoticedWherePromised) {
  for (const std::string name : {"buddy", "slab"}) {
    const Answer answer = RunOn("--allocator " + name +
                                " -- python3 -c 'import ctypes; c = ctypes.CDLL(None)\n"
                                "c.malloc.restype = ctypes.c_size_t; p = c.malloc(100)\n"
                                "c.free(ctypes.c_size_t(p)); c.free(ctypes.c_size_t(p))'");
    EXPECT_TRUE(WIFSIGNALED(answer.status) && WTERMSIG(answer.status) == SIGABRT) << name;
    EXPECT_TRUE(answer.Says("alloclab: 0x")) << answer.text;
    EXPECT_TRUE(answer.Says(": is freed, and ")) << answer.text;
  }
}

TEST(RunCommand, RefusalsNameTheMend) {
  const Answer unknown = RunOn("--allocator tlsfx -- ls");
  EXPECT_EQ(ExitStatus(unknown), 2);
  for (const std::string_view name : Variants::kNames) {
    EXPECT_TRUE(unknown.Says(std::string(name))) << unknown.text;
  }
  EXPECT_TRUE(unknown.Says("unknown allocator \"tlsfx\". Known are: ")) << unknown.text;

  const Answer missing = RunOn("--allocator /nowhere/lib.so -- ls");
  EXPECT_EQ(ExitStatus(missing), 2);
  EXPECT_TRUE(missing.Says("/nowhere/lib.so: there is no such file")) << missing.text;

  const Answer useless = RunOn(std::string("--allocator ") + kNoMalloc + " -- ls");
  EXPECT_EQ(ExitStatus(useless), 2);
  EXPECT_TRUE(useless.Says("this library defines no malloc")) << useless.text;

  EXPECT_EQ(ExitStatus(RunOn("--allocator bump")), 2);
  EXPECT_EQ(ExitStatus(RunOn("-- ls")), 2);
}

TEST(RunCommand, ProgramsThatCannotRunAreNamedAsAShellDoes) {
  const Answer missing = RunOn("--allocator bump -- no_such_program_at_all");
  EXPECT_EQ(ExitStatus(missing), 127);
  EXPECT_TRUE(missing.Says("cannot run no_such_program_at_all: there is no such program"))
      << missing.text;
  const std::string text = std::string(testing::TempDir()) + "/text";
  std::ofstream(text) << "not a program\n";
  const Answer forbidden = RunOn("--allocator bump -- " + text);
  EXPECT_EQ(ExitStatus(forbidden), 126);
  EXPECT_TRUE(forbidden.Says("Permission denied")) << forbidden.text;
}

}  // namespace
}  // namespace alloclab::cli
