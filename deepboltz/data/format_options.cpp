#include "deepboltz/data/format_options.h"

#include <algorithm>
#include <span>

#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

using F = DataFormat;

constexpr std::string_view kWords[] = {"auto",   "idx",     "npy", "npz",  "csv", "image", "fasta",
                                       "libsvm", "docword", "mtx", "text", "mat", "cifar"};
constexpr std::string_view kTitles[] = {"",       "IDX",     "NPY",          "NPZ",  "CSV", "PNG and PGM", "FASTA",
                                        "libsvm", "docword", "MatrixMarket", "text", "MAT", "CIFAR"};

// The members that an option sets.
template <auto... Members> struct Of {
  static bool given(const ReadOptions& o) { return ((o.*Members != ReadOptions().*Members) || ...); }
  static void copy(const ReadOptions& from, ReadOptions& to) { ((to.*Members = from.*Members), ...); }
};

struct Option {
  std::string_view name;
  std::vector<F> formats;
  bool (*given)(const ReadOptions&);
  void (*copy)(const ReadOptions& from, ReadOptions& to);
};

template <auto... Members> Option option(std::string_view name, std::vector<F> formats) {
  return {name, std::move(formats), Of<Members...>::given, Of<Members...>::copy};
}

const std::vector<Option>& table() {
  using R = ReadOptions;
  const std::vector<F> arrays{F::npz, F::mat}, rows{F::idx, F::npy, F::npz, F::mat, F::csv},
      greys{F::idx, F::npy, F::npz, F::mat, F::csv, F::image, F::cifar},
      documents{F::libsvm, F::docword, F::matrix_market, F::text},
      counted{F::libsvm, F::docword, F::matrix_market, F::text, F::csv};  // of a table its column of texts
  static const std::vector<Option> all{
      option<&R::labels>("labels", {F::idx, F::npy}),
      option<&R::data_key>("data_key", arrays),
      option<&R::label_key>("label_key", arrays),
      option<&R::label_column>("label_column", {F::csv}),
      option<&R::id_column>("id_column", {F::csv}),
      option<&R::text_column>("text_column", {F::csv}),
      option<&R::header>("header", {F::csv}),
      option<&R::where>("where", {F::npz}),
      option<&R::scale>("scale", greys),
      option<&R::invert>("invert", greys),
      option<&R::cases_in_columns>("cases_in_columns", {F::mat}),
      option<&R::pixels_by_column>("pixels_by_column", rows),
      option<&R::height, &R::width>("height, width", {F::idx, F::npy, F::npz, F::mat, F::csv, F::image}),
      option<&R::identity>("identity", {F::fasta}),
      option<&R::vocabulary>("vocabulary", documents),
      option<&R::words>("words", counted),
      option<&R::stop_words>("stop_words", {F::text}),
      option<&R::colour>("colour", {F::image}),
  };
  return all;
}

bool knows(const Option& option, F format) { return std::ranges::find(option.formats, format) != option.formats.end(); }

std::string titles_of(const Option& option) {
  std::string text;
  for (const F format : option.formats) text += (text.empty() ? "" : ", ") + std::string(kTitles[std::size_t(format)]);
  return text;
}

}  // namespace

std::string_view word_of(DataFormat format) { return kWords[std::size_t(format)]; }

std::string formats_with(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &Option::name);
  DEEPBOLTZ_ASSERT(found != table().end());
  return titles_of(*found);
}

void require_known(const ReadOptions& options, DataFormat format, const std::string& file) {
  for (const Option& option : table())
    require(!option.given(options) || knows(option, format), "{}: {} is for {}, and the file is read as {}",
            printable(file, 4096), option.name, titles_of(option), kTitles[std::size_t(format)]);
}

void require_no_options(const ReadOptions& options, const std::string& name) {
  for (const Option& option : table())
    require(!option.given(options), "{}: {} is for your own files ({}), and this set is read as it was published",
            printable(name), option.name, titles_of(option));
}

ReadOptions known_to(DataFormat format, ReadOptions options) {
  for (const Option& option : table())
    if (!knows(option, format)) option.copy({}, options);
  return options;
}

ReadOptions merged(const ReadOptions& given, ReadOptions otherwise) {
  for (const Option& option : table())
    if (option.given(given)) option.copy(given, otherwise);
  return otherwise;
}

}  // namespace deepboltz
