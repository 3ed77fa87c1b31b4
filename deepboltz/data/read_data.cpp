#include "deepboltz/data/read_data.h"

#include "deepboltz/data/cifar.h"
#include "deepboltz/data/csv.h"
#include "deepboltz/data/docword.h"
#include "deepboltz/data/folder.h"
#include "deepboltz/data/format_options.h"
#include "deepboltz/data/idx.h"
#include "deepboltz/data/image_data.h"
#include "deepboltz/data/libsvm.h"
#include "deepboltz/data/mat_data.h"
#include "deepboltz/data/npy_data.h"
#include "deepboltz/data/sequences.h"
#include "deepboltz/data/text_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

constexpr std::pair<std::string_view, DataFormat> kStarts[] = {
    {"\x93NUMPY", DataFormat::npy}, {"PK\x03\x04", DataFormat::npz},
    {"\x89PNG", DataFormat::image}, {std::string_view("\0\0\x08", 3), DataFormat::idx},
    {"P5", DataFormat::image},      {"MATLAB 5.0", DataFormat::mat},
    {">", DataFormat::fasta},       {"%%MatrixMarket", DataFormat::matrix_market}};

constexpr std::pair<std::string_view, DataFormat> kEndings[] = {
    {".npy", DataFormat::npy},           {".npz", DataFormat::npz},
    {".png", DataFormat::image},         {".pgm", DataFormat::image},
    {".mat", DataFormat::mat},           {".bin", DataFormat::cifar},
    {".bin.gz", DataFormat::cifar},      {"-ubyte", DataFormat::idx},
    {"-ubyte.gz", DataFormat::idx},      {".idx", DataFormat::idx},
    {".idx.gz", DataFormat::idx},        {".csv", DataFormat::csv},
    {".tsv", DataFormat::csv},           {".csv.gz", DataFormat::csv},
    {".svm", DataFormat::libsvm},        {".svm.gz", DataFormat::libsvm},
    {".libsvm", DataFormat::libsvm},     {".libsvm.gz", DataFormat::libsvm},
    {".feat", DataFormat::libsvm},       {".feat.gz", DataFormat::libsvm},
    {".mtx", DataFormat::matrix_market}, {".mtx.gz", DataFormat::matrix_market}};

// Formats without first bytes of their own.
bool is_told_by_name(DataFormat format) {
  return format == DataFormat::csv || format == DataFormat::libsvm || format == DataFormat::docword ||
         format == DataFormat::text || format == DataFormat::cifar;
}

}  // namespace

std::vector<std::string_view> data_format_words() {
  std::vector<std::string_view> words;
  for (int format = 0; format <= int(DataFormat::cifar); ++format) words.push_back(word_of(DataFormat(format)));
  return words;
}

DataFormat find_format(const std::filesystem::path& path, DataFormat wanted, bool documents, DataFormat otherwise) {
  if (wanted != DataFormat::automatic) return wanted;
  if (is_folder(path)) return !documents && has_pictures(path) ? DataFormat::image : DataFormat::text;
  constexpr std::uint64_t kLook = 1 << 12;
  Bytes start = read_start(path, kLook);
  const std::string name = path.string();
  if (is_gzip(start)) {
    try {
      start = gunzip_start(start, name, 16);
    } catch (const InputError&) {  // damaged: the reader that the name suggests says so
      start.clear();
    }
  }
  for (const auto& [bytes, format] : kStarts)
    if (as_text(start).starts_with(bytes)) return format;
  if (path.filename().string().starts_with("docword.")) return DataFormat::docword;
  for (const auto& [ending, format] : kEndings)
    if (name.ends_with(ending)) return format;
  if (is_told_by_name(otherwise)) return otherwise;
  if (documents && (name.ends_with(".txt") || name.ends_with(".txt.gz"))) return DataFormat::text;
  return DataFormat::csv;
}

bool has_numbered_words(DataFormat format) {
  return format == DataFormat::libsvm || format == DataFormat::docword || format == DataFormat::matrix_market;
}

Dataset read_data(const std::filesystem::path& path, const ReadOptions& options) {
  const DataFormat format = find_format(path, options.format, options.documents);
  if (options.rules != kFirstRules) require_known(options, format, path.string());
  switch (format) {
    case DataFormat::idx:
      return read_idx(path, options);
    case DataFormat::npy:
      return read_npy_data(path, options);
    case DataFormat::npz:
      return read_npz_data(path, options);
    case DataFormat::fasta:
      return read_sequences(path, options);
    case DataFormat::image:
      return read_image_data(path, options);
    case DataFormat::libsvm:
      return read_libsvm(path, options);
    case DataFormat::docword:
      return read_docword(path, options);
    case DataFormat::matrix_market:
      return read_matrix_market(path, options);
    case DataFormat::text:
      return read_text_data(path, options);
    case DataFormat::mat:
      return read_mat_data(path, options);
    case DataFormat::cifar:
      return read_cifar(path, options);
    default:
      return read_csv(path, options);
  }
}

}  // namespace deepboltz
