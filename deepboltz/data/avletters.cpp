#include "deepboltz/data/avletters.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/data/array_cases.h"
#include "deepboltz/data/halve_pictures.h"
#include "deepboltz/data/npz_member.h"
#include "deepboltz/data/part_cases.h"
#include "deepboltz/io/file.h"

namespace deepboltz {
namespace {

constexpr int kTestRepetition = 3, kLetters = 26, kWindowVectors = kWindowFrames * kVectorsAFrame;

// A stream of frames, cut into utterances.
struct Stream {
  std::string file;
  Tensor frames;                    // of all utterances
  std::vector<std::int64_t> first;  // of each utterance, and where the last one ends
  std::vector<std::string> names;   // "A1_Anya"
  std::vector<std::string> speaker;
  std::vector<int> repetition, letter;
  int height = 0, width = 0;  // of a frame of the film

  std::int64_t length(std::size_t utterance) const { return first[utterance + 1] - first[utterance]; }
};

// Names, letters and lengths; the frames are still to come.
Stream read_utterances(const ZipReader& zip, const std::string& file) {
  const std::vector<std::string> letters = read_npz_texts(zip, file, "letter"),
                                 speakers = read_npz_texts(zip, file, "speaker");
  const NpzMember lengths = read_npz_member(zip, file, "lengths"), times = read_npz_member(zip, file, "repetition");
  const auto count = std::int64_t(letters.size());
  require_at(std::int64_t(speakers.size()) == count, file, 0, "{} speakers for {} letters", speakers.size(), count);
  Stream stream{
      .file = file, .frames = {}, .first = {0}, .names = {}, .speaker = speakers, .repetition = {}, .letter = {}};
  const auto repetitions = whole_numbers(times.array, count, times.name);
  for (const std::int64_t length : whole_numbers(lengths.array, count, lengths.name)) {
    const std::size_t u = stream.letter.size();
    require_at(length >= 1 && length <= 1'000'000, lengths.name, lengths.array.byte_of(std::int64_t(u)),
               "an utterance of {} frames", length);
    require(letters[u].size() == 1 && letters[u][0] >= 'A' && letters[u][0] <= 'Z',
            "{}[letter]: utterance {}: expected a letter from A to Z, got '{}'", printable(file, 4096), u,
            printable(letters[u]));
    stream.first.push_back(stream.first.back() + length);
    stream.letter.push_back(letters[u][0] - 'A');
    stream.repetition.push_back(int(repetitions[u]));
    stream.names.push_back(fmt::format("{}{}_{}", letters[u], repetitions[u], speakers[u]));
  }
  return stream;
}

void require_frames(const Stream& stream, std::int64_t frames, const NpzMember& from) {
  require_at(frames == stream.first.back(), from.name, from.array.position, "{} frames, but the lengths add up to {}",
             frames, stream.first.back());
}

// Halved, with each pixel's mean over the utterance removed.
Stream read_lips(const std::filesystem::path& path) {
  const std::string file = path.string();
  const Bytes bytes = read_file(path);
  const ZipReader zip(bytes, file);
  Stream stream = read_utterances(zip, file);
  const NpzMember frames = read_npz_member(zip, file, "frames");
  const NpyArray& array = frames.array;
  require_at(array.shape.size() == 3 && array.type.kind == 'u' && array.type.bytes == 1, frames.name, array.position,
             "expected grey bytes as (frames, height, width)");
  require_frames(stream, array.shape[0], frames);
  const std::vector<std::uint32_t> rows = all_rows(array.shape[0], frames.name, array.position);
  const Dataset pictures = array_cases(array, frames.name, {.scale = 255}, rows);
  stream.frames = halve_pictures(pictures.x.as<std::uint8_t>(), pictures.height, pictures.width);
  stream.height = pictures.height / 2;
  stream.width = pictures.width / 2;
  View<float> x = stream.frames.as<float>();
  for (std::size_t u = 0; u < stream.names.size(); ++u)
    for (std::int64_t i = 0; i < x.cols; ++i) {
      double sum = 0;
      for (std::int64_t t = stream.first[u]; t < stream.first[u + 1]; ++t) sum += double(x(t, i));
      const auto mean = float(sum / double(stream.length(u)));
      for (std::int64_t t = stream.first[u]; t < stream.first[u + 1]; ++t) x(t, i) -= mean;
    }
  return stream;
}

Stream read_voice(const std::filesystem::path& path) {
  const std::string file = path.string();
  const Bytes bytes = read_file(path);
  const ZipReader zip(bytes, file);
  Stream stream = read_utterances(zip, file);
  const NpzMember frames = read_npz_member(zip, file, "mfcc");
  stream.frames = real_numbers(frames.array, frames.name).to(DType::f32);
  require_frames(stream, stream.frames.rows(), frames);
  return stream;
}

void require_alike(const Stream& lips, const Stream& voice) {
  require(lips.names.size() == voice.names.size(), "{}: {} utterances, but {} has {}", printable(voice.file, 4096),
          voice.names.size(), printable(lips.file, 4096), lips.names.size());
  for (std::size_t u = 0; u < lips.names.size(); ++u) {
    require(lips.names[u] == voice.names[u], "{}: utterance {} is {}, but {} has {}", printable(voice.file, 4096), u,
            printable(voice.names[u]), printable(lips.file, 4096), printable(lips.names[u]));
    for (const auto& [stream, least] : {std::pair{&lips, kWindowFrames}, {&voice, kWindowVectors}})
      require(stream->length(u) >= least, "{}: utterance {} ({}) has {} frames, at least {} expected",
              printable(stream->file, 4096), u, printable(stream->names[u]), stream->length(u), least);
  }
}

// A window: which utterance, and where it begins in both streams.
struct Window {
  std::size_t utterance;
  std::int64_t frame, vector;
};

std::vector<Window> windows_of(const Stream& lips, const Stream& voice, Share share) {
  std::vector<Window> windows;
  for (std::size_t u = 0; u < lips.names.size(); ++u) {
    if ((lips.repetition[u] == kTestRepetition) != (share == Share::test)) continue;
    for (std::int64_t v = 0; v + kWindowFrames <= lips.length(u); ++v)
      windows.push_back(
          {u, lips.first[u] + v, voice.first[u] + std::min(kVectorsAFrame * v, voice.length(u) - kWindowVectors)});
  }
  return windows;
}

// `count` rows of the stream from `first` on, as one row of each window.
template <class First> Tensor cut(const Stream& stream, const std::vector<Window>& windows, int count, First&& first) {
  Tensor out(DType::f32, std::int64_t(windows.size()), count * stream.frames.cols());
  for (std::size_t w = 0; w < windows.size(); ++w)
    std::copy_n(stream.frames.as<float>().row(first(windows[w])), out.cols(), out.as<float>().row(std::int64_t(w)));
  return out;
}

}  // namespace

Cases read_avletters(const std::filesystem::path& lips_file, const std::filesystem::path& mfcc_file, Share share) {
  const Stream lips = read_lips(lips_file), voice = read_voice(mfcc_file);
  require_alike(lips, voice);
  const std::vector<Window> windows = windows_of(lips, voice, share);
  Cases cases;
  cases.origin.name = lips.file;
  std::vector<int> letters, utterances;
  std::vector<std::string> names, speakers;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const std::size_t u = windows[w].utterance;
    if (w == 0 || windows[w - 1].utterance != u) names.push_back(lips.names[u]);
    letters.push_back(lips.letter[u]);
    utterances.push_back(int(names.size()) - 1);
    speakers.push_back(lips.speaker[u]);
    cases.names.push_back(fmt::format("{} {}", lips.names[u], windows[w].frame - lips.first[u]));
  }
  // To be looked at, frames stand one below the other.
  cases.columns.push_back(dense_part(kVideoPart,
                                     cut(lips, windows, kWindowFrames, [](const Window& w) { return w.frame; }),
                                     {.height = kWindowFrames * lips.height, .width = lips.width}));
  cases.columns.push_back(
      dense_part(kAudioPart, cut(voice, windows, kWindowVectors, [](const Window& w) { return w.vector; })));
  std::vector<std::string> alphabet;
  for (int letter = 0; letter < kLetters; ++letter) alphabet.emplace_back(1, char('A' + letter));
  cases.columns.push_back(label_part(letters, std::move(alphabet)));
  cases.columns.push_back(label_part(utterances, std::move(names)));
  cases.columns.back().name = kGroupColumn;
  cases.columns.push_back(source_part(speakers));
  return finished(std::move(cases));
}

}  // namespace deepboltz
