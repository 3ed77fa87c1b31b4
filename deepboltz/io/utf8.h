// Texts from outside as UTF-8, letter by letter.
//
// What begins with a byte-order mark of UTF-16 is UTF-16. What is not UTF-8 is taken for Windows-1252, of which Latin-1
// is a part: older files of Western Europe are in it.
#pragma once

#include <string>
#include <string_view>

namespace deepboltz {

bool is_utf8(std::string_view text);

// Where a text that is not UTF-8 has a byte that Windows-1252 does not have either; npos: nowhere.
std::size_t foreign_byte(std::string_view text);

// The text in UTF-8, without a byte-order mark.
std::string to_utf8(std::string_view text);

// Takes the first code point off the front of a text in UTF-8.
char32_t take_letter(std::string_view& text);
void append_letter(char32_t letter, std::string& text);

// Whether a code point is part of a word: letters of every script, and the marks upon them.
bool is_letter(char32_t letter);
// Whether a code point is an accent of its own, which stands behind its letter: é as e and U+0301.
bool is_accent(char32_t letter);
// The small letter of a capital one: Latin, Greek, Cyrillic, Armenian; others as they are. ς is σ.
char32_t small_letter(char32_t letter);
// Whether the letter is of a script that puts no spaces between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese.
bool is_unspaced(char32_t letter);

}  // namespace deepboltz
