#include "deepboltz/io/tar.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace deepboltz {
namespace {

constexpr std::uint64_t kBlock = 512, kLongestPath = 4096;

struct Field {  // of a header
  std::uint64_t at, size;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kSize{124, 12}, kTime{136, 12}, kSum{148, 8}, kType{156, 1},
    kMagic{257, 5}, kVersion{263, 2}, kPrefix{345, 155};

ByteView part(ByteView block, Field field) { return block.subspan(field.at, field.size); }

std::string_view text_of(ByteView block, Field field) {
  const std::string_view text = as_text(part(block, field));
  return text.substr(0, text.find('\0'));
}

// Octal digits with blanks around them, or nothing.
std::uint64_t octal(ByteView block, Field field, std::string_view what, const std::string& file,
                    std::uint64_t position) {
  std::string_view digits = text_of(block, field);
  while (digits.starts_with(' ')) digits.remove_prefix(1);
  while (digits.ends_with(' ')) digits.remove_suffix(1);
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
  require_at(!digits.empty() && error == std::errc() && stop == digits.data() + digits.size(), file,
             position + field.at, "{} is '{}', expected an octal number", what, printable(digits));
  return value;
}

// The sum of a header's bytes, its own field as blanks.
std::uint64_t sum_of(ByteView block) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < kBlock; ++i)
    sum += i >= kSum.at && i < kSum.at + kSum.size ? std::uint64_t(' ') : block[i];
  return sum;
}

// "LENGTH path=VALUE\n" among the records of a pax header; nothing if there is none.
std::string pax_path(ByteView records, const std::string& file, std::uint64_t position) {
  std::string path;
  for (std::string_view rest = as_text(records); !rest.empty();) {
    std::size_t length = 0;
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), length);
    const auto start = std::size_t(stop - rest.data()) + 1;  // behind the blank
    require_at(error == std::errc() && length > start && length <= rest.size() && rest[start - 1] == ' ' &&
                   rest[length - 1] == '\n',
               file, position, "a pax header that is not \"LENGTH KEY=VALUE\"");
    const std::string_view record = rest.substr(start, length - start - 1);
    require_at(!record.starts_with("size=") && !record.starts_with("GNU.sparse"), file, position,
               "a file of 8 GiB or more, or with holes, is beyond what is read");
    if (record.starts_with("path=")) path = record.substr(5);
    rest.remove_prefix(length);
  }
  return path;
}

// Without "./" before it and "/" behind it.
std::string checked_path(std::string_view path, const std::string& file, std::uint64_t position) {
  const std::string shown = printable(path);
  require_at(path.size() <= kLongestPath, file, position, "a path of {} bytes; the limit is {}", path.size(),
             kLongestPath);
  require_at(!path.starts_with('/'), file, position, "the path '{}' is absolute", shown);
  require_at(path.find('\0') == std::string_view::npos, file, position, "a zero byte in the path '{}'", shown);
  std::string out;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    require_at(name != "..", file, position, "the path '{}' goes up", shown);
    if (!name.empty() && name != ".") out += (out.empty() ? "" : "/") + std::string(name);
  }
  return out;
}

class TarParser {
 public:
  TarParser(ByteView bytes, const std::string& file) : reader_(bytes, file) {}

  std::vector<TarFile> parse() {
    for (;;) {
      const std::uint64_t position = reader_.position();
      const ByteView block = reader_.take(kBlock, "the archive, before its last block");
      if (std::ranges::all_of(block, [](std::uint8_t byte) { return byte == 0; })) return std::move(files_);
      add(block, position);
    }
  }

 private:
  void add(ByteView block, std::uint64_t position) {
    const std::string& file = reader_.file();
    require_at(octal(block, kSum, "the checksum", file, position) == sum_of(block), file, position,
               "a header whose checksum is wrong");
    const char type = char(block[kType.at]);
    const std::uint64_t size = octal(block, kSize, "a size", file, position);
    const std::string name = long_name_.empty() ? header_path(block) : std::exchange(long_name_, {});
    if (type == '5') return;
    const bool is_file = type == '0' || type == '\0' || type == '7';
    require_at(is_file || type == 'x' || type == 'g' || type == 'L', file, position + kType.at,
               "'{}' is of type '{}', expected files and folders", printable(name),
               printable(std::string_view(&type, 1)));
    const ByteView bytes = reader_.take(size, "a file of the archive");
    reader_.take((kBlock - size % kBlock) % kBlock, "the blanks behind a file");
    if (type == 'x') long_name_ = pax_path(bytes, file, position + kBlock);
    if (type == 'L') long_name_ = as_text(bytes).substr(0, as_text(bytes).find('\0'));
    if (!is_file) return;
    std::string path = checked_path(name, file, position);
    require_at(!path.empty(), file, position, "a file without a name");
    require_at(paths_.insert(path).second, file, position, "the path '{}' comes twice", printable(path));
    files_.push_back({std::move(path), bytes});
  }

  static std::string header_path(ByteView block) {
    const std::string name(text_of(block, kName));
    const bool posix = as_text(part(block, kMagic)) == "ustar" && block[kMagic.at + kMagic.size] == 0;  // GNU: a blank
    return posix && block[kPrefix.at] != 0 ? std::string(text_of(block, kPrefix)) + "/" + name : name;
  }

  ByteReader reader_;
  std::string long_name_;  // of the next entry; empty: the one in its header
  std::vector<TarFile> files_;
  std::set<std::string> paths_;
};

void put(Bytes& block, Field field, std::string_view text) {
  std::ranges::copy(text, block.begin() + std::ptrdiff_t(field.at));
}

}  // namespace

bool is_tar(ByteView start) { return start.size() >= kBlock && as_text(part(start, kMagic)) == "ustar"; }

std::vector<TarFile> parse_tar(ByteView bytes, const std::string& file) { return TarParser(bytes, file).parse(); }

Bytes make_tar(const std::vector<TarFile>& files) {
  Bytes out;
  for (const TarFile& entry : files) {
    require(entry.path.size() <= kName.size, "tar: '{}' is longer than {} bytes", printable(entry.path), kName.size);
    Bytes block(kBlock);
    put(block, kName, entry.path);
    put(block, kMode, "0000644");
    put(block, kSize, fmt::format("{:011o}", entry.bytes.size()));
    put(block, kTime, "00000000000");
    put(block, kType, "0");
    put(block, kMagic, "ustar");
    put(block, kVersion, "00");
    put(block, kSum, fmt::format("{:06o}", sum_of(block)));
    append(out, block);
    append(out, entry.bytes);
    out.resize((out.size() + kBlock - 1) / kBlock * kBlock);
  }
  out.resize(out.size() + 2 * kBlock);
  return out;
}

}  // namespace deepboltz
