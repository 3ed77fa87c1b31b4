#include "deepboltz/report/report_pictures.h"

#include <algorithm>
#include <set>

#include "deepboltz/io/file.h"
#include "deepboltz/report/html.h"
#include "deepboltz/report/report.h"

namespace deepboltz {
namespace {

// An <img> with the file inside of it; its size is read from the header, so that the page does not jump.
std::string inline_png(const std::filesystem::path& path, const std::string& title) {
  const Bytes bytes = read_file(path, kLargestReportFile);
  constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
  require(bytes.size() >= 33 && as_text(bytes).starts_with(kSignature), "{}: byte 0: not a PNG picture", path.string());
  ByteReader header(bytes, path.string(), 16);
  const std::uint64_t width = header.big(4, "the width"), height = header.big(4, "the height");
  const std::uint64_t zoom =
      width < 700 ? 2 : 1;  // small pictures are shown at double size where the page is wide enough
  return fmt::format("<img src=\"data:image/png;base64,{}\" width=\"{}\" height=\"{}\" alt=\"{}\">", base64(bytes),
                     zoom * width, zoom * height, escaped(title));
}

std::string figure(const std::filesystem::path& path, const std::string& title, const std::string& caption) {
  return fmt::format("<figure>{}<figcaption>{}</figcaption></figure>\n", inline_png(path, title), escaped(caption));
}

}  // namespace

std::string report_pictures(std::span<const ReportRun> runs) {
  const bool single = runs.size() == 1;
  std::string page = "<h2>Pictures</h2>\n", absent;
  if (single) page += "<div class=\"beside\">\n";
  for (const ReportPicture& picture : kReportPictures) {
    std::string figures;
    for (const ReportRun& run : runs) {
      const auto path = run.folder / "pictures" / picture.file;
      if (std::filesystem::exists(path))
        figures += figure(path, picture.title, single ? picture.title : run.name);
      else
        absent += missing_line(fmt::format("picture “{}”", picture.title), picture.command, run);
    }
    if (single || figures.empty())
      page += figures;
    else
      page += fmt::format("<h3>{}</h3>\n<div class=\"beside\">\n{}</div>\n", escaped(picture.title), figures);
  }
  page += (single ? "</div>\n" : "") + absent;
  std::string others;
  for (const ReportRun& run : runs) {
    if (!std::filesystem::is_directory(run.folder / "pictures")) continue;
    std::set<std::filesystem::path> sorted;
    for (const auto& entry : std::filesystem::directory_iterator(run.folder / "pictures")) {
      const std::string file = entry.path().filename().string();
      const bool shown = std::ranges::any_of(kReportPictures, [&](const ReportPicture& p) { return file == p.file; });
      if (!shown && entry.is_regular_file() && entry.path().extension() == ".png" && !file.starts_with('.'))
        sorted.insert(entry.path());
    }
    for (const auto& path : sorted)
      others += figure(path, path.stem().string(), run.name + ": " + path.stem().string());
  }
  if (!others.empty())
    page += "<details><summary>More pictures</summary>\n<div class=\"beside\">\n" + others + "</div></details>\n";
  return page;
}

}  // namespace deepboltz
