#include "deepboltz/data/idx.h"

#include <algorithm>
#include <cstring>
#include <system_error>

#include "deepboltz/data/classes.h"
#include "deepboltz/data/grey_range.h"
#include "deepboltz/data/pixels_by_column.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kUnsignedBytes = 0x08, kMostDimensions = 3;
constexpr std::uint64_t kLongestHeader = 4 + 4 * kMostDimensions;
constexpr std::uint64_t kMostUnits = 1 << 24;

struct IdxHeader {
  std::vector<std::uint64_t> sizes;
  std::uint64_t bytes = 0;  // of the header
  std::uint64_t values = 1;
};

IdxHeader parse_header(ByteView start, const std::string& file) {
  ByteReader reader(start, file);
  const std::uint64_t magic = reader.big(4, "the IDX header"), dimensions = magic & 0xFF;
  require_at(magic >> 16 == 0, file, 0, "not an IDX file: it begins with {:08x}", magic);
  require_at(magic >> 8 == kUnsignedBytes, file, 2, "IDX numbers of type {:02x} are not read; unsigned bytes (08) are",
             magic >> 8);
  require_at(dimensions >= 1 && dimensions <= kMostDimensions, file, 3, "{} dimensions; 1 to 3 are read", dimensions);
  IdxHeader header;
  for (std::uint64_t d = 0; d < dimensions; ++d) {
    header.sizes.push_back(reader.big(4, "the IDX sizes"));
    header.values *= header.sizes.back();
    require_at(header.values <= kFileLimit, file, reader.position() - 4, "the IDX sizes ask for {} bytes or more",
               header.values);
  }
  header.bytes = reader.position();
  return header;
}

// The file's bytes, unpacked where they are gzipped, but never more than the header promises.
Bytes unpacked(ByteView bytes, const std::string& file) {
  const IdxHeader header = parse_header(gunzip_start(bytes, file, kLongestHeader), file);
  return gunzip(bytes, file, header.bytes + header.values);
}

struct Idx {
  std::vector<std::uint64_t> sizes;
  ByteView values;  // of `storage`, or of the bytes that were given
  Bytes storage;
};

Idx parse(ByteView bytes, const std::string& file) {
  Idx idx;
  if (is_gzip(bytes)) bytes = idx.storage = unpacked(bytes, file);
  const IdxHeader header = parse_header(bytes, file);
  require_at(bytes.size() - header.bytes == header.values, file, header.bytes,
             "the IDX sizes promise {} bytes, {} are there", header.values, bytes.size() - header.bytes);
  idx.sizes = header.sizes;
  idx.values = bytes.subspan(header.bytes);
  return idx;
}

std::filesystem::path labels_beside(const std::filesystem::path& path) {
  std::string name = path.filename().string();
  const std::string_view images = "-images-idx3-ubyte";
  const std::size_t at = name.find(images);
  if (at == std::string::npos) return {};
  const auto found = path.parent_path() / name.replace(at, images.size(), "-labels-idx1-ubyte");
  std::error_code error;
  return std::filesystem::exists(found, error) ? found : std::filesystem::path();
}

}  // namespace

Dataset parse_idx(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const Idx idx = parse(bytes, file);
  require_at(idx.sizes.size() >= 2, file, 3, "1 dimension, as labels have; data have 2 or 3");
  require_at(idx.sizes[0] >= 1 && idx.values.size() >= 1, file, 4, "there are no cases");
  const std::uint64_t units = idx.values.size() / idx.sizes[0];
  require_at(units <= kMostUnits, file, 8, "a case of {} values, the limit is {}", units, kMostUnits);
  Dataset data{file, Tensor(DType::u8, std::int64_t(idx.sizes[0]), std::int64_t(units)), options.height, options.width};
  if (idx.sizes.size() == 3 && options.height == 0 && options.width == 0) {
    data.height = int(idx.sizes[1]);
    data.width = int(idx.sizes[2]);
  }
  std::memcpy(data.x.data(), idx.values.data(), idx.values.size());
  scale_bytes(options, data);
  data = finished(std::move(data));
  turn_pictures(options, data);
  return finished(std::move(data));
}

std::vector<int> parse_idx_labels(ByteView bytes, const std::string& file) {
  const Idx idx = parse(bytes, file);
  require_at(idx.sizes.size() == 1, file, 3, "{} dimensions; labels have 1", idx.sizes.size());
  return {idx.values.begin(), idx.values.end()};
}

Dataset read_idx(const std::filesystem::path& path, const ReadOptions& options) {
  Dataset data = parse_idx(read_file(path), path.string(), options);
  const auto labels = options.labels.empty() ? labels_beside(path) : options.labels;
  if (labels.empty()) return data;
  const std::vector<int> numbers = parse_idx_labels(read_file(labels), labels.string());
  require_at(std::int64_t(numbers.size()) == data.cases(), labels.string(), 4, "{} labels for the {} cases of {}",
             numbers.size(), data.cases(), printable(path.string(), 4096));
  set_classes(std::vector<std::int64_t>(numbers.begin(), numbers.end()), options, data);
  return finished(std::move(data));
}

Bytes make_idx(const Dataset& data) {
  require(data.x.dtype() == DType::u8, "IDX: {} holds {}, only bytes are written", data.name, name_of(data.x.dtype()));
  Bytes out;
  const bool pictures = data.height > 0;
  append_big(out, kUnsignedBytes << 8 | (pictures ? 3 : 2), 4);
  append_big(out, std::uint64_t(data.cases()), 4);
  append_big(out, std::uint64_t(pictures ? data.height : data.units()), 4);
  if (pictures) append_big(out, std::uint64_t(data.width), 4);
  append(out, {reinterpret_cast<const std::uint8_t*>(data.x.data()), data.x.bytes()});
  return out;
}

Bytes make_idx_labels(const std::vector<int>& labels) {
  Bytes out;
  append_big(out, kUnsignedBytes << 8 | 1, 4);
  append_big(out, labels.size(), 4);
  for (const int label : labels) {
    require(label >= 0 && label <= 255, "IDX: label {} does not fit into a byte", label);
    out.push_back(std::uint8_t(label));
  }
  return out;
}

}  // namespace deepboltz
