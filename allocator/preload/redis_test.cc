// A server under load: redis, which Debian links with jemalloc. Ours comes before it in the order
// of search, so it serves every call; the benchmark, a script whose answer is known, and a snapshot
// by a forked child all have to come out right. On a socket in the test's own folder, no port.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "allocator/preload/run_program.h"

namespace alloclab::preload {
namespace {

namespace fs = std::filesystem;

constexpr int kRequests = 20'000;
constexpr int kKeys = 20'000;

// Sets keys of growing length, changes every third, deletes every fifth; answers with the number of
// bytes that are left.
constexpr char kScript[] = R"(
for i = 1, 20000 do redis.call('set', 'key' .. i, string.rep('v', i % 700)) end
for i = 3, 20000, 3 do redis.call('append', 'key' .. i, string.rep('w', i % 300)) end
for i = 5, 20000, 5 do redis.call('del', 'key' .. i) end
local bytes = 0
for i = 1, 20000 do bytes = bytes + redis.call('strlen', 'key' .. i) end
return bytes
)";

std::uint64_t AnswerOfTheScript() {
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 1; i <= kKeys; ++i) {
    if (i % 5 != 0) bytes += i % 700 + (i % 3 == 0 ? i % 300 : 0);
  }
  return bytes;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Redis : public testing::Test {
 protected:
  Redis() {
    std::string name = testing::TempDir() + "/redis.XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Redis() override {
    std::error_code none;
    fs::remove_all(folder_, none);
  }

  Command InFolder(std::vector<std::string> argv) const {
    return {.argv = std::move(argv), .variables = {}, .folder = folder_};
  }
  // One command, by redis-cli. A server that crashed may neither answer nor end.
  Outcome Query(std::vector<std::string> words) const {
    words.insert(words.begin(), {"redis-cli", "-s", "socket"});
    return RunProgram(InFolder(std::move(words)), std::chrono::seconds(30));
  }
  std::string Ask(std::vector<std::string> words) const {
    const Outcome outcome = Query(std::move(words));
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    return outcome.out;
  }
  // Asks until the answer contains `part`; false when that takes too long.
  bool Until(RunningProgram& server, const std::vector<std::string>& words,
             const std::string& part) const {
    for (int i = 0; i < 600 && !server.Ended(); ++i) {
      if (fs::exists(folder_ / "socket")) {
        const Outcome outcome = Query(words);
        if (outcome.timed_out) return false;
        if (Contains(outcome.out, part)) return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

  fs::path folder_;
};

// The server and the checker of its files are one program that goes by its name. Debian's package
// of the server is that name and a service that would be started on the user's machine.
constexpr char kServer[] = "/usr/bin/redis-check-rdb";

TEST_F(Redis, ServesTheBenchmarkWithOurHeap) {
  for (const char* program : {kServer, "redis-benchmark", "redis-cli"}) {
    ASSERT_TRUE(IsInstalled(program)) << program << " is missing: apt-get install redis-tools";
  }
  fs::create_symlink(kServer, folder_ / "redis-server");
  Command command = InFolder({"./redis-server", "--port", "0", "--unixsocket", "socket", "--save",
                              "", "--appendonly", "no", "--daemonize", "no"});
  command.variables = UnderLibrary();
  RunningProgram server(command);
  ASSERT_TRUE(Until(server, {"PING"}, "PONG")) << server.Wait(std::chrono::seconds(0)).out;

  // jemalloc is there, and so are we.
  std::ifstream file("/proc/" + std::to_string(server.pid()) + "/maps");
  const std::string maps((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_TRUE(Contains(maps, "libjemalloc")) << "this redis says nothing about jemalloc";
  EXPECT_TRUE(Contains(maps, fs::path(LibraryUnderTest()).filename().string()));

  const Outcome benchmark = RunProgram(InFolder(
      {"redis-benchmark", "-s", "socket", "-q", "-n", std::to_string(kRequests), "-c", "20", "-P",
       "8", "-d", "100", "-r", "5000", "-t", "set,get,incr,lpush,lpop,sadd,hset,zadd,mset"}));
  ASSERT_FALSE(benchmark.timed_out) << "the server does not answer";
  ASSERT_EQ(benchmark.status, 0) << benchmark.err;
  EXPECT_TRUE(Contains(benchmark.out, "MSET (10 keys): ")) << benchmark.out;

  EXPECT_EQ(Ask({"FLUSHALL"}), "OK\n");
  EXPECT_EQ(Ask({"EVAL", kScript, "0"}), std::to_string(AnswerOfTheScript()) + "\n");
  EXPECT_EQ(Ask({"DBSIZE"}), std::to_string(kKeys - kKeys / 5) + "\n");

  ASSERT_FALSE(HasFailure()) << "the rest would wait for a server that is broken";

  // The child of a process with several threads walks the whole heap, and allocates.
  EXPECT_TRUE(Contains(Ask({"BGSAVE"}), "started"));
  EXPECT_TRUE(Until(server, {"INFO", "persistence"}, "rdb_bgsave_in_progress:0"));
  EXPECT_TRUE(Contains(Ask({"INFO", "persistence"}), "rdb_last_bgsave_status:ok"));
  EXPECT_GT(fs::file_size(folder_ / "dump.rdb"), 1000u);

  // The connection ends without an answer.
  Query({"SHUTDOWN", "NOSAVE"});
  Outcome outcome = server.Wait(kPatience);
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  const std::vector<Statistics> said = TakeStatistics(outcome.err);
  ASSERT_FALSE(said.empty()) << outcome.err;
  EXPECT_EQ(said.back().variant, VariantUnderTest());
  EXPECT_GT(said.back().allocated, 200'000u) << "somebody else served most of the calls";
  std::cout << "  " << said.back().allocated << " allocated, " << said.back().bytes_peak / 1024
            << " KiB held at the peak\n";
}

}  // namespace
}  // namespace alloclab::preload
