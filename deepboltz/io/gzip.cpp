#include "deepboltz/io/gzip.h"

#include <algorithm>
#include <new>

#include <zlib.h>

namespace deepboltz {
namespace {

constexpr int kRaw = -MAX_WBITS, kZlib = MAX_WBITS, kGzip = MAX_WBITS + 16;  // zlib's window bits choose the wrapper
constexpr std::uint64_t kMostAtOnce = std::uint64_t(1) << 30;

class Inflater {
 public:
  Inflater(int window_bits, ByteView input, const std::string& file, std::uint64_t position)
      : input_(input), file_(file), position_(position) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool at_end() const { return ended_; }
  ByteView rest() const { return input_.subspan(used_); }
  std::uint64_t position() const { return position_ + used_; }

  // Fills `out` as far as the stream goes; the number of bytes written.
  std::uint64_t read(std::span<std::uint8_t> out) {
    std::uint64_t written = 0;
    while (written < out.size() && !ended_) {
      stream_.next_in = const_cast<std::uint8_t*>(input_.data() + used_);
      stream_.avail_in = uInt(std::min(kMostAtOnce, std::uint64_t(input_.size() - used_)));
      stream_.next_out = out.data() + written;
      stream_.avail_out = uInt(std::min(kMostAtOnce, std::uint64_t(out.size() - written)));
      const uInt had_in = stream_.avail_in, had_out = stream_.avail_out;
      const int result = ::inflate(&stream_, Z_NO_FLUSH);
      used_ += had_in - stream_.avail_in;
      written += had_out - stream_.avail_out;
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      ended_ = result == Z_STREAM_END;
      require_at(ended_ || result == Z_OK || result == Z_BUF_ERROR, file_, position(), "damaged compressed data ({})",
                 stream_.msg != nullptr ? stream_.msg : "no reason given");
      require_at(ended_ || written == out.size() || used_ < input_.size(), file_, position(),
                 "the compressed data ends too early");
    }
    return written;
  }
  void next_member() {
    inflateReset(&stream_);
    ended_ = false;
  }

 private:
  z_stream stream_ = {};
  ByteView input_;
  const std::string& file_;
  std::uint64_t position_, used_ = 0;
  bool ended_ = false;
};

Bytes deflate_with(int window_bits, ByteView bytes) {
  z_stream stream = {};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  Bytes out(deflateBound(&stream, bytes.size()));
  std::uint64_t used = 0, written = 0;
  for (int result = Z_OK; result != Z_STREAM_END;) {
    stream.next_in = const_cast<std::uint8_t*>(bytes.data() + used);
    stream.avail_in = uInt(std::min(kMostAtOnce, std::uint64_t(bytes.size() - used)));
    stream.next_out = out.data() + written;
    stream.avail_out = uInt(std::min(kMostAtOnce, std::uint64_t(out.size() - written)));
    const uInt had_in = stream.avail_in, had_out = stream.avail_out;
    result = ::deflate(&stream, used + had_in == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    used += had_in - stream.avail_in;
    written += had_out - stream.avail_out;
  }
  deflateEnd(&stream);
  out.resize(written);
  return out;
}

// A stream that must use up `compressed` and give exactly `size` bytes.
Bytes inflate_exactly(int window_bits, ByteView compressed, const std::string& file, std::uint64_t position,
                      std::uint64_t size) {
  require_at(size <= compressed.size() * kLargestExpansion, file, position,
             "{} compressed bytes cannot hold the {} bytes declared", compressed.size(), size);
  Inflater inflater(window_bits, compressed, file, position);
  Bytes out(size + 1);
  const std::uint64_t written = inflater.read(out);
  require_at(inflater.at_end() && written == size && inflater.rest().empty(), file, inflater.position(),
             "the compressed data does not hold exactly the {} bytes declared", size);
  out.resize(size);
  return out;
}

}  // namespace

bool is_gzip(ByteView bytes) { return bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B; }

Bytes gunzip(ByteView compressed, const std::string& file, std::uint64_t limit) {
  require_at(is_gzip(compressed), file, 0, "not a gzip file");
  Inflater inflater(kGzip, compressed, file, 0);
  const std::uint64_t most = std::min(limit, compressed.size() * kLargestExpansion);
  // The trailer tells the size modulo 2³²: a hint for the first allocation, no more.
  std::uint64_t hint = 0;
  if (compressed.size() >= 18) hint = ByteReader(compressed, file, compressed.size() - 4).little(4, "the gzip trailer");
  Bytes out(std::min(most, std::max<std::uint64_t>(hint, 1 << 16)) + 1);
  for (std::uint64_t written = 0;;) {
    written += inflater.read(std::span(out).subspan(written));
    require_at(written <= most, file, inflater.position(), "the contents are longer than {} bytes", most);
    if (inflater.at_end() && inflater.rest().empty()) {
      out.resize(written);
      return out;
    }
    if (inflater.at_end()) {
      require_at(is_gzip(inflater.rest()), file, inflater.position(), "{} bytes follow the compressed data",
                 inflater.rest().size());
      inflater.next_member();
    }
    if (written == out.size()) out.resize(std::min(most + 1, 2 * written));
  }
}

Bytes gunzip_start(ByteView compressed, const std::string& file, std::uint64_t count) {
  require_at(is_gzip(compressed), file, 0, "not a gzip file");
  Bytes out(count);
  out.resize(Inflater(kGzip, compressed, file, 0).read(out));
  return out;
}

Bytes gzip(ByteView bytes) { return deflate_with(kGzip, bytes); }

Bytes inflate_raw(ByteView compressed, const std::string& file, std::uint64_t position, std::uint64_t size) {
  return inflate_exactly(kRaw, compressed, file, position, size);
}

Bytes deflate_raw(ByteView bytes) { return deflate_with(kRaw, bytes); }

Bytes inflate_zlib(ByteView compressed, const std::string& file, std::uint64_t position, std::uint64_t size) {
  return inflate_exactly(kZlib, compressed, file, position, size);
}

Bytes inflate_zlib_start(ByteView compressed, const std::string& file, std::uint64_t position, std::uint64_t count) {
  Bytes out(count);
  out.resize(Inflater(kZlib, compressed, file, position).read(out));
  return out;
}

Bytes deflate_zlib(ByteView bytes) { return deflate_with(kZlib, bytes); }

}  // namespace deepboltz
