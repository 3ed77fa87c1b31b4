#include "deepboltz/data/reuters_titles.h"

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/data/libsvm.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/tar.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kStories =
    "<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n"
    "<REUTERS TOPICS=\"YES\" OLDID=\"5\" NEWID=\"1\">\n<TEXT>\n<TITLE>COCOA &lt;BAHIA&gt; &amp;\n REVIEW "
    "</TITLE></TEXT>"
    "</REUTERS>\n"
    "<REUTERS TOPICS=\"NO\" OLDID=\"6\" NEWID=\"2\">\n<TEXT TYPE=\"UNPROC\">no title</TEXT></REUTERS>\n"
    "<REUTERS TOPICS=\"NO\" OLDID=\"7\" NEWID=\"30\"><TEXT><TITLE>&amp;lt; is no sign</TITLE></TEXT></REUTERS>\n";

TEST(ReutersTitles, AreThoseOfTheStoriesByTheirNumbers) {
  const Bytes archive = gzip(make_tar(
      {{"README.txt", as_bytes("<REUTERS NEWID=\"9\"><TITLE>none</TITLE>")}, {"reut2-000.sgm", as_bytes(kStories)}}));
  EXPECT_THAT(parse_reuters_titles(archive, "a"),
              ElementsAre(Pair(1, "COCOA <BAHIA> & REVIEW"), Pair(30, "&lt; is no sign")));
}

TEST(ReutersTitles, RefusesAnArchiveCutShort) {
  const Bytes whole = gzip(make_tar({{"reut2-000.sgm", as_bytes(kStories)}}));
  EXPECT_NE(testing::refusal([&] { parse_reuters_titles(ByteView(whole).first(whole.size() / 2), "a"); }), "");
}

TEST(Libsvm, CommentsNameTheDocumentsWhereEachHasOne) {
  EXPECT_THAT(parse_libsvm(as_bytes("1 1:1 # 14828\n2 2:0 # left out\n0 2:1 #b c \t\n"), "f").case_names,
              ElementsAre("14828", "b c"));
  EXPECT_THAT(parse_libsvm(as_bytes("1 1:1 # 14828\n0 2:1\n"), "f").case_names, IsEmpty());
}

}  // namespace
}  // namespace deepboltz
