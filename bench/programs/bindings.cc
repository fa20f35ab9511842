#include "bench/programs/bindings.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "bench/candidates/exported_function.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;

constexpr char kFilePrefix[] = "bindings";

// "     4711:\tbinding file A [0] to B [0]: normal symbol `malloc' [GLIBC_2.2.5]"
struct Binding {
  std::string_view from;
  std::string_view to;
  std::string_view symbol;
};

// What stands between `before` and `after`, of which `text` is cut off.
std::optional<std::string_view> Between(std::string_view& text, std::string_view before,
                                        std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin + before.size());
  const std::size_t end = text.find(after);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view found = text.substr(0, end);
  text.remove_prefix(end);
  return found;
}

std::optional<Binding> ParseLine(std::string_view line) {
  const auto from = Between(line, "binding file ", " [");
  const auto to = Between(line, " to ", " [");
  const auto symbol = Between(line, " symbol `", "'");
  if (!from || !to || !symbol) return std::nullopt;
  return Binding{*from, *to, *symbol};
}

bool SameFile(std::string_view a, std::string_view b) {
  std::error_code error;
  return a == b || fs::equivalent(fs::path(a), fs::path(b), error);
}

}  // namespace

std::vector<std::string> WatchBindings(const fs::path& folder) {
  return {"LD_DEBUG=bindings", "LD_DEBUG_OUTPUT=" + (folder / kFilePrefix).string()};
}

std::string WhyNotBoundTo(const std::string& library, const fs::path& folder) {
  bool any = false;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with(kFilePrefix)) continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      const std::optional<Binding> binding = ParseLine(line);
      if (!binding || (binding->symbol != "malloc" && binding->symbol != "free")) continue;
      if (SameFile(binding->from, library)) continue;
      // In a program that is not position-independent the address of a function is a stub of its
      // own, which calls whoever defines it.
      if (!ExportsFunction(std::string(binding->to), binding->symbol)) continue;
      any = true;
      if (SameFile(binding->to, library)) continue;
      return fmt::format("{} does not take malloc over: the {} of {} is that of {}", library,
                         binding->symbol, binding->from, binding->to);
    }
  }
  if (any) return "";
  return fmt::format("nothing in it asked the loader for malloc, so {} could not be put there",
                     library);
}

}  // namespace alloclab
