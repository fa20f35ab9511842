// A student's solution: its sources, compiled to a shared object in a folder of its own.

#ifndef ALLOCLAB_BENCH_GRADE_SOLUTION_H_
#define ALLOCLAB_BENCH_GRADE_SOLUTION_H_

#include <stdexcept>
#include <string>
#include <vector>

namespace alloclab::grade {

// The sources are not a solution: `output` is what the compiler said, what() the rest.
class CompileError : public std::runtime_error {
 public:
  CompileError(const std::string& what, std::string said)
      : std::runtime_error(what), output(std::move(said)) {}
  std::string output;
};

// Sources that cannot be used: a misuse of the grader. what() names the file and the mend.
class SourceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A folder that only this user can look into, removed with everything in it at the end.
class PrivateFolder {
 public:
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct CompileOptions {
  std::vector<std::string> flags;  // for the sources, behind those of CompileSolution
  std::size_t alignment = 16;      // what config.h says
  std::size_t heap_bytes = 0;
};

struct CompiledSolution {
  std::string library;               // path of the shared object
  std::vector<std::string> objects;  // of the files that it is linked of, those of the sources
  std::string warnings = {};         // what the compiler said
};

// Compiles and links `sources` (.c, and .cc, .cpp or .cxx) with -O2 and our headers, into `folder`;
// returns where the files are. The compiler is $CC or $CXX, else the first that is there
// of clang-19, clang and cc, or the same for C++. Throws CompileError, SourceError, EndingSignal.
CompiledSolution CompileSolution(const std::vector<std::string>& sources,
                                 const PrivateFolder& folder, const CompileOptions& options);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_SOLUTION_H_
