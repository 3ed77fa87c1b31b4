#include "deepboltz/report/report_pictures.h"

#include <algorithm>
#include <set>

#include "deepboltz/io/file.h"
#include "deepboltz/report/html.h"

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

std::string text_block(const std::filesystem::path& path, const std::string& caption) {
  return fmt::format("<details><summary>{}</summary><pre>{}</pre></details>\n", escaped(caption),
                     escaped(as_text(read_file(path, kLargestReportFile))));
}

// A drawing in a frame of its own, without scripts: what is under the pointer is shown, and nothing is run.
std::string drawing(const std::filesystem::path& path, const std::string& caption) {
  return fmt::format(
      "<figure class=\"drawing\"><iframe sandbox title=\"{0}\" srcdoc=\"{1}{2}\"></iframe><figcaption>{0}"
      "</figcaption></figure>\n",
      escaped(caption), escaped("<style>body{margin:0}svg{width:100%;height:auto}</style>"),
      escaped(as_text(read_file(path, kLargestReportFile))));
}

// What pictures/ holds beside `files`, in the order of the names.
std::string other_pictures(const ReportRun& run, std::span<const ReportFile> files) {
  if (!std::filesystem::is_directory(run.folder / "pictures")) return "";
  std::set<std::filesystem::path> sorted;
  for (const auto& entry : std::filesystem::directory_iterator(run.folder / "pictures")) {
    const std::string name = entry.path().filename().string();
    const bool shown = std::ranges::any_of(files, [&](const ReportFile& file) { return name == file.name; });
    if (!shown && entry.is_regular_file() && entry.path().extension() == ".png" && !name.starts_with('.'))
      sorted.insert(entry.path());
  }
  std::string figures;
  for (const auto& path : sorted) figures += figure(path, path.stem().string(), run.name + ": " + path.stem().string());
  return figures;
}

}  // namespace

std::string report_pictures(std::span<const ReportRun> runs, std::span<const ReportFile> files) {
  const bool single = runs.size() == 1;
  std::string grid, drawings, texts, absent, others;
  for (const ReportFile& file : files) {
    std::string figures;
    for (const ReportRun& run : runs) {
      const auto path = run.folder / "pictures" / file.name;
      if (!std::filesystem::exists(path)) continue;
      if (path.extension() == ".png")
        figures += figure(path, file.title, single ? file.title : run.name);
      else if (path.extension() == ".svg")
        drawings += drawing(path, single ? file.title : fmt::format("{}: {}", run.name, file.title));
      else
        texts += text_block(path, single ? file.title : fmt::format("{}: {}", run.name, file.title));
    }
    if (single || figures.empty())
      grid += figures;
    else
      grid += fmt::format("<h3>{}</h3>\n<div class=\"beside\">\n{}</div>\n", escaped(file.title), figures);
  }
  for (const ReportRun& run : runs) {
    const bool drawn = std::ranges::any_of(
        files, [&](const ReportFile& file) { return std::filesystem::exists(run.folder / "pictures" / file.name); });
    if (!drawn && !files.empty()) absent += missing_line("picture", "deepboltz plot RUN", run);
    others += other_pictures(run, files);
  }
  if (single && !grid.empty()) grid = "<div class=\"beside\">\n" + grid + "</div>\n";
  if (!others.empty())
    others = "<details><summary>More pictures</summary>\n<div class=\"beside\">\n" + others + "</div></details>\n";
  const std::string all = grid + drawings + texts + absent + others;
  return all.empty() ? "" : "<h2>Pictures</h2>\n" + all;
}

}  // namespace deepboltz
