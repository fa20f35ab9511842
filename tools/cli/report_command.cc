// report: tables, page and README.md out of records alone.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/publish/committed_results.h"
#include "bench/publish/formats.h"
#include "bench/publish/publication.h"
#include "bench/report/page.h"
#include "bench/results/run_folder.h"
#include "tools/cli/command.h"
#include "tools/cli/parts.h"
#include "traces/output_file.h"

namespace alloclab::cli {
namespace {

namespace fs = std::filesystem;

struct ReportArguments {
  std::vector<std::string> folders;
  std::string output = "alloclab-report";
  bool check = false;
  bool readme = false;
  bool refresh = false;
  bool json = false;
};

void WriteFile(const std::string& path, const std::string& text) {
  OutputFile file(path);
  file.Write(text);
  file.Commit();
}

void WriteReportPage(const publish::Records& records, const std::string& path) {
  PageContents page;
  for (const auto& [_, record] : records) page.records.emplace_back(record);
  WritePage(page, path);
}

// A table that an earlier report left beside those of this one would be taken for one of them.
void RemoveOthers(const std::vector<publish::PublishedFile>& files, const fs::path& folder) {
  for (const std::string& name : publish::PossibleFiles()) {
    const bool written =
        std::any_of(files.begin(), files.end(),
                    [&](const publish::PublishedFile& file) { return file.name == name; });
    if (!written) fs::remove(folder / name);
  }
}

void WriteReport(const publish::Records& records, const fs::path& folder) {
  const std::vector<publish::PublishedFile> files = publish::PublishedFiles(records);
  fs::create_directories(folder);
  for (const publish::PublishedFile& file : files) WriteFile(folder / file.name, file.text);
  WriteReportPage(records, folder / "page.html");
  RemoveOthers(files, folder);
  std::cout << "alloclab: wrote " << files.size() << " files of tables and page.html to "
            << folder.string() << "\n";
}

std::vector<std::string> Folders(const ReportArguments& arguments) {
  if (!arguments.folders.empty()) return arguments.folders;
  const std::string results = fs::path(SourceRoot()) / publish::kResultsFolder;
  const std::vector<std::string> runs = results::RunFolders(results);
  if (runs.empty()) {
    throw std::runtime_error(results +
                             ": there are no results yet; make some with `alloclab compare "
                             "--save`, or name a folder that has a record");
  }
  return {runs.back()};
}

// The last part of its path, whatever the path ends in.
fs::path NameOf(const std::string& folder) {
  const fs::path path = fs::path(folder).lexically_normal();
  return path.has_filename() ? path.filename() : path.parent_path().filename();
}

void RefuseEqualNames(const std::vector<std::string>& folders) {
  std::map<fs::path, std::string> names;
  for (const std::string& folder : folders) {
    const auto [other, is_new] = names.emplace(NameOf(folder), folder);
    if (is_new) continue;
    throw std::runtime_error(other->second + " and " + folder + ": both would be published as " +
                             NameOf(folder).string() +
                             "; publish them one by one, each with an -o of its own");
  }
}

void Publish(const ReportArguments& arguments) {
  const std::vector<std::string> folders = Folders(arguments);
  if (arguments.json && folders.size() > 1) {
    throw CLI::ValidationError("--json", "prints the tables of one folder; name one");
  }
  RefuseEqualNames(folders);
  for (const std::string& folder : folders) {
    const publish::Records records = results::ReadRun(folder);
    if (arguments.json) {
      std::cout << publish::TablesJson(publish::TablesOf(records));
      continue;
    }
    const fs::path output = arguments.output;
    WriteReport(records, folders.size() == 1 ? output : output / NameOf(folder));
  }
}

// The tables beside the records that they are made of, and nothing else: that folder is kept.
void RefreshKeptTables(const ReportArguments& arguments) {
  for (const std::string& folder : Folders(arguments)) {
    WriteFile(fs::path(folder) / publish::kMarkdownFile, publish::KeptTables(folder));
    std::cout << "alloclab: wrote " << publish::kMarkdownFile << " in " << folder << "\n";
  }
}

void PrintPassedOver(const publish::Headline& headline) {
  for (const std::string& sentence : headline.passed_over) std::cout << sentence << "\n";
}

int Check() {
  const std::vector<std::string> stale = publish::StaleFiles(SourceRoot());
  for (const std::string& sentence : stale) std::cout << sentence << "\n";
  const publish::Headline headline = publish::FindHeadline(SourceRoot());
  PrintPassedOver(headline);
  if (stale.empty()) {
    std::cout << (headline.run ? "what is shown is what the records make\n"
                               : "no results yet, and none are shown\n");
  }
  return stale.empty() ? kFine : kFound;
}

void RewriteReadme() {
  const std::string path = fs::path(SourceRoot()) / "README.md";
  const std::string readme = publish::ReadmeOf(SourceRoot());
  const bool same = readme == results::ReadText(path);
  if (!same) WriteFile(path, readme);
  const publish::Headline headline = publish::FindHeadline(SourceRoot());
  PrintPassedOver(headline);
  std::cout << "alloclab: README.md " << (same ? "already shows " : "shows ") << *headline.run
            << "\n";
}

}  // namespace

void AddReport(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<ReportArguments>();
  CLI::App* report =
      app.add_subcommand("report", "Make tables and the page of results, from their records alone");
  CLI::Option* folders = report->add_option(
      "folders", arguments->folders, "Folders with records (default: the newest in bench/results)");
  CLI::Option* output =
      report
          ->add_option(
              "-o,--output", arguments->output,
              "Folder for page.html, tables.md, tables.tex and a CSV file for each table; of "
              "several records, a folder in it for each")
          ->capture_default_str();
  CLI::Option* check = report->add_flag(
      "--check", arguments->check,
      "Write nothing; exit status 1 when tables kept in bench/results, or README.md, differ from "
      "what the records make");
  check->excludes(folders)->excludes(output);
  CLI::Option* readme =
      report
          ->add_flag("--readme", arguments->readme,
                     "Write the table of the newest results into README.md, between its marks")
          ->excludes(check)
          ->excludes(folders)
          ->excludes(output);
  CLI::Option* refresh =
      report
          ->add_flag("--refresh", arguments->refresh,
                     "Write tables.md beside the records it is made of, and nothing else")
          ->excludes(check)
          ->excludes(readme)
          ->excludes(output);
  report->add_flag("--json", arguments->json, "Print the tables as JSON and write nothing")
      ->excludes(check)
      ->excludes(readme)
      ->excludes(refresh)
      ->excludes(output);
  report->footer(
      "Exit status: 0 fine, 1 --check found something stale, 2 misuse or a record that cannot be "
      "read.");
  report->callback([arguments, &exit_status] {
    if (arguments->check) {
      exit_status = Check();
    } else if (arguments->readme) {
      RewriteReadme();
    } else if (arguments->refresh) {
      RefreshKeptTables(*arguments);
    } else {
      Publish(*arguments);
    }
  });
}

}  // namespace alloclab::cli
