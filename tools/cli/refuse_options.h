// Options that would be taken and then do nothing are refused instead.

#ifndef ALLOCLAB_TOOLS_CLI_REFUSE_OPTIONS_H_
#define ALLOCLAB_TOOLS_CLI_REFUSE_OPTIONS_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <initializer_list>
#include <string>

namespace alloclab::cli {

// For options of an archive, where something else is written.
inline constexpr char kNoArchive[] = "a target that is no archive (.alt)";

// Throws CompareError, naming the option, when one of `options` was given together with `mode`
// ("--programs"), where it means nothing.
void RefuseOptions(const CLI::App& command, const std::string& mode,
                   std::initializer_list<const char*> options);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_REFUSE_OPTIONS_H_
