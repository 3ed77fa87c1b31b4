#include "deepboltz/data/wikipedia.h"

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/array_cases.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/data/part_cases.h"
#include "deepboltz/data/weighted_counts.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/mat.h"

namespace deepboltz {
namespace {

// How far quotients are from whole numbers at most. Measured: 0.0034 of words, 2.7e-5 of visual words.
constexpr double kWordsOff = 0.01, kVisualWordsOff = 1e-4;

struct Pairs {
  std::vector<std::string> names;
  std::vector<int> labels;
};

Pairs read_pairs(const std::filesystem::path& path, std::size_t categories) {
  Pairs pairs;
  const std::string file = path.string();
  each_line(as_text(read_text(path)), [&](std::string_view line, std::uint64_t number) {
    const std::string_view text = take_word(line), picture = take_word(line), word = take_word(line);
    const auto category = parse_number<std::uint64_t>(word);
    require_line(!picture.empty() && trimmed(line).empty(), file, number,
                 "expected a text, a picture and the number of a category");
    require_line(category && *category >= 1 && *category <= categories, file, number,
                 "expected a category from 1 to {}, got '{}'", categories, printable(word));
    pairs.names.emplace_back(text);
    pairs.labels.push_back(int(*category) - 1);
  });
  return pairs;
}

// The matrices of the file, by name; all of a share have as many rows as it has pairs.
class Features {
 public:
  explicit Features(const std::filesystem::path& path)
      : file_(path.string()), bytes_(read_file(path)), matrices_(parse_mat(bytes_, file_)) {}

  std::string name(const std::string& matrix) const { return fmt::format("{}[{}]", file_, matrix); }
  Tensor numbers(const std::string& matrix) const {
    return real_numbers(matrix_named(matrices_, file_, matrix).array, name(matrix));
  }
  // The same, checked against the pairs.
  Tensor numbers(const std::string& matrix, std::size_t pairs) const {
    Tensor x = numbers(matrix);
    require(x.rows() == std::int64_t(pairs), "{}: {} rows, but the list has {} pairs", printable(name(matrix), 4096),
            x.rows(), pairs);
    return x;
  }

 private:
  std::string file_;
  Bytes bytes_;
  std::vector<MatMatrix> matrices_;
};

// The words' units are a fact about both shares.
SparseRows words_of(const Features& features, const std::string& matrix, std::size_t pairs) {
  const Tensor train = features.numbers("T_tfidf_tr"), test = features.numbers("T_tfidf_te");
  require(train.cols() == test.cols(), "{}: {} words, but the test documents have {}",
          printable(features.name("T_tfidf_tr"), 4096), train.cols(), test.cols());
  const std::vector<double> units = smooth_document_frequency(std::vector<ConstMatrix>{train, test});
  return whole_counts(features.numbers(matrix, pairs), units, kWordsOff, features.name(matrix));
}

SparseRows visual_words_of(const Features& features, const std::string& matrix, std::size_t pairs) {
  const Tensor shares = features.numbers(matrix, pairs);
  const std::vector<double> ones(std::size_t(shares.cols()), 1.0);
  return whole_counts(shares, ones, kVisualWordsOff, features.name(matrix));
}

}  // namespace

Cases read_wikipedia(const WikipediaFiles& files, Share share) {
  const std::vector<std::string> categories = read_vocabulary(files.categories);
  Pairs pairs = read_pairs(share == Share::train ? files.train_pairs : files.test_pairs, categories.size());
  const Features features(files.features);
  const std::string ending = share == Share::train ? "_tr" : "_te";
  const std::size_t count = pairs.labels.size();
  Cases cases;
  cases.origin.name = files.features.string();
  cases.columns.push_back(sparse_part(kImagePart, visual_words_of(features, "I" + ending, count)));
  cases.columns.push_back(sparse_part(kTextPart, words_of(features, "T_tfidf" + ending, count)));
  cases.columns.push_back(dense_part(kLdaPart, features.numbers("T" + ending, count).to(DType::f32)));
  cases.columns.push_back(label_part(pairs.labels, categories));
  cases.names = std::move(pairs.names);
  return finished(std::move(cases));
}

}  // namespace deepboltz
