#include "deepboltz/data/ocr_letters.h"

#include <array>

#include "deepboltz/data/documents.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

constexpr int kHeight = 16, kWidth = 8, kPixels = kHeight * kWidth, kClasses = 26, kFieldsBefore = 6, kLetterField = 1;

// The line numbers of a part, from 0: one list a letter of `parts`, one after the other.
std::vector<std::uint32_t> rows_of(const std::string& file, std::string_view text, std::string_view parts,
                                   std::uint32_t& lines) {
  std::array<std::vector<std::uint32_t>, 3> found;
  lines = 0;
  each_line(text, [&](std::string_view line, std::uint64_t number) {
    if (line.starts_with('#')) return;
    const std::size_t part = std::string_view("tvs").find(line);
    require_line(line.size() == 1 && part != std::string_view::npos, file, number, "expected t, v or s, got '{}'",
                 printable(line));
    found[part].push_back(lines++);
  });
  std::vector<std::uint32_t> rows;
  for (const char part : parts) {
    const auto& of_part = found[std::string_view("tvs").find(part)];
    rows.insert(rows.end(), of_part.begin(), of_part.end());
  }
  return rows;
}

// One line: its pixels and its class.
int read_letter(const std::string& file, std::string_view line, std::uint64_t number, std::uint8_t* pixels) {
  int letter = 0;
  for (int field = 0; field < kFieldsBefore + kPixels; ++field) {
    const std::string_view word = take_word(line);
    require_line(!word.empty(), file, number, "expected {} fields, got {}", kFieldsBefore + kPixels, field);
    if (field == kLetterField) {
      require_line(word.size() == 1 && word[0] >= 'a' && word[0] <= 'z', file, number,
                   "expected a letter from a to z, got '{}'", printable(word));
      letter = word[0] - 'a';
    }
    if (field < kFieldsBefore) continue;
    require_line(word == "0" || word == "1", file, number, "expected pixels of 0 and 1, got '{}'", printable(word));
    pixels[field - kFieldsBefore] = word == "1" ? 255 : 0;
  }
  require_line(take_word(line).empty(), file, number, "expected {} fields, got more", kFieldsBefore + kPixels);
  return letter;
}

}  // namespace

Dataset read_labelled_letters(const std::filesystem::path& letters, const std::filesystem::path& split, Share share) {
  const std::string file = letters.string(), list = split.string();
  const Bytes parts = text_of(read_text(split), list), text = text_of(read_text(letters), file);
  std::uint32_t listed = 0, line_count = 0;
  const std::vector<std::uint32_t> rows = rows_of(list, as_text(parts), share == Share::test ? "s" : "tv", listed);
  Dataset all{file, Tensor(DType::u8, listed, kPixels), kHeight, kWidth};
  each_line(as_text(text), [&](std::string_view line, std::uint64_t number) {
    require_line(line_count < listed, file, number, "a letter more than the {} of {}", listed, printable(list, 4096));
    all.labels.push_back(read_letter(file, line, number, all.x.as<std::uint8_t>().row(line_count++)));
  });
  require(line_count == listed, "{}: {} letters, but {} has {}", printable(file, 4096), line_count,
          printable(list, 4096), listed);
  all.classes = kClasses;
  for (char letter = 'a'; letter <= 'z'; ++letter) all.class_names.emplace_back(1, letter);
  return select_rows(all, rows);
}

}  // namespace deepboltz
