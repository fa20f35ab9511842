// Makes the page of records: render_page RECORD.json... PAGE.html, with HISTORY.json of a heap
// among them. For looking at the page; people use `alloclab compare` and `alloclab report`.

#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/report/page.h"

namespace {

nlohmann::json ReadJson(const char* path) {
  std::ifstream file(path);
  if (!file) throw alloclab::ReportError(std::string(path) + ": cannot be read");
  return nlohmann::json::parse(file);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: render_page RECORD.json... PAGE.html\n";
    return 2;
  }
  try {
    alloclab::PageContents contents;
    for (int i = 1; i < argc - 1; ++i) {
      nlohmann::json read = ReadJson(argv[i]);
      if (read.contains("overview")) {
        contents.histories.push_back({read["trace"], read["allocator"], read});
      } else {
        contents.records.push_back(std::move(read));
      }
    }
    alloclab::WritePage(contents, argv[argc - 1]);
  } catch (const std::exception& error) {
    std::cerr << "render_page: " << error.what() << "\n";
    return 2;
  }
  return 0;
}
