// A small file as one string.

#ifndef ALLOCLAB_TRACES_GENERATORS_WHOLE_FILE_H_
#define ALLOCLAB_TRACES_GENERATORS_WHOLE_FILE_H_

#include <cstddef>
#include <string>

namespace alloclab::generators {

// "-" is standard input. Throws TraceError, naming the mend, for a file that cannot be read and for
// one of more than `most_bytes`, of which no more than that is kept.
std::string ReadWholeFile(const std::string& path, std::size_t most_bytes);

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_WHOLE_FILE_H_
