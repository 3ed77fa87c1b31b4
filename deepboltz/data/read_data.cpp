#include "deepboltz/data/read_data.h"

#include <system_error>

#include "deepboltz/data/csv.h"
#include "deepboltz/data/idx.h"
#include "deepboltz/data/image_data.h"
#include "deepboltz/data/npy_data.h"
#include "deepboltz/data/sequences.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

constexpr std::pair<std::string_view, DataFormat> kWords[] = {
    {"auto", DataFormat::automatic}, {"idx", DataFormat::idx}, {"npy", DataFormat::npy},
    {"npz", DataFormat::npz},        {"csv", DataFormat::csv}, {"image", DataFormat::image},
    {"fasta", DataFormat::fasta}};

constexpr std::pair<std::string_view, DataFormat> kStarts[] = {{"\x93NUMPY", DataFormat::npy},
                                                               {"PK\x03\x04", DataFormat::npz},
                                                               {"\x89PNG", DataFormat::image},
                                                               {std::string_view("\0\0\x08", 3), DataFormat::idx},
                                                               {">", DataFormat::fasta}};

constexpr std::pair<std::string_view, DataFormat> kEndings[] = {
    {".npy", DataFormat::npy},    {".npz", DataFormat::npz},      {".png", DataFormat::image},
    {"-ubyte", DataFormat::idx},  {"-ubyte.gz", DataFormat::idx}, {".idx", DataFormat::idx},
    {".idx.gz", DataFormat::idx}, {".csv", DataFormat::csv},      {".tsv", DataFormat::csv},
    {".txt", DataFormat::csv},    {".data", DataFormat::csv},     {".csv.gz", DataFormat::csv}};

}  // namespace

std::optional<DataFormat> parse_data_format(std::string_view word) {
  for (const auto& [name, format] : kWords)
    if (name == word) return format;
  return std::nullopt;
}

DataFormat find_format(const std::filesystem::path& path, DataFormat wanted) {
  if (wanted != DataFormat::automatic) return wanted;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return DataFormat::image;
  constexpr std::uint64_t kLook = 1 << 12;
  Bytes start = read_start(path, kLook);
  const std::string name = path.string();
  if (is_gzip(start)) {
    try {
      start = gunzip_start(start, name, 8);
    } catch (const InputError&) {  // damaged: the reader that the name suggests says so
      start.clear();
    }
  }
  for (const auto& [bytes, format] : kStarts)
    if (as_text(start).starts_with(bytes)) return format;
  for (const auto& [ending, format] : kEndings)
    if (name.ends_with(ending)) return format;
  return DataFormat::csv;
}

Dataset read_data(const std::filesystem::path& path, const ReadOptions& options) {
  switch (find_format(path, options.format)) {
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
    default:
      return read_csv(path, options);
  }
}

}  // namespace deepboltz
