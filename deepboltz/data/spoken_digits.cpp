#include "deepboltz/data/spoken_digits.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/part_cases.h"
#include "deepboltz/data/speech.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/tar.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr Key kPairing{0x66736464};
constexpr int kDigits = 10;

struct Recording {
  int digit = 0;
  std::string person = {};
  int number = 0;
  std::string name = {};
  ByteView bytes = {};
};

// "folder/3_george_7.wav"
Recording recording_of(const TarFile& file, const std::string& archive) {
  Recording recording{.name = file.path.substr(file.path.rfind('/') + 1), .bytes = file.bytes};
  const std::string_view name = recording.name;
  const std::size_t first = std::min(name.find('_'), name.size()), last = name.rfind('_');
  const auto digit = parse_number<int>(name.substr(0, first));
  const bool has_person = last != std::string_view::npos && last > first + 1 && name.ends_with(".wav");
  const auto number = parse_number<int>(has_person ? name.substr(last + 1, name.size() - last - 5) : "");
  require(digit && *digit >= 0 && *digit < kDigits && number && *number >= 0,
          "{}[{}]: expected a recording called DIGIT_PERSON_NUMBER.wav", printable(archive, 4096),
          printable(file.path, 4096));
  recording.digit = *digit;
  recording.person = name.substr(first + 1, last - first - 1);
  recording.number = *number;
  return recording;
}

std::vector<Recording> recordings_of(ByteView archive, const std::string& name, Share share) {
  std::vector<Recording> recordings;
  for (const TarFile& file : parse_tar(archive, name)) {
    Recording recording = recording_of(file, name);
    if ((recording.number < kTestRecordings) == (share == Share::test)) recordings.push_back(std::move(recording));
  }
  std::ranges::sort(recordings, {}, [](const Recording& r) { return std::tie(r.digit, r.person, r.number); });
  return recordings;
}

// The picture of each recording.
std::vector<std::uint32_t> partners(const std::vector<Recording>& recordings, const Dataset& pictures) {
  std::array<std::vector<std::uint32_t>, kDigits> of_digit;  // the next one last
  for (const std::uint32_t picture : permutation(kPairing, std::uint32_t(pictures.cases())))
    of_digit[std::size_t(pictures.labels[picture])].push_back(picture);
  for (auto& left : of_digit) std::ranges::reverse(left);
  std::vector<std::uint32_t> chosen;
  for (const Recording& recording : recordings) {
    auto& left = of_digit[std::size_t(recording.digit)];
    require(!left.empty(), "{}: no picture of the digit {} is left for {}", printable(pictures.name, 4096),
            recording.digit, recording.name);
    chosen.push_back(left.back());
    left.pop_back();
  }
  return chosen;
}

}  // namespace

Cases spoken_digits(Context& ctx, ByteView archive, const std::string& name, const Dataset& pictures, Share share) {
  require(std::int64_t(pictures.labels.size()) == pictures.cases() && pictures.classes <= kDigits,
          "{}: pictures with labels from 0 to 9 expected", printable(pictures.name, 4096));
  const Bytes unpacked = is_gzip(archive) ? gunzip(archive, name, kFileLimit) : Bytes();
  const auto recordings = recordings_of(unpacked.empty() ? archive : ByteView(unpacked), name, share);
  require(!recordings.empty(), "{}: there are no recordings to {}", printable(name, 4096), name_of(share));
  Tensor audio(DType::f32, std::int64_t(recordings.size()), std::int64_t(kSpeechSlices) * 2 * kCepstra);
  ctx.parallel(audio.rows(), [&](std::int64_t r) {
    const Recording& recording = recordings[std::size_t(r)];
    const std::string file = fmt::format("{}[{}]", name, recording.name);
    slice_means(cepstrum_with_differences(parse_wav(recording.bytes, file), file), kSpeechSlices,
                {audio.as<float>().row(r), std::size_t(audio.cols())});
  });
  Cases cases;
  cases.origin.name = name;
  std::vector<int> labels;
  std::vector<std::string> speakers;
  for (const Recording& recording : recordings) {
    labels.push_back(recording.digit);
    speakers.push_back(recording.person);
    cases.names.push_back(recording.name);
  }
  Dataset images = select_rows(pictures, partners(recordings, pictures));
  cases.columns.push_back(dense_part(kAudioPart, std::move(audio)));
  cases.columns.push_back(dense_part(kImagePart, std::move(images.x),
                                     {.height = images.height, .width = images.width, .scale = images.scale}));
  std::vector<std::string> digits;
  for (char digit = '0'; digit <= '9'; ++digit) digits.emplace_back(1, digit);
  cases.columns.push_back(label_part(labels, std::move(digits)));
  cases.columns.push_back(source_part(speakers));
  return finished(std::move(cases));
}

}  // namespace deepboltz
