#include "deepboltz/data/named_files.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/cifar.h"
#include "deepboltz/data/csv.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/docword.h"
#include "deepboltz/data/face_patches.h"
#include "deepboltz/data/idx.h"
#include "deepboltz/data/image_data.h"
#include "deepboltz/data/libsvm.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/data/mat_data.h"
#include "deepboltz/data/npy_data.h"
#include "deepboltz/data/ocr_letters.h"
#include "deepboltz/data/reuters_titles.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/malformed.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

Dataset read_bits(const NamedData& set, Share share, const DataPlaces& places, int height, int width) {
  const ReadOptions options{
      .format = DataFormat::csv, .height = height, .width = width, .header = false, .rules = kFirstRules};
  const std::size_t file = share == Share::train ? 0 : share == Share::validation ? 1 : 2;
  Dataset data = read_csv(locate(set.files[file], places), options);
  const ConstMatrix x = data.x;
  const auto is_bit = [](std::uint8_t value) { return value == 0 || value == 255; };
  require(x.dtype == DType::u8 &&
              std::all_of(x.as<std::uint8_t>().data, x.as<std::uint8_t>().data + data.x.bytes(), is_bit),
          "{}: expected 0 and 1 only", printable(data.name, 4096));
  return data;
}

// Files: training documents, test documents, vocabulary.
Dataset read_documents(const NamedData& documents, Share share, const DataPlaces& places,
                       Dataset (*read)(const std::filesystem::path&, const ReadOptions&)) {
  return read(locate(documents.files[share == Share::train ? 0 : 1], places),
              {.vocabulary = read_vocabulary(locate(documents.files[2], places)), .rules = kFirstRules});
}

constexpr std::array kNewsGroups = {"alt.atheism",
                                    "comp.graphics",
                                    "comp.os.ms-windows.misc",
                                    "comp.sys.ibm.pc.hardware",
                                    "comp.sys.mac.hardware",
                                    "comp.windows.x",
                                    "misc.forsale",
                                    "rec.autos",
                                    "rec.motorcycles",
                                    "rec.sport.baseball",
                                    "rec.sport.hockey",
                                    "sci.crypt",
                                    "sci.electronics",
                                    "sci.med",
                                    "sci.space",
                                    "soc.religion.christian",
                                    "talk.politics.guns",
                                    "talk.politics.mideast",
                                    "talk.politics.misc",
                                    "talk.religion.misc"};

// Lines "NUMBER NAME", numbered from 1; 0 stands where a document has none.
std::vector<std::string> topic_names(const std::filesystem::path& path) {
  std::vector<std::string> names{"no topic"};
  const std::string file = path.string();
  each_line(as_text(read_text(path)), [&](std::string_view line, std::uint64_t number) {
    const auto topic = parse_number<std::uint64_t>(take_word(line));
    require_line(topic == number, file, number, "expected topic {} and its name", number);
    names.emplace_back(trimmed(line));
  });
  return names;
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

constexpr int kPeople = 40, kShots = 10, kShotsToLearn = 8;

// Faces of the people in turn, ten of each.
Dataset some_shots(Dataset faces, Share share) {
  require(faces.cases() == kPeople * kShots, "{}: {} faces, {} expected", printable(faces.name, 4096), faces.cases(),
          kPeople * kShots);
  faces.labels.clear();
  for (int i = 0; i < kPeople * kShots; ++i) faces.labels.push_back(i / kShots);
  faces.classes = kPeople;
  faces.class_names.clear();
  return rows_where(faces,
                    [&](std::uint32_t r) { return (int(r) % kShots < kShotsToLearn) == (share == Share::train); });
}

Dataset all_olivetti(const NamedData& olivetti, const DataPlaces& places) {
  return read_mat_data(locate(olivetti.files[0], places), {.height = 64,
                                                           .width = 64,
                                                           .data_key = "faces",
                                                           .cases_in_columns = true,
                                                           .pixels_by_column = true,
                                                           .rules = kFirstRules});
}

}  // namespace

Dataset read_mnist(const NamedData& mnist, Share share, const DataPlaces& places) {
  const std::size_t first = share == Share::train ? 0 : 2;
  Dataset data = read_idx(locate(mnist.files[first], places),
                          {.labels = locate(mnist.files[first + 1], places), .rules = kFirstRules});
  require(data.units() == 28 * 28 && *std::max_element(data.labels.begin(), data.labels.end()) < 10,
          "{}: pictures of 28 × 28 with labels 0 to 9 expected", printable(data.name, 4096));
  data.classes = 10;
  return data;
}

Dataset read_omniglot(const NamedData& omniglot, Share share, const DataPlaces& places) {
  Dataset data = read_npz_data(locate(omniglot.files[0], places),
                               {.label_key = "alphabet",
                                .where = {share == Share::train ? Where{"drawer", 1, 15} : Where{"drawer", 16, 20}},
                                .rules = kFirstRules});
  data.classes = 50;
  return data;
}

Dataset read_binary_set(const NamedData& set, Share share, const DataPlaces& places) {
  return read_bits(set, share, places, 0, 0);
}

Dataset read_ocr_letters(const NamedData& set, Share share, const DataPlaces& places) {
  return read_bits(set, share, places, 16, 8);
}

Dataset read_ocr_letters_classes(const NamedData& set, Share share, const DataPlaces& places) {
  return read_labelled_letters(locate(set.files[0], places), locate(set.files[1], places), share);
}

Dataset read_newsgroups(const NamedData& documents, Share share, const DataPlaces& places) {
  Dataset data = read_documents(documents, share, places, read_libsvm);
  for (int& label : data.labels) --label;  // groups are numbered from 1
  data.classes = 20;
  data.class_names.assign(kNewsGroups.begin(), kNewsGroups.end());
  return data;
}

Dataset read_reuters(const NamedData& documents, Share share, const DataPlaces& places) {
  Dataset data = read_documents(documents, share, places, read_libsvm);
  if (const auto topics = find_here({"reuters21578/topics.txt", "", "", 0}, places))
    data.class_names = topic_names(*topics);
  const auto archive = find_here({"reuters21578/reuters21578.tar.gz", "", "", 0}, places);
  if (!archive || data.case_names.empty()) return data;
  const auto titles = parse_reuters_titles(read_file(*archive), archive->string());
  for (std::string& name : data.case_names)
    if (const auto found = titles.find(parse_number<std::int64_t>(name).value_or(-1)); found != titles.end())
      name += " " + found->second;
  return data;
}

Dataset read_nips_papers(const NamedData& documents, Share share, const DataPlaces& places) {
  return read_documents(documents, share, places, read_docword);
}

Dataset read_photographs(const NamedData& cifar, Share share, const DataPlaces& places) {
  return read_cifar(locate(cifar.files[share == Share::train ? 0 : 1], places), {.rules = kFirstRules});
}

Dataset read_frey(const NamedData& frey, Share share, const DataPlaces& places) {
  const Dataset film = read_mat_data(locate(frey.files[0], places),
                                     {.height = 28, .width = 20, .cases_in_columns = true, .rules = kFirstRules});
  const auto order = permutation(kFilmOrder, std::uint32_t(film.cases()));
  const std::size_t border = std::min(order.size(), std::size_t(frey.train_cases));
  return select_rows(film, share == Share::train ? std::span(order).first(border) : std::span(order).subspan(border));
}

Dataset read_olivetti(const NamedData& olivetti, Share share, const DataPlaces& places) {
  return some_shots(all_olivetti(olivetti, places), share);
}

Dataset read_face_patches(const NamedData& olivetti, Share share, const DataPlaces& places) {
  return face_patches(all_olivetti(olivetti, places), share);
}

// Files sPERSON/SHOT.pgm, both counted from 1.
Dataset read_orl(const NamedData& orl, Share share, const DataPlaces& places) {
  const std::filesystem::path folder = locate(orl.files[0], places).parent_path().parent_path();
  Dataset faces;
  for (int i = 0; i < kPeople * kShots; ++i) {
    const Dataset face =
        read_image_data(folder / fmt::format("s{}/{}.pgm", i / kShots + 1, i % kShots + 1), {.rules = kFirstRules});
    if (i == 0) faces = {folder.string(), Tensor(DType::u8, kPeople * kShots, face.units()), face.height, face.width};
    require(face.height == faces.height && face.width == faces.width, "{}: a picture of {} × {}, expected {} × {}",
            printable(face.name, 4096), face.height, face.width, faces.height, faces.width);
    std::memcpy(faces.x.as<std::uint8_t>().row(i), face.x.data(), face.x.bytes());
  }
  return some_shots(std::move(faces), share);
}

}  // namespace deepboltz
