// Data sets of several parts (part_cases.h) that are called by a name.
//
//   wikipedia        2,173 / 693 articles: words, visual words, shares of topics (wikipedia.h); folder
//                    wikipedia_image_text
//   corel5k          4,500 / 500 photographs: regions and tags (corel.h); folder corel5k
//   tagged-pictures  4,000 / 1,000 photographs of CIFAR-10, 16 × 16, with words by a rule (tagged_pictures.h); folder
//                    cifar10_subset
//   avletters        10,733 / 5,489 windows of 520 / 260 spoken letters: lips and voice (avletters.h); folder avletters
//   spoken-digits    2,700 / 300 recordings with pictures of MNIST of the same digit (spoken_digits.h); folders fsdd,
//                    mnist
//   tagged-strokes   digits with words by a rule, both drawn by the program (tagged_strokes.h)
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/data/named_data.h"

namespace deepboltz {

struct PartData {
  std::string_view name, description;
  std::int64_t train_cases, test_cases;  // of the files; of a generator, unless the caller asks for other numbers
  std::vector<PublicFile> files;         // empty: drawn by the program
  Cases (*read)(Context&, const PartData&, Share, const DataPlaces&) = nullptr;
  Cases (*draw)(Context&, std::int64_t cases, Key) = nullptr;
};

std::span<const PartData> part_data();                  // the list above
const PartData* find_part_data(std::string_view name);  // nullptr: there is none

// InputError: no such name, with the nearest one; no validation cases of their own; the counts above do not hold.
// FileError: a file is not there (locate.h).
Cases load_part_data(Context& ctx, std::string_view name, const NamedDataOptions& options, const DataPlaces& places);

}  // namespace deepboltz
