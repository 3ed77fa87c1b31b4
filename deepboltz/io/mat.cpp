#include "deepboltz/io/mat.h"

#include <algorithm>
#include <optional>

#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kHeader = 128, kVersionAt = 124, kLongestName = 63;

// Types of elements, and classes of arrays.
enum Type : std::uint64_t { kInt8 = 1, kUInt32 = 6, kInt32 = 5, kMatrix = 14, kCompressed = 15 };
enum Class : std::uint64_t { kFirstNumeric = 6, kLastNumeric = 15 };
constexpr std::uint64_t kComplex = 0x08;

// The types that numbers are stored in.
constexpr std::pair<std::uint64_t, NpyType> kNumbers[] = {{1, {'i', 1}},  {2, {'u', 1}}, {3, {'i', 2}}, {4, {'u', 2}},
                                                          {5, {'i', 4}},  {6, {'u', 4}}, {7, {'f', 4}}, {9, {'f', 8}},
                                                          {12, {'i', 8}}, {13, {'u', 8}}};

std::optional<NpyType> numbers_of(std::uint64_t type) {
  for (const auto& [word, numbers] : kNumbers)
    if (word == type) return numbers;
  return std::nullopt;
}

struct Element {
  std::uint64_t type = 0, position = 0;  // of the contents, in the file
  ByteView contents;
};

// Elements one after the other, in the file's byte order.
class Elements {
 public:
  Elements(ByteView bytes, std::string file, bool big_endian, std::uint64_t position = 0)
      : reader_(bytes, std::move(file), position), big_endian_(big_endian) {}

  bool at_end() const { return reader_.left() == 0; }
  std::uint64_t position() const { return reader_.position(); }

  Element next(const char* what) {
    const std::uint64_t first = number(4, what);
    const std::uint64_t small = first >> 16;  // size and contents of up to 4 bytes share the tag's 8
    if (small > 0) {
      require_at(small <= 4, reader_.file(), reader_.position() - 4, "{} of {} bytes in a tag that has room for 4",
                 what, small);
      const std::uint64_t position = reader_.position();
      return {first & 0xFFFF, position, reader_.take(4, what).first(small)};
    }
    const std::uint64_t size = number(4, what), position = reader_.position();
    const Element element{first, position, reader_.take(size, what)};
    const std::uint64_t padding = (8 - size % 8) % 8;
    if (first != kCompressed) reader_.take(std::min(padding, reader_.left()), what);
    return element;
  }
  std::uint64_t number(int bytes, const char* what) {
    return big_endian_ ? reader_.big(bytes, what) : reader_.little(bytes, what);
  }

 private:
  ByteReader reader_;
  bool big_endian_;
};

// The sizes of an array, or nothing unless they are two.
std::optional<std::pair<std::uint64_t, std::uint64_t>> sizes_of(const Element& element, const std::string& file,
                                                                bool big_endian) {
  require_at(element.type == kInt32 && element.contents.size() % 4 == 0, file, element.position,
             "the sizes of an array should be 32-bit numbers");
  if (element.contents.size() != 8) return std::nullopt;
  Elements sizes(element.contents, file, big_endian);
  const std::uint64_t rows = sizes.number(4, "the sizes"), columns = sizes.number(4, "the sizes");
  require_at(rows < 0x80000000 && columns < 0x80000000, file, element.position, "an array of {} × {} numbers",
             std::int64_t(std::int32_t(rows)), std::int64_t(std::int32_t(columns)));
  return std::pair(rows, columns);
}

// The matrix element whose contents are `bytes` from `start` on; nothing where it is of a kind that is passed over.
std::optional<MatMatrix> parse_matrix(ByteView bytes, std::uint64_t start, const std::string& file, bool big_endian) {
  Elements parts(bytes, file, big_endian, start);
  if (parts.at_end()) return std::nullopt;
  const Element flags = parts.next("the flags of an array");
  require_at(flags.type == kUInt32 && flags.contents.size() == 8, file, flags.position,
             "the flags of an array should be two 32-bit numbers");
  const std::uint64_t word = Elements(flags.contents, file, big_endian).number(4, "the flags"), kind = word & 0xFF;
  if (kind < kFirstNumeric || kind > kLastNumeric || (word >> 8 & kComplex) != 0) return std::nullopt;

  const auto sizes = sizes_of(parts.next("the sizes of an array"), file, big_endian);
  const Element name = parts.next("the name of an array");
  if (!sizes) return std::nullopt;
  require_at(name.type == kInt8 && name.contents.size() <= kLongestName, file, name.position,
             "the name of an array should be text of {} bytes at most", kLongestName);
  const Element numbers = parts.next("the numbers of an array");
  const auto type = numbers_of(numbers.type);
  require_at(type.has_value(), file, numbers.position, "numbers of type {}, which MAT-files do not have", numbers.type);
  const auto [rows, columns] = *sizes;
  const std::string called = printable(as_text(name.contents));
  require_at(numbers.contents.size() == rows * columns * std::uint64_t(type->bytes), file, numbers.position,
             "'{}' should have {} × {} numbers of {} bytes, but {} bytes are there", called, rows, columns, type->bytes,
             numbers.contents.size());
  require_at(parts.at_end(), file, parts.position(), "more follows the numbers of '{}'", called);
  return MatMatrix{std::string(as_text(name.contents)),
                   {{type->kind, type->bytes, big_endian},
                    true,
                    {std::int64_t(rows), std::int64_t(columns)},
                    numbers.contents,
                    numbers.position},
                   {}};
}

// What a compressed element unpacks to, which is one matrix element with its tag.
std::optional<MatMatrix> parse_compressed(const Element& element, const std::string& file, bool big_endian) {
  constexpr std::uint64_t kTag = 8;
  const Bytes start = inflate_zlib_start(element.contents, file, element.position, kTag);
  Elements tag(start, file, big_endian);
  const std::uint64_t type = tag.number(4, "a compressed tag"), size = tag.number(4, "a compressed tag");
  require_at(type == kMatrix, file, element.position, "an element of type {} in a compressed one, a matrix expected",
             type);
  Bytes unpacked = inflate_zlib(element.contents, file, element.position, kTag + size);
  auto matrix = parse_matrix(unpacked, kTag, fmt::format("{}: byte {}, unpacked", file, element.position), big_endian);
  if (matrix) matrix->unpacked = std::move(unpacked);
  return matrix;
}

bool big_endian_of(ByteView bytes, const std::string& file) {
  require_at(bytes.size() >= 4 && std::all_of(bytes.begin(), bytes.begin() + 4, [](auto byte) { return byte != 0; }),
             file, 0, "not a MAT-file of version 5; one of version 4 can be saved again by save -v7");
  ByteReader header(bytes, file, kVersionAt);
  const ByteView version = header.take(4, "the MAT-file's header");
  const std::string_view order = as_text(version).substr(2);
  require_at(order == "IM" || order == "MI", file, kVersionAt + 2, "not a MAT-file: its byte order is '{}'",
             printable(order));
  const bool big = order == "MI";
  const unsigned number = big ? unsigned(version[0]) << 8 | version[1] : unsigned(version[1]) << 8 | version[0];
  require_at(number != 0x0200, file, kVersionAt, "a MAT-file of version 7.3, which is HDF5; save it again by save -v7");
  require_at(number == 0x0100, file, kVersionAt, "a MAT-file of version {:04x} is not read; 0100 is", number);
  return big;
}

void append_element(Bytes& out, std::uint64_t type, ByteView contents) {
  append_little(out, type, 4);
  append_little(out, contents.size(), 4);
  append(out, contents);
  while (out.size() % 8 != 0) out.push_back(0);
}

std::uint64_t class_of(NpyType numbers) {
  if (numbers.kind == 'f') return numbers.bytes == 8 ? kFirstNumeric : kFirstNumeric + 1;
  const std::uint64_t size = numbers.bytes == 1 ? 0 : numbers.bytes == 2 ? 1 : numbers.bytes == 4 ? 2 : 3;
  return kFirstNumeric + 2 + 2 * size + (numbers.kind == 'u' ? 1 : 0);
}

}  // namespace

std::vector<MatMatrix> parse_mat(ByteView bytes, const std::string& file) {
  const bool big_endian = big_endian_of(bytes, file);
  std::vector<MatMatrix> matrices;
  Elements elements(bytes, file, big_endian, kHeader);
  while (!elements.at_end()) {
    const Element element = elements.next("an element");
    require_at(element.type == kMatrix || element.type == kCompressed, file, element.position,
               "an element of type {} where a matrix belongs", element.type);
    const std::uint64_t end = element.position + element.contents.size();
    auto matrix = element.type == kMatrix ? parse_matrix(bytes.first(end), element.position, file, big_endian)
                                          : parse_compressed(element, file, big_endian);
    if (matrix) matrices.push_back(std::move(*matrix));
  }
  return matrices;
}

const MatMatrix& matrix_named(const std::vector<MatMatrix>& matrices, const std::string& file,
                              const std::string& name) {
  const auto found = std::ranges::find(matrices, name, &MatMatrix::name);
  require_at(found != matrices.end(), file, 0, "there is no matrix of numbers '{}'; there are {}", printable(name),
             list_of(matrices));
  return *found;
}

std::string list_of(const std::vector<MatMatrix>& matrices) {
  std::string names;
  for (const MatMatrix& m : matrices)
    names += fmt::format("{}{} ({} × {})", names.empty() ? "" : ", ", m.name, m.array.shape[0], m.array.shape[1]);
  return names.empty() ? "none" : printable(names, 200);
}

Bytes make_mat(const std::vector<MatMatrix>& matrices, bool compressed) {
  constexpr std::string_view kText = "MATLAB 5.0 MAT-file";
  Bytes out(kVersionAt, ' ');
  std::copy(kText.begin(), kText.end(), out.begin());
  append_little(out, 0x0100, 2);
  append(out, as_bytes("IM"));
  for (const MatMatrix& matrix : matrices) {
    const NpyArray& array = matrix.array;
    require(array.shape.size() == 2 && array.fortran_order && !array.type.big_endian && array.type.kind != 'b',
            "MAT: '{}' should be a matrix of little-endian numbers, columns first", matrix.name);
    Bytes contents, flags, sizes;
    append_little(flags, class_of(array.type), 8);
    for (const std::int64_t size : array.shape) append_little(sizes, std::uint64_t(size), 4);
    append_element(contents, kUInt32, flags);
    append_element(contents, kInt32, sizes);
    append_element(contents, kInt8, as_bytes(matrix.name));
    for (const auto& [word, numbers] : kNumbers)
      if (numbers == array.type) append_element(contents, word, array.values);
    Bytes element;
    append_element(element, kMatrix, contents);
    if (!compressed) {
      append(out, element);
      continue;
    }
    const Bytes packed = deflate_zlib(element);
    append_little(out, kCompressed, 4);
    append_little(out, packed.size(), 4);
    append(out, packed);
  }
  return out;
}

}  // namespace deepboltz
