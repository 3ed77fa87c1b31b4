#include "deepboltz/io/utf8.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace deepboltz {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// Windows-1252 from 0x80 to 0x9F; 0: not used.
constexpr char32_t kWindows[] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                 0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

struct Range {
  char32_t first, last;
};

// Code points above ASCII that are no part of a word: spaces, punctuation, symbols, digits of other scripts, emoji,
// private use. Whatever is not here is a letter, or a mark upon one.
constexpr Range kNoLetters[] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},       {0xD7, 0xD7},       {0xF7, 0xF7},
    {0x2C2, 0x2C5},   {0x2D2, 0x2DF},   {0x2E5, 0x2EB},   {0x2ED, 0x2ED},     {0x2EF, 0x2FF},     {0x375, 0x375},
    {0x37E, 0x37E},   {0x384, 0x385},   {0x387, 0x387},   {0x3F6, 0x3F6},     {0x482, 0x482},     {0x55A, 0x55F},
    {0x589, 0x58F},   {0x5BE, 0x5BE},   {0x5C0, 0x5C0},   {0x5C3, 0x5C3},     {0x5C6, 0x5C6},     {0x5F3, 0x5F4},
    {0x600, 0x60F},   {0x61B, 0x61F},   {0x660, 0x66D},   {0x6D4, 0x6D4},     {0x6DD, 0x6DE},     {0x6E9, 0x6E9},
    {0x6F0, 0x6F9},   {0x700, 0x70F},   {0x964, 0x970},   {0x9E6, 0x9EF},     {0x9F2, 0x9FB},     {0xA66, 0xA6F},
    {0xAE6, 0xAF1},   {0xB66, 0xB70},   {0xBE6, 0xBFA},   {0xC66, 0xC6F},     {0xC78, 0xC7F},     {0xCE6, 0xCEF},
    {0xD66, 0xD79},   {0xDF4, 0xDF4},   {0xE3F, 0xE3F},   {0xE4F, 0xE5B},     {0xED0, 0xED9},     {0xF01, 0xF17},
    {0xF1A, 0xF34},   {0xF3A, 0xF3D},   {0x1040, 0x104F}, {0x10FB, 0x10FB},   {0x1360, 0x137C},   {0x1400, 0x1400},
    {0x166E, 0x166E}, {0x1680, 0x1680}, {0x169B, 0x169C}, {0x16EB, 0x16ED},   {0x17D4, 0x17D6},   {0x17D8, 0x17DB},
    {0x17E0, 0x17F9}, {0x1800, 0x180E}, {0x1810, 0x1819}, {0x2000, 0x200B},   {0x200E, 0x2070},   {0x2074, 0x207E},
    {0x2080, 0x208E}, {0x20A0, 0x20CF}, {0x2100, 0x2BFF}, {0x2CE5, 0x2CEA},   {0x2CF9, 0x2CFF},   {0x2E00, 0x2E7F},
    {0x2FF0, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030}, {0x3036, 0x303F},   {0x309B, 0x309C},   {0x30A0, 0x30A0},
    {0x30FB, 0x30FB}, {0x3190, 0x319F}, {0x31C0, 0x31EF}, {0x3200, 0x33FF},   {0x4DC0, 0x4DFF},   {0xA490, 0xA4CF},
    {0xD800, 0xF8FF}, {0xFD3E, 0xFD4F}, {0xFDFC, 0xFDFF}, {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFEFF, 0xFF20},
    {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1D000, 0x1D3FF}, {0x1F000, 0x1FBFF}, {0xE0000, 0x10FFFF}};

constexpr Range kUnspaced[] = {{0xE00, 0xEFF},   {0x1000, 0x109F}, {0x1780, 0x17FF}, {0x3040, 0x30FF},
                               {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFF}};

template <std::size_t N> bool is_in(const Range (&ranges)[N], char32_t letter) {
  const Range* found = std::ranges::lower_bound(ranges, letter, {}, &Range::last);
  return found != std::end(ranges) && found->first <= letter;
}

// Length and value of the code point at the front; 0: there is none that is well formed.
struct Decoded {
  std::size_t length;
  char32_t letter;
};
Decoded decode(std::string_view text) {
  const auto lead = std::uint8_t(text[0]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return {0, 0};
  char32_t letter = length == 1 ? lead : lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = std::uint8_t(text[i]);
    if ((byte & 0xC0) != 0x80) return {0, 0};
    letter = letter << 6 | (byte & 0x3F);
  }
  const bool overlong = (length == 3 && letter < 0x800) || (length == 4 && letter < 0x10000);
  if (overlong || letter > 0x10FFFF || (letter >= 0xD800 && letter <= 0xDFFF)) return {0, 0};
  return {length, letter};
}

std::string from_utf16(std::string_view text, bool big) {
  const auto unit = [&](std::size_t i) {
    const auto a = std::uint8_t(text[i]), b = std::uint8_t(text[i + 1]);
    return char32_t(big ? a << 8 | b : b << 8 | a);
  };
  std::string out;
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    char32_t letter = unit(i);
    if (letter >= 0xD800 && letter < 0xDC00 && i + 3 < text.size() && (unit(i + 2) & 0xFC00) == 0xDC00) {
      letter = 0x10000 + ((letter - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (letter >= 0xD800 && letter < 0xE000) {
      letter = kReplacement;
    }
    append_letter(letter, out);
  }
  return out;
}

bool between(char32_t letter, char32_t first, char32_t last) { return letter >= first && letter <= last; }

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && std::uint8_t(text[plain]) < 0x80) ++plain;
    text.remove_prefix(plain);
    if (text.empty()) return true;
    const std::size_t length = decode(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::size_t foreign_byte(std::string_view text) {
  if (is_utf8(text)) return std::string_view::npos;
  const auto foreign = std::ranges::find_if(text, [](char c) {
    const auto byte = std::uint8_t(c);
    return between(byte, 0x80, 0x9F) && kWindows[byte - 0x80] == 0;
  });
  return foreign == text.end() ? std::string_view::npos : std::size_t(foreign - text.begin());
}

std::string to_utf8(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return from_utf16(text, text[0] == '\xFE');
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (is_utf8(text)) return std::string(text);
  std::string out;
  for (const char c : text) {
    const auto byte = std::uint8_t(c);
    const char32_t windows = between(byte, 0x80, 0x9F) ? kWindows[byte - 0x80] : 0;
    append_letter(windows != 0 ? windows : byte, out);
  }
  return out;
}

char32_t take_letter(std::string_view& text) {
  const Decoded found = decode(text);
  text.remove_prefix(std::max<std::size_t>(found.length, 1));
  return found.length > 0 ? found.letter : kReplacement;
}

void append_letter(char32_t letter, std::string& text) {
  const auto tail = [&](int shift) { text += char(0x80 | (letter >> shift & 0x3F)); };
  if (letter < 0x80) {
    text += char(letter);
  } else if (letter < 0x800) {
    text += char(0xC0 | letter >> 6);
    tail(0);
  } else if (letter < 0x10000) {
    text += char(0xE0 | letter >> 12);
    tail(6);
    tail(0);
  } else {
    text += char(0xF0 | letter >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_letter(char32_t letter) {
  if (letter < 0x80) return between(letter | 0x20, U'a', U'z');
  return !is_in(kNoLetters, letter);
}

bool is_accent(char32_t letter) { return between(letter, 0x300, 0x36F); }

char32_t small_letter(char32_t c) {
  const bool even = c % 2 == 0;
  if (between(c, 'A', 'Z') || (between(c, 0xC0, 0xDE) && c != 0xD7)) return c + 32;
  if (c < 0x100) return c;
  if (c < 0x250) {  // Latin
    if (c == 0x130) return 'i';
    if (c == 0x178) return 0xFF;
    const bool odd_capitals = between(c, 0x139, 0x148) || between(c, 0x179, 0x17E) || between(c, 0x1CD, 0x1DC);
    if (odd_capitals) return even ? c : c + 1;
    const bool even_capitals = between(c, 0x100, 0x137) || between(c, 0x14A, 0x177) || between(c, 0x1DE, 0x1EF) ||
                               between(c, 0x1F8, 0x21F) || between(c, 0x222, 0x233) || between(c, 0x246, 0x24F);
    return even_capitals && even ? c + 1 : c;
  }
  if (c == 0x3C2) return 0x3C3;  // the sigma at the end of a word
  if (c == 0x386) return 0x3AC;
  if (between(c, 0x388, 0x38A)) return c + 37;
  if (c == 0x38C) return 0x3CC;
  if (between(c, 0x38E, 0x38F)) return c + 63;
  if (between(c, 0x391, 0x3AB) && c != 0x3A2) return c + 32;
  if (between(c, 0x400, 0x40F)) return c + 80;  // Cyrillic
  if (between(c, 0x410, 0x42F)) return c + 32;
  if (between(c, 0x460, 0x481) || between(c, 0x48A, 0x4BF) || between(c, 0x4D0, 0x52F)) return even ? c + 1 : c;
  if (between(c, 0x4C1, 0x4CE)) return even ? c : c + 1;
  if (between(c, 0x531, 0x556)) return c + 48;  // Armenian
  if (c == 0x1E9E) return 0xDF;
  if (between(c, 0x1E00, 0x1E95) || between(c, 0x1EA0, 0x1EFF)) return even ? c + 1 : c;  // Latin, as in Vietnamese
  if (between(c, 0xFF21, 0xFF3A)) return c + 32;
  return c;
}

bool is_unspaced(char32_t letter) { return is_in(kUnspaced, letter); }

}  // namespace deepboltz
