#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/report/chart.h"
#include "deepboltz/report/metrics_table.h"

namespace deepboltz {

namespace {

namespace fs = std::filesystem;

struct PlotVerb {
  std::string model, out;
  int sweeps = 1'000;
};

// A page of charts, one a column of metrics.csv, one line a stage. Nothing where the run has no metrics.
std::optional<fs::path> draw_curves(const fs::path& run, const fs::path& folder) {
  const fs::path file = run / "metrics.csv";
  if (run.empty() || !fs::exists(file)) return std::nullopt;
  const MetricsTable table = parse_metrics(read_file(file), file.string());
  const auto epoch = table.column("epoch");
  if (!epoch) return std::nullopt;
  std::string page = "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>curves</title>\n";
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (c == *epoch) continue;
    Chart chart{table.columns[c], "epoch", {}};
    for (const MetricsTable::Row& row : table.rows) {
      if (chart.lines.empty() || chart.lines.back().name != row.stage)
        chart.lines.push_back({.name = row.stage, .colour = int(chart.lines.size()), .dashed = false, .points = {}});
      if (row.values[*epoch] && row.values[c])
        chart.lines.back().points.emplace_back(*row.values[*epoch], *row.values[c]);
    }
    page += draw_chart(chart);
  }
  write_file(folder / "curves.html", as_bytes(page));
  return folder / "curves.html";
}

void print_files(Session& session, const std::vector<std::string>& files) {
  if (session.options.json) return session.print(nlohmann::json{{"files", files}});
  std::string text;
  for (const std::string& file : files) text += file + "\n";
  session.print(text);
}

void plot(Session& session, const PlotVerb& options) {
  const Trained trained = open_sampler(session, options.model);
  const fs::path folder = !options.out.empty()     ? fs::path(options.out)
                          : trained.folder.empty() ? fs::path("pictures")
                                                   : trained.folder / "pictures";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw FileError(fmt::format("{}: cannot create the folder: {}", folder.string(), error.message()));
  require_writable(folder / "curves.html");
  if (!trained.recipe) session.console.say("the model file has no recipe: pictures that need data are left out");
  const auto sets = trained.recipe ? sets_of_run(session, trained, "plot") : std::make_unique<CaseSets>();
  const Share share = sets->test.count() > 0         ? Share::test
                      : sets->validation.count() > 0 ? Share::validation
                                                     : Share::train;
  const SystemRecipe nothing;
  const Subject subject{.system = trained.system,
                        .recipe = trained.recipe ? *trained.recipe->values : nothing,
                        .sets = *sets,
                        .cases = sets->of(share),
                        .share = share,
                        .folder = trained.folder,
                        .key = session.key().fold(4),
                        .report = session.report()};
  std::vector<std::string> files, absent;
  for (const Drawing& drawing : trained.kind->drawings) {
    if (const std::string refusal = drawing.refusal ? drawing.refusal(subject) : ""; !refusal.empty()) {
      absent.push_back(refusal);
      continue;
    }
    const Drawn drawn = drawing.draw(session.context(), subject, {.sweeps = options.sweeps}, folder);
    for (const fs::path& file : drawn.files) files.push_back(file.string());
    if (!session.options.json && !drawn.said.empty()) session.print(drawn.said);
  }
  if (files.empty() && !absent.empty()) session.console.say(absent.front() + ": curves only");
  if (const auto curves = draw_curves(trained.folder, folder)) files.push_back(curves->string());
  print_files(session, files);
  session.console.next(trained.folder.empty() ? "deepboltz inspect " + options.model
                                              : "deepboltz report " + options.model);
}

}  // namespace

void add_plot(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "plot", "draw pictures of a model: filters, samples, completions, curves",
                            "deepboltz plot runs/first");
  auto options = std::make_shared<PlotVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("--out", options->out, "the folder to write (default: pictures/ in the run)")->type_name("FOLDER");
  verb->add_option("--sweeps", options->sweeps, "Gibbs sweeps for samples and completions")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->callback([&session, options] { session.run = [&session, options] { plot(session, *options); }; });
}

}  // namespace deepboltz
