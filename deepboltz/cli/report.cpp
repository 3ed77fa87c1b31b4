#include "deepboltz/report/report.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/run_folder.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"

namespace deepboltz {

namespace {

void report(Session& session, const std::vector<std::string>& runs, std::string out) {
  const std::vector<std::filesystem::path> folders(runs.begin(), runs.end());
  if (out.empty()) out = folders.size() == 1 ? (folders[0] / "report.html").string() : "report.html";
  std::string next = "sample " + runs.front();
  std::vector<const Kind*> kinds;
  std::vector<ReportFile> files;
  for (const std::string& run : runs) {
    if (!std::filesystem::is_directory(run)) throw FileError(fmt::format("{}: there is no such run folder", run));
    const Trained trained = open_trained(session, run);  // refuses a damaged model, or none
    if (run == runs.front() && !trained.kind->uses.graph) next = "inspect " + run;
    if (std::ranges::find(kinds, trained.kind) != kinds.end()) continue;
    kinds.push_back(trained.kind);
    for (const Drawing& drawing : trained.kind->drawings)
      files.insert(files.end(), drawing.shown.begin(), drawing.shown.end());
  }
  const std::string page = report_page(folders, files);
  require_writable(out);
  write_file(out, as_bytes(page));
  if (session.options.json)
    session.print(nlohmann::json{{"file", out}, {"runs", runs}, {"bytes", page.size()}});
  else
    session.print(out + "\n");
  session.console.next("deepboltz " + next);
}

}  // namespace

void add_report(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "report", "write a web page about a run, or about several side by side",
                            "deepboltz report runs/first");
  auto runs = std::make_shared<std::vector<std::string>>();
  auto out = std::make_shared<std::string>();
  verb->add_option("RUN", *runs, "run folders")->required()->type_name("");
  verb->add_option("--out", *out,
                   "the page to write (default: report.html in the run; for several runs, in this folder)")
      ->type_name("FILE");
  verb->callback([&session, runs, out] { session.run = [&session, runs, out] { report(session, *runs, *out); }; });
}

}  // namespace deepboltz
