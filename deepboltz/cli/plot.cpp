#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/png.h"
#include "deepboltz/recipe/run_data.h"
#include "deepboltz/task/chart.h"
#include "deepboltz/task/complete.h"
#include "deepboltz/task/masks.h"
#include "deepboltz/task/metrics_table.h"

namespace deepboltz {

namespace {

namespace fs = std::filesystem;

struct PlotVerb {
  std::string model, out;
  int sweeps = 1'000, magnify = 2;
};

class Plotter {
 public:
  Plotter(Session& session, const Trained& trained, const PlotVerb& options, fs::path folder)
      : session_(session),
        trained_(trained),
        options_(options),
        folder_(std::move(folder)),
        shape_(picture_shape(trained.model)) {
    shape_.magnify = options.magnify;
  }

  std::vector<std::string> run() {
    filters();
    if (trained_.recipe) {
      const Dataset data = cases_of_run(session_.context(), trained_, "plot");
      samples(data);
      completions(data);
    } else {
      session_.console.say("the model file has no recipe: pictures that need data are left out");
    }
    if (!trained_.folder.empty()) curves();
    return files_;
  }

 private:
  void write(const std::string& name, const Image& image) {
    write_png(folder_ / name, image);
    files_.push_back((folder_ / name).string());
  }

  void filters() {
    std::int64_t hidden = 0;
    for (const Layer& layer : trained_.model.layers()) hidden += layer.role == Role::hidden;
    write("filters-1.png", first_layer_filters(trained_.model, shape_));
    if (hidden > 1) write("filters-2.png", second_layer_filters(session_.context(), trained_.model, shape_));
  }

  State shown(const Dataset& data, std::int64_t count) {
    return fixed_cases(session_.context(), trained_.model, Presenter(*trained_.recipe), Share::test, data, 0,
                       std::min(count, data.cases()), false);
  }

  void samples(const Dataset& data) {
    constexpr std::int64_t kSamples = 100;
    const Samples drawn = draw_samples(
        session_.context(), trained_.model,
        {.chains = kSamples, .burn_in = options_.sweeps, .key = session_.key().fold(4), .report = session_.report()});
    const State beside = shown(data, kSamples);
    const std::int64_t count = beside.cases;
    write("samples.png",
          samples_beside_data(drawn.mean.back().view().slice(0, count), beside.x(trained_.model.visible()), shape_,
                              int(std::min<std::int64_t>(10, count))));
  }

  void completions(const Dataset& data) {
    constexpr std::int64_t kCases = 20;
    const State state = shown(data, kCases);
    const ConstMatrix truth = state.x(trained_.model.visible());
    for (const Mask mask : {Mask::left_half, Mask::bottom_half, Mask::centre, Mask::random}) {
      const Key key = session_.key().fold(5).fold(std::uint64_t(mask));
      const Tensor hidden = hidden_pixels(mask, shape_.height, shape_.width, truth.rows, key.fold(0));
      const Completion done = complete(
          session_.context(), trained_.model, truth, hidden,
          {.burn_in = options_.sweeps, .sweeps = options_.sweeps, .key = key.fold(1), .report = session_.report()});
      write(fmt::format("completion-{}.png", name_of(mask)),
            completion_picture(truth, hidden, done.sample, done.probability, shape_, kCases));
    }
  }

  // A page of charts, one a column of metrics.csv, one line a stage.
  void curves() {
    const fs::path file = trained_.folder / "metrics.csv";
    if (!fs::exists(file)) return;
    const MetricsTable table = parse_metrics(read_file(file), file.string());
    const auto epoch = table.column("epoch");
    if (!epoch) return;
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
    write_file(folder_ / "curves.html", as_bytes(page));
    files_.push_back((folder_ / "curves.html").string());
  }

  Session& session_;
  const Trained& trained_;
  const PlotVerb& options_;
  const fs::path folder_;
  PictureShape shape_;
  std::vector<std::string> files_;
};

void plot(Session& session, const PlotVerb& options) {
  const Trained trained = open_trained(options.model, session.options.math);
  const fs::path folder = !options.out.empty()     ? fs::path(options.out)
                          : trained.folder.empty() ? fs::path("pictures")
                                                   : trained.folder / "pictures";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw FileError(fmt::format("{}: cannot create the folder: {}", folder.string(), error.message()));
  require_writable(folder / "filters-1.png");
  const std::vector<std::string> files = Plotter(session, trained, options, folder).run();
  if (session.options.json) {
    session.print(nlohmann::json{{"files", files}});
  } else {
    std::string text;
    for (const std::string& file : files) text += file + "\n";
    session.print(text);
  }
  session.console.next(trained.folder.empty() ? "deepboltz sample " + options.model
                                              : "deepboltz report " + options.model);
}

}  // namespace

void add_plot(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "plot", "pictures of a model: filters, samples, completions, curves",
                            "deepboltz plot runs/first");
  auto options = std::make_shared<PlotVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("--out", options->out, "the folder (default: pictures/ in the run)")->type_name("FOLDER");
  verb->add_option("--sweeps", options->sweeps, "Gibbs sweeps of samples and completions")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--magnify", options->magnify, "screen pixels a pixel")
      ->check(at_least(1, 32))
      ->type_name("N")
      ->capture_default_str();
  verb->callback([&session, options] { session.run = [&session, options] { plot(session, *options); }; });
}

}  // namespace deepboltz
