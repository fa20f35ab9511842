// Makes the page of one record: render_page RECORD.json PAGE.html. For looking at the page, and for
// the browser test; people use `alloclab compare` and `alloclab report`.

#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/report/page.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: render_page RECORD.json PAGE.html\n";
    return 2;
  }
  try {
    std::ifstream file(argv[1]);
    if (!file) throw alloclab::ReportError(std::string(argv[1]) + ": cannot be read");
    alloclab::WritePage(nlohmann::json::parse(file), argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "render_page: " << error.what() << "\n";
    return 2;
  }
  return 0;
}
