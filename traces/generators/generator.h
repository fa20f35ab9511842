// A generator: a named, seeded, pure function from parameters to a trace. The same name, seed and
// parameters give the same events on every machine, and a test holds each to a hash of its text.
//
//   parameters  whole numbers with a default and a range, so that none can ask for what a trace
//               cannot hold, or for more memory than the largest live set it names
//   bound       what theory says of the heap, where it says something: a sentence that goes into
//               the metadata
//
// A trace frees everything at its end, unless README.md says otherwise of its generator.

#ifndef ALLOCLAB_TRACES_GENERATORS_GENERATOR_H_
#define ALLOCLAB_TRACES_GENERATORS_GENERATOR_H_

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "traces/generators/emitter.h"
#include "traces/generators/random.h"
#include "traces/trace_io.h"

namespace alloclab::generators {

// Parameters that make no trace. what() names the parameter and the mend.
class GeneratorError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Parameter {
  std::string_view name;
  std::uint64_t value;  // the default
  std::uint64_t least;
  std::uint64_t most;
  std::string_view help;
  bool scaled = false;  // whether --scale multiplies it: how long or how large the trace is
};

class Arguments;

struct Generator {
  std::string_view name;
  std::string_view summary;
  std::string_view source;  // the paper or system it is after; empty where there is none
  std::vector<Parameter> parameters;
  void (*run)(const Arguments&, Random&, Emitter&);
  std::string (*bound)(const Arguments&) = nullptr;
  // Throws GeneratorError for values that are in range each and make no sense together.
  void (*check)(const Arguments&) = nullptr;
  // A file the generator reads is a parameter, too; empty where it reads none.
  std::string_view file_name = {};
  std::string_view file_help = {};
};

// The values a generator runs with. Refers to the generator, which outlives it.
class Arguments {
 public:
  // The defaults.
  explicit Arguments(const Generator& generator);

  // Throws GeneratorError when there is no such parameter or the value is out of its range.
  void Set(std::string_view name, std::uint64_t value);
  // Multiplies what is scaled by thousandths / 1000, rounding down. Throws GeneratorError.
  void Scale(std::uint64_t thousandths);

  // The name is one of the generator's own. O(parameters).
  std::uint64_t operator[](std::string_view name) const { return values_[IndexOf(name)]; }
  const Generator& generator() const { return *generator_; }

  std::string file;  // path of what the generator reads

  // "operations=1000 depth=64", and of a file its name without the folders.
  std::string Text() const;

 private:
  std::size_t IndexOf(std::string_view name) const;

  const Generator* generator_;
  std::vector<std::uint64_t> values_;
};

// "2.5" -> 2500. Throws GeneratorError for what is no number from 0.001 to 1000000 with at most
// three digits behind the point.
std::uint64_t ThousandthsFromText(std::string_view text);

// Every generator, in the order of README.md. Made once; the references stay valid.
const std::vector<Generator>& Generators();
// Throws GeneratorError that lists the names when there is no such generator.
const Generator& FindGenerator(std::string_view name);

// Runs the generator. Throws GeneratorError before the first event when the arguments make no
// trace. Memory: the live set.
void Generate(const Arguments& arguments, std::uint64_t seed, Emitter& emitter);

// What a generated trace says of itself: generator, seed, parameters, bound.
Metadata Describe(const Arguments& arguments, std::uint64_t seed);

// The whole of it into a file, which is there afterwards or not at all; the number of events.
// Throws GeneratorError or TraceError.
std::uint64_t GenerateTrace(const Arguments& arguments, std::uint64_t seed, const std::string& path,
                            int zstd_level = 3);

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_GENERATOR_H_
