#include "deepboltz/data/named_data.h"

#include <algorithm>

#include "deepboltz/data/curves.h"
#include "deepboltz/data/named_files.h"
#include "deepboltz/data/strokes.h"
#include "deepboltz/data/toy_data.h"

namespace deepboltz {
namespace {

constexpr int kBarsSide = 4, kShifterBits = 8;
constexpr std::string_view kMnistUrl = "https://ossci-datasets.s3.amazonaws.com/mnist/";

PublicFile mnist_file(std::string_view name, const char* sha256, std::uint64_t bytes) {
  return {fmt::format("mnist/{}.gz", name), fmt::format("{}{}.gz", kMnistUrl, name), sha256, bytes};
}

// Three files of comma-separated 0 and 1.
NamedData binary_set(std::string_view name, std::string_view description, std::int64_t train, std::int64_t validation,
                     std::int64_t test, decltype(NamedData::read) read = read_binary_set) {
  std::string file(name);
  std::replace(file.begin(), file.end(), '-', '_');
  NamedData set{name, description, train, test, {}, read, validation};
  for (const char* part : {"train", "valid", "test"})
    set.files.push_back({fmt::format("binary_density/{}.{}.data.gz", file, part), "", "", 0});
  return set;
}

NamedData drawn(std::string_view name, std::string_view description, std::int64_t train, std::int64_t test,
                decltype(NamedData::draw) draw) {
  return {name, description, train, test, {}, nullptr, 0, draw};
}

const std::vector<NamedData>& all() {
  static const std::vector<NamedData> list = {
      {"mnist",
       "handwritten digits, 28 × 28 grey (LeCun, Cortes & Burges)",
       60'000,
       10'000,
       {mnist_file("train-images-idx3-ubyte", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                   9'912'422),
        mnist_file("train-labels-idx1-ubyte", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                   28'881),
        mnist_file("t10k-images-idx3-ubyte", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                   1'648'877),
        mnist_file("t10k-labels-idx1-ubyte", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                   4'542)},
       read_mnist},
      {"omniglot",
       "characters of 50 alphabets, 28 × 28 grey (Lake, Salakhutdinov & Tenenbaum 2015)",
       24'345,
       8'115,
       {{"omniglot/omniglot_28x28.npz", "", "", 0}},
       read_omniglot},
      binary_set("adult", "census records as 123 bits (Larochelle & Murray 2011)", 5'000, 1'414, 26'147),
      binary_set("dna", "splice junctions as 180 bits (Larochelle & Murray 2011)", 1'600, 400, 1'186),
      binary_set("nips", "papers as 500 words that occur or not (Larochelle & Murray 2011)", 400, 100, 1'240),
      binary_set("ocr-letters", "handwritten letters, 16 × 8 binary (Kassel 1995; Taskar, Guestrin & Koller 2003)",
                 32'152, 10'000, 10'000, read_ocr_letters),
      {"ocr-letters-classes",
       "the same letters with their 26 classes, 16 × 8 binary (Taskar, Guestrin & Koller 2003; Larochelle's split)",
       42'152,
       10'000,
       {{"ocr_letters/letter.data.gz", "", "", 0}, {"ocr_letters/larochelle_split.txt", "", "", 0}},
       read_ocr_letters_classes},
      binary_set("nltcs", "disability surveys as 16 bits (Lowd & Davis 2010)", 16'181, 2'157, 3'236),
      binary_set("plants", "plants as the 69 regions where they grow (Lowd & Davis 2010)", 17'412, 2'321, 3'482),
      binary_set("bnetflix", "viewers as the 100 films that they rated or not (Lowd & Davis 2010)", 15'000, 2'000,
                 3'000),
      {"20newsgroups",
       "messages of 20 news groups, counts of 2,000 words (Lang 1995; Miao, Yu & Blunsom 2016)",
       11'268,
       7'505,
       {{"20newsgroups/train.feat.gz", "", "", 0},
        {"20newsgroups/test.feat.gz", "", "", 0},
        {"20newsgroups/vocab.new", "", "", 0}},
       read_newsgroups},
      {"reuters21578",
       "news of Reuters, ModApte split, counts of 2,000 words (Lewis 1997)",
       9'603,
       3'299,
       {{"reuters21578/modapte.train.svm.gz", "", "", 0},
        {"reuters21578/modapte.test.svm.gz", "", "", 0},
        {"reuters21578/vocab.txt", "", "", 0}},
       read_reuters},
      {"nips-papers",
       "papers of NIPS, counts of 7,605 words (Newman 2008, words that come more than 20 times)",
       1'350,
       150,
       {{"nips_bow/docword.nips.train.txt.gz", "", "", 0},
        {"nips_bow/docword.nips.test.txt.gz", "", "", 0},
        {"nips_bow/vocab.nips.txt", "", "", 0}},
       read_nips_papers},
      {"cifar10",
       "colour photographs, 32 × 32, the first 5,000 of 10 classes (Krizhevsky 2009)",
       4'000,
       1'000,
       {{"cifar10_subset/data_batch_1.first4000.bin.gz", "", "", 0},
        {"cifar10_subset/test_batch.first1000.bin.gz", "", "", 0}},
       read_photographs},
      {"frey",
       "frames of one face, 28 × 20 grey, in a drawn order (Roweis & Saul 2000)",
       1'565,
       400,
       {{"frey_faces/frey_rawface.mat", "", "", 0}},
       read_frey},
      {"olivetti",
       "faces of 40 people, 64 × 64 grey (Samaria & Harter 1994)",
       320,
       80,
       {{"olivetti/olivettifaces.mat", "", "", 0}},
       read_olivetti},
      {"orl",
       "faces of 40 people, 112 × 92 grey (Samaria & Harter 1994)",
       320,
       80,
       {{"orl_faces/s1/1.pgm", "", "", 0}},
       read_orl},
      {"face-patches",
       "patches of the faces of olivetti, 25 × 25, real values (Hinton & Salakhutdinov 2006)",
       103'500,
       41'400,
       {{"olivetti/olivettifaces.mat", "", "", 0}},
       read_face_patches,
       20'700},
      drawn("curves", "curves through three points, 28 × 28 grey", 20'000, 10'000, curves),
      drawn("strokes", "digits drawn by the program, 28 × 28 grey", 60'000, 10'000, stroke_digits),
      drawn("letters", "capital letters drawn by the program, 28 × 28 grey", 60'000, 10'000, stroke_letters),
      drawn("bars-and-stripes", "whole rows or whole columns, 4 × 4 binary", 1'000, 1'000,
            [](Context&, std::int64_t cases, Key key) { return bars_and_stripes(cases, kBarsSide, key); }),
      drawn("shifter", "8 bits and the same moved by one, 2 × 8 binary", 1'000, 1'000,
            [](Context&, std::int64_t cases, Key key) { return shifter(cases, kShifterBits, key); }),
  };
  return list;
}

}  // namespace

std::span<const NamedData> named_data() { return all(); }

const NamedData* find_named_data(std::string_view name) {
  const auto found = std::find_if(all().begin(), all().end(), [&](const auto& data) { return data.name == name; });
  return found == all().end() ? nullptr : &*found;
}

Dataset load_named_data(Context& ctx, std::string_view name, const NamedDataOptions& options,
                        const DataPlaces& places) {
  const NamedData* named = find_named_data(name);
  if (named == nullptr) {
    std::string known;
    for (const NamedData& data : all()) known += fmt::format("{}{}", known.empty() ? "" : ", ", data.name);
    throw InputError(fmt::format("there is no data set '{}'; there are {}", printable(name), known));
  }
  require(options.share != Share::validation || named->validation_cases > 0, "'{}' has no validation cases of its own",
          name);
  const std::int64_t usual = options.share == Share::train        ? named->train_cases
                             : options.share == Share::validation ? named->validation_cases
                                                                  : named->test_cases;
  if (named->files.empty())
    return named->draw(ctx, options.cases.value_or(usual),
                       options.key.fold(std::uint64_t(options.share != Share::train)));
  Dataset data = named->read(*named, options.share, places);
  require(data.cases() == usual, "{}: {} cases, {} expected", printable(data.name, 4096), data.cases(), usual);
  data.name = name;
  return finished(std::move(data));
}

}  // namespace deepboltz
