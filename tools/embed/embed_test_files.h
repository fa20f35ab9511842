// What embed_test embeds.

#ifndef ALLOCLAB_TOOLS_EMBED_EMBED_TEST_FILES_H_
#define ALLOCLAB_TOOLS_EMBED_EMBED_TEST_FILES_H_

#include <string_view>

namespace alloclab::embed_test_files {

extern const std::string_view kBytes;  // testdata/bytes.bin: every byte, and pairs hard to quote
extern const std::string_view kEmpty;  // testdata/empty.txt

}  // namespace alloclab::embed_test_files

#endif  // ALLOCLAB_TOOLS_EMBED_EMBED_TEST_FILES_H_
