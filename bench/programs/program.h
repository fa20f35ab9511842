// One real program as a row of the comparison: what is run, on what, and what it must answer. It is
// data; program_run.h runs it.
//
// Every run has to be the same work with the same answer, whoever serves malloc: inputs are made
// here, and nothing may depend on time, chance, the network or the settings of this machine.

#ifndef ALLOCLAB_BENCH_PROGRAMS_PROGRAM_H_
#define ALLOCLAB_BENCH_PROGRAMS_PROGRAM_H_

#include <string>
#include <vector>

namespace alloclab {

// A program that must be installed, and the Debian package that brings it.
struct Needed {
  std::string program;
  std::string package;
};

// Written once, into the folder that is ../input for whatever runs.
struct InputFile {
  std::string name;
  std::string contents;
};

// What asks a server. It runs on the system's malloc, and its time is not the server's.
struct LoadStep {
  std::vector<std::string> command;
  bool answers = false;  // whether what it prints is part of the program's answer
};

struct MeasuredProgram {
  std::string name;
  std::vector<Needed> needed;               // the first one is the program itself
  std::vector<std::string> variables = {};  // NAME=VALUE, of the program's environment
  // Runs in an empty folder. The program is looked for in kProgramPath; a name that begins with
  // "./" is made there as a link to needed[0], for a program that goes by its name.
  std::vector<std::string> command;
  std::vector<InputFile> inputs = {};
  // Run once in the folder of the inputs, in this order, when these are there.
  std::vector<std::vector<std::string>> preparation = {};
  // That it writes into its folder: part of its answer, beside what it prints.
  std::vector<std::string> files = {};
  // A server listens at this Unix socket in its folder, is asked by `load`, and then told to end
  // by SIGTERM. What it prints itself is no answer.
  std::string socket = {};
  std::vector<LoadStep> load = {};
  // It is linked with an allocator of its own, so `system` has to be preloaded, too.
  bool links_allocator = false;
};

// Debian's own programs first.
inline constexpr char kProgramPath[] = "/usr/bin:/bin:/usr/local/bin";

// Where `program` lies in kProgramPath, or nothing when it is not there.
std::string PathOfProgram(const std::string& program);

// The packages that `program` lacks here as a sentence, or nothing when all is there.
std::string WhatIsMissing(const MeasuredProgram& program);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_PROGRAM_H_
