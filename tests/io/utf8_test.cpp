// Texts of every encoding become UTF-8, and words are words in every script.
#include "deepboltz/io/utf8.h"

#include <gmock/gmock.h>

namespace deepboltz {
namespace {

std::string small(std::string_view text) {
  std::string out;
  while (!text.empty()) append_letter(small_letter(take_letter(text)), out);
  return out;
}

TEST(Utf8, ComesOfOtherEncodings) {
  EXPECT_EQ(to_utf8("for\xEAt"), "forêt");                   // Latin-1
  EXPECT_EQ(to_utf8("\x93\x80 5\x94"), "“€ 5”");             // Windows-1252
  EXPECT_EQ(to_utf8("\xEF\xBB\xBFœuf"), "œuf");              // a byte-order mark
  EXPECT_EQ(to_utf8({"\xFF\xFE\x3D\xD8\x00\xDE", 6}), "😀");  // UTF-16, two units
  EXPECT_EQ(to_utf8({"\xFE\xFF\x00\xE9", 4}), "é");
  for (const char* text : {"\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE9", "\x80"}) EXPECT_FALSE(is_utf8(text));
  EXPECT_EQ(foreign_byte("a\x81"), 1u);
  EXPECT_EQ(foreign_byte("a\xE9"), std::string_view::npos);
}

TEST(Utf8, CapitalsBecomeSmall) {
  EXPECT_EQ(small("ÀÉÎÕÜŒŠŻĐİ"), "àéîõüœšżđi");
  EXPECT_EQ(small("ΆΣΊΣΏς"), "άσίσώσ");
  EXPECT_EQ(small("ЁЖИЯҐЎЏ"), "ёжияґўџ");
  EXPECT_EQ(small("ẤỆԱ"), "ấệա");
}

TEST(Utf8, LettersAreOfEveryScript) {
  for (const char32_t letter : U"aZéßœжЯґλΩאبहก中あ가ä́") EXPECT_TRUE(letter == 0 || is_letter(letter)) << int(letter);
  for (const char32_t other : U"0 .,-'’«»…€°×÷·、。！😀؟।") EXPECT_FALSE(other != 0 && is_letter(other)) << int(other);
  EXPECT_TRUE(is_unspaced(U'中') && is_unspaced(U'あ') && is_unspaced(U'ก'));
  EXPECT_FALSE(is_unspaced(U'é') || is_unspaced(U'ж') || is_unspaced(U'가'));
}

}  // namespace
}  // namespace deepboltz
