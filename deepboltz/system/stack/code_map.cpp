#include "deepboltz/system/stack/code_map.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/io/file.h"
#include "deepboltz/model/latent_semantics.h"
#include "deepboltz/report/case_map.h"
#include "deepboltz/stack/autoencoder.h"
#include "deepboltz/system/stack/reconstruct.h"
#include "deepboltz/task/captions.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kNumbers = 2, kMostCases = 10'000;

Map map_of(std::string title, const Tensor& codes) {
  Map map{std::move(title), {}};
  for (std::int64_t r = 0; r < codes.rows(); ++r) map.points.emplace_back(codes.at(r, 0), codes.at(r, 1));
  return map;
}

// The classes that have a colour: all of them by number, or the most frequent ones, the most frequent first.
std::vector<int> coloured_classes(const std::vector<std::vector<int>>& classes) {
  std::vector<std::int64_t> cases;
  for (const std::vector<int>& of_case : classes)
    for (const int label : of_case) {
      if (std::size_t(label) >= cases.size()) cases.resize(std::size_t(label) + 1);
      ++cases[std::size_t(label)];
    }
  std::vector<int> coloured(cases.size());
  std::iota(coloured.begin(), coloured.end(), 0);
  if (coloured.size() <= kMostMapClasses) return coloured;
  std::ranges::stable_sort(coloured, [&](int a, int b) { return cases[std::size_t(a)] > cases[std::size_t(b)]; });
  coloured.resize(kMostMapClasses);
  return coloured;
}

// Of a case with several classes the first that has a colour.
void colour(const Cases& shown, CaseMap& map) {
  const auto classes = topics_of(shown);
  map.classes.assign(std::size_t(shown.count()), -1);
  if (classes.empty()) return;
  const Column* column = shown.find(kTopicsColumn);
  const Meaning& meaning = (column ? *column : shown.at(kLabelColumn)).meaning;
  const std::vector<int> coloured = coloured_classes(classes);
  for (const int label : coloured) map.names.push_back(class_name(meaning, label));
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto found = std::ranges::find_first_of(coloured, classes[c]);
    if (found != coloured.end()) map.classes[c] = int(found - coloured.begin());
  }
}

}  // namespace

std::string no_code_map(const Subject& of) {
  const auto* network = find_part<Network>(of.system, "autoencoder");
  if (network == nullptr) return "there is no autoencoder";
  if (of.cases.count() == 0) return "there are no cases for a map";
  const std::int64_t numbers = network->layers[code_layer(*network)].units();
  return numbers == kNumbers ? "" : fmt::format("codes of {} numbers are no map, which has two", numbers);
}

Drawn draw_code_map(Context& ctx, const Subject& of, const DrawingOptions&, const std::filesystem::path& folder) {
  const Cases shown = first_cases(of.cases, kMostCases);
  const bool documents = are_documents(of.system);
  CaseMap map;
  map.maps.push_back(map_of("Codes of the autoencoder", codes_of(ctx, of.system, shown, {}).x));
  if (documents && of.sets.train.count() > 0) {
    const auto rival = latent_semantics(*nonzero_entries(of.sets.train.at(kVisibleColumn)), kNumbers);
    map.maps.push_back(
        map_of("Latent semantic analysis of two numbers", codes_by(rival, *nonzero_entries(shown.at(kVisibleColumn)))));
  } else if (const auto rival = rival_components(ctx, of.system, of.sets.train)) {
    map.maps.push_back(map_of("Two principal components", codes_by(*rival, data_of(ctx, of.system, shown))));
  }
  for (const Caption& caption : captions(shown, documents)) map.captions.push_back(caption.text());
  colour(shown, map);
  const std::filesystem::path file = folder / "map.svg";
  write_file(file, as_bytes(draw_case_map(map)));
  return {{file}};
}

}  // namespace deepboltz
