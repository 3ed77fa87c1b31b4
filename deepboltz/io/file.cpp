#include "deepboltz/io/file.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace deepboltz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunk = std::size_t(1) << 20;
constexpr const char* kPartial = ".partial-";

[[noreturn]] void fail(const fs::path& path, const char* tried, int error) {
  throw FileError(
      fmt::format("{}: {}: {}", printable(path.string(), 4096), tried, std::generic_category().message(error)));
}

// A file descriptor that closes itself; close() is for writers, who must know whether it worked. `blamed`: the file
// that errors name.
class Descriptor {
 public:
  Descriptor(const fs::path& path, const fs::path& blamed, int flags, const char* tried) : path_(blamed) {
    do number_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    while (number_ < 0 && errno == EINTR);
    if (number_ < 0) fail(blamed, tried, errno);
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  std::size_t read(std::uint8_t* out, std::size_t count) const {
    for (;;) {
      const ssize_t got = ::read(number_, out, count);
      if (got >= 0) return std::size_t(got);
      if (errno != EINTR) fail(path_, "cannot read", errno);
    }
  }
  void write(ByteView bytes) const {
    while (!bytes.empty()) {
      const ssize_t put = ::write(number_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) fail(path_, "cannot write", errno);
      bytes = bytes.subspan(std::size_t(put));
    }
  }
  void sync() const {
    while (::fsync(number_) != 0)
      if (errno != EINTR) fail(path_, "cannot flush to the disk", errno);
  }
  void close() {
    const int number = number_;
    number_ = -1;  // whatever close says, the number is gone
    if (::close(number) != 0 && errno != EINTR) fail(path_, "cannot close", errno);
  }
  struct stat status() const {
    struct stat status;
    if (::fstat(number_, &status) != 0) fail(path_, "cannot look at", errno);
    return status;
  }

 private:
  const fs::path& path_;
  int number_;
};

// Reads up to `limit` bytes, and one more if there is one.
Bytes read_up_to(const Descriptor& file, std::uint64_t expected, std::uint64_t limit) {
  Bytes bytes(std::min(expected, limit) + 1);
  for (std::size_t filled = 0;;) {
    const std::size_t got = file.read(bytes.data() + filled, bytes.size() - filled);
    filled += got;
    if (got == 0 || filled > limit) {
      bytes.resize(filled);
      return bytes;
    }
    if (filled == bytes.size()) bytes.resize(std::min<std::uint64_t>(2 * filled + kChunk, limit + 1));
  }
}

void compare_with_file(const fs::path& partial, const fs::path& path, std::span<const ByteView> pieces) {
  const Descriptor file(partial, path, O_RDONLY, "cannot open to verify");
  Bytes chunk(kChunk);
  for (ByteView piece : pieces)
    while (!piece.empty()) {
      const std::size_t got = file.read(chunk.data(), std::min(kChunk, piece.size()));
      if (got == 0 || std::memcmp(chunk.data(), piece.data(), got) != 0) fail(path, "verifying what was written", EIO);
      piece = piece.subspan(got);
    }
  if (file.read(chunk.data(), 1) != 0) fail(path, "verifying what was written", EIO);
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

std::string partial_prefix(const fs::path& path) { return "." + path.filename().string() + kPartial; }

fs::path partial_name(const fs::path& path) {
  static std::atomic<unsigned> count = 0;  // two threads may write the same file; the later rename wins
  return folder_of(path) / fmt::format("{}{}-{}", partial_prefix(path), ::getpid(), count++);
}

// The names are read first: a folder that shrinks while it is read may hide some of them.
template <typename Taken> void remove_named(const fs::path& folder, const Taken& taken) {
  std::vector<fs::path> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (taken(entry->path().filename().string())) names.push_back(entry->path());
  for (const fs::path& name : names) ::unlink(name.c_str());
}

}  // namespace

Bytes read_file(const fs::path& path, std::uint64_t limit) {
  const Descriptor file(path, path, O_RDONLY, "cannot open");
  const auto status = file.status();
  if (S_ISDIR(status.st_mode)) fail(path, "cannot read", EISDIR);
  const std::uint64_t size = S_ISREG(status.st_mode) ? std::uint64_t(status.st_size) : 0;  // a pipe has none
  const std::string name = path.string();
  require_at(size <= limit, name, limit, "the file has {} bytes, the limit is {}", size, limit);
  Bytes bytes = read_up_to(file, size, limit);
  require_at(bytes.size() <= limit, name, limit, "the file is longer than the limit of {} bytes", limit);
  return bytes;
}

Bytes read_start(const fs::path& path, std::uint64_t count) {
  const Descriptor file(path, path, O_RDONLY, "cannot open");
  if (S_ISDIR(file.status().st_mode)) fail(path, "cannot read", EISDIR);
  Bytes bytes = read_up_to(file, count, count);
  bytes.resize(std::min<std::uint64_t>(bytes.size(), count));
  return bytes;
}

void write_file(const fs::path& path, std::span<const ByteView> pieces) {
  const fs::path partial = partial_name(path), folder = folder_of(path);
  try {
    Descriptor file(partial, path, O_WRONLY | O_CREAT | O_EXCL, "cannot create");
    for (const ByteView piece : pieces) file.write(piece);
    file.sync();
    file.close();
    compare_with_file(partial, path, pieces);
    if (::rename(partial.c_str(), path.c_str()) != 0) fail(path, "cannot rename the finished file to it", errno);
  } catch (...) {
    ::unlink(partial.c_str());
    throw;
  }
  const Descriptor directory(folder, path, O_RDONLY | O_DIRECTORY, "cannot open its folder");
  directory.sync();
}

void write_file(const fs::path& path, ByteView bytes) { write_file(path, std::span(&bytes, 1)); }

void remove_leftovers(const fs::path& path) {
  remove_named(folder_of(path),
               [prefix = partial_prefix(path)](const std::string& name) { return name.starts_with(prefix); });
}

void remove_leftovers_in(const fs::path& folder) {
  remove_named(folder, [](const std::string& name) { return name[0] == '.' && name.find(kPartial) != name.npos; });
}

}  // namespace deepboltz
