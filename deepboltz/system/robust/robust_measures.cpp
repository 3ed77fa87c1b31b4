#include "deepboltz/system/robust/robust_measures.h"

#include <map>

#include "deepboltz/learn/source.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/system/robust/recognition.h"
#include "deepboltz/system/robust/robust_cases.h"
#include "deepboltz/system/robust/robust_parts.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kDenoise = 1 };

std::string no_masks(const Subject& of) { return of.cases.count() < 2 ? "fewer than two cases" : ""; }

std::string no_recognition(const Subject& of) {
  if (const std::string why = no_masks(of); !why.empty()) return why;
  if (of.sets.train.count() == 0 || labels_of(of.sets.train).empty()) return "the training cases have no labels";
  if (labels_of(of.cases).empty()) return "the cases have no labels";
  return "";
}

// Pictures in the data's own numbers, as the recipe shows them.
Tensor as_shown(const Subject& of, Tensor pictures) {
  if (static_cast<const RobustRecipe&>(of.recipe).face.contrast) take_contrast(pictures, of.cases.origin.name);
  return pictures;
}

Tensor shown_pictures(const Cases& cases) {
  Tensor out(DType::f32, cases.count(), cases.at(kVisibleColumn).units());
  each_value(cases.at(kVisibleColumn),
             [&](std::int64_t r, std::int64_t i, double x) { out.as<float>()(r, i) = float(x); });
  return out;
}

// What the clean machine alone makes of pictures: up to the means of the hidden units, and down again.
Tensor rebuilt_by_face(Context& ctx, const System& system, const Cases& cases) {
  const auto& face = part<EnergyModel>(system, "face");
  State state = fixed_cases(ctx, face, cases, 0, cases.count(), false);
  for (LayerId id : face.ids(Role::hidden)) mean_layer(ctx, face, id, state, {}, state.x(id));
  Tensor back(face.precision(), cases.count(), face.layer(face.visible()).units);
  mean_layer(ctx, face, face.visible(), state, {}, back);
  to_data(ctx, face.layer(face.visible()), back);
  return back.to(DType::f32);
}

// Percent of the cases whose class was found, its error over cases and, beside it, over classes.
void add_percent(const std::string& name, std::span<const std::uint32_t> found, std::span<const std::uint32_t> truth,
                 std::vector<Finding>& findings) {
  std::vector<double> right;
  std::map<std::uint32_t, std::pair<double, double>> of_class;
  for (std::size_t r = 0; r < truth.size(); ++r) {
    right.push_back(100.0 * (found[r] == truth[r]));
    of_class[truth[r]].first += right.back();
    ++of_class[truth[r]].second;
  }
  findings.push_back({name, mean_estimate(right)});
  if (of_class.size() < 2) return;
  std::vector<double> shares;
  for (const auto& [k, sums] : of_class) shares.push_back(sums.first / sums.second);
  findings.push_back({name + "_class_error", mean_estimate(shares).standard_error});
}

void add_clear_share(const Denoised& denoised, std::vector<Finding>& findings) {
  std::vector<double> clear;
  for (std::int64_t r = 0; r < denoised.clear.rows(); ++r) {
    double sum = 0;
    for (std::int64_t i = 0; i < denoised.clear.cols(); ++i) sum += denoised.clear.at(r, i);
    clear.push_back(sum / double(denoised.clear.cols()));
  }
  findings.push_back({"clear_share", mean_estimate(clear)});
}

void measure_recognition(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const auto& recipe = static_cast<const RobustRecipe&>(of.recipe);
  const Meaning& meaning = meaning_of(of.system, kVisibleColumn);
  const Tensor train = shown_pictures(of.sets.train), cases = shown_pictures(of.cases);
  const std::vector<std::uint32_t> labels = labels_of(of.sets.train), truth = labels_of(of.cases);
  const Gallery gallery{train, labels, classes_of(of.sets.train), meaning.height, meaning.width};
  const FaceSpace space = face_space(gallery, recipe.evaluate.components);
  const Denoised denoised = denoised_cases(ctx, of, of.cases);
  add_clear_share(denoised, findings);
  const Tensor clean = as_shown(of, denoised.clean.to(DType::f32));
  const auto add = [&](const char* name, const std::vector<std::uint32_t>& found) {
    add_percent(name, found, truth, findings);
  };
  add("recognition_percent", by_discriminant(space, clean));
  add("recognition_percent_nearest", by_nearest(ctx, train, labels, clean));
  add("recognition_percent_inferred_mask", by_clear_pixels(ctx, gallery, cases, denoised.clear.to(DType::f32)));
  add("recognition_percent_rbm", by_discriminant(space, as_shown(of, rebuilt_by_face(ctx, of.system, of.cases))));
  add("recognition_percent_pixels", by_nearest(ctx, train, labels, cases));
  add("recognition_percent_eigenfaces", by_eigenfaces(ctx, gallery, space, cases));
  add("recognition_percent_lda", by_discriminant(space, cases));
  add("recognition_percent_blocks", by_blocks(ctx, gallery, cases));
}

std::string says_recognition(const Subject& of, std::span<const Finding> found) {
  const auto percent = [&](const char* name) {
    const Estimate* one = find_estimate(found, name);
    return one ? with_error(one->value, one->standard_error) : std::string("not measured");
  };
  return fmt::format(
      "recognised of the {} {} pictures, denoised: {} % (without denoising: nearest picture {} %, linear "
      "discriminant {} %, the better half of the blocks {} %)",
      of.cases.count(), name_of(of.share), percent("recognition_percent"), percent("recognition_percent_pixels"),
      percent("recognition_percent_lda"), percent("recognition_percent_blocks"));
}

void measure_masks(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  add_clear_share(denoised_cases(ctx, of, of.cases), findings);
}

// Recognition finds it, too, and denoises once.
bool masks_by_default(const Subject& of) { return !no_recognition(of).empty(); }

std::string says_masks(const Subject& of, std::span<const Finding> found) {
  const Estimate* clear = find_estimate(found, "clear_share");
  return clear ? fmt::format("share of the pixels of the {} pictures that are believed clear: {}", name_of(of.share),
                             with_error(clear->value, clear->standard_error))
               : "";
}

constexpr Measure kMeasures[] = {{"masks", measure_masks, no_masks, masks_by_default, says_masks},
                                 {"recognition", measure_recognition, no_recognition, nullptr, says_recognition}};

}  // namespace

Denoised denoised_cases(Context& ctx, const System& system, const SystemRecipe& base, const Cases& cases, Key key,
                        const Report& report) {
  const auto& recipe = static_cast<const RobustRecipe&>(base);
  const Meaning& meaning = meaning_of(system, kVisibleColumn);
  const Tensor observed = visible_states(ctx, part<EnergyModel>(system, "face"), cases);
  return denoise(ctx, robust_machine_of(system), picture_scale_of(system), observed, meaning.height, meaning.width,
                 {.sweeps = recipe.denoise.sweeps,
                  .average_from = recipe.denoise.average_from,
                  .normalise = recipe.mask.rule.normalise,
                  .starts = starts_of(recipe),
                  .start_sweeps = recipe.mask.rule.start_sweeps,
                  .key = key.fold(kDenoise),
                  .report = report});
}

Denoised denoised_cases(Context& ctx, const Subject& of, const Cases& cases) {
  return denoised_cases(ctx, of.system, of.recipe, cases, of.key, of.report);
}

std::span<const Measure> robust_measures() { return kMeasures; }

}  // namespace deepboltz
