#include "deepboltz/cli/complete_parts.h"

#include <algorithm>
#include <numeric>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/sample_parts.h"
#include "deepboltz/io/png.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/pictures.h"
#include "deepboltz/task/part_draws.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kMeans = 0x6d65616e;
constexpr std::uint64_t kUse = 3;  // of a session's key, as complete of pixels has it

struct InferredWord {
  std::string name;
  double share;  // of the document's words, or the probability that it is there
};

// The likeliest units of a row of means.
std::vector<InferredWord> likeliest(const Layer& layer, const Meaning& meaning, const Tensor& means, std::int64_t row,
                                    std::int64_t top) {
  const bool counts = std::holds_alternative<Counts>(layer.unit);
  double all = counts ? 0 : 1;
  for (std::int64_t k = 0; counts && k < means.cols(); ++k) all += means.at(row, k);
  std::vector<std::int64_t> order(static_cast<std::size_t>(means.cols()));
  std::iota(order.begin(), order.end(), std::int64_t(0));
  std::ranges::stable_sort(order, std::greater<>(), [&](std::int64_t k) { return means.at(row, k); });
  std::vector<InferredWord> words;
  for (std::size_t i = 0; i < order.size() && std::int64_t(i) < top; ++i)
    words.push_back({meaning.names.empty() ? fmt::format("{}", order[i]) : meaning.names[std::size_t(order[i])],
                     means.at(row, order[i]) / all});
  return words;
}

bool has_words(const Meaning& meaning) { return !meaning.names.empty(); }

// The part as words: a line a case, or a line a case and look.
void print_words(Session& session, const Layer& layer, const Meaning& meaning, const Tensor& means,
                 const std::vector<Tensor>& draws, std::int64_t top) {
  nlohmann::json json = nlohmann::json::array();
  std::string text;
  for (std::int64_t r = 0; r < means.rows(); ++r) {
    nlohmann::json one{{"case", r}};
    if (means.rows() > 1) text += fmt::format("case {}\n", r);
    for (const InferredWord& word : likeliest(layer, meaning, means, r, top)) {
      text += fmt::format("{:>8.3f}  {}\n", word.share, word.name);
      one["words"].push_back({{"word", word.name}, {"probability", word.share}});
    }
    for (std::size_t frame = 0; frame < draws.size(); ++frame) {
      const std::string drawn = words_drawn(meaning, draws[frame], r);
      text += fmt::format("draw {:>3}  {}\n", frame + 1, drawn);
      one["draws"].push_back(drawn);
    }
    json.push_back(std::move(one));
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(text);
}

// A case a row: what was inferred, then draws.
void write_pictures(const std::string& path, const Meaning& meaning, const Tensor& means,
                    const std::vector<Tensor>& draws) {
  const PictureShape shape{
      .height = meaning.height, .width = meaning.width, .channels = meaning.channels, .magnify = 2};
  std::vector<Tensor> frames;
  frames.push_back(means.clone());
  for (const Tensor& draw : draws) frames.push_back(draw.clone());
  write_png(path, chains_over_time(frames, shape));
}

}  // namespace

void add_part_options(CLI::App& verb, PartCompletion& options) {
  add_given_option(verb, options.given);
  verb.add_option("--want", options.want, "the part to infer (default: the first that is not given)")
      ->type_name("PART");
  verb.add_option("--top", options.top, "--given: how many of the likeliest words")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb.add_option("--draw", options.draw, "--given: also look N times at chains of Gibbs sampling")
      ->check(at_least(1))
      ->type_name("N");
  verb.add_option("--every", options.every, "--draw: sweeps from one look to the next")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
}

void complete_parts(Session& session, const std::string& path, const CaseOptions& cases,
                    const PartCompletion& options) {
  const Trained trained = open_trained(session, path);
  const EnergyModel model = without_labels(machine_of_parts(trained, "complete"));
  const Question question = question_of(session, trained, options.given, cases);
  const LayerId id = wanted_part(model, question, options.want);
  const std::string& want = model.layer(id).name;
  const Layer& layer = model.layer(id);
  const Meaning& meaning = meaning_of(trained.system, want);
  const std::string out = options.out;
  require(!out.empty() || has_words(meaning),
          "complete: part '{}' has no words to print; expected --out FILE, a .png, .npy or .csv", want);
  require(out.empty() || !is_picture_name(out) || meaning.is_picture(),
          "{}: part '{}' is no picture; expected .npy or .csv", out, want);
  if (!out.empty()) require_output(out, inputs_of(trained));
  Context& ctx = session.context();
  const Key key = session.key().fold(kUse);
  Tensor means =
      options.mean_field
          ? std::move(
                means_given(ctx, model, question.cases, question.given, {&id, 1}, {.report = session.report()}).front())
          : part_means(ctx, model, question.cases, question.given, id,
                       {.burn_in = options.burn_in,
                        .sweeps = options.sweeps,
                        .chains = options.chains,
                        .key = key.fold(kMeans),
                        .report = session.report()});
  std::vector<Tensor> draws;
  if (options.draw > 0) {
    PartDraws drawn = draw_parts(ctx, model, question.cases, question.cases.count(), question.given, {&id, 1},
                                 {.burn_in = options.burn_in,
                                  .frames = options.draw,
                                  .sweeps_between = options.every,
                                  .key = key,
                                  .report = session.report()});
    // Of pictures the means given their neighbours, which are drawn: without their own noise.
    for (std::size_t f = 0; f < drawn.sample.size(); ++f)
      draws.push_back(std::move((meaning.is_picture() ? drawn.mean : drawn.sample)[f].front()));
  }
  to_data(ctx, layer, means);
  for (Tensor& draw : draws) to_data(ctx, layer, draw);
  if (out.empty()) {
    print_words(session, layer, meaning, means, draws, options.top);
  } else {
    if (is_picture_name(out))
      write_pictures(out, meaning, means, draws);
    else
      write_rows(out, means);
    if (session.options.json)
      session.print(nlohmann::json{{"file", out}, {"part", want}, {"cases", means.rows()}});
    else
      session.print(out + "\n");
    if (is_picture_name(out)) session.console.say("a case a row: what was inferred, then what chains went through");
  }
  session.console.next("deepboltz evaluate " + path);
}

}  // namespace deepboltz
