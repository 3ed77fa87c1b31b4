#include "deepboltz/task/code_file.h"

#include <algorithm>
#include <cstring>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/safetensors.h"

namespace deepboltz {
namespace {

constexpr const char* kKind = "binary codes";
constexpr const char* kCodes = "codes";

const std::string& text_of(const Archive& archive, const char* name) {
  const auto found = archive.metadata.find(name);
  require(found != archive.metadata.end(), "{}: not an index of codes: the header has no '{}'",
          printable(archive.file, 4096), name);
  return found->second;
}

}  // namespace

void write_codes(const std::filesystem::path& path, const BinaryCodes& codes, const std::string& made_by) {
  const Bytes bytes = bytes_of(codes);
  Tensor tensor(DType::u8, codes.cases(), codes.bytes());
  if (!bytes.empty()) std::memcpy(tensor.data(), bytes.data(), bytes.size());
  Archive archive;
  archive.add(kCodes, std::move(tensor));
  archive.metadata = {{"kind", kKind},
                      {"bits", std::to_string(codes.bits())},
                      {"cases", std::to_string(codes.cases())},
                      {"made_by", made_by}};
  write_safetensors(path, archive);
}

BinaryCodes parse_codes(ByteView bytes, const std::string& file, const std::string& made_by) {
  const Archive archive = parse_safetensors(bytes, file);
  const std::string shown = printable(file, 4096);
  require(text_of(archive, "kind") == kKind, "{}: expected an index of {}, got one of {}", shown, kKind,
          printable(text_of(archive, "kind")));
  const auto number = [&](const char* name, std::int64_t most) {
    const auto value = parse_number<std::int64_t>(text_of(archive, name));
    require(value && *value >= 1 && *value <= most, "{}: '{}' is '{}', expected 1 to {}", shown, name,
            printable(text_of(archive, name)), most);
    return *value;
  };
  const std::int64_t bits = number("bits", kMostCodeBits), cases = number("cases", kMostCodes);
  require(text_of(archive, "made_by") == made_by,
          "{}: another model made these codes (SHA-256 {}, expected {}); make them anew with 'deepboltz hash'", shown,
          printable(text_of(archive, "made_by"), 12), printable(made_by, 12));
  const Tensor& codes = archive.at(kCodes);
  require(codes.dtype() == DType::u8 && codes.rows() == cases && codes.cols() == (bits + 7) / 8,
          "{}: expected {} × {} bytes of codes, got {} × {} of {}", shown, cases, (bits + 7) / 8, codes.rows(),
          codes.cols(), name_of(codes.dtype()));
  return codes_from_bytes({reinterpret_cast<const std::uint8_t*>(codes.data()), codes.bytes()}, cases, bits, file);
}

BinaryCodes read_codes(const std::filesystem::path& path, const std::string& made_by) {
  return parse_codes(read_file(path), path.string(), made_by);
}

}  // namespace deepboltz
