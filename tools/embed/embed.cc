// Turns files into one C++ source, so that a binary carries its own web page and needs no files
// beside it.
//
//   embed NAMESPACE HEADER NAME=FILE... > out.cc
//
// Each NAME becomes `constinit const std::string_view NAME`, which HEADER (an include path) must
// declare: the compiler then checks that both sides agree. Bytes are kept as they are: a string
// literal with its length stated holds zeros too.

#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t kLiteralBytesPerLine = 256;

bool IsPlain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '?'; }

// Octal with three digits always: unlike hexadecimal, it cannot swallow the digit after it. The
// question mark is written so too, for trigraphs.
void WriteOctal(std::ostream& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out << '\\' << (byte >> 6) << ((byte >> 3) & 7) << (byte & 7);
}

void WriteLiteral(std::ostream& out, std::string_view bytes) {
  out << "    \"\"";
  for (std::size_t at = 0; at < bytes.size(); at += kLiteralBytesPerLine) {
    out << "\n    \"";
    for (const char c : bytes.substr(at, kLiteralBytesPerLine)) {
      if (IsPlain(c)) {
        out << c;
      } else {
        WriteOctal(out, c);
      }
    }
    out << '"';
  }
}

// False, with a sentence on standard error, when the file cannot be read.
bool WriteFile(std::ostream& out, std::string_view name, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file.is_open() || file.bad()) {
    std::cerr << "embed: " << path << ": cannot be read; check that it exists\n";
    return false;
  }
  const std::string bytes = content.str();
  out << "\nconstinit const std::string_view " << name << "(\n";
  WriteLiteral(out, bytes);
  out << ",\n    " << bytes.size() << ");\n";
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: embed NAMESPACE HEADER NAME=FILE... > out.cc\n";
    return 2;
  }
  std::cout << "#include \"" << argv[2] << "\"\n\nnamespace " << argv[1] << " {\n";
  for (int i = 3; i < argc; ++i) {
    const std::string_view pair = argv[i];
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
      std::cerr << "embed: '" << pair << "' is not NAME=FILE\n";
      return 2;
    }
    if (!WriteFile(std::cout, pair.substr(0, equals), std::string(pair.substr(equals + 1)))) {
      return 1;
    }
  }
  std::cout << "\n}  // namespace " << argv[1] << "\n";
  return std::cout.flush() ? 0 : 1;
}
