#include "deepboltz/data/sequences.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "deepboltz/data/lines.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kLongestText = std::uint64_t(2) << 30;
constexpr std::int64_t kMostSequences = 10'000'000, kMostReweighted = 200'000, kMostSites = 16'384;
constexpr std::uint8_t kInsertion = 254, kUnknown = 255;

constexpr std::array<std::uint8_t, 256> kMeaning = [] {
  std::array<std::uint8_t, 256> meaning{};
  meaning.fill(kUnknown);
  for (std::size_t k = 0; k < kLetters.size(); ++k) meaning[std::uint8_t(kLetters[k])] = std::uint8_t(k);
  for (char c = 'a'; c <= 'z'; ++c) meaning[std::uint8_t(c)] = kInsertion;
  meaning[std::uint8_t('.')] = kInsertion;
  return meaning;
}();

// The letters by number, sequence after sequence.
struct Alignment {
  Bytes letters;
  std::int64_t sequences = 0, sites = 0;
};

Alignment read_alignment(std::string_view text, const std::string& file) {
  Alignment all;
  Lines lines(text);
  std::string_view line;
  std::uint64_t begun = 0;  // the line of the sequence's header
  std::size_t start = 0;
  const auto finish = [&] {
    if (begun == 0) return;
    const std::int64_t sites = std::int64_t(all.letters.size() - start);
    require_line(sites > 0, file, begun, "a sequence without letters");
    if (all.sequences == 0) all.sites = sites;
    require_line(sites == all.sites, file, begun, "a sequence of {} sites, where the first has {}", sites, all.sites);
    require_line(++all.sequences <= kMostSequences, file, begun, "more than {} sequences", kMostSequences);
    start = all.letters.size();
  };
  while (lines.next(line)) {
    const auto number = std::uint64_t(lines.number());
    if (line.starts_with('>')) {
      finish();
      begun = number;
      continue;
    }
    require_line(begun > 0, file, number, "expected a header line that begins with '>', got '{}'", printable(line, 40));
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::uint8_t meaning = kMeaning[std::uint8_t(line[i])];
      require_line(meaning != kUnknown, file, number, "column {}: expected one of {}, got '{}'", i + 1, kLetters,
                   printable(line.substr(i, 1)));
      if (meaning != kInsertion) all.letters.push_back(meaning);
    }
    require_line(std::int64_t(all.letters.size() - start) <= kMostSites, file, number, "more than {} sites",
                 kMostSites);
  }
  finish();
  require_line(all.sequences > 0, file, 1, "there are no sequences");
  return all;
}

// 1 / number of sequences that agree at `identity` of the sites or more.
std::vector<float> weights_of(const Alignment& all, double identity) {
  const auto least = std::int64_t(std::ceil(identity * double(all.sites) - 1e-9));
  std::vector<std::int32_t> alike(std::size_t(all.sequences), 1);
  const auto sites = std::size_t(all.sites);
  for (std::size_t s = 0; s < alike.size(); ++s)
    for (std::size_t t = 0; t < s; ++t) {
      const std::uint8_t *a = all.letters.data() + s * sites, *b = all.letters.data() + t * sites;
      std::int32_t same = 0;
      for (std::size_t i = 0; i < sites; ++i) same += a[i] == b[i];
      if (same < least) continue;
      ++alike[s];
      ++alike[t];
    }
  std::vector<float> weights;
  weights.reserve(alike.size());
  for (const std::int32_t count : alike) weights.push_back(1 / float(count));
  return weights;
}

}  // namespace

Dataset parse_sequences(ByteView bytes, const std::string& file, const ReadOptions& options) {
  Bytes storage;
  if (is_gzip(bytes)) bytes = storage = gunzip(bytes, file, kLongestText);
  require_line(bytes.size() <= kLongestText, file, 1, "{} bytes of text, the limit is {}", bytes.size(), kLongestText);
  const Alignment all = read_alignment(as_text(bytes), file);
  const auto letters = std::int64_t(kLetters.size());
  Dataset data{file, Tensor(DType::u8, all.sequences, all.sites * letters)};
  const auto x = data.x.as<std::uint8_t>();
  for (std::int64_t s = 0; s < all.sequences; ++s)
    for (std::int64_t i = 0; i < all.sites; ++i) x(s, i * letters + all.letters[std::size_t(s * all.sites + i)]) = 255;
  data.letters = kLetters;
  if (options.identity > 0) {
    require_line(all.sequences <= kMostReweighted, file, 1, "{} sequences, reweighting compares {} at most",
                 all.sequences, kMostReweighted);
    data.weights = weights_of(all, options.identity);
  }
  return finished(std::move(data));
}

Dataset read_sequences(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_sequences(read_file(path, kLongestText), path.string(), options);
}

std::string to_fasta(ConstMatrix x, std::string_view letters) {
  const auto classes = std::int64_t(letters.size());
  DEEPBOLTZ_ASSERT(classes > 0 && x.cols % classes == 0);
  std::string text;
  visit_real(x.dtype, [&](auto real) {
    const auto view = x.as<decltype(real)>();
    for (std::int64_t r = 0; r < view.rows; ++r) {
      text += fmt::format(">{}\n", r + 1);
      for (std::int64_t first = 0; first < view.cols; first += classes)
        text += letters[std::size_t(std::max_element(view.row(r) + first, view.row(r) + first + classes) -
                                    (view.row(r) + first))];
      text += '\n';
    }
  });
  return text;
}

}  // namespace deepboltz
