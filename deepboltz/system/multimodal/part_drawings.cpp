#include "deepboltz/system/multimodal/part_drawings.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/io/file.h"
#include "deepboltz/io/png.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/pictures.h"
#include "deepboltz/system/multimodal/part_queries.h"
#include "deepboltz/system/multimodal/precision_recall.h"
#include "deepboltz/system/multimodal/subject_parts.h"
#include "deepboltz/task/joint_units.h"
#include "deepboltz/task/part_draws.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kUnits = 40, kWords = 6;

bool has_words(const Subject& of, const std::string& part) { return !meaning_of(of.system, part).names.empty(); }
bool is_picture(const Subject& of, const std::string& part) { return meaning_of(of.system, part).is_picture(); }

std::vector<std::string> parts_that(const Subject& of, bool (*are)(const Subject&, const std::string&)) {
  std::vector<std::string> some;
  for (const std::string& part : parts_of(part<EnergyModel>(of.system, "model")))
    if (are(of, part)) some.push_back(part);
  return some;
}

std::string no_joint_units(const Subject& of) {
  return parts_that(of, has_words).empty() && parts_that(of, is_picture).empty() ? "no part has words or is a picture"
                                                                                 : "";
}

// The words that a unit raises most.
std::string words_of(const std::vector<std::string>& names, const Tensor& raised, std::int64_t unit) {
  std::vector<std::int64_t> order(names.size());
  std::iota(order.begin(), order.end(), std::int64_t(0));
  std::ranges::stable_sort(order, std::greater<>(), [&](std::int64_t k) { return raised.at(unit, k); });
  std::string text;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(kWords, std::int64_t(order.size())); ++i)
    text += (text.empty() ? "" : " ") + names[std::size_t(order[std::size_t(i)])];
  return text;
}

// A line a joint unit: the words that it raises; a picture a joint unit, in the same order.
Drawn draw_joint_units(Context& ctx, const Subject& of, const DrawingOptions&, const std::filesystem::path& folder) {
  const SubjectParts subject(of);
  const LayerId joint = subject.joint();
  const std::vector<std::int64_t> units = strongest_units(subject.model, joint, kUnits);
  Drawn drawn;
  std::string text;
  for (const std::string& part : parts_that(of, has_words)) {
    const Tensor raised = raised_in_part(ctx, subject.model, joint, *subject.model.find(part));
    text += part + "\n";
    for (std::size_t i = 0; i < units.size(); ++i)
      text += fmt::format("{:>4}  {}\n", i + 1, words_of(meaning_of(of.system, part).names, raised, units[i]));
  }
  if (!text.empty()) {
    drawn.files.push_back(folder / "joint_units.txt");
    write_file(drawn.files.back(), as_bytes(text));
  }
  for (const std::string& part : parts_that(of, is_picture)) {
    const Meaning& meaning = meaning_of(of.system, part);
    const LayerId id = *subject.model.find(part);
    Tensor raised = raised_in_part(ctx, subject.model, joint, id);
    differences_to_data(ctx, subject.model.layer(id), raised);
    Tensor shown(DType::f32, std::int64_t(units.size()), raised.cols());
    for (std::size_t i = 0; i < units.size(); ++i)
      for (std::int64_t k = 0; k < raised.cols(); ++k) shown.set(std::int64_t(i), k, raised.at(units[i], k));
    drawn.files.push_back(folder / "joint_units.png");
    write_png(
        drawn.files.back(),
        picture_grid(shown, meaning.height, meaning.width,
                     {.columns = 10, .magnify = 2, .channels = meaning.channels, .scale = GreyScale::around_zero}));
    break;  // one picture a report
  }
  return drawn;
}

std::string no_pictures_for_words(const Subject& of) {
  if (of.cases.count() == 0) return "there are no cases";
  return parts_that(of, has_words).empty() || parts_that(of, is_picture).empty()
             ? "no part has words, or none is a picture"
             : "";
}

// Test cases a row: the picture of the case, then pictures that chains drew for its words alone.
Drawn draw_pictures_for_words(Context& ctx, const Subject& of, const DrawingOptions& options,
                              const std::filesystem::path& folder) {
  constexpr std::int64_t kCases = 8;
  constexpr int kFrames = 8;
  const SubjectParts subject(of);
  const std::string words = parts_that(of, has_words).front(), picture = parts_that(of, is_picture).front();
  const LayerId id = *subject.model.find(picture);
  const Meaning& meaning = meaning_of(of.system, picture);
  const Cases cases = first_cases(of.cases, kCases);
  const PartDraws drawn =
      draw_parts(ctx, subject.model, cases, cases.count(), {.names = {words}}, {&id, 1},
                 {.burn_in = options.sweeps, .frames = kFrames, .key = of.key, .report = of.report});
  std::vector<Tensor> frames;
  const Rows truth = dense_rows(cases.at(picture));
  Tensor own(DType::f32, truth.x.rows, truth.x.cols);
  each_value(truth.x, [&](std::int64_t r, std::int64_t i, double x) { own.set(r, i, x); });
  frames.push_back(std::move(own));
  for (const std::vector<Tensor>& mean : drawn.mean) {
    Tensor frame = mean.front().to(DType::f32);
    to_data(ctx, subject.model.layer(id), frame);
    frames.push_back(std::move(frame));
  }
  const std::filesystem::path file = folder / "pictures_for_words.png";
  write_png(file, chains_over_time(
                      frames,
                      {.height = meaning.height, .width = meaning.width, .channels = meaning.channels, .magnify = 2}));
  std::string said;
  const Column& text = cases.at(words);
  std::vector<std::string> of_case(std::size_t(cases.count()));
  each_value(text, [&](std::int64_t r, std::int64_t k, double n) {
    if (n > 0)
      of_case[std::size_t(r)] += (of_case[std::size_t(r)].empty() ? "" : " ") + text.meaning.names[std::size_t(k)];
  });
  for (std::size_t r = 0; r < of_case.size(); ++r) said += fmt::format("row {}: {}\n", r + 1, of_case[r]);
  const std::filesystem::path list = folder / "pictures_for_words.txt";
  write_file(list, as_bytes(said));
  return {{file, list}};
}

std::string no_precision_recall(const Subject& of) {
  if (of.cases.count() < 2) return "there are no cases to query";
  return no_part_queries(of);
}

constexpr ReportFile kJointUnits[] = {{"joint_units.png", "What the joint units raise in the pictures"},
                                      {"joint_units.txt", "The words that the same joint units raise"}};
constexpr ReportFile kForWords[] = {
    {"pictures_for_words.png", "A test case a row: its picture, then what chains drew for its words alone"},
    {"pictures_for_words.txt", "The words of these rows"}};

constexpr Drawing kDrawings[] = {{"joint-units", draw_joint_units, no_joint_units, kJointUnits},
                                 {"pictures-for-words", draw_pictures_for_words, no_pictures_for_words, kForWords},
                                 {"precision-recall", draw_precision_recall, no_precision_recall, kPrecisionRecall}};

}  // namespace

std::span<const Drawing> multimodal_drawings() { return kDrawings; }

}  // namespace deepboltz
