#include "deepboltz/io/png.h"

#include <algorithm>
#include <csetjmp>
#include <new>

#include <png.h>
#include <zlib.h>

#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::uint64_t kLongestSide = 16'384, kMostPixels = std::uint64_t(1) << 26;

struct Chunks {
  std::uint64_t width = 0, height = 0;
  std::uint64_t data = 0, data_bytes = 0;  // where the picture's bytes begin, and how many they are
};

// Walks over the chunks: their lengths, checksums and order, and the size of the picture.
Chunks check_chunks(ByteView bytes, const std::string& file) {
  require_at(as_text(bytes).starts_with(kSignature), file, 0, "not a PNG file");
  ByteReader reader(bytes, file, kSignature.size());
  Chunks found;
  for (bool first = true;; first = false) {
    const std::uint64_t start = reader.position(), length = reader.big(4, "a chunk's length");
    require_at(length <= 0x7FFFFFFF, file, start, "a chunk of {} bytes, the limit of PNG is 2³¹−1", length);
    const ByteView body = reader.take(4 + length, "a chunk");
    const std::string_view type = as_text(body.first(4));
    const std::uint64_t checksum = reader.big(4, "a chunk's checksum");
    require_at(checksum == crc32_z(0, body.data(), body.size()), file, start, "chunk '{}' does not match its checksum",
               printable(type));
    require_at(first == (type == "IHDR"), file, start, "chunk '{}' where {} belongs", printable(type),
               first ? "IHDR" : "another");
    if (first) {
      require_at(length == 13, file, start, "chunk IHDR has {} bytes, 13 expected", length);
      ByteReader header(body, file, 4);
      found.width = header.big(4, "IHDR");
      found.height = header.big(4, "IHDR");
      require_at(found.width >= 1 && found.width <= kLongestSide && found.height >= 1 && found.height <= kLongestSide &&
                     found.width * found.height <= kMostPixels,
                 file, start + 8, "a picture of {} × {} pixels; 1 to {} a side and {} in all are the limits",
                 found.width, found.height, kLongestSide, kMostPixels);
    }
    if (type == "IDAT") {
      if (found.data_bytes == 0) found.data = start;
      found.data_bytes += length;
    }
    if (type == "IEND") break;
  }
  require_at(reader.left() == 0, file, reader.position(), "{} bytes follow the end of the picture", reader.left());
  // Each pixel takes at least one bit.
  require_at(found.width * found.height / 8 <= found.data_bytes * kLargestExpansion, file, found.data,
             "{} compressed bytes cannot hold {} × {} pixels", found.data_bytes, found.width, found.height);
  return found;
}

// libpng reports errors by longjmp. All that it could jump over lives in here, made before and destroyed after.
struct Decoder {
  png_structp png = nullptr;
  png_infop info = nullptr;
  ByteView input;
  std::size_t used = 0;
  int channels = 0;
  Bytes pixels;
  std::vector<png_bytep> rows;
  std::string error;

  explicit Decoder(ByteView bytes) : input(bytes) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    if (png == nullptr) throw std::bad_alloc();
    info = png_create_info_struct(png);
    if (info == nullptr) {
      png_destroy_read_struct(&png, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png, this, on_read);
    png_set_user_limits(png, kLongestSide, kLongestSide);
  }
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  static void on_error(png_structp png, png_const_charp message) {
    static_cast<Decoder*>(png_get_error_ptr(png))->error = message;
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}
  static void on_read(png_structp png, png_bytep out, std::size_t count) {
    auto& self = *static_cast<Decoder*>(png_get_io_ptr(png));
    if (count > self.input.size() - self.used) png_error(png, "the file ends too early");
    std::copy_n(self.input.data() + self.used, count, out);
    self.used += count;
  }
};

// Up to the picture's form: afterwards d.channels bytes a pixel. No object with a destructor may live in this function.
bool read_header(Decoder& d) {
  if (setjmp(png_jmpbuf(d.png)) != 0) return false;
  png_read_info(d.png, d.info);
  png_set_expand(d.png);  // palette → RGB, grey of few bits → 8, a transparent colour → alpha
  png_set_scale_16(d.png);
  png_set_interlace_handling(d.png);
  png_read_update_info(d.png, d.info);
  d.channels = png_get_channels(d.png, d.info);
  return true;
}
bool read_rows(Decoder& d) {
  if (setjmp(png_jmpbuf(d.png)) != 0) return false;
  png_read_image(d.png, d.rows.data());
  png_read_end(d.png, nullptr);
  return true;
}

// A decoded pixel: grey or red green blue, with or without alpha.
struct Pixel {
  const std::uint8_t* samples;
  int channels;

  bool has_colours() const { return channels >= 3; }
  int grey() const {
    return has_colours() ? (299 * samples[0] + 587 * samples[1] + 114 * samples[2] + 500) / 1000 : samples[0];
  }
  std::uint8_t over_white(int value) const {
    const bool has_alpha = channels == 2 || channels == 4;
    const int alpha = has_alpha ? samples[channels - 1] : 255;
    return std::uint8_t((value * alpha + 255 * (255 - alpha) + 127) / 255);
  }
};

Image parse_png(ByteView bytes, const std::string& file, bool colour) {
  const Chunks chunks = check_chunks(bytes, file);
  Decoder decoder(bytes);
  const auto check = [&](bool fine) {
    require_at(fine, file, std::min<std::uint64_t>(decoder.used, chunks.data), "{}", printable(decoder.error));
  };
  check(read_header(decoder));
  constexpr std::uint64_t kColourType = 25;  // its byte in every file
  require_at(!colour || decoder.channels >= 3, file, kColourType, "a grey picture, expected one in colour");
  const std::size_t row_bytes = chunks.width * std::size_t(decoder.channels);
  DEEPBOLTZ_ASSERT(png_get_rowbytes(decoder.png, decoder.info) == row_bytes);
  decoder.pixels.resize(row_bytes * chunks.height);
  for (std::uint64_t r = 0; r < chunks.height; ++r) decoder.rows.push_back(decoder.pixels.data() + r * row_bytes);
  check(read_rows(decoder));
  Image image{int(chunks.height), int(chunks.width), colour ? 3 : 1, {}};
  image.pixels.reserve(chunks.height * chunks.width * std::size_t(image.channels));
  for (std::size_t i = 0; i < decoder.pixels.size(); i += std::size_t(decoder.channels)) {
    const Pixel pixel{decoder.pixels.data() + i, decoder.channels};
    for (int c = 0; c < image.channels; ++c)
      image.pixels.push_back(pixel.over_white(colour ? pixel.samples[c] : pixel.grey()));
  }
  return image;
}

}  // namespace

Image parse_png_grey(ByteView bytes, const std::string& file) { return parse_png(bytes, file, false); }
Image parse_png_colour(ByteView bytes, const std::string& file) { return parse_png(bytes, file, true); }

Bytes make_png(const Image& image) {
  DEEPBOLTZ_ASSERT(image.pixels.size() == std::size_t(image.height) * std::size_t(image.width * image.channels));
  png_image header = {};
  header.version = PNG_IMAGE_VERSION;
  header.width = png_uint_32(image.width);
  header.height = png_uint_32(image.height);
  header.format = image.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(header);
  Bytes out(size);
  const int done = png_image_write_to_memory(&header, out.data(), &size, 0, image.pixels.data(), 0, nullptr);
  require(done != 0, "PNG of {} × {} pixels: {}", image.width, image.height, header.message);
  out.resize(size);
  return out;
}

void write_png(const std::filesystem::path& path, const Image& image) { write_file(path, make_png(image)); }

}  // namespace deepboltz
