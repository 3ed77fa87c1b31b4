#include "deepboltz/data/join_parts.h"

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/io/file.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/zip.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using testing::refusal;

// A file of pictures of one number each, and one of words.
Dataset pictures(const std::vector<float>& numbers, std::vector<std::string> names = {}) {
  Dataset data{"pictures", Tensor(DType::f32, std::int64_t(numbers.size()), 1)};
  for (std::size_t i = 0; i < numbers.size(); ++i) data.x.set(std::int64_t(i), 0, double(numbers[i]));
  data.case_names = std::move(names);
  return finished(std::move(data));
}

Dataset words(const std::vector<std::vector<int>>& said, std::vector<std::string> names = {}) {
  Dataset data{"words", {}};
  data.counts.cols = 3;
  for (const auto& row : said) {
    for (const int word : row) data.counts.column.push_back(std::uint32_t(word)), data.counts.value.push_back(2);
    data.counts.end_row();
  }
  data.vocabulary = {"cat", "dog", "fox"};
  data.case_names = std::move(names);
  return finished(std::move(data));
}

Dataset labelled(Dataset data, std::vector<int> labels, std::vector<std::string> names = {}) {
  data.labels = std::move(labels);
  data.class_names = std::move(names);
  data.classes = int(data.class_names.size());
  return finished(std::move(data));
}

Cases join(Dataset image, Dataset text, const JoinOptions& options = {}) {
  std::vector<NamedPart> parts;
  parts.push_back({"image", std::move(image)});
  parts.push_back({"text", std::move(text)});
  return join_parts(std::move(parts), options);
}

std::vector<float> numbers(const Cases& cases) {
  const auto x = cases.at("image").rows().as<float>();
  return {x.data, x.data + x.rows};
}

TEST(JoinParts, ByOrderRowsStayWhereTheyAre) {
  const Cases cases = join(pictures({1, 2, 3}, {"a", "b", "c"}), words({{0}, {}, {1, 2}}));
  EXPECT_THAT(numbers(cases), ElementsAre(1, 2, 3));
  EXPECT_THAT(cases.at("text").sparse().column, ElementsAre(0, 1, 2));
  EXPECT_EQ(cases.at("text").sparse().entries(1), 0);
  EXPECT_THAT(cases.at("text").known, IsEmpty());  // an empty document is there
  EXPECT_THAT(cases.at("text").meaning.names, ElementsAre("cat", "dog", "fox"));
  EXPECT_THAT(cases.names, ElementsAre("a", "b", "c"));
  EXPECT_EQ(cases.origin.name, "pictures + words");
  EXPECT_NE(cases.origin.sha256, join(pictures({1, 2, 3}), words({{0}, {1}, {1, 2}})).origin.sha256);
}

TEST(JoinParts, ByNamesTheFirstFileSaysTheOrder) {
  const Cases cases =
      join(pictures({1, 2, 3}, {"a", "b", "c"}), words({{2}, {0}, {1}}, {"c", "a", "b"}), {.by = JoinBy::names});
  EXPECT_THAT(numbers(cases), ElementsAre(1, 2, 3));
  EXPECT_THAT(cases.at("text").sparse().column, ElementsAre(0, 1, 2));
  EXPECT_THAT(cases.at("text").sparse().value, ElementsAre(2, 2, 2));
  EXPECT_THAT(cases.names, ElementsAre("a", "b", "c"));
  EXPECT_THAT(cases.at("text").known, IsEmpty());
}

TEST(JoinParts, MissingPartsAreMarkedWhereTheyMayBe) {
  const Cases cases = join(pictures({1, 2, 3}, {"a", "b", "c"}), words({{2}, {}, {0}}, {"d", "b", "a"}),
                           {.by = JoinBy::names, .missing = true});
  EXPECT_THAT(cases.names, ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(numbers(cases), ElementsAre(1, 2, 3, 0));
  EXPECT_THAT(cases.at("image").known, ElementsAre(1, 1, 1, 0));
  EXPECT_THAT(cases.at("text").known, ElementsAre(1, 1, 0, 1));
  EXPECT_THAT(cases.at("text").sparse().first, ElementsAre(0, 1, 1, 1, 2));
  EXPECT_THAT(cases.at("text").sparse().column, ElementsAre(0, 2));
}

// What does not fit, and what is said of it.
struct Misfit {
  const char* title;
  std::function<Cases()> join;
  const char* message;
};

void PrintTo(const Misfit& misfit, std::ostream* out) { *out << misfit.title; }

class JoinPartsRefusals : public ::testing::TestWithParam<Misfit> {};

TEST_P(JoinPartsRefusals, NameTheFilesAndTheCase) { EXPECT_EQ(refusal(GetParam().join), GetParam().message); }

constexpr JoinOptions kByNames{.by = JoinBy::names}, kMissing{.by = JoinBy::names, .missing = true};

INSTANTIATE_TEST_SUITE_P(
    All, JoinPartsRefusals,
    ::testing::Values(
        Misfit{"NoParts", [] { return join_parts({}, {}); }, "parts: at least one is expected"},
        Misfit{"Numbers",
               [] {
                 return join(pictures({1, 2}), words({{0}}));
               },
               "words (text): 1 cases, but pictures (image) has 2; by order, all parts have as many"},
        Misfit{"NoNames", [] { return join(pictures({1}, {"a"}), words({{0}}), kByNames); },
               "words (text): its cases have no names by which they could be joined; a table has them in a column "
               "(id_column), and arrays can be matched by order"},
        Misfit{"TwiceInTheFirst",
               [] {
                 return join(pictures({1, 2}, {"a.png", "a.pgm"}), words({{0}}, {"a"}), kByNames);
               },
               "pictures (image): the name 'a.pgm' comes twice: cases 0 and 1, from 0"},
        Misfit{"TwiceInTheSecond",
               [] {
                 return join(pictures({1}, {"b"}), words({{0}, {1}, {2}}, {"b", "a", "b"}), kMissing);
               },
               "words (text): the name 'b' comes twice: cases 0 and 2, from 0"},
        Misfit{"TheSecondLacksOne",
               [] {
                 return join(pictures({1, 2}, {"a", "photo1.jpg"}), words({{0}, {1}}, {"a", "photo1"}), kByNames);
               },
               "words (text): there is no case 'photo1.jpg', which pictures (image) has; the nearest name is 'photo1'"},
        Misfit{"TheFirstLacksOne",
               [] {
                 return join(pictures({1}, {"a"}), words({{0}, {1}}, {"a", "b"}), kByNames);
               },
               "pictures (image): there is no case 'b', which words (text) has; the nearest name is 'a'"},
        Misfit{
            "NoneInCommon", [] { return join(pictures({1}, {"b.png"}), words({{0}}, {"a"}), kMissing); },
            "pictures (image): no case has a name that another part has; the first is 'b.png', words (text) has 'a'"},
        Misfit{"OneName",
               [] {
                 std::vector<NamedPart> parts;
                 parts.push_back({"text", pictures({1})});
                 parts.push_back({"text", words({{0}})});
                 return join_parts(std::move(parts), {});
               },
               "pictures + words: two parts are called 'text'"},
        Misfit{"NameOfLabels",
               [] {
                 std::vector<NamedPart> parts;
                 parts.push_back({"label", pictures({1})});
                 return join_parts(std::move(parts), {});
               },
               "pictures (label): 'label' is no name for a part"},
        Misfit{"Weights",
               [] {
                 Dataset image = pictures({1});
                 image.weights = {0.5F};
                 return join(std::move(image), words({{0}}));
               },
               "pictures (image): its cases have weights, which cases of several parts cannot have"},
        Misfit{
            "LeftOut",
            [] {
              Dataset text = words({{0}});
              text.empty_documents = 2;
              return join(pictures({1}), std::move(text));
            },
            "words (text): 2 documents without words were left out; parts are joined with all documents (keep_empty)"},
        Misfit{"LabelsByOrder",
               [] {
                 return join(labelled(pictures({1, 2}), {0, 1}), labelled(words({{0}, {1}}), {0, 2}));
               },
               "words: case 1 has '2', but pictures says '1'"},
        Misfit{"LabelsByName",
               [] {
                 return join(labelled(pictures({1}, {"a"}), {0}, {"cat"}), labelled(words({{0}}, {"a"}), {0}, {"dog"}),
                             kByNames);
               },
               "words: case 'a' has 'dog', but pictures says 'cat'"},
        Misfit{"OneLabelBesideSeveral",
               [] {
                 Dataset text = words({{0}});
                 text.topics = {{0, 1}};
                 return join(labelled(pictures({1}), {0}), std::move(text));
               },
               "words has several labels a case, but pictures has one"}),
    [](const auto& test) { return std::string(test.param.title); });

TEST(JoinLabels, AreOfTheCaseWhicheverFileSaysThem) {
  const Cases cases = join(labelled(pictures({1, 2, 3}, {"a", "b", "c"}), {0, 1, 1}, {"cat", "dog"}),
                           labelled(words({{0}, {1}}, {"d", "b"}), {1, 0}, {"dog", "fox"}), kMissing);
  const Column& label = cases.at(kLabelColumn);
  EXPECT_THAT(label.meaning.names, ElementsAre("cat", "dog", "fox"));
  EXPECT_THAT(label.sparse().column, ElementsAre(0, 1, 1, 2));
  EXPECT_THAT(label.known, IsEmpty());
}

TEST(JoinLabels, ACaseOutsideOfTheLabelledFileHasNone) {
  const Cases cases = join(labelled(pictures({1, 2}, {"a", "b"}), {7, 0}), words({{0}, {1}}, {"c", "b"}), kMissing);
  EXPECT_THAT(cases.at(kLabelColumn).sparse().first, ElementsAre(0, 1, 2, 2));
  EXPECT_EQ(cases.at(kLabelColumn).units(), 8);
  EXPECT_THAT(cases.at(kLabelColumn).meaning.names, IsEmpty());
}

TEST(JoinLabels, SeveralOfACaseAreTopics) {
  Dataset text = words({{0}, {1}});
  text.topics = {{1, 3}, {}};
  const Cases cases = join(pictures({1, 2}), std::move(text));
  EXPECT_EQ(cases.find(kLabelColumn), nullptr);
  EXPECT_THAT(topics_of(cases), ElementsAre(ElementsAre(1, 3), IsEmpty()));
  EXPECT_EQ(cases.at(kTopicsColumn).units(), 4);
}

// A folder of pictures and a table of numbers; a folder of texts, of which one has stop words only.
TEST(ReadParts, FilesOfAnyFormatAreMatchedByName) {
  testing::TempFolder folder;
  std::filesystem::create_directories(folder / "pictures");
  std::filesystem::create_directories(folder / "texts");
  for (const auto& [name, grey] : {std::pair{"a", 10}, {"b", 20}, {"c", 255}}) {
    write_png(folder / fmt::format("pictures/{}.png", name), {1, 2, 1, Bytes{std::uint8_t(grey), 0}});
    const std::string text = name == std::string("b") ? "the and" : "cat sat";
    write_file(folder / fmt::format("texts/{}.txt", name), as_bytes(text));
  }
  write_file(folder / "t.csv", as_bytes(std::string_view("id,x,y\nc,0.5,3\na,0.25,4\nb,0.75,5\n")));
  const Cases cases = read_parts({{"image", folder / "pictures"},
                                  {"text", folder / "texts", {.documents = true}},
                                  {"table", folder / "t.csv", {.id_column = "id", .numbers = true}}},
                                 kByNames);
  EXPECT_THAT(cases.names, ElementsAre("a.png", "b.png", "c.png"));
  EXPECT_EQ(cases.at("image").rows().as<std::uint8_t>()(1, 0), 20);
  EXPECT_EQ(cases.at("image").meaning.width, 2);
  EXPECT_THAT(cases.at("table").rows().as<float>()(2, 1), 3);
  EXPECT_THAT(cases.at("text").sparse().first, ElementsAre(0, 2, 2, 4));
  EXPECT_THAT(cases.at("text").known, IsEmpty());
}

TEST(ReadParts, ArraysOfOneFileAreParts) {
  testing::TempFolder folder;
  const Bytes numbers = {0, 1, 2, 3, 4, 5};
  const auto array = [&](std::int64_t rows, std::size_t count) {
    return make_npy({{'u', 1}, false, {rows, std::int64_t(count) / rows}, ByteView(numbers).first(count)});
  };
  write_file(folder / "f.npz", make_zip({{"a.npy", array(2, 6)}, {"b.npy", array(2, 4)}, {"c.npy", array(3, 6)}}));
  const auto parts = [&](const char* second) {
    return read_parts({{"image", folder / "f.npz", {.data_key = "a", .numbers = true}},
                       {"sound", folder / "f.npz", {.data_key = second, .numbers = true}}},
                      {});
  };
  const Cases cases = parts("b");
  EXPECT_EQ(cases.at("image").units(), 3);
  EXPECT_EQ(cases.at("sound").rows().as<float>()(1, 1), 3);
  EXPECT_EQ(cases.origin.name, (folder / "f.npz").string());
  EXPECT_THAT(refusal([&] { parts("c"); }), EndsWith("f.npz (image) has 2; by order, all parts have as many"));
}

TEST(ReadParts, DocumentsWithoutWordsKeepTheirPlaces) {
  testing::TempFolder folder;
  write_file(folder / "t.csv", as_bytes(std::string_view("x,y\n0.5,3\n0.25,4\n0.75,5\n1,1\n")));
  const ReadOptions numbers{.numbers = true};
  for (const std::string_view documents :
       {"4\n2\n3\n1 2 3\n3 1 4\n3 2 1\n",
        "%%MatrixMarket matrix coordinate integer general\n4 2 3\n1 2 3\n3 1 4\n3 2 1\n", "0 2:3\n0\n0 1:4 2:1\n0\n"}) {
    write_file(folder / "d.txt", as_bytes(documents));
    const DataFormat format = documents[0] == '%'   ? DataFormat::matrix_market
                              : documents[0] == '4' ? DataFormat::docword
                                                    : DataFormat::libsvm;
    const Cases cases =
        read_parts({{"table", folder / "t.csv", numbers}, {"text", folder / "d.txt", {.format = format}}}, {});
    EXPECT_THAT(cases.at("text").sparse().first, ElementsAre(0, 1, 1, 3, 3)) << documents;
    EXPECT_THAT(cases.at("text").sparse().value, ElementsAre(3, 4, 1));
  }
  write_file(folder / "d.txt", as_bytes(std::string_view("99999999\n2\n1\n1 2 3\n")));
  EXPECT_THAT(refusal([&] {
                read_parts({{"text", folder / "d.txt", {.format = DataFormat::docword}}}, {});
              }),
              EndsWith("d.txt: 99999999 documents, the limit with empty ones is 16777216"));
}

}  // namespace
}  // namespace deepboltz
