// One line of the text form, taken apart.

#ifndef ALLOCLAB_TRACES_TEXT_LINE_H_
#define ALLOCLAB_TRACES_TEXT_LINE_H_

#include <string>
#include <string_view>

#include "traces/event.h"

namespace alloclab {

// An event whose id and ref are the names used in the text, not yet numbers of allocations.
struct ParsedEvent {
  Event event;
  std::string broken;  // not empty when the line is no event: what was found, what was expected
};

// O(line).
ParsedEvent ParseEventLine(std::string_view line);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_TEXT_LINE_H_
