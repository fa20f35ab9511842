// Real programs, recorded: every free must have met its allocation. A program that is missing fails
// its test, and the sentence says which package brings it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "traces/program.h"
#include "traces/recorder/recording_fixture.h"

namespace alloclab::recorder {
namespace {

// The live bytes of a replay, operation by operation.
LiveCurveSum CurveOf(const Program& program) {
  LiveCurveSum sum;
  std::vector<std::uint64_t> sizes(program.slots);
  std::uint64_t live = 0;
  for (const Op& op : program.ops) {
    live -= sizes[op.slot];
    sizes[op.slot] = op.kind == OpKind::kFree ? 0 : op.size;
    live += sizes[op.slot];
    sum.Add(live);
  }
  return sum;
}

class RecordRealPrograms : public RecordingTest {
 protected:
  // Runs the program to success and returns the events of all its traces.
  std::uint64_t Events(std::vector<std::string> argv) {
    const RecordResult result = RecordProgram(std::move(argv));
    EXPECT_EQ(result.exit_code, 0);
    ExpectUntainted(result);
    std::uint64_t events = 0;
    for (const ImageSummary& image : result.images) {
      events += image.events;
      if (image.file.empty()) continue;
      // Recording, trace and replay agree at every event.
      EXPECT_EQ(CurveOf(DecodeProgram(*OpenTrace(image.file))), image.counts.live_curve)
          << image.file;
    }
    EXPECT_EQ(FindMetadata(Read().metadata, "tainted"), "");
    return events;
  }
};

TEST_F(RecordRealPrograms, Python) {
  std::ofstream(Path("script.py")) << R"(
import collections, json, re, threading
text = " ".join("word%d" % (i * 7919 % 1000) for i in range(20000))
counts = collections.Counter(re.findall(r"[a-z]+\d*5", text))
data = json.loads(json.dumps({"counts": counts, "list": [[i] * 5 for i in range(2000)]}))
def work():
    json.dumps(data)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert sum(data["counts"].values()) == sum(counts.values())
)";
  EXPECT_GT(Events({"python3", Path("script.py")}), 5'000u) << "apt-get install python3";
}

TEST_F(RecordRealPrograms, GitLog) {
  const std::string script = "cd " + folder_.string() + R"( && mkdir r && cd r &&
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b \
  GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b &&
git init -q . && for i in 1 2 3 4 5; do echo $i > f$i && git add . && git commit -qm "c $i"; done &&
exec git --no-pager log --stat)";
  EXPECT_GT(Events({"sh", "-c", script}), 5'000u) << "apt-get install git";
}

TEST_F(RecordRealPrograms, Sqlite) {
  const char* sql =
      "create table t(a integer primary key, b text);"
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)"
      " insert into t select i, hex(i * 7919) from n;"
      "create index by_b on t(b); select count(*), max(b) from t group by a % 10 order by b;";
  EXPECT_GT(Events({"sqlite3", Path("db"), sql}), 3'000u) << "apt-get install sqlite3";
}

// A server linked with another malloc (jemalloc), under load until it is told to end; a thread of
// it frees what it unlinks. Debian's server is the same file as redis-check-rdb, and goes by its
// name.
TEST_F(RecordRealPrograms, RedisUnderLoad) {
  // The path of a socket is short.
  const std::string script = R"(set -e; D=$(mktemp -d); S=$D/s
( for ((i = 0; i < 300; ++i)); do [[ -S $S ]] && break; kill -0 $$ || exit; sleep 0.1; done
  redis-benchmark -s "$S" -q -n 500 -c 5 -r 300 -t set,get,lpush,hset >/dev/null
  redis-cli -s "$S" eval 'for i = 1, 999 do redis.call("sadd", "many", "m" .. i) end' 0
  redis-cli -s "$S" unlink many
  redis-cli -s "$S" shutdown nosave; rm -rf "$D" ) &
exec -a redis-server redis-check-rdb --port 0 --unixsocket "$S" --save '' --appendonly no \
  --daemonize no --logfile "$D/log")";
  EXPECT_GT(Events({"bash", "-c", script}), 10'000u) << "apt-get install redis-tools";
  const ReadTrace trace = Read();
  EXPECT_EQ(FindMetadata(trace.metadata, "program"), "/usr/bin/redis-check-rdb");
  EXPECT_GT(trace.Count(EventKind::kThreadStart), 1);
}

TEST_F(RecordRealPrograms, Clang) {
  std::ofstream(Path("source.cc")) << "#include <map>\n#include <string>\n"
                                      "std::map<int, std::string> m;\n"
                                      "int main() { m[1] = \"x\"; return int(m.size()); }\n";
  EXPECT_GT(Events({"clang++-19", "-O1", "-c", Path("source.cc"), "-o", Path("source.o")}), 50'000u)
      << "apt-get install clang-19";
  EXPECT_TRUE(std::filesystem::exists(Path("source.o")));
}

}  // namespace
}  // namespace alloclab::recorder
