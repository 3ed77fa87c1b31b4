#include "deepboltz/io/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>

#include "deepboltz/base/parse_number.h"

namespace deepboltz {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::uint64_t kLongestHeader = 1 << 16;
constexpr std::size_t kMostDimensions = 8;
constexpr int kLongestText = 65'535;

// The header is the text of a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 784), }
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& file, std::uint64_t position, bool texts)
      : text_(text), file_(file), position_(position), texts_(texts) {}

  NpyArray parse() {
    NpyArray array;
    int seen = 0;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = string();
      expect(':');
      if (key == "descr")
        seen |= once(seen, 1), array.type = texts_ ? text_type(string()) : type(string());
      else if (key == "fortran_order")
        seen |= once(seen, 2), array.fortran_order = boolean();
      else if (key == "shape")
        seen |= once(seen, 4), array.shape = shape();
      else
        refuse("unexpected key '" + printable(key) + "'");
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (at_ != text_.size()) refuse("text after the header's closing brace");
    if (seen != 7) refuse("the header lacks descr, fortran_order or shape");
    return array;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    require_at(false, file_, position_ + at_, "NPY header: {}", why);
    throw 0;  // not reached
  }
  int once(int seen, int key) const {
    if ((seen & key) != 0) refuse("a key is there twice");
    return key;
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse(fmt::format("'{}' expected", c));
  }
  std::string_view string() {
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    if (quote != '\'' && quote != '"') refuse("a quoted word expected");
    const std::size_t close = text_.find(quote, at_ + 1);
    if (close == std::string_view::npos) refuse("a quote is not closed");
    const std::string_view word = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    return word;
  }
  bool boolean() {
    skip_space();
    for (const auto& [word, value] : {std::pair{std::string_view("True"), true}, {std::string_view("False"), false}})
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    refuse("True or False expected");
  }
  std::int64_t integer() {
    skip_space();
    std::int64_t value = 0;
    const char *begin = text_.data() + at_, *end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || value < 0) refuse("a size from 0 to 2⁶³−1 expected");
    at_ += std::size_t(stop - begin);
    return value;
  }
  std::vector<std::int64_t> shape() {
    std::vector<std::int64_t> sizes;
    expect('(');
    while (!accept(')')) {
      if (sizes.size() == kMostDimensions) refuse("more than 8 dimensions");
      sizes.push_back(integer());
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return sizes;
  }
  NpyType type(std::string_view text) const {
    const auto unsupported = [&] {
      refuse("type '" + printable(text) + "' is not read; b1, u1 to u8, i1 to i8, f4 and f8 are");
    };
    if (text.size() != 3 || std::string_view("<>|=").find(text[0]) == std::string_view::npos) unsupported();
    const NpyType type{text[1], text[2] - '0', text[0] == '>'};
    const int n = type.bytes;
    const bool whole = (type.kind == 'u' || type.kind == 'i') && (n == 1 || n == 2 || n == 4 || n == 8);
    const bool real = type.kind == 'f' && (n == 4 || n == 8);
    if (!whole && !real && !(type.kind == 'b' && n == 1)) unsupported();
    if (n > 1 && text[0] == '|') unsupported();
    return type;
  }

  NpyType text_type(std::string_view text) const {
    const auto bytes = parse_number<int>(text.substr(std::min(text.size(), std::size_t(2))));
    if (!text.starts_with("|S") || !bytes || *bytes < 1 || *bytes > kLongestText)
      refuse(fmt::format("type '{}' where texts belong; |S1 to |S{} are read", printable(text), kLongestText));
    return {'S', *bytes};
  }

  std::string_view text_;
  const std::string& file_;
  std::uint64_t position_;
  bool texts_;
  std::size_t at_ = 0;
};

std::uint64_t word_at(const NpyArray& array, std::uint64_t offset) {
  std::uint64_t word = 0;
  const int bytes = array.type.bytes;
  for (int i = 0; i < bytes; ++i)
    word = word << 8 | array.values[offset + std::uint64_t(array.type.big_endian ? i : bytes - 1 - i)];
  return word;
}

std::uint64_t offset_of(const NpyArray& array, std::int64_t index) {
  std::int64_t place = index;
  if (array.fortran_order && array.shape.size() > 1) {
    place = 0;
    std::int64_t stride = array.size();
    for (std::size_t d = array.shape.size(); d-- > 0;) {  // the last subscript runs fastest in `index`, slowest here
      stride /= array.shape[d];
      place += index % array.shape[d] * stride;
      index /= array.shape[d];
    }
  }
  return std::uint64_t(place) * std::uint64_t(array.type.bytes);
}

NpyArray parse_array(ByteView bytes, const std::string& file, std::uint64_t position, bool texts) {
  require_at(as_text(bytes).starts_with(kMagic), file, position, "not an NPY array: it does not begin with \\x93NUMPY");
  ByteReader reader(bytes, file, kMagic.size());  // its own positions are within the array
  const std::uint64_t version = reader.little(1, "the NPY version");
  require_at(version >= 1 && version <= 3 && reader.little(1, "the NPY version") == 0, file, position + kMagic.size(),
             "NPY version {} is not read; 1.0 to 3.0 are", version);
  const std::uint64_t length = reader.little(version == 1 ? 2 : 4, "the NPY header");
  require_at(length <= kLongestHeader, file, position + reader.position(),
             "the NPY header has {} bytes, the limit is {}", length, kLongestHeader);
  const std::uint64_t start = position + reader.position();
  NpyArray array = HeaderParser(as_text(reader.take(length, "the NPY header")), file, start, texts).parse();
  array.values = bytes.subspan(reader.position());
  array.position = position + reader.position();
  std::uint64_t expected = std::uint64_t(array.type.bytes);
  const bool nothing = std::find(array.shape.begin(), array.shape.end(), 0) != array.shape.end();
  for (const std::int64_t size : array.shape) {
    require_at(nothing || expected <= std::numeric_limits<std::uint64_t>::max() / std::uint64_t(size), file, start,
               "the shape in the NPY header is too large");
    expected *= std::uint64_t(size);
  }
  require_at(array.values.size() == expected, file, array.position, "the NPY header promises {} bytes, {} are there",
             expected, array.values.size());
  return array;
}

}  // namespace

std::int64_t NpyArray::size() const { return std::int64_t(values.size()) / type.bytes; }

std::uint64_t NpyArray::byte_of(std::int64_t index) const { return position + offset_of(*this, index); }

std::int64_t NpyArray::integer(std::int64_t index) const {
  const std::uint64_t word = word_at(*this, offset_of(*this, index));
  if (type.kind != 'i') return std::int64_t(word);
  const int unused = 64 - 8 * type.bytes;
  return std::int64_t(word << unused) >> unused;
}

double NpyArray::real(std::int64_t index) const {
  if (type.kind != 'f') return type.kind == 'u' ? double(std::uint64_t(integer(index))) : double(integer(index));
  const std::uint64_t word = word_at(*this, offset_of(*this, index));
  return type.bytes == 8 ? std::bit_cast<double>(word) : double(std::bit_cast<float>(std::uint32_t(word)));
}

NpyArray parse_npy(ByteView bytes, const std::string& file, std::uint64_t position) {
  return parse_array(bytes, file, position, false);
}

std::vector<std::string> parse_npy_texts(ByteView bytes, const std::string& file) {
  const NpyArray array = parse_array(bytes, file, 0, true);
  require_at(array.shape.size() == 1, file, array.position, "texts in {} dimensions, one expected", array.shape.size());
  std::vector<std::string> texts;
  for (std::int64_t i = 0; i < array.size(); ++i) {
    const auto length = std::size_t(array.type.bytes);
    const std::string_view text = as_text(array.values.subspan(std::size_t(i) * length, length));
    texts.emplace_back(text.substr(0, text.find_last_not_of('\0') + 1));
  }
  return texts;
}

Bytes make_npy(const NpyArray& array) {
  std::string shape;
  for (const std::int64_t size : array.shape) shape += fmt::format("{}, ", size);
  const char order = array.type.bytes == 1 || array.type.kind == 'S' ? '|' : array.type.big_endian ? '>' : '<';
  std::string header = fmt::format("{{'descr': '{}{}{}', 'fortran_order': {}, 'shape': ({}), }}", order,
                                   array.type.kind, array.type.bytes, array.fortran_order ? "True" : "False", shape);
  constexpr std::size_t kBefore = 10, kAlign = 64;
  header.append(kAlign - 1 - (kBefore + header.size()) % kAlign, ' ');
  header += '\n';
  Bytes out;
  append(out, as_bytes(kMagic));
  append_little(out, 1, 2);
  append_little(out, header.size(), 2);
  append(out, as_bytes(header));
  append(out, array.values);
  return out;
}

}  // namespace deepboltz
