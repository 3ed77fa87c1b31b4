#include "deepboltz/io/pgm.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kLongestSide = 16'384, kMostPixels = std::uint64_t(1) << 26, kLongestHeader = 1 << 16;

// The words of the header, with comments from # to the end of a line between them.
class Header {
 public:
  Header(ByteView bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  std::uint64_t number(const char* what, std::uint64_t most) {
    skip_space();
    const std::uint64_t start = at_;
    std::uint64_t value = 0;
    while (at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9' && value <= most)
      value = 10 * value + (bytes_[at_++] - '0');
    require_at(at_ > start, file_, start, "{} expected", what);
    require_at(value >= 1 && value <= most, file_, start, "{} from 1 to {} expected", what, most);
    return value;
  }
  // After the one byte of space that ends the header.
  std::uint64_t end() {
    require_at(at_ < bytes_.size() && is_space(bytes_[at_]), file_, at_, "a space expected after the greatest grey");
    return at_ + 1;
  }

 private:
  static bool is_space(std::uint8_t byte) { return byte == ' ' || (byte >= 9 && byte <= 13); }
  void skip_space() {
    require_at(at_ < bytes_.size() && is_space(bytes_[at_]), file_, at_, "a space expected between the header's words");
    for (bool comment = false; at_ < bytes_.size(); ++at_) {
      require_at(at_ < kLongestHeader, file_, at_, "a header longer than {} bytes", kLongestHeader);
      if (bytes_[at_] == '#') comment = true;
      if (bytes_[at_] == '\n') comment = false;
      if (!comment && !is_space(bytes_[at_])) return;
    }
  }

  ByteView bytes_;
  const std::string& file_;
  std::uint64_t at_ = 2;  // after P5
};

}  // namespace

bool is_pgm(ByteView bytes) { return as_text(bytes).starts_with("P5"); }

Image parse_pgm(ByteView bytes, const std::string& file) {
  require_at(is_pgm(bytes), file, 0, "not a PGM picture: it does not begin with P5");
  Header header(bytes, file);
  const std::uint64_t width = header.number("a width", kLongestSide), height = header.number("a height", kLongestSide),
                      greatest = header.number("a greatest grey", 255), start = header.end();
  require_at(width * height <= kMostPixels, file, start, "a picture of {} × {}, the limit is {} pixels", height, width,
             kMostPixels);
  require_at(bytes.size() - start == width * height, file, start, "{} × {} pixels are {} bytes, {} are there", height,
             width, width * height, bytes.size() - start);
  Image image{int(height), int(width), 1, Bytes(bytes.begin() + std::ptrdiff_t(start), bytes.end())};
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    std::uint8_t& grey = image.pixels[i];
    require_at(grey <= greatest, file, start + i, "the grey {}, where {} is the greatest", grey, greatest);
    grey = std::uint8_t((255u * grey + greatest / 2) / greatest);
  }
  return image;
}

Bytes make_pgm(const Image& image) {
  DEEPBOLTZ_ASSERT(image.channels == 1);
  const std::string header = fmt::format("P5\n{} {}\n255\n", image.width, image.height);
  Bytes out(header.begin(), header.end());
  append(out, image.pixels);
  return out;
}

}  // namespace deepboltz
