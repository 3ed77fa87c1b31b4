#include "deepboltz/data/named_data.h"

#include <algorithm>
#include <cstring>

#include "deepboltz/data/cifar.h"
#include "deepboltz/data/csv.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/docword.h"
#include "deepboltz/data/idx.h"
#include "deepboltz/data/image_data.h"
#include "deepboltz/data/libsvm.h"
#include "deepboltz/data/mat_data.h"
#include "deepboltz/data/npy_data.h"
#include "deepboltz/data/strokes.h"
#include "deepboltz/data/toy_data.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr int kBarsSide = 4, kShifterBits = 8;
constexpr int kLettersHeight = 16, kLettersWidth = 8;
constexpr std::string_view kMnistUrl = "https://ossci-datasets.s3.amazonaws.com/mnist/";

PublicFile mnist_file(std::string_view name, const char* sha256, std::uint64_t bytes) {
  return {fmt::format("mnist/{}.gz", name), fmt::format("{}{}.gz", kMnistUrl, name), sha256, bytes};
}

// Three files of comma-separated 0 and 1.
NamedData binary_set(std::string_view name, std::string_view description, std::int64_t train, std::int64_t validation,
                     std::int64_t test) {
  std::string file(name);
  std::replace(file.begin(), file.end(), '-', '_');
  NamedData set{name, description, train, test, {}, validation};
  for (const char* part : {"train", "valid", "test"})
    set.files.push_back({fmt::format("binary_density/{}.{}.data.gz", file, part), "", "", 0});
  return set;
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
                   4'542)}},
      {"omniglot",
       "characters of 50 alphabets, 28 × 28 grey (Lake, Salakhutdinov & Tenenbaum 2015)",
       24'345,
       8'115,
       {{"omniglot/omniglot_28x28.npz", "", "", 0}}},
      binary_set("adult", "census records as 123 bits (Larochelle & Murray 2011)", 5'000, 1'414, 26'147),
      binary_set("dna", "splice junctions as 180 bits (Larochelle & Murray 2011)", 1'600, 400, 1'186),
      binary_set("nips", "papers as 500 words that occur or not (Larochelle & Murray 2011)", 400, 100, 1'240),
      binary_set("ocr-letters", "handwritten letters, 16 × 8 binary (Kassel 1995; Taskar, Guestrin & Koller 2003)",
                 32'152, 10'000, 10'000),
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
        {"20newsgroups/vocab.new", "", "", 0}}},
      {"reuters21578",
       "news of Reuters, ModApte split, counts of 2,000 words (Lewis 1997)",
       9'603,
       3'299,
       {{"reuters21578/modapte.train.svm.gz", "", "", 0},
        {"reuters21578/modapte.test.svm.gz", "", "", 0},
        {"reuters21578/vocab.txt", "", "", 0}}},
      {"nips-papers",
       "papers of NIPS, counts of 7,605 words (Newman 2008, words that come more than 20 times)",
       1'350,
       150,
       {{"nips_bow/docword.nips.train.txt.gz", "", "", 0},
        {"nips_bow/docword.nips.test.txt.gz", "", "", 0},
        {"nips_bow/vocab.nips.txt", "", "", 0}}},
      {"cifar10",
       "colour photographs, 32 × 32, the first 5,000 of 10 classes (Krizhevsky 2009)",
       4'000,
       1'000,
       {{"cifar10_subset/data_batch_1.first4000.bin.gz", "", "", 0},
        {"cifar10_subset/test_batch.first1000.bin.gz", "", "", 0}}},
      {"frey",
       "frames of one face, 28 × 20 grey, in a drawn order (Roweis & Saul 2000)",
       1'565,
       400,
       {{"frey_faces/frey_rawface.mat", "", "", 0}}},
      {"olivetti",
       "faces of 40 people, 64 × 64 grey (Samaria & Harter 1994)",
       320,
       80,
       {{"olivetti/olivettifaces.mat", "", "", 0}}},
      {"orl",
       "faces of 40 people, 112 × 92 grey (Samaria & Harter 1994)",
       320,
       80,
       {{"orl_faces/s1/1.pgm", "", "", 0}}},
      {"strokes", "digits drawn by the program, 28 × 28 grey", 60'000, 10'000, {}},
      {"letters", "capital letters drawn by the program, 28 × 28 grey", 60'000, 10'000, {}},
      {"bars-and-stripes", "whole rows or whole columns, 4 × 4 binary", 1'000, 1'000, {}},
      {"shifter", "8 bits and the same moved by one, 2 × 8 binary", 1'000, 1'000, {}},
  };
  return list;
}

Dataset load_mnist(const NamedData& mnist, Part part, const DataPlaces& places) {
  const std::size_t first = part == Part::train ? 0 : 2;
  Dataset data = read_idx(locate(mnist.files[first], places), {.labels = locate(mnist.files[first + 1], places)});
  require(data.units() == 28 * 28 && *std::max_element(data.labels.begin(), data.labels.end()) < 10,
          "{}: pictures of 28 × 28 with labels 0 to 9 expected", printable(data.name, 4096));
  data.classes = 10;
  return data;
}

Dataset load_omniglot(const NamedData& omniglot, Part part, const DataPlaces& places) {
  Dataset data = read_npz_data(
      locate(omniglot.files[0], places),
      {.label_key = "alphabet", .where = part == Part::train ? Where{"drawer", 1, 15} : Where{"drawer", 16, 20}});
  data.classes = 50;
  return data;
}

Dataset load_binary_set(const NamedData& set, Part part, const DataPlaces& places) {
  ReadOptions options{.format = DataFormat::csv, .header = false};
  if (set.name == "ocr-letters") options.height = kLettersHeight, options.width = kLettersWidth;
  const std::size_t file = part == Part::train ? 0 : part == Part::validation ? 1 : 2;
  Dataset data = read_csv(locate(set.files[file], places), options);
  const ConstMatrix x = data.x;
  const auto is_bit = [](std::uint8_t value) { return value == 0 || value == 255; };
  require(x.dtype == DType::u8 &&
              std::all_of(x.as<std::uint8_t>().data, x.as<std::uint8_t>().data + data.x.bytes(), is_bit),
          "{}: expected 0 and 1 only", printable(data.name, 4096));
  return data;
}

// Files: training documents, test documents, vocabulary.
Dataset load_documents(const NamedData& documents, Part part, const DataPlaces& places) {
  const std::filesystem::path file = locate(documents.files[part == Part::train ? 0 : 1], places);
  const ReadOptions options{.vocabulary = read_vocabulary(locate(documents.files[2], places))};
  Dataset data = documents.name == "nips-papers" ? read_docword(file, options) : read_libsvm(file, options);
  if (documents.name == "20newsgroups") {
    for (int& label : data.labels) --label;  // groups are numbered from 1
    data.classes = 20;
  }
  return data;
}

// The rows for which `wanted` holds.
template <class Wanted> Dataset rows_where(const Dataset& data, Wanted&& wanted) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < data.cases(); ++r)
    if (wanted(r)) rows.push_back(r);
  return select_rows(data, rows);
}

// A film's end is not like its beginning: frames in an order drawn once.
constexpr Key kFilmOrder{0x66726579};

Dataset load_frey(const NamedData& frey, Part part, const DataPlaces& places) {
  const Dataset film =
      read_mat_data(locate(frey.files[0], places), {.height = 28, .width = 20, .cases_in_columns = true});
  const auto order = permutation(kFilmOrder, std::uint32_t(film.cases()));
  const std::size_t border = std::min(order.size(), std::size_t(frey.train_cases));
  return select_rows(film, part == Part::train ? std::span(order).first(border) : std::span(order).subspan(border));
}

constexpr int kPeople = 40, kShots = 10, kShotsToLearn = 8;

// Faces of the people in turn, ten of each.
Dataset some_shots(Dataset faces, Part part) {
  require(faces.cases() == kPeople * kShots, "{}: {} faces, {} expected", printable(faces.name, 4096), faces.cases(),
          kPeople * kShots);
  faces.labels.clear();
  for (int i = 0; i < kPeople * kShots; ++i) faces.labels.push_back(i / kShots);
  faces.classes = kPeople;
  faces.class_names.clear();
  return rows_where(faces, [&](std::uint32_t r) { return (int(r) % kShots < kShotsToLearn) == (part == Part::train); });
}

Dataset load_olivetti(const NamedData& olivetti, Part part, const DataPlaces& places) {
  return some_shots(
      read_mat_data(
          locate(olivetti.files[0], places),
          {.height = 64, .width = 64, .data_key = "faces", .cases_in_columns = true, .pixels_by_column = true}),
      part);
}

// Files sPERSON/SHOT.pgm, both counted from 1.
Dataset load_orl(const NamedData& orl, Part part, const DataPlaces& places) {
  const std::filesystem::path folder = locate(orl.files[0], places).parent_path().parent_path();
  Dataset faces;
  for (int i = 0; i < kPeople * kShots; ++i) {
    const Dataset face = read_image_data(folder / fmt::format("s{}/{}.pgm", i / kShots + 1, i % kShots + 1));
    if (i == 0) faces = {folder.string(), Tensor(DType::u8, kPeople * kShots, face.units()), face.height, face.width};
    require(face.height == faces.height && face.width == faces.width, "{}: a picture of {} × {}, expected {} × {}",
            printable(face.name, 4096), face.height, face.width, faces.height, faces.width);
    std::memcpy(faces.x.as<std::uint8_t>().row(i), face.x.data(), face.x.bytes());
  }
  return some_shots(std::move(faces), part);
}

Dataset load_files(const NamedData& named, Part part, const DataPlaces& places) {
  if (named.name == "mnist") return load_mnist(named, part, places);
  if (named.name == "cifar10") return read_cifar(locate(named.files[part == Part::train ? 0 : 1], places));
  if (named.name == "frey") return load_frey(named, part, places);
  if (named.name == "olivetti") return load_olivetti(named, part, places);
  if (named.name == "orl") return load_orl(named, part, places);
  if (named.validation_cases > 0) return load_binary_set(named, part, places);
  return named.name == "omniglot" ? load_omniglot(named, part, places) : load_documents(named, part, places);
}

Dataset generate(Context& ctx, std::string_view name, std::int64_t cases, Key key) {
  if (name == "strokes") return stroke_digits(ctx, cases, key);
  if (name == "letters") return stroke_letters(ctx, cases, key);
  if (name == "shifter") return shifter(cases, kShifterBits, key);
  return bars_and_stripes(cases, kBarsSide, key);
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
  require(options.part != Part::validation || named->validation_cases > 0, "'{}' has no validation cases of its own",
          name);
  const std::int64_t usual = options.part == Part::train        ? named->train_cases
                             : options.part == Part::validation ? named->validation_cases
                                                                : named->test_cases;
  if (named->files.empty())
    return generate(ctx, name, options.cases.value_or(usual), options.key.fold(std::uint64_t(options.part)));
  Dataset data = load_files(*named, options.part, places);
  require(data.cases() == usual, "{}: {} cases, {} expected", printable(data.name, 4096), data.cases(), usual);
  data.name = name;
  return finished(std::move(data));
}

}  // namespace deepboltz
