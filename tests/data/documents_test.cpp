// Readers of documents: what they read, and what they refuse, with the line.
#include "deepboltz/data/documents.h"

#include <fstream>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/data/docword.h"
#include "deepboltz/data/libsvm.h"
#include "deepboltz/data/named_data.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/data/text_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"

namespace deepboltz::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Rows = std::vector<std::vector<float>>;

Rows rows_of(const Dataset& data) {
  if (data.is_sparse()) require_sparse_rows(data.counts, "rows_of");
  const Tensor x = data.is_sparse() ? to_dense(data.counts, DType::f32) : data.x.clone();
  Rows rows;
  for (std::int64_t r = 0; r < data.cases(); ++r) {
    rows.emplace_back();
    for (std::int64_t k = 0; k < data.units(); ++k) rows.back().push_back(float(x.at(r, k)));
  }
  return rows;
}

const std::vector<std::string> kWords{"cat", "dog", "fox"};

TEST(Libsvm, IsReadWithLabelsAndComments) {
  const Dataset data = parse_libsvm(as_bytes("2 1:3 3:1 # a comment\r\n\n# nothing\n0 2:2 1:0\n"), "f");
  EXPECT_EQ(rows_of(data), (Rows{{3, 0, 1}, {0, 2, 0}}));
  EXPECT_THAT(data.labels, ElementsAre(1, 0));  // the classes are those that occur
  EXPECT_THAT(data.class_names, ElementsAre("0", "2"));
  const Dataset known = parse_libsvm(as_bytes("7 1:1\n"), "f", {.vocabulary = kWords});
  EXPECT_EQ(known.units(), 3);
  EXPECT_EQ(known.vocabulary, kWords);
  EXPECT_EQ(rows_of(parse_libsvm(gzip(as_bytes("2 1:3\n")), "f")), (Rows{{3}}));
}

TEST(Libsvm, LeavesLabelsOutWhereSomeLineHasNoneOrSeveral) {
  EXPECT_TRUE(parse_libsvm(as_bytes("1 1:1\n2,3 1:1\n"), "f").labels.empty());
  EXPECT_TRUE(parse_libsvm(as_bytes("1 1:1\n1:1\n"), "f").labels.empty());
  const Dataset several = parse_libsvm(as_bytes("9,2,9 1:1\n7\n1:2\n4 1:1\n"), "f");  // the second has no words
  const std::vector<std::vector<int>> topics{{2, 9}, {}, {4}};
  EXPECT_EQ(several.topics, topics);
  EXPECT_EQ(topics_of(several), topics);
  const std::uint32_t rows[] = {2, 0};
  EXPECT_EQ(select_rows(several, rows).topics, (std::vector<std::vector<int>>{{4}, {2, 9}}));
  EXPECT_NE(several.sha256, parse_libsvm(as_bytes("9 1:1\n1:2\n4 1:1\n"), "f").sha256);
  EXPECT_EQ(topics_of(parse_libsvm(as_bytes("1 1:1\n3 1:1\n"), "f")), (std::vector<std::vector<int>>{{0}, {1}}));
  EXPECT_TRUE(topics_of(parse_libsvm(as_bytes("1:1\n1:1\n"), "f")).empty());
}

TEST(Libsvm, SaysWhichWordsCome) {
  const Dataset bits = word_presence(parse_libsvm(as_bytes("2 1:3 3:1\n0 2:2\n"), "f", {.vocabulary = kWords}));
  EXPECT_EQ(bits.x.dtype(), DType::u8);
  const int expected[2][3] = {{255, 0, 255}, {0, 255, 0}};
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t k = 0; k < 3; ++k) EXPECT_EQ(bits.x.at(r, k), expected[r][k]);
  EXPECT_THAT(bits.labels, ElementsAre(1, 0));
  EXPECT_EQ(bits.vocabulary, kWords);
}

// The same five documents in every format: cat cat dog, fox fox fox, cat, dog fox, and one without words.
struct FormatCase {
  const char *format, *file;
  std::string text;
};
class EveryFormat : public ::testing::TestWithParam<FormatCase> {
 protected:
  EveryFormat() {
    const std::filesystem::path path = folder_ / GetParam().file;
    std::filesystem::create_directories(path.parent_path());
    if (GetParam().text.empty()) {
      const char* texts[] = {"Cat, cat dog", "fox fox\nFOX", "cat", "dog fox", "!"};
      std::filesystem::create_directory(path);
      for (int i = 0; i < 5; ++i) std::ofstream(path / std::to_string(i)) << texts[i];
    } else {
      std::ofstream(path) << GetParam().text;
    }
  }
  Dataset read(ReadOptions options) {
    options.documents = true;
    options.vocabulary = kWords;
    return read_data(folder_ / GetParam().file, options);
  }
  TempFolder folder_;
};

TEST_P(EveryFormat, HasTheSameWords) {
  const Dataset all = read({});
  EXPECT_EQ(all.vocabulary, kWords);
  EXPECT_EQ(rows_of(all), (Rows{{2, 1, 0}, {0, 0, 3}, {1, 0, 0}, {0, 1, 1}}));
  EXPECT_EQ(all.empty_documents, 1);
  const Dataset frequent = read({.words = 2});
  EXPECT_EQ(frequent.vocabulary, (std::vector<std::string>{"fox", "cat"}));
  EXPECT_EQ(rows_of(frequent), (Rows{{0, 2}, {3, 0}, {0, 1}, {1, 0}}));
  EXPECT_EQ(read({.words = 1}).empty_documents, 3);
  const Dataset kept = read({.words = 1, .keep = {"dog", "emu", "cat"}});
  EXPECT_EQ(kept.vocabulary, (std::vector<std::string>{"dog", "emu", "cat"}));
  EXPECT_EQ(rows_of(kept), (Rows{{1, 0, 2}, {0, 0, 1}, {1, 0, 0}}));
  EXPECT_EQ(rows_of(word_presence(read({.words = 2}))), (Rows{{0, 255}, {255, 0}, {0, 255}, {255, 0}}));
}

INSTANTIATE_TEST_SUITE_P(
    Documents, EveryFormat,
    ::testing::Values(FormatCase{"libsvm", "a.svm", "0 1:2 2:1\n0 3:3\n0 1:1\n0 2:1 3:1\n0\n"},
                      FormatCase{"docword", "docword.a.txt", "5\n3\n6\n1 1 2\n1 2 1\n2 3 3\n3 1 1\n4 2 1\n4 3 1\n"},
                      FormatCase{"mtx", "a.mtx",
                                 "%%MatrixMarket matrix coordinate integer general\n5 3 6\n1 1 2\n1 2 1\n2 3 3\n3 1 "
                                 "1\n4 2 1\n4 3 1\n"},
                      FormatCase{"lines", "a.txt", "Cat cat dog\n\nfox the fox, fox\ncat\ndog fox\n"},
                      FormatCase{"folder", "texts", ""}),
    [](const auto& test) { return std::string(test.param.format); });

TEST(Libsvm, CallsWordsByTheirNumbersWithoutAVocabulary) {
  const Dataset data = parse_libsvm(as_bytes("0 3:1 12:2\n0 3:1\n"), "f", {.words = 2});
  EXPECT_EQ(data.vocabulary, (std::vector<std::string>{"12", "3"}));
  EXPECT_EQ(rows_of(data), (Rows{{2, 1}, {0, 1}}));
  const Dataset test = parse_libsvm(as_bytes("0 99:1 3:4\n"), "g", {.keep = data.vocabulary});
  EXPECT_EQ(rows_of(test), (Rows{{0, 4}}));
}

TEST(Libsvm, LeavesEmptyDocumentsOutAndCountsThem) {
  const Dataset data = parse_libsvm(as_bytes("1\n2 1:1\n3 1:0\n"), "f");
  EXPECT_EQ(data.cases(), 1);
  EXPECT_EQ(data.empty_documents, 2);
  EXPECT_THAT(data.class_names, ElementsAre("2"));
  EXPECT_THAT(data.numbers, ElementsAre(1));  // in the file
  EXPECT_EQ(data.file_cases, 3);
}

TEST(Libsvm, RefusesWithTheLine) {
  const auto refused = [](std::string_view text) {
    return refusal([&] { parse_libsvm(as_bytes(text), "f", {.vocabulary = kWords}); });
  };
  EXPECT_EQ(
      refused("1 1:1\n1 2:0.5\n"),
      "f:2: expected how often word 2 comes, a whole number from 0, got '0.5'; weights such as TF-IDF are no counts");
  EXPECT_THAT(refused("1 1:-1\n"), HasSubstr("f:1: expected how often"));
  for (const char* count : {"nan", "inf", "1e9", "", "x", "2:3"})
    EXPECT_THAT(refused(fmt::format("1 1:{}\n", count)), HasSubstr("f:1: expected how often")) << count;
  for (const char* id : {"0", "4", "-1", "a", "", "99999999999999999999"})
    EXPECT_THAT(refused(fmt::format("1 1:1\n1 {}:1\n", id)), HasSubstr("f:2: expected the number of a word, 1 to 3"))
        << id;
  EXPECT_THAT(refused("1 1:1 2\n"), HasSubstr("f:1: expected ID:COUNT, got '2'"));
  EXPECT_THAT(refused("x 1:1\n"), HasSubstr("expected a label"));
  EXPECT_THAT(refused("65536 1:1\n"), HasSubstr("expected a label"));
  EXPECT_THAT(refused("1 1:1 1:2\n"), HasSubstr("f:1: word 1 comes twice in document 1"));
  EXPECT_THAT(refused(""), HasSubstr("no documents"));
  EXPECT_THAT(refused("1\n2\n"), HasSubstr("no documents with words"));
}

TEST(Libsvm, DoesNotAskForMuchMemoryForASmallFile) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "1 1000000:1\n";
  const Dataset data = parse_libsvm(as_bytes(text), "f");
  EXPECT_EQ(data.counts.entries(), 5'000);
  for (const auto& dense : {word_presence, word_numbers})
    EXPECT_THAT(refusal([&] { dense(parse_libsvm(as_bytes(text), "f")); }), HasSubstr("too sparse to be held dense"));
}

// The same documents in dense rows have the same hash, so that a run finds its data again; other counts have another.
TEST(Libsvm, ContentsHaveTheHashOfTheirDenseRows) {
  const auto hash = [](const char* text) { return parse_libsvm(as_bytes(text), "f", {.vocabulary = kWords}).sha256; };
  const Dataset sparse = parse_libsvm(as_bytes("1 3:2 1:1\n0 2:4\n"), "f", {.vocabulary = kWords});
  const Dataset dense = word_numbers(parse_libsvm(as_bytes("1 3:2 1:1\n0 2:4\n"), "f", {.vocabulary = kWords}));
  EXPECT_EQ(dense.x.at(0, 2), 2);
  EXPECT_EQ(dense.sha256, sparse.sha256);
  EXPECT_NE(hash("1 3:2 1:2\n0 2:4\n"), sparse.sha256);
  EXPECT_NE(hash("1 3:2 2:1\n0 2:4\n"), sparse.sha256);
  const std::uint32_t rows[] = {1, 0};
  EXPECT_EQ(select_rows(dense, rows).sha256, select_rows(sparse, rows).sha256);
}

TEST(Docword, IsReadInAnyOrder) {
  const Dataset data = parse_docword(as_bytes("4\n3\n3\n3 1 2\n1 2 5\n3 3 1\n"), "f", {.vocabulary = kWords});
  EXPECT_EQ(rows_of(data), (Rows{{0, 5, 0}, {2, 0, 1}}));
  EXPECT_EQ(data.empty_documents, 2);
}

TEST(Docword, RefusesWithTheLine) {
  const auto refused = [](std::string_view text) {
    return refusal([&] { parse_docword(as_bytes(text), "f", {.vocabulary = kWords}); });
  };
  EXPECT_THAT(refused("1\n3\n"), HasSubstr("ends before the numbers"));
  EXPECT_THAT(refused("1 2\n3\n"), HasSubstr("f:1: expected one number a line"));
  EXPECT_THAT(refused("0\n3\n1\n"), HasSubstr("f:1: expected the number of documents"));
  EXPECT_THAT(refused("1\n4\n1\n1 1 1\n"), HasSubstr("the file has 4 words, but the vocabulary 3"));
  EXPECT_THAT(refused("1\n3\n2\n1 1 1\n"), HasSubstr("the file says 2 entries, but has 1"));
  EXPECT_THAT(refused("1\n3\n1\n1 1 1\n1 2 1\n"), HasSubstr("f:5: more entries than the 1"));
  EXPECT_THAT(refused("1\n3\n1\n2 1 1\n"), HasSubstr("f:4: expected the number of a document, 1 to 1"));
  EXPECT_THAT(refused("1\n3\n1\n1 1\n"), HasSubstr("f:4: expected DOCUMENT WORD COUNT"));
  EXPECT_THAT(refused("1\n3\n1\n1 1 1 1\n"), HasSubstr("f:4: expected DOCUMENT WORD COUNT"));
  EXPECT_THAT(refused("1\n3\n1\n1 1 0.3\n"), HasSubstr("f:4: expected how often"));
  EXPECT_THAT(refused("1\n3\n2\n1 1 1\n1 1 1\n"), HasSubstr("f:5: word 1 comes twice in document 1"));
  EXPECT_THAT(refused("1\n3\n99999999999\n1 1 1\n"), HasSubstr("entries"));
}

TEST(MatrixMarket, IsReadAndRefused) {
  const auto read = [](std::string_view kind, std::string_view rest) {
    return parse_matrix_market(as_bytes(fmt::format("%%MatrixMarket matrix coordinate {}\n{}", kind, rest)), "f");
  };
  EXPECT_EQ(rows_of(read("integer general", "% a comment\n2 3 2\n1 3 4\n2 1 1\n")), (Rows{{0, 0, 4}, {1, 0, 0}}));
  EXPECT_EQ(rows_of(read("real general", "1 2 1\n1 2 4.0\n")), (Rows{{0, 4}}));
  EXPECT_EQ(rows_of(read("pattern general", "1 2 1\n1 2\n")), (Rows{{0, 1}}));
  EXPECT_THAT(refusal([&] { read("real general", "1 2 1\n1 2 0.1\n"); }), HasSubstr("f:3: expected how often"));
  EXPECT_THAT(refusal([&] { read("integer symmetric", "1 1 1\n1 1 1\n"); }), HasSubstr("f:1: expected %%MatrixMarket"));
  EXPECT_THAT(refusal([&] { read("integer general", "1 2 1 1\n"); }), HasSubstr("f:2: expected three numbers"));
}

TEST(PlainText, BecomesTheMostFrequentWords) {
  const Dataset data = parse_text(as_bytes("The cat, the CAT and a dog!\n\ndog2fox x\n"), "f", {.words = 2});
  EXPECT_EQ(data.vocabulary, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(rows_of(data), (Rows{{2, 1}, {0, 1}}));
  EXPECT_EQ(data.empty_documents, 1);
  const Dataset given = parse_text(as_bytes("fox the fox\n"), "f", {.vocabulary = kWords});
  EXPECT_EQ(rows_of(given), (Rows{{0, 0, 2}}));
  const Dataset all = parse_text(as_bytes("the cat\n"), "f", {.stop_words = std::vector<std::string>()});
  EXPECT_EQ(all.vocabulary, (std::vector<std::string>{"cat", "the"}));
  EXPECT_THAT(refusal([] { parse_text(as_bytes("the a\n"), "f"); }), HasSubstr("no words"));
  EXPECT_THAT(refusal([] { parse_text(as_bytes(std::string_view("cat\0dog", 7)), "f"); }),
              HasSubstr("f: byte 3: a zero byte"));
  const Dataset kept = parse_text(as_bytes("the fox\n"), "f", {.keep = {"the"}});  // though the stop list has it
  EXPECT_EQ(rows_of(kept), (Rows{{1}}));
}

TEST(PlainText, InAFolderIsADocumentAFileAndAClassAFolder) {
  TempFolder folder;
  for (const char* kind : {"pets", "wild"}) std::filesystem::create_directories(folder / "set" / kind);
  std::ofstream(folder / "set" / "pets" / "1") << "cat\ndog cat\n";
  std::ofstream(folder / "set" / "wild" / "2") << "fox";
  const Dataset data = read_data(folder / "set", {.documents = true});
  EXPECT_EQ(data.vocabulary, (std::vector<std::string>{"cat", "dog", "fox"}));
  EXPECT_EQ(rows_of(data), (Rows{{2, 1, 0}, {0, 0, 1}}));
  EXPECT_THAT(data.labels, ElementsAre(0, 1));
  EXPECT_THAT(data.class_names, ElementsAre("pets", "wild"));
}

TEST(Vocabulary, IsAWordALine) {
  EXPECT_EQ(parse_vocabulary(as_bytes("\xEF\xBB\xBF"
                                      "cat 12\ndog\t3\r\nfox\n\n"),
                             "f"),
            kWords);
  EXPECT_EQ(refusal([] { parse_vocabulary(as_bytes("cat\n\nfox\n"), "f"); }),
            "f:2: expected a word, got an empty line");
  EXPECT_THAT(refusal([] { parse_vocabulary(as_bytes("cat\ncat\n"), "f"); }), HasSubstr("f:2: 'cat' is in"));
  EXPECT_THAT(refusal([] { parse_vocabulary({}, "f"); }), HasSubstr("no words"));
}

TEST(FindFormat, OfDocuments) {
  TempFolder folder;
  const auto format = [&](const char* name, const char* text, bool counts) {
    std::ofstream(folder / name) << text;
    return find_format(folder / name, DataFormat::automatic, counts);
  };
  EXPECT_EQ(format("a.svm", "1 1:1", false), DataFormat::libsvm);
  EXPECT_EQ(format("docword.nips.txt", "1", false), DataFormat::docword);
  EXPECT_EQ(format("a", "%%MatrixMarket matrix", false), DataFormat::matrix_market);
  EXPECT_EQ(format("a.txt", "1", true), DataFormat::text);
  EXPECT_EQ(format("a.txt", "1", false), DataFormat::csv);
}

// Where the files are: as many documents and words as published.
TEST(NamedDocuments, AreThosePublished) {
  Context ctx;
  const DataPlaces places = data_places(read_environment());
  if (places.data.empty()) GTEST_SKIP() << "DEEPBOLTZ_DATA is not set";
  try {
    locate(find_named_data("20newsgroups")->files[0], places);
  } catch (const FileError& absent) {
    GTEST_SKIP() << absent.what();
  }
  const Dataset news = load_named_data(ctx, "20newsgroups", {}, places);
  double words = 0;
  for (const float count : news.counts.value) words += double(count);
  EXPECT_EQ(words, 1'128'881);
  EXPECT_EQ(news.vocabulary.front(), "who");
  EXPECT_EQ(news.classes, 20);
  EXPECT_EQ(load_named_data(ctx, "nips-papers", {.share = Share::test}, places).units(), 7'605);
  EXPECT_EQ(news.class_names.at(14), "sci.space");
  const Dataset reuters = load_named_data(ctx, "reuters21578", {.share = Share::test}, places);
  EXPECT_EQ(reuters.cases(), 3'299);
  EXPECT_EQ(reuters.class_names.at(1), "acq");
  EXPECT_EQ(reuters.case_names.at(0).substr(0, 6), "14826 ");
}

TEST(Text, WordsAreWordsInEveryScript) {
  const auto words = [](std::string_view text) {
    std::vector<std::string> found = parse_text(as_bytes(text), "f").vocabulary;
    std::ranges::sort(found);
    return found;
  };
  EXPECT_EQ(words("La Forêt, la RIVIÈRE"), (std::vector<std::string>{"forêt", "la", "rivière"}));
  EXPECT_EQ(words("for\xEAt d'\xE9t\xE9"), (std::vector<std::string>{"forêt", "été"}));  // Latin-1
  EXPECT_EQ(words("Лес и РЕКА"), (std::vector<std::string>{"лес", "река"}));
  EXPECT_EQ(words("Δάσος, ποταμός"), (std::vector<std::string>{"δάσοσ", "ποταμόσ"}));
  EXPECT_THAT(parse_text(as_bytes("森林。河流"), "f").remarks, ElementsAre(HasSubstr("a script without spaces")));
  const Dataset decomposed = parse_text(as_bytes("e\u0301te\u0301 pluie"), "f");
  EXPECT_EQ(decomposed.vocabulary[0], "e\u0301te\u0301");  // one word, and not pieces
  EXPECT_THAT(decomposed.remarks, ElementsAre(HasSubstr("f: 2 accents stand behind their letters")));
  EXPECT_THAT(parse_text(as_bytes("été pluie"), "f").remarks, ElementsAre());
  EXPECT_EQ(parse_text(as_bytes("rivière"), "f", {.rules = kFirstRules}).vocabulary[0], "rivi");
  EXPECT_EQ(parse_vocabulary(as_bytes("for\xEAt\n"), "f"), (std::vector<std::string>{"forêt"}));
}

}  // namespace
}  // namespace deepboltz::testing
