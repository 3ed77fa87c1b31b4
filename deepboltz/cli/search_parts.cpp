#include "deepboltz/cli/search_parts.h"

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/checks.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/png_grid.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/report/pictures.h"
#include "deepboltz/task/captions.h"
#include "deepboltz/task/part_distance.h"
#include "deepboltz/task/part_draws.h"
#include "deepboltz/task/posterior.h"
#include "deepboltz/task/ranking.h"

namespace deepboltz {
namespace {

const Cases& among(const CaseSets& sets, const std::string& share) {
  const Cases& cases = sets.of(share == "train"        ? Share::train
                               : share == "validation" ? Share::validation
                                                       : Share::test);
  require(cases.count() > 0, "--among: the run has no {} cases", share);
  return cases;
}

// How well the wanted part of each stored case fits the question, (questions, stored): by what the question says of
// that part, or by the joint layer.
Tensor scores_of(Session& session, const EnergyModel& model, const Question& question, LayerId wanted,
                 const CaseSets& sets, const Cases& stored, bool by_codes) {
  Context& ctx = session.context();
  const GivenOptions how{.report = session.report()};
  const std::string& name = model.layer(wanted).name;
  if (!by_codes) {
    constexpr std::uint64_t kPredict = 0x70726564;
    const Tensor predicted = part_means(ctx, model, question.cases, question.given, wanted,
                                        {.key = session.key().fold(kPredict), .report = session.report()});
    const State state = state_given(ctx, model, stored, 0, stored.count(), {.names = {name}});
    const Tensor base = std::move(visible_means(ctx, model, sets.train)[std::size_t(wanted.index)]);
    return part_fits(ctx, model.layer(wanted).unit, predicted, state.x(wanted), base);
  }
  const LayerId joint = joint_layer(model);
  const Tensor asked = std::move(means_given(ctx, model, question.cases, question.given, {&joint, 1}, how).front()),
               there = std::move(means_given(ctx, model, stored, {.names = {name}}, {&joint, 1}, how).front());
  return cosines(ctx, asked, there);
}

std::string words_of(const Cases& cases, std::int64_t row) {
  std::string text;
  for (const Column& column : cases.columns) {
    if (column.meaning.names.empty() || !is_part_name(column.name)) continue;
    if (!std::holds_alternative<std::shared_ptr<const SparseRows>>(column.x) || !column.is_known(row)) continue;
    constexpr std::size_t kWords = 8;
    std::size_t said = 0;
    for (const std::uint32_t unit : column.sparse().row(row))
      if (said++ < kWords) text += (text.empty() ? "" : " ") + column.meaning.names[unit];
  }
  return text;
}

}  // namespace

void add_part_search_options(CLI::App& verb, PartSearch& options) {
  add_given_option(verb, options.given);
  verb.add_option("--want", options.want, "--given: the part to search in (default: the first that is not given)")
      ->type_name("PART");
  verb.add_option("--among", options.among, "--given: which cases of the run: train, validation or test")
      ->check(one_of({"train", "validation", "test"}))
      ->type_name("SHARE")
      ->capture_default_str();
  verb.add_option("--by", options.by,
                  "--given: prediction, how well the part fits what is said of it; or codes, the cosine of the joint "
                  "layer's means")
      ->check(one_of({"prediction", "codes"}))
      ->type_name("SCORE")
      ->capture_default_str();
  verb.add_option("--out", options.out, "--given: also write the pictures that were found, a question a row (.png)")
      ->type_name("FILE");
}

void search_parts(Session& session, const std::string& path, std::int64_t top, const CaseOptions& cases,
                  const PartSearch& options) {
  const Trained trained = open_trained(session, path);
  const EnergyModel model = without_labels(machine_of_parts(trained, "search"));
  const Question question = question_of(session, trained, options.given, cases);
  const LayerId wanted = wanted_part(model, question, options.want);
  const std::string& want = model.layer(wanted).name;
  const Meaning& meaning = meaning_of(trained.system, want);
  require(options.out.empty() || std::filesystem::path(options.out).extension() == ".png",
          "{}: expected a name that ends in .png", options.out);
  require(options.out.empty() || meaning.is_picture(), "{}: part '{}' is no picture", options.out, want);
  if (!options.out.empty()) require_output(options.out, inputs_of(trained));
  const auto sets = sets_of_run(session, trained, "search --given");
  const Cases& stored = among(*sets, options.among);
  const Tensor scores = scores_of(session, model, question, wanted, *sets, stored, options.by == "codes");
  const std::vector<std::string> classes = class_words(stored);
  std::vector<std::uint32_t> those;  // that have the part
  for (std::uint32_t r = 0; r < stored.count(); ++r)
    if (stored.at(want).is_known(r)) those.push_back(r);
  const std::int64_t shown = std::min(top, std::int64_t(those.size()));
  nlohmann::json json = nlohmann::json::array();
  std::string text;
  std::vector<std::uint32_t> found;
  for (std::int64_t q = 0; q < scores.rows(); ++q) {
    const auto order = ranked(those, [&](auto a, auto b) { return scores.at(q, a) > scores.at(q, b); });
    if (scores.rows() > 1) text += fmt::format("question {}\n", q);
    for (std::int64_t i = 0; i < shown; ++i) {
      const std::uint32_t r = order[std::size_t(i)];
      const Caption caption{stored.names.empty() ? "" : stored.names[r], classes.empty() ? "" : classes[r],
                            words_of(stored, r)};
      text += fmt::format("{:>9.4f}  {}  {}\n", scores.at(q, r), r, caption.text());
      json.push_back({{"question", q},
                      {"case", r},
                      {"score", scores.at(q, r)},
                      {"classes", caption.classes},
                      {"name", caption.name},
                      {"words", caption.words}});
      found.push_back(r);
    }
  }
  if (!options.out.empty()) {
    const Cases chosen = select_rows(stored, found);
    const Rows rows = dense_rows(chosen.at(want));
    Tensor pictures(DType::f32, rows.x.rows, rows.x.cols);
    each_value(rows.x, [&](std::int64_t r, std::int64_t i, double x) { pictures.set(r, i, x); });
    write_png(options.out, picture_grid(pictures, meaning.height, meaning.width,
                                        {.columns = int(shown), .magnify = 2, .channels = meaning.channels}));
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(text + (options.out.empty() ? "" : options.out + "\n"));
  session.console.next("deepboltz evaluate " + path);
}

}  // namespace deepboltz
