// The page's answers and its table of means, as they are seen.

#ifndef ALLOCLAB_BENCH_REPORT_ANSWERING_PAGE_H_
#define ALLOCLAB_BENCH_REPORT_ANSWERING_PAGE_H_

#include <cstdio>
#include <string>
#include <vector>

#include "bench/report/page_in_browser.h"

namespace alloclab {

// Three significant digits, as the page writes numbers from 0.1 to 99.
inline std::string Digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", value < 1 ? 3 : value < 10 ? 2 : 1, value);
  return text;
}

class AnsweringPage : public PageInBrowser {
 protected:
  static std::string Said() { return Text(".view:not([hidden]) .answers"); }

  // The row of an allocator in the table of means: its cells' texts.
  static std::vector<std::string> BoardRow(const std::string& allocator) {
    return Evaluate(
               "[...[...document.querySelectorAll('.view:not([hidden]) .board tbody tr')].find(row "
               "=> row.cells[0].innerText.trim() === '" +
               allocator + "').cells].map(cell => cell.innerText)")
        .get<std::vector<std::string>>();
  }
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_REPORT_ANSWERING_PAGE_H_
