#include "deepboltz/io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "deepboltz/io/file.h"
#include "deepboltz/io/safetensors_header.h"

namespace deepboltz {
namespace {

static_assert(std::endian::native == std::endian::little, "the numbers are copied as they lie in memory");

constexpr std::uint64_t kLongestHeader = std::uint64_t(16) << 20;
constexpr std::uint64_t kBefore = 8;  // bytes of the header's length
constexpr std::pair<std::string_view, DType> kTypes[] = {{"U8", DType::u8}, {"F32", DType::f32}, {"F64", DType::f64}};

std::string_view written_name(DType dtype) {
  return std::find_if(std::begin(kTypes), std::end(kTypes), [&](auto& t) { return t.second == dtype; })->first;
}

DType parse_dtype(const TensorEntry& entry, const std::string& file) {
  for (const auto& [name, dtype] : kTypes)
    if (entry.dtype == name) return dtype;
  require_at(false, file, kBefore, "tensor '{}' is of type '{}'; U8, F32 and F64 are read", printable(entry.name),
             printable(entry.dtype));
  return DType::u8;
}

// Rows and columns of a shape: all but the last dimension × the last. A tensor of no dimension is one number.
std::pair<std::int64_t, std::int64_t> matrix_of(const std::vector<std::int64_t>& shape) {
  std::int64_t rows = 1;
  for (std::size_t i = 0; i + 1 < shape.size(); ++i) rows *= shape[i];
  return {rows, shape.empty() ? 1 : shape.back()};
}

// The bytes that the shape asks for; at most `available`, or an error.
void check_size(const TensorEntry& entry, DType dtype, std::uint64_t available, const std::string& file) {
  const std::string name = printable(entry.name);
  require_at(entry.begin <= entry.end && entry.end <= available, file, kBefore,
             "tensor '{}' lies at {} to {}, the data have {} bytes", name, entry.begin, entry.end, available);
  std::uint64_t bytes = size_of(dtype), product = 1;
  for (const std::int64_t size : entry.shape) {
    require_at(size == 0 || product <= (std::uint64_t(1) << 62) / std::uint64_t(size), file, kBefore,
               "tensor '{}' has a shape that is too large", name);
    product *= std::max<std::uint64_t>(std::uint64_t(size), 1);  // so that a 0 elsewhere hides no overflow
    bytes *= std::uint64_t(size);
  }
  require_at(product <= kFileLimit && bytes == entry.end - entry.begin, file, kBefore,
             "tensor '{}' has {} bytes, its shape asks for {}", name, entry.end - entry.begin, bytes);
}

// The tensors, in the order of their data, follow each other without gap or overlap up to the end.
void check_layout(const std::vector<TensorEntry>& tensors, std::uint64_t available, const std::string& file) {
  std::vector<const TensorEntry*> order;
  for (const auto& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(),
            [](auto* a, auto* b) { return std::pair(a->begin, a->end) < std::pair(b->begin, b->end); });
  std::uint64_t end = 0;
  for (const TensorEntry* tensor : order) {
    require_at(tensor->begin == end, file, kBefore, "tensor '{}' begins at {}, {} expected: a gap or an overlap",
               printable(tensor->name), tensor->begin, end);
    end = tensor->end;
  }
  require_at(end == available, file, kBefore, "the tensors end at {}, the data at {}", end, available);
}

struct Layout {
  std::string header;            // with its length before it
  std::vector<ByteView> pieces;  // of the data
};

Layout lay_out(const Archive& archive) {
  SafetensorsHeader header;
  header.metadata = archive.metadata;
  for (const auto& entry : archive.entries())
    header.tensors.push_back({entry.name, std::string(written_name(entry.tensor.dtype())), entry.shape, 0, 0});
  Layout layout;
  std::uint64_t end = 0;
  for (const DType dtype : {DType::f64, DType::f32, DType::u8})
    for (std::size_t i = 0; i < header.tensors.size(); ++i) {
      const Tensor& tensor = archive.entries()[i].tensor;
      if (tensor.dtype() != dtype) continue;
      header.tensors[i].begin = end;
      header.tensors[i].end = end += tensor.bytes();
      layout.pieces.push_back({reinterpret_cast<const std::uint8_t*>(tensor.data()), tensor.bytes()});
    }
  std::string json = make_safetensors_header(header);
  json.append((8 - json.size() % 8) % 8, ' ');
  require(json.size() <= kLongestHeader, "safetensors: a header of {} bytes, the limit is {}", json.size(),
          kLongestHeader);
  Bytes length;
  append_little(length, json.size(), int(kBefore));
  layout.header = std::string(as_text(length)) + json;
  return layout;
}

}  // namespace

void Archive::add(std::string name, Tensor tensor) {
  std::vector<std::int64_t> shape = {tensor.rows(), tensor.cols()};
  add(std::move(name), std::move(tensor), std::move(shape));
}

void Archive::add(std::string name, Tensor tensor, std::vector<std::int64_t> shape) {
  require(!name.empty() && name != "__metadata__" && name.size() <= 1024, "archive: '{}' cannot name a tensor",
          printable(name));
  const auto [rows, cols] = matrix_of(shape);
  require(rows * cols == tensor.rows() * tensor.cols(), "archive: '{}' has {} × {} numbers, its shape asks for {}",
          printable(name), tensor.rows(), tensor.cols(), rows * cols);
  require(places_.emplace(name, entries_.size()).second, "archive: there is already a tensor '{}'", printable(name));
  entries_.push_back({std::move(name), std::move(shape), std::move(tensor)});
}

bool Archive::contains(std::string_view name) const { return places_.find(name) != places_.end(); }

Archive::Entry& Archive::find(std::string_view name) {
  const auto place = places_.find(name);
  if (place == places_.end())
    throw InputError(
        fmt::format("{}: there is no tensor '{}'", file.empty() ? "archive" : printable(file, 4096), printable(name)));
  return entries_[place->second];
}

const Tensor& Archive::at(std::string_view name) const { return const_cast<Archive*>(this)->find(name).tensor; }

Tensor Archive::take(std::string_view name) { return std::move(find(name).tensor); }

Archive parse_safetensors(ByteView bytes, const std::string& file) {
  ByteReader reader(bytes, file);
  const std::uint64_t length = reader.little(int(kBefore), "the header's length");
  require_at(length >= 2 && length <= kLongestHeader, file, 0, "a header of {} bytes; 2 to {} are possible", length,
             kLongestHeader);
  const SafetensorsHeader header = parse_safetensors_header(reader.take(length, "the header"), file, kBefore);
  const ByteView data = bytes.subspan(reader.position());
  for (const TensorEntry& entry : header.tensors) check_size(entry, parse_dtype(entry, file), data.size(), file);
  check_layout(header.tensors, data.size(), file);

  Archive archive;
  archive.file = file;
  archive.metadata = header.metadata;
  for (const TensorEntry& entry : header.tensors) {
    const auto [rows, cols] = matrix_of(entry.shape);
    Tensor tensor(parse_dtype(entry, file), rows, cols);
    if (tensor.bytes() > 0) std::memcpy(tensor.data(), data.data() + entry.begin, tensor.bytes());
    archive.add(entry.name, std::move(tensor), entry.shape);
  }
  return archive;
}

Archive read_safetensors(const std::filesystem::path& path) {
  return parse_safetensors(read_file(path), path.string());
}

Bytes make_safetensors(const Archive& archive) {
  const Layout layout = lay_out(archive);
  Bytes out;
  append(out, as_bytes(layout.header));
  for (const ByteView piece : layout.pieces) append(out, piece);
  return out;
}

void write_safetensors(const std::filesystem::path& path, const Archive& archive) {
  Layout layout = lay_out(archive);
  layout.pieces.insert(layout.pieces.begin(), as_bytes(layout.header));
  write_file(path, layout.pieces);
}

}  // namespace deepboltz
