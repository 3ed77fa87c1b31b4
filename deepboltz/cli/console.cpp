#include "deepboltz/cli/console.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace deepboltz {

namespace {

constexpr auto kBarEvery = std::chrono::milliseconds(100);
constexpr auto kLineEvery = std::chrono::seconds(20);
constexpr int kBarWidth = 24;

std::string bar(const Progress& progress) {
  const double share = double(progress.done) / double(progress.total);
  const int filled = std::clamp(int(share * kBarWidth), 0, kBarWidth);
  return fmt::format("[{}{}]", std::string(std::size_t(filled), '='),
                     std::string(std::size_t(kBarWidth - filled), ' '));
}

// "34 %, 1210/s, 0:25 left; note"
std::string figures(const Progress& progress, std::int64_t first, double seconds) {
  std::string text;
  if (progress.total > 0)
    text = fmt::format("{:3d} %", int(100 * double(progress.done) / double(progress.total)));
  else
    text = fmt::format("{}", progress.done);
  const double rate = seconds > 0.2 ? double(progress.done - first) / seconds : 0;
  if (rate > 0) {
    text += rate >= 10 ? fmt::format(", {:.0f}/s", rate) : fmt::format(", {:.2g}/s", rate);
    if (progress.total > progress.done)
      text += fmt::format(", {} left", clock_text(double(progress.total - progress.done) / rate));
  }
  return progress.note.empty() ? text : text + "; " + progress.note;
}

}  // namespace

std::string clock_text(double seconds) {
  const auto whole = std::int64_t(std::ceil(seconds));
  if (whole >= 3600) return fmt::format("{}:{:02d}:{:02d}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02d}", whole / 60, whole % 60);
}

Console::Console(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

Console::~Console() { clear(); }

void Console::say(const std::string& line) {
  if (quiet_) return;
  clear();
  fmt::print(stderr, "{}\n", line);
}

void Console::clear() {
  if (!bar_) return;
  std::fputs("\r\x1b[K", stderr);  // to the start of the line, and erase it
  std::fflush(stderr);
  bar_ = false;
}

// A bar that wraps could not be taken away again. Characters beyond ASCII are not cut in the middle.
std::string Console::cut_to_terminal(std::string line) const {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || line.size() < size.ws_col) return line;
  std::size_t end = size.ws_col - 1U;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  line.resize(end);
  return line;
}

bool Console::due(const Progress& progress, Clock::time_point now) const {
  if (terminal_) return now - shown_ >= kBarEvery || progress.done == progress.total;
  return now - shown_ >= kLineEvery;
}

void Console::show(const Progress& progress) {
  if (quiet_) return;
  const Clock::time_point now = Clock::now();
  if (progress.activity != activity_) {
    activity_ = progress.activity;
    first_done_ = progress.done;
    started_ = shown_ = now;
    if (!terminal_) fmt::print(stderr, "{} …\n", activity_);
    if (terminal_) shown_ -= kBarEvery;  // its first bar at once: some work reports rarely
  }
  if (!due(progress, now)) return;
  shown_ = now;
  const std::string text = figures(progress, first_done_, std::chrono::duration<double>(now - started_).count());
  if (!terminal_) {
    fmt::print(stderr, "{}: {}\n", activity_, text);
    return;
  }
  const std::string line = fmt::format("{} {} {}", activity_, progress.total > 0 ? bar(progress) : "", text);
  fmt::print(stderr, "\r\x1b[K{}", cut_to_terminal(line));
  std::fflush(stderr);
  bar_ = true;
}

}  // namespace deepboltz
