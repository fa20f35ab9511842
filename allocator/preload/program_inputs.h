// What the real programs work on, made anew by each test in a folder of its own: a tree of files, a
// git repository with a history, lines to sort, scripts. All of it is the same every time.

#ifndef ALLOCLAB_ALLOCATOR_PRELOAD_PROGRAM_INPUTS_H_
#define ALLOCLAB_ALLOCATOR_PRELOAD_PROGRAM_INPUTS_H_

#include <filesystem>
#include <string>
#include <vector>

namespace alloclab::preload {

class ProgramInputs {
 public:
  ProgramInputs();
  ~ProgramInputs();
  ProgramInputs(const ProgramInputs&) = delete;
  ProgramInputs& operator=(const ProgramInputs&) = delete;

  // Holds tree/, repository/, lines, script.py, script.js and schema.sql.
  const std::filesystem::path& folder() const { return folder_; }

  // Environment that keeps a program's answers from depending on this machine's settings.
  std::vector<std::string> Variables() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace alloclab::preload

#endif  // ALLOCLAB_ALLOCATOR_PRELOAD_PROGRAM_INPUTS_H_
