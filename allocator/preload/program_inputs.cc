#include "allocator/preload/program_inputs.h"

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>

#include "allocator/preload/run_program.h"

namespace alloclab::preload {
namespace {

namespace fs = std::filesystem;

constexpr int kFiles = 300;
constexpr int kCommits = 300;
// sort starts threads from 128 Ki lines on.
constexpr int kLines = 300'000;

constexpr char kPython[] = R"(
import collections, hashlib, json, re, threading
text = " ".join("word%d" % (i * 7919 % 1000) for i in range(20000))
counts = collections.Counter(re.findall(r"[a-z]+\d*5", text))
data = json.loads(json.dumps({"counts": counts, "list": [[i] * 5 for i in range(5000)]}))
answers = [None] * 4
def work(n):
    lines = [json.dumps([n, i, "x" * (i % 200)]) for i in range(3000)]
    answers[n] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest(), *answers, sep="\n")
)";

constexpr char kNode[] = R"(
const crypto = require("crypto");
const {Worker, isMainThread, parentPort} = require("worker_threads");
function work() {
  const counts = new Map();
  for (let i = 0; i < 50000; i++) {
    const key = "word" + (i * 7919 % 1000);
    counts.set(key, (counts.get(key) || 0) + 1);
  }
  const text = JSON.stringify([...counts].sort());
  const buffers = [];
  for (let i = 0; i < 200; i++) buffers.push(Buffer.alloc(i * 1000, text));
  return crypto.createHash("sha256").update(Buffer.concat(buffers)).digest("hex");
}
if (isMainThread) {
  console.log(work());
  new Worker(__filename).on("message", answer => console.log(answer));
} else {
  parentPort.postMessage(work());
}
)";

constexpr char kSchema[] = R"(
pragma synchronous = off;
create table t(a integer primary key, b text, c real);
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
  insert into t select i, hex(i * 7919 % 99991), i / 7.0 from n;
create index by_b on t(b, c);
commit;
select count(*), min(b), max(b), sum(length(b)) from t;
select a % 10, count(distinct b), round(sum(c), 3) from t group by a % 10 order by 1;
select a from t where b like '39%' order by b desc, a limit 20;
)";

void Write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// Lines that change a little from one version to the next.
std::string Contents(int file, int version) {
  std::ostringstream text;
  for (int line = 0; line < 40; ++line) {
    const int changed = line % 9 == version % 9 ? version : 0;
    text << "line " << line << " of file " << file << ", as changed by " << changed << "\n";
  }
  return text.str();
}

void MakeTree(const fs::path& folder) {
  for (int i = 0; i < kFiles; ++i) {
    const fs::path place = folder / std::to_string(i % 17) / std::to_string(i % 5);
    fs::create_directories(place);
    Write(place / ("file" + std::to_string(i)), Contents(i, i));
  }
}

// One stream of commits, read by git fast-import.
std::string History() {
  std::ostringstream stream;
  for (int i = 1; i <= kCommits; ++i) {
    const std::string message = "Change file " + std::to_string(i % 23) + "\n";
    const std::string contents = Contents(i % 23, i);
    stream << "commit refs/heads/main\ncommitter Somebody <s@example.org> " << 1700000000 + i * 3600
           << " +0000\ndata " << message.size() << "\n"
           << message << "M 100644 inline folder/file" << i % 23 << "\ndata " << contents.size()
           << "\n"
           << contents << "\n";
  }
  return stream.str();
}

void Must(const Outcome& outcome, const char* what) {
  if (outcome.status != 0) throw std::runtime_error(std::string(what) + ": " + outcome.err);
}

}  // namespace

ProgramInputs::ProgramInputs() {
  const char* temporary = std::getenv("TEST_TMPDIR");
  std::string name = std::string(temporary == nullptr ? "/tmp" : temporary) + "/inputs.XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  folder_ = name;
  MakeTree(folder_ / "tree");
  Write(folder_ / "script.py", kPython);
  Write(folder_ / "script.js", kNode);
  Write(folder_ / "schema.sql", kSchema);
  std::mt19937_64 random(7);
  std::ostringstream lines;
  for (int i = 0; i < kLines; ++i) lines << random() % 1'000'000'007 << " line " << i << "\n";
  Write(folder_ / "lines", lines.str());

  Write(folder_ / "history", History());
  Must(RunProgram({.argv = {"sh", "-c",
                            "git init -q -b main repository && git -C repository fast-import "
                            "--quiet <history && git -C repository reset -q --hard main"},
                   .variables = Variables(),
                   .folder = folder_}),
       "git (apt-get install git) cannot make a repository");
}

ProgramInputs::~ProgramInputs() {
  std::error_code none;
  fs::remove_all(folder_, none);
}

std::vector<std::string> ProgramInputs::Variables() const {
  return {"LC_ALL=C", "HOME=" + folder_.string(), "GIT_CONFIG_NOSYSTEM=1"};
}

}  // namespace alloclab::preload
