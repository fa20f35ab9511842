// A locale with a decimal comma, for tests that nothing which is published asks the locale. It is
// made here: a machine may have none but C, and a test that set no other would find nothing.

#ifndef ALLOCLAB_BENCH_PUBLISH_COMMA_LOCALE_H_
#define ALLOCLAB_BENCH_PUBLISH_COMMA_LOCALE_H_

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <locale>
#include <sstream>
#include <string>
#include <string_view>

namespace alloclab::publish {

// Of C and of C++, for its lifetime. Files of it lie in `folder`.
class CommaLocale {
 public:
  explicit CommaLocale(const std::string& folder)
      : before_(std::locale::global(std::locale(std::locale::classic(), new Comma))) {
    std::filesystem::create_directories(folder);
    const std::string source = folder + "/comma.source";
    std::ofstream(source) << "LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\ngrouping "
                             "3;3\nEND LC_NUMERIC\n";
    // It says what else a locale should have, and makes it all the same (--force).
    const std::string make =
        "/usr/bin/localedef --force --quiet -i " + source + " " + folder + "/comma >/dev/null 2>&1";
    [[maybe_unused]] const int status = std::system(make.c_str());
    setenv("LOCPATH", folder.c_str(), 1);
    std::setlocale(LC_NUMERIC, "comma");
  }
  ~CommaLocale() {
    std::setlocale(LC_NUMERIC, "C");
    unsetenv("LOCPATH");
    std::locale::global(before_);
  }
  CommaLocale(const CommaLocale&) = delete;
  CommaLocale& operator=(const CommaLocale&) = delete;

  // Whether both print with a comma now.
  bool IsSet() const {
    std::ostringstream text;
    text << 1.5;
    return text.str() == "1,5" && std::string_view(std::localeconv()->decimal_point) == ",";
  }

 private:
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };

  const std::locale before_;
};

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_COMMA_LOCALE_H_
