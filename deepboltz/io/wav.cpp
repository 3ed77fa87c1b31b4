#include "deepboltz/io/wav.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace deepboltz {
namespace {

constexpr std::uint64_t kPcm = 1, kExtensible = 0xFFFE, kFormatSize = 16, kSubformatAt = 24, kExtensibleSize = 40;
constexpr std::uint64_t kMostChannels = 64, kGreatestRate = 1'000'000;

struct Format {
  std::uint64_t channels = 0, rate = 0, bits = 0;
  std::uint64_t sample_bytes() const { return bits / 8; }
  std::uint64_t frame_bytes() const { return channels * sample_bytes(); }
};

Format parse_format(ByteView chunk, const std::string& file, std::uint64_t at) {
  require_at(chunk.size() >= kFormatSize, file, at, "a format of {} bytes, at least {} expected", chunk.size(),
             kFormatSize);
  ByteReader reader(chunk, file, 0);
  const auto number = [&](int bytes) { return reader.little(bytes, "the format"); };
  std::uint64_t kind = number(2);
  Format format{.channels = number(2), .rate = number(4)};
  const std::uint64_t bytes_a_second = number(4), frame_bytes = number(2);
  format.bits = number(2);
  if (kind == kExtensible && chunk.size() >= kExtensibleSize)
    kind = std::uint64_t(chunk[kSubformatAt]) | std::uint64_t(chunk[kSubformatAt + 1]) << 8;
  require_at(kind == kPcm, file, at, "sound of the format {:#06x} is not read; PCM (0x0001) is", kind);
  require_at(format.channels >= 1 && format.channels <= kMostChannels, file, at + 2, "{} channels, 1 to {} expected",
             format.channels, kMostChannels);
  require_at(format.rate >= 1 && format.rate <= kGreatestRate, file, at + 4, "{} samples a second, 1 to {} expected",
             format.rate, kGreatestRate);
  require_at(format.bits == 8 || format.bits == 16 || format.bits == 24, file, at + 14,
             "samples of {} bits are not read; 8, 16 and 24 are", format.bits);
  require_at(frame_bytes == format.frame_bytes(), file, at + 12,
             "{} channels of {} bits are {} bytes, the file says {}", format.channels, format.bits,
             format.frame_bytes(), frame_bytes);
  require_at(bytes_a_second == format.rate * format.frame_bytes(), file, at + 8,
             "{} samples a second are {} bytes, the file says {}", format.rate, format.rate * format.frame_bytes(),
             bytes_a_second);
  return format;
}

// Bytes are counted from 128, longer numbers are signed.
float sample_of(const std::uint8_t* at, std::uint64_t bytes) {
  if (bytes == 1) return (float(at[0]) - 128) / 128;
  std::uint32_t word = 0;
  for (std::uint64_t i = 0; i < bytes; ++i) word |= std::uint32_t(at[i]) << (8 * (4 - bytes + i));
  return float(double(std::int32_t(word)) / 2'147'483'648.0);
}

Sound parse_samples(ByteView chunk, const Format& format, const std::string& file, std::uint64_t at) {
  require_at(!chunk.empty(), file, at, "there are no samples");
  require_at(chunk.size() % format.frame_bytes() == 0, file, at, "{} bytes of samples are no multiple of {}",
             chunk.size(), format.frame_bytes());
  Sound sound{int(format.rate), std::vector<float>(chunk.size() / format.frame_bytes())};
  for (std::size_t i = 0; i < sound.samples.size(); ++i)
    sound.samples[i] = sample_of(chunk.data() + i * format.frame_bytes(), format.sample_bytes());
  return sound;
}

}  // namespace

Sound parse_wav(ByteView bytes, const std::string& file) {
  ByteReader reader(bytes, file);
  require_at(as_text(reader.take(4, "the header")) == "RIFF", file, 0, "not a WAVE file: it does not begin with RIFF");
  const std::uint64_t size = reader.little(4, "the header");
  require_at(size == reader.left(), file, 4, "{} bytes should follow, {} do", size, reader.left());
  require_at(as_text(reader.take(4, "the header")) == "WAVE", file, 8, "not a WAVE file: WAVE expected");
  std::optional<Format> format;
  std::optional<Sound> sound;
  while (reader.left() > 0) {
    const std::uint64_t begin = reader.position();
    const std::string_view name = as_text(reader.take(4, "a chunk's name"));
    const std::uint64_t length = reader.little(4, "a chunk's size"), at = reader.position();
    const ByteView chunk = reader.take(length, "a chunk");
    if (length % 2 != 0 && reader.left() > 0) reader.take(1, "padding");
    if (name == "fmt ") {
      require_at(!format, file, begin, "a second format");
      format = parse_format(chunk, file, at);
    } else if (name == "data") {
      require_at(format.has_value(), file, begin, "samples before their format");
      require_at(!sound, file, begin, "samples for the second time");
      sound = parse_samples(chunk, *format, file, at);
    }
  }
  require_at(sound.has_value(), file, reader.position(), "the file ends without samples");
  return std::move(*sound);
}

Bytes make_wav(const Sound& sound, int bits) {
  DEEPBOLTZ_ASSERT(bits == 8 || bits == 16 || bits == 24);
  const auto sample_bytes = std::uint64_t(bits / 8), rate = std::uint64_t(sound.rate);
  Bytes samples;
  const double scale = std::ldexp(1.0, bits - 1);
  for (const float sample : sound.samples) {
    const auto whole = std::int64_t(std::clamp(std::round(sample * scale), -scale, scale - 1));
    append_little(samples, std::uint64_t(bits == 8 ? whole + 128 : whole), bits / 8);
  }
  const std::uint64_t padding = samples.size() % 2;
  Bytes out;
  append(out, as_bytes("RIFF"));
  append_little(out, 4 + 8 + kFormatSize + 8 + samples.size() + padding, 4);
  append(out, as_bytes("WAVEfmt "));
  append_little(out, kFormatSize, 4);
  append_little(out, kPcm, 2);
  append_little(out, 1, 2);
  append_little(out, rate, 4);
  append_little(out, rate * sample_bytes, 4);
  append_little(out, sample_bytes, 2);
  append_little(out, std::uint64_t(bits), 2);
  append(out, as_bytes("data"));
  append_little(out, samples.size(), 4);
  append(out, samples);
  if (padding > 0) out.push_back(0);
  return out;
}

}  // namespace deepboltz
