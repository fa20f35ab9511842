// A database in memory: pages of 4 KiB, and strings and cursors that live as long as a row or a
// statement. Most of its time is its own, as in most programs: a malloc that is twice as fast shows
// as a few hundredths, and one that walks long lists as much more.

#include <string>

#include "bench/programs/descriptions.h"
#include "bench/programs/input_files.h"

namespace alloclab {

MeasuredProgram SqliteProgram(RunLength length) {
  MeasuredProgram program = {
      .name = "sqlite",
      .needed = {{"sqlite3", "sqlite3"}},
      .command = {"sqlite3", ":memory:"},
      .inputs = {{"workload.sql", std::string(program_inputs::kSqliteWorkload)}},
  };
  const int rounds = length == RunLength::kUsual ? 2 : 1;
  for (int i = 0; i < rounds; ++i) program.command.emplace_back(".read ../input/workload.sql");
  return program;
}

}  // namespace alloclab
