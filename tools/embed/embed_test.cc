// An embedded file is the file, byte for byte, whatever its bytes.

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "tools/embed/embed_test_files.h"

namespace alloclab {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST(Embed, KeepsEveryByte) {
  const std::string bytes = ReadFile("tools/embed/testdata/bytes.bin");
  EXPECT_EQ(std::set<char>(bytes.begin(), bytes.end()).size(), 256u);
  EXPECT_EQ(embed_test_files::kBytes, bytes);
}

TEST(Embed, AnEmptyFileIsEmpty) { EXPECT_EQ(embed_test_files::kEmpty, ""); }

}  // namespace
}  // namespace alloclab
