#include "deepboltz/report/report.h"

#include <fstream>
#include <regex>
#include <set>

#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/io/png.h"
#include "deepboltz/io/png_grid.h"
#include "deepboltz/report/html.h"

namespace deepboltz {
namespace {

constexpr ReportFile kShown[] = {{"samples.png", "The samples"},
                                 {"topics.txt", "The topics"},
                                 {"map.svg", "The map"},
                                 {"logo-data.png", "Of another kind"}};
constexpr const char* kNasty = "<script>alert('x')</script> & \"q\"";

class ReportPage : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            fmt::format("report-{}", testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::filesystem::path run(const std::string& name) {
    std::filesystem::create_directories(root_ / name / "pictures");
    return root_ / name;
  }
  static void put(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  static void put_picture(const std::filesystem::path& path) {
    write_png(path, picture_grid(toy::matrix({{0, 1, 1, 0}}), 2, 2, {.padding = 0}));
  }
  static std::string page(const std::filesystem::path& folder) { return report_page({&folder, 1}, kShown); }

  std::filesystem::path full_run(const std::string& name) {
    const auto folder = run(name);
    put(folder / "metrics.csv",
        "stage,epoch,updates,rate,reconstruction_train,reconstruction_validation,log_z,log_z_error\n"
        "pretrain1,1,600,0.05,0.2,0.21,,\npretrain1,2,1200,0.05,0.1,0.12,,\ntrain,1,600,0.01,0.1,0.11,100.5,0.1\n");
    put(folder / "evaluation.json",
        R"({"test_bound": {"value": -84.6234, "standard_error": 0.21, "warning": "effective runs 3 of 100"},
            "completion": [{"mask": "left-half", "log_loss": {"value": 0.2, "standard_error": 0.0123}}],
            "precision_at_recall": [{"name": "1 %", "recall": 0.01, "value": 0.5}, {"name": "100 %", "recall": 1, "value": 0.1}],
            "cases": 10000})");
    put(folder / "recipe.toml", fmt::format("title = {}\n", kNasty));
    put_picture(folder / "pictures" / "samples.png");
    put(folder / "pictures" / "topics.txt", kNasty);
    put_picture(folder / "pictures" / "train-chains.png");
    return folder;
  }

  std::filesystem::path root_;
};

// Every element that must be closed is, in order; a check of HTML as far as this page goes.
void expect_balanced(const std::string& page) {
  const std::set<std::string> never_closed{"meta", "img", "!DOCTYPE"};
  std::vector<std::string> open;
  const std::regex tag(R"(<(/?)([!A-Za-z][A-Za-z0-9]*)[^>]*?(/?)>)");
  for (std::sregex_iterator it(page.begin(), page.end(), tag), end; it != end; ++it) {
    const std::string name = (*it)[2];
    if (never_closed.contains(name) || (*it)[3].length() > 0) continue;
    if ((*it)[1].length() == 0) {
      open.push_back(name);
    } else {
      ASSERT_FALSE(open.empty()) << name;
      ASSERT_EQ(open.back(), name);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST_F(ReportPage, HoldsEverythingOfARun) {
  const std::string html = page(full_run("digits"));
  expect_balanced(html);
  EXPECT_NE(html.find("-84.62 ± 0.21"), std::string::npos);
  EXPECT_NE(html.find("effective runs 3 of 100"), std::string::npos);
  EXPECT_NE(html.find("completion / left-half / log loss"), std::string::npos);
  EXPECT_NE(html.find("precision at recall / 1 %"), std::string::npos);
  EXPECT_NE(html.find("<h2>Retrieval</h2>"), std::string::npos);
  EXPECT_NE(html.find("0.200 ± 0.012"), std::string::npos);
  EXPECT_NE(html.find("<polyline"), std::string::npos);
  EXPECT_NE(html.find("<h3>pretrain1</h3>"), std::string::npos);
  EXPECT_EQ(html.find("class=\"missing\""), std::string::npos);
  std::size_t pictures = 0;
  for (std::size_t at = html.find("data:image/png;base64,"); at != std::string::npos;
       at = html.find("data:image/png;base64,", at + 1))
    ++pictures;
  EXPECT_EQ(pictures, 2U);  // samples, and one without a title
  EXPECT_NE(html.find("<summary>The topics</summary><pre>&lt;script&gt;"), std::string::npos);
}

TEST_F(ReportPage, NeedsNothingElse) {
  const std::string html = page(full_run("digits"));
  for (const char* outside : {"http:", "https:", "src=\"/", "url(", "<link", "<script", "@import", "file:"})
    EXPECT_EQ(html.find(outside), std::string::npos) << outside;
}

TEST_F(ReportPage, EscapesWhatComesFromFiles) {
  const auto folder = full_run("a&b<i>");
  put(folder / "evaluation.json", R"({"<b>name</b>": "<script>alert(1)</script>"})");
  put(folder / "metrics.csv", "stage,epoch,<u>column\n<s>stage,1,2\n");
  const std::string html = page(folder);
  expect_balanced(html);
  for (const char* raw : {"<script", "<b>", "<u>", "<s>", "<i>", "a&b<"})
    EXPECT_EQ(html.find(raw), std::string::npos) << raw;
  EXPECT_NE(html.find("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;"), std::string::npos);
}

TEST_F(ReportPage, SaysWhatMakesTheMissing) {
  const std::string html = page(run("empty"));
  expect_balanced(html);
  EXPECT_NE(html.find("<code>deepboltz evaluate empty</code>"), std::string::npos);
  EXPECT_NE(html.find("<code>deepboltz plot empty</code>"), std::string::npos);
  EXPECT_EQ(html.find("<svg"), std::string::npos);
}

TEST_F(ReportPage, PutsRunsBesideEachOther) {
  const std::vector<std::filesystem::path> runs{full_run("one"), full_run("two")};
  const std::string html = report_page(runs, kShown);
  expect_balanced(html);
  EXPECT_NE(html.find("<th scope=\"col\">one</th><th scope=\"col\">two</th>"), std::string::npos);
  EXPECT_NE(html.find("two, validation"), std::string::npos);
  EXPECT_EQ(html, report_page(runs, kShown));
}

TEST_F(ReportPage, RefusesWhatIsNotARun) {
  EXPECT_THROW(report_page({}, kShown), InputError);
  EXPECT_THROW(page(root_ / "absent"), FileError);
  const auto refused = [&](const char* file, const std::string& text, const std::string& message) {
    const auto folder = full_run("broken");
    put(folder / file, text);
    try {
      page(folder);
      ADD_FAILURE() << file;
    } catch (const InputError& e) {
      EXPECT_NE(std::string(e.what()).find(message), std::string::npos) << e.what();
    }
  };
  refused("metrics.csv", "epoch,rate\n1,2\n1\n", "metrics.csv:3: expected 2 fields");
  refused("metrics.csv", "epoch,rate\n1,fast\n", "metrics.csv:2: expected a number");
  refused("evaluation.json", "{\"a\": }", "evaluation.json: byte 7: not JSON");
  refused("evaluation.json", "{\"a\": " + std::string(1000, '[') + std::string(1000, ']') + "}", "levels");
  refused("pictures/samples.png", "GIF89a", "samples.png: byte 0: not a PNG");
}

TEST(Html, EscapesWhatIsNotText) {
  EXPECT_EQ(escaped("a\x01z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(escaped("π ± 1\n"), "π ± 1\n");
  for (const char* bad : {"\x80", "\xC0\xAF", "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80"})
    EXPECT_EQ(escaped(bad).substr(0, 3), "\xEF\xBF\xBD");
}

TEST(Html, Base64MeetsTheStandardsVectors) {  // RFC 4648, §10
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) EXPECT_EQ(base64(as_bytes(plain)), coded);
}

// In a frame without scripts of its own: nothing of the file is markup of the page.
TEST_F(ReportPage, ADrawingStandsInASandbox) {
  const auto folder = full_run("run");
  put(folder / "pictures" / "map.svg", "<svg><script>alert(1)</script><title>a \"b\"</title></svg>");
  const std::string text = page(folder);
  EXPECT_NE(text.find("<iframe sandbox title=\"The map\" srcdoc=\""), std::string::npos);
  EXPECT_NE(text.find("&lt;svg&gt;&lt;script&gt;"), std::string::npos);
  EXPECT_EQ(text.find("<script"), std::string::npos);
  EXPECT_EQ(text.find("<svg><"), std::string::npos);
  expect_balanced(text);
}

}  // namespace
}  // namespace deepboltz
