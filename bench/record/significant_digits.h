// A figure with so many significant digits and no more.

#ifndef ALLOCLAB_BENCH_RECORD_SIGNIFICANT_DIGITS_H_
#define ALLOCLAB_BENCH_RECORD_SIGNIFICANT_DIGITS_H_

#include <fmt/format.h>

#include <charconv>
#include <string>

namespace alloclab {

// The nearest to `figure` that is written with `digits` significant digits. To do it again changes
// nothing. No locale has any part in it.
inline double WithDigits(double figure, int digits) {
  const std::string text = fmt::format("{:.{}g}", figure, digits);
  double rounded = figure;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_RECORD_SIGNIFICANT_DIGITS_H_
