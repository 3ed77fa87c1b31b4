#include "deepboltz/task/code_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/safetensors.h"
#include "deepboltz/io/texts.h"

namespace deepboltz {
namespace {

constexpr const char* kKind = "binary codes";
constexpr const char *kCodes = "codes", *kThresholds = "thresholds", *kNames = "names", *kClasses = "classes";
constexpr const char *kLengths = "documents/lengths", *kWords = "documents/words", *kCounts = "documents/counts";
constexpr const char* kVocabulary = "words";
constexpr std::int64_t kMostWords = 1 << 24;  // whole numbers that floats hold

const std::string& text_of(const Archive& archive, const char* name) {
  const auto found = archive.metadata.find(name);
  require(found != archive.metadata.end(), "{}: not an index of codes: the header has no '{}'",
          printable(archive.file, 4096), name);
  return found->second;
}

// A row of floats.
template <class Number> Tensor row_of(const std::vector<Number>& numbers) {
  Tensor row(DType::f32, 1, std::int64_t(numbers.size()));
  for (std::size_t i = 0; i < numbers.size(); ++i) row.set(0, std::int64_t(i), double(numbers[i]));
  return row;
}

void add_documents(const SparseRows& documents, Archive& archive) {
  DEEPBOLTZ_ASSERT(documents.cols <= kMostWords && documents.value.size() == documents.column.size());
  std::vector<std::int64_t> lengths;
  for (std::int64_t r = 0; r < documents.rows(); ++r) lengths.push_back(documents.entries(r));
  archive.add(kLengths, row_of(lengths));
  archive.add(kWords, row_of(documents.column));
  archive.add(kCounts, row_of(documents.value));
  archive.metadata[kVocabulary] = std::to_string(documents.cols);
}

SparseRows take_documents(const Archive& archive, std::int64_t cases, std::int64_t words) {
  const std::string shown = printable(archive.file, 4096);
  const Tensor &lengths = archive.at(kLengths), &numbers = archive.at(kWords), &counts = archive.at(kCounts);
  for (const Tensor* row : {&lengths, &numbers, &counts})
    require(row->dtype() == DType::f32 && row->rows() == 1, "{}: expected documents as rows of f32, got {} × {} of {}",
            shown, row->rows(), row->cols(), name_of(row->dtype()));
  require(lengths.cols() == cases && numbers.cols() == counts.cols(),
          "{}: {} documents of {} words and {} counts, but {} codes", shown, lengths.cols(), numbers.cols(),
          counts.cols(), cases);
  const auto whole = [&](double number, std::int64_t limit, const char* what) {
    require(number >= 0 && number < double(limit) && number == std::floor(number), "{}: expected {} below {}, got {}",
            shown, what, limit, number);
    return std::int64_t(number);
  };
  SparseRows documents;
  documents.cols = words;
  for (std::int64_t r = 0; r < cases; ++r)
    documents.first.push_back(documents.first.back() + whole(lengths.at(0, r), words + 1, "lengths of documents"));
  require(documents.entries() == numbers.cols(), "{}: documents of {} words in all, but {} came", shown,
          documents.entries(), numbers.cols());
  for (std::int64_t e = 0; e < numbers.cols(); ++e) {
    documents.column.push_back(std::uint32_t(whole(numbers.at(0, e), words, "numbers of words")));
    documents.value.push_back(float(whole(counts.at(0, e), kMostWords + 1, "counts")));
  }
  require_sparse_rows(documents, shown.c_str());
  return documents;
}

}  // namespace

void write_codes(const std::filesystem::path& path, const CodeFile& file) {
  const BinaryCodes& codes = file.codes;
  DEEPBOLTZ_ASSERT(file.thresholds.rows() == 1 && file.thresholds.cols() == codes.bits());
  for (const auto* texts : {&file.names, &file.classes})
    DEEPBOLTZ_ASSERT(texts->empty() || std::int64_t(texts->size()) == codes.cases());
  const Bytes bytes = bytes_of(codes);
  Tensor tensor(DType::u8, codes.cases(), codes.bytes());
  if (!bytes.empty()) std::memcpy(tensor.data(), bytes.data(), bytes.size());
  Archive archive;
  archive.add(kCodes, std::move(tensor));
  archive.add(kThresholds, file.thresholds.clone());
  add_texts(kNames, file.names, archive);
  add_texts(kClasses, file.classes, archive);
  archive.metadata = {{"kind", kKind},
                      {"bits", std::to_string(codes.bits())},
                      {"cases", std::to_string(codes.cases())},
                      {"layer", file.layer},
                      {"made_by", file.made_by}};
  if (file.documents) add_documents(*file.documents, archive);
  write_safetensors(path, archive);
}

CodeFile parse_codes(ByteView bytes, const std::string& file, const std::string& made_by) {
  const Archive archive = parse_safetensors(bytes, file);
  const std::string shown = printable(file, 4096);
  require(text_of(archive, "kind") == kKind, "{}: expected an index of {}, got one of {}", shown, kKind,
          printable(text_of(archive, "kind")));
  const auto number = [&](const char* name, std::int64_t most) {
    const auto value = parse_number<std::int64_t>(text_of(archive, name));
    require(value && *value >= 1 && *value <= most, "{}: '{}' is '{}', expected 1 to {}", shown, name,
            printable(text_of(archive, name)), most);
    return *value;
  };
  const std::int64_t bits = number("bits", kMostCodeBits), cases = number("cases", kMostCodes);
  require(text_of(archive, "made_by") == made_by,
          "{}: another model made these codes (SHA-256 {}, expected {}); make them anew with 'deepboltz hash'", shown,
          printable(text_of(archive, "made_by"), 12), printable(made_by, 12));
  const Tensor& codes = archive.at(kCodes);
  require(codes.dtype() == DType::u8 && codes.rows() == cases && codes.cols() == (bits + 7) / 8,
          "{}: expected {} × {} bytes of codes, got {} × {} of {}", shown, cases, (bits + 7) / 8, codes.rows(),
          codes.cols(), name_of(codes.dtype()));
  BinaryCodes packed =
      codes_from_bytes({reinterpret_cast<const std::uint8_t*>(codes.data()), codes.bytes()}, cases, bits, file);
  const Tensor& thresholds = archive.at(kThresholds);
  require(thresholds.dtype() != DType::u8 && thresholds.rows() == 1 && thresholds.cols() == bits,
          "{}: expected 1 × {} thresholds, got {} × {} of {}", shown, bits, thresholds.rows(), thresholds.cols(),
          name_of(thresholds.dtype()));
  for (std::int64_t i = 0; i < bits; ++i)
    require(std::isfinite(thresholds.at(0, i)), "{}: the threshold of bit {} is not finite", shown, i);
  const auto texts = [&](const char* name) {
    std::vector<std::string> of_cases;
    if (archive.contains(name)) of_cases = take_texts(name, archive);
    require(of_cases.empty() || std::int64_t(of_cases.size()) == cases, "{}: {} codes have {} {}", shown, cases,
            of_cases.size(), name);
    return of_cases;
  };
  CodeFile out{.codes = std::move(packed), .thresholds = thresholds.clone(), .layer = text_of(archive, "layer")};
  out.names = texts(kNames);
  out.classes = texts(kClasses);
  if (archive.contains(kLengths)) out.documents = take_documents(archive, cases, number(kVocabulary, kMostWords));
  out.made_by = made_by;
  return out;
}

CodeFile read_codes(const std::filesystem::path& path, const std::string& made_by) {
  return parse_codes(read_file(path), path.string(), made_by);
}

}  // namespace deepboltz
