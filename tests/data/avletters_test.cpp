#include "deepboltz/data/avletters.h"

#include <cstring>
#include <map>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/io/file.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/zip.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::refusal;

Bytes npy(NpyType type, std::vector<std::int64_t> shape, const Bytes& bytes) {
  return make_npy({type, false, std::move(shape), bytes});
}

Bytes texts(const std::vector<std::string>& all, int bytes) {
  Bytes out;
  for (const std::string& text : all) {
    append(out, as_bytes(text));
    out.resize(out.size() + std::size_t(bytes) - text.size());
  }
  return npy({'S', bytes}, {std::int64_t(all.size())}, out);
}

// Three utterances: two to learn from, one to test on; frames of 2 × 4, MFCC vectors of one number.
class Avletters : public ::testing::Test {
 protected:
  static std::int64_t sum(const std::vector<int>& numbers) {
    std::int64_t total = 0;
    for (const int number : numbers) total += number;
    return total;
  }

  Bytes npz(const std::vector<int>& lengths, const std::string& key, const Bytes& frames) const {
    Bytes numbers;
    for (const int length : lengths) append_little(numbers, std::uint64_t(length), 4);
    const auto count = std::int64_t(lengths.size());
    return make_zip({{"lengths.npy", npy({'i', 4}, {count}, numbers)},
                     {"letter.npy", texts(letters_, 1)},
                     {"speaker.npy", texts(speakers_, 4)},
                     {"repetition.npy", npy({'u', 1}, {count}, repetitions_)},
                     {key + ".npy", frames}});
  }

  Cases read(Share share) {
    Bytes grey, vectors;
    for (int i = 0; i < 8 * (sum(frames_) + extra_); ++i) grey.push_back(std::uint8_t(i % 251));
    for (int i = 0; i < sum(vectors_); ++i) {
      const auto number = float(i);
      std::uint32_t word;
      std::memcpy(&word, &number, 4);
      append_little(vectors, word, 4);
    }
    write_file(folder_ / "lips.npz", npz(frames_, "frames", npy({'u', 1}, {sum(frames_) + extra_, 2, 4}, grey)));
    speakers_.back() += other_speaker_;
    write_file(folder_ / "mfcc.npz", npz(vectors_, "mfcc", npy({'f', 4}, {sum(vectors_), 1}, vectors)));
    return read_avletters(folder_ / "lips.npz", folder_ / "mfcc.npz", share);
  }
  std::string refused() {
    return refusal([&] { read(Share::train); });
  }

  testing::TempFolder folder_;
  std::vector<std::string> letters_ = {"A", "B", "B"}, speakers_ = {"Anya", "Bill", "Yi"};
  std::vector<int> frames_ = {5, 4, 6}, vectors_ = {9, 8, 11};
  Bytes repetitions_ = {1, 2, 3};
  int extra_ = 0;
  std::string other_speaker_;
};

TEST_F(Avletters, EveryFourFramesAreAWindowWithTheSoundOfTheirTime) {
  const Cases train = read(Share::train), test = read(Share::test);
  EXPECT_THAT(train.names, ElementsAre("A1_Anya 0", "A1_Anya 1", "B2_Bill 0"));
  EXPECT_THAT(test.names, ElementsAre("B3_Yi 0", "B3_Yi 1", "B3_Yi 2"));
  EXPECT_THAT(labels_of(train), ElementsAre(0, 0, 1));
  EXPECT_THAT(train.at("group").sparse().column, ElementsAre(0, 0, 1));
  EXPECT_THAT(train.at("group").meaning.names, ElementsAre("A1_Anya", "B2_Bill"));
  const auto audio = train.at("audio").rows().as<float>(), later = test.at("audio").rows().as<float>();
  EXPECT_EQ(audio(0, 0), 0);
  EXPECT_EQ(audio(0, 7), 7);
  EXPECT_EQ(audio(1, 0), 1);  // vector 2 would need a tenth one
  EXPECT_EQ(audio(2, 0), 9);
  EXPECT_EQ(later(0, 0), 17);
  EXPECT_EQ(later(1, 0), 19);
  EXPECT_EQ(later(2, 0), 20);
  // Pixel 0 of frame f is the mean of grey 8f, 8f + 1, 8f + 4, 8f + 5: 8f + 2.5; over five frames its mean is 18.5.
  const auto video = train.at("video").rows().as<float>();
  ASSERT_EQ(video.cols, 4 * 1 * 2);
  for (int frame = 0; frame < 4; ++frame)
    for (int window = 0; window < 2; ++window)
      EXPECT_FLOAT_EQ(video(window, 2 * frame), 8.0F * float(frame + window - 2) / 255);
  EXPECT_EQ(train.at("video").meaning.height, 4);
  EXPECT_EQ(train.at("video").meaning.width, 2);
}

TEST_F(Avletters, LengthsThatDoNotAddUpAreRefused) {
  extra_ = 1;
  EXPECT_THAT(refused(), HasSubstr("lips.npz[frames]: byte "));
  EXPECT_THAT(refused(), EndsWith("16 frames, but the lengths add up to 15"));
}

TEST_F(Avletters, AnUtteranceShorterThanAWindowIsRefused) {
  frames_ = {5, 3, 6};
  EXPECT_THAT(refused(), EndsWith("lips.npz: utterance 1 (B2_Bill) has 3 frames, at least 4 expected"));
  frames_ = {5, 4, 6};
  vectors_ = {9, 7, 11};
  EXPECT_THAT(refused(), EndsWith("mfcc.npz: utterance 1 (B2_Bill) has 7 frames, at least 8 expected"));
  frames_ = {5, 0, 6};
  EXPECT_THAT(refused(), EndsWith(": an utterance of 0 frames"));
}

TEST_F(Avletters, FilesOfDifferentUtterancesAreRefused) {
  other_speaker_ = "x";
  EXPECT_THAT(refused(), HasSubstr("mfcc.npz: utterance 2 is B3_Yix, but "));
  letters_[1] = "b";
  EXPECT_THAT(refused(), EndsWith("lips.npz[letter]: utterance 1: expected a letter from A to Z, got 'b'"));
}

}  // namespace
}  // namespace deepboltz
