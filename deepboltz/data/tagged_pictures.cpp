#include "deepboltz/data/tagged_pictures.h"

#include <algorithm>
#include <array>

#include "deepboltz/data/colour_words.h"
#include "deepboltz/data/halve_pictures.h"
#include "deepboltz/data/part_cases.h"

namespace deepboltz {
namespace {

constexpr std::array<std::string_view, 4> kVehicles = {"airplane", "automobile", "ship", "truck"};

}  // namespace

Cases tagged_pictures(const Dataset& photographs) {
  const std::vector<std::string>& classes = photographs.class_names;
  std::vector<std::string> words = classes;
  words.insert(words.end(), {"animal", "vehicle"});
  const int animal = int(classes.size()), first_colour = animal + 2;
  words.insert(words.end(), kColourWords.begin(), kColourWords.end());
  Tensor small =
      halve_pictures(photographs.x.as<std::uint8_t>(), photographs.height, photographs.width, photographs.channels);
  std::vector<std::vector<int>> said;
  for (std::int64_t r = 0; r < photographs.cases(); ++r) {
    const int label = photographs.labels[std::size_t(r)];
    const bool vehicle = std::ranges::count(kVehicles, classes[std::size_t(label)]) > 0;
    said.push_back({label, animal + int(vehicle)});
    for (const int colour : dominant_colours({small.as<float>().row(r), std::size_t(small.cols())}))
      said.back().push_back(first_colour + colour);
  }
  Cases cases;
  cases.origin.name = photographs.name;
  cases.columns.push_back(
      dense_part(kImagePart, std::move(small),
                 {.height = photographs.height / 2, .width = photographs.width / 2, .channels = photographs.channels}));
  cases.columns.push_back(
      {.name = kTextPart, .x = ones(std::int64_t(words.size()), said), .meaning = {.names = std::move(words)}});
  cases.columns.push_back(label_part(photographs.labels, classes));
  return finished(std::move(cases));
}

}  // namespace deepboltz
