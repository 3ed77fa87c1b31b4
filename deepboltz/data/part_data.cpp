#include "deepboltz/data/part_data.h"

#include <algorithm>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/data/avletters.h"
#include "deepboltz/data/cifar.h"
#include "deepboltz/data/corel.h"
#include "deepboltz/data/spoken_digits.h"
#include "deepboltz/data/tagged_pictures.h"
#include "deepboltz/data/tagged_strokes.h"
#include "deepboltz/data/wikipedia.h"
#include "deepboltz/io/file.h"

namespace deepboltz {
namespace {

Cases wikipedia(Context&, const PartData& set, Share share, const DataPlaces& places) {
  return read_wikipedia({locate(set.files[0], places), locate(set.files[1], places), locate(set.files[2], places),
                         locate(set.files[3], places)},
                        share);
}

Cases corel(Context&, const PartData& set, Share share, const DataPlaces& places) {
  return read_corel(locate(set.files[0], places), locate(set.files[1], places), share);
}

Cases pictures(Context&, const PartData& set, Share share, const DataPlaces& places) {
  return tagged_pictures(read_cifar(locate(set.files[share == Share::train ? 0 : 1], places)));
}

Cases digits(Context& ctx, const PartData& set, Share share, const DataPlaces& places) {
  const std::filesystem::path recordings = locate(set.files[0], places);
  return spoken_digits(ctx, read_file(recordings), recordings.string(),
                       load_named_data(ctx, "mnist", {.share = share}, places), share);
}

Cases letters(Context&, const PartData& set, Share share, const DataPlaces& places) {
  return read_avletters(locate(set.files[0], places), locate(set.files[1], places), share);
}

// Of recordings with pictures of MNIST.
std::vector<PublicFile> with_mnist(std::vector<PublicFile> files) {
  const std::vector<PublicFile>& mnist = find_named_data("mnist")->files;
  files.insert(files.end(), mnist.begin(), mnist.end());
  return files;
}

const std::vector<PartData>& all() {
  static const std::vector<PartData> list = {
      {"wikipedia",
       "articles of ten categories: counts of 1,000 words and of 128 visual words, topics (Rasiwasia et al. 2010)",
       2'173,
       693,
       {{"wikipedia_image_text/raw_features.mat", "",
         "047ebad02c14b97d53b191fd42180ebb9b0e255dbb2f70c6fe4092110b4c9853", 3'284'889},
        {"wikipedia_image_text/trainset_txt_img_cat.list", "",
         "ca19aec01dd94a839abec1c4de2d35baf4ad53275ab0e5ee31bc76bcae4b67da", 155'154},
        {"wikipedia_image_text/testset_txt_img_cat.list", "",
         "ec3123ee31cc89dd95fbeb23eb73b2ecfd1d8909bba863723471aad99408c1eb", 49'494},
        {"wikipedia_image_text/categories.list", "", "4929f3ee00e9de9ffe11f9ab18fc8919b0f6182cc801309409df2f2d05e2b0f5",
         75}},
       wikipedia},
      {"corel5k",
       "photographs as 499 kinds of regions, with 374 tags (Duygulu et al. 2002)",
       4'500,
       500,
       {{"corel5k/Corel5k.mat", "", "36d4abcd2f9a22146a6e49292ebd423df638454ff2f556425581de18bb0ed08a", 103'751},
        {"corel5k/Corel5k.xml", "", "54ef6a6ccb7ca9b77524052b34b306d5d501661a5609b9d1cc7085b2b597679d", 11'222}},
       corel},
      {"tagged-pictures",
       "photographs of 10 classes, 16 × 16 × 3, with words for class, kind and colours (Krizhevsky 2009)",
       4'000,
       1'000,
       {{"cifar10_subset/data_batch_1.first4000.bin.gz", "",
         "d4fcfde6a2da4c80690f2ccfa903dfde5b39e57a2d0afa7e29f58b407c397713", 11'316'918},
        {"cifar10_subset/test_batch.first1000.bin.gz", "",
         "ca9ff0155579ff50ee9088a939f8d4a4549fe7839762bff24a46965fb4c5be78", 2'825'834}},
       pictures},
      {"avletters",
       "lips and voice of ten people who say letters, as windows of 4 frames of 15 × 20 (Matthews et al. 2002)",
       10'733,
       5'489,
       {{"avletters/avletters_lips_30x40.npz", "", "006b6ef16d13215f49df406613fdff082f078bad43afc692126f7c2e8b77db2d",
         14'867'326},
        {"avletters/avletters_mfcc.npz", "", "316d18b3d0f61009c72a612f5d70b1b60f94bbe475ce8bc216a47fa2b575f25a",
         3'553'941}},
       letters},
      {"spoken-digits",
       "recordings of six people as 260 cepstral means, with handwritten digits, 28 × 28 grey (Jackson et al. 2018)",
       2'700, 300,
       with_mnist({{"fsdd/recordings.tar.gz", "", "90e564d943066535a78f44072129642976ef4773de00a9c333ab4f2b16eaeb72",
                    15'566'181}}),
       digits},
      {"tagged-strokes",
       "digits drawn by the program, 28 × 28 grey, with words for digit, pen and lean",
       5'000,
       1'000,
       {},
       nullptr,
       tagged_strokes},
  };
  return list;
}

}  // namespace

std::span<const PartData> part_data() { return all(); }

const PartData* find_part_data(std::string_view name) {
  const auto found = std::ranges::find(all(), name, &PartData::name);
  return found == all().end() ? nullptr : &*found;
}

Cases load_part_data(Context& ctx, std::string_view name, const NamedDataOptions& options, const DataPlaces& places) {
  const PartData* set = find_part_data(name);
  if (set == nullptr) {
    std::vector<std::string> known;
    for (const PartData& data : all()) known.emplace_back(data.name);
    throw InputError(fmt::format("there is no data set of parts '{}'; the nearest one is '{}'", printable(name),
                                 nearest_word(name, known)));
  }
  require(options.share != Share::validation, "'{}' has no validation cases of its own", name);
  const std::int64_t usual = options.share == Share::train ? set->train_cases : set->test_cases;
  if (set->files.empty())
    return set->draw(ctx, options.cases.value_or(usual),
                     options.key.fold(std::uint64_t(options.share != Share::train)));
  Cases cases = set->read(ctx, *set, options.share, places);
  require(cases.count() == usual, "{}: {} cases, {} expected", printable(cases.origin.name, 4096), cases.count(),
          usual);
  cases.origin.name = name;
  return cases;
}

}  // namespace deepboltz
