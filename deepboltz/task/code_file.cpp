#include "deepboltz/task/code_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/safetensors.h"
#include "deepboltz/io/texts.h"

namespace deepboltz {
namespace {

constexpr const char* kKind = "binary codes";
constexpr const char *kCodes = "codes", *kThresholds = "thresholds", *kNames = "names";

const std::string& text_of(const Archive& archive, const char* name) {
  const auto found = archive.metadata.find(name);
  require(found != archive.metadata.end(), "{}: not an index of codes: the header has no '{}'",
          printable(archive.file, 4096), name);
  return found->second;
}

}  // namespace

void write_codes(const std::filesystem::path& path, const CodeFile& file) {
  const BinaryCodes& codes = file.codes;
  DEEPBOLTZ_ASSERT(file.thresholds.rows() == 1 && file.thresholds.cols() == codes.bits());
  DEEPBOLTZ_ASSERT(file.names.empty() || std::int64_t(file.names.size()) == codes.cases());
  const Bytes bytes = bytes_of(codes);
  Tensor tensor(DType::u8, codes.cases(), codes.bytes());
  if (!bytes.empty()) std::memcpy(tensor.data(), bytes.data(), bytes.size());
  Archive archive;
  archive.add(kCodes, std::move(tensor));
  archive.add(kThresholds, file.thresholds.clone());
  add_texts(kNames, file.names, archive);
  archive.metadata = {{"kind", kKind},
                      {"bits", std::to_string(codes.bits())},
                      {"cases", std::to_string(codes.cases())},
                      {"layer", file.layer},
                      {"made_by", file.made_by}};
  write_safetensors(path, archive);
}

CodeFile parse_codes(ByteView bytes, const std::string& file, const std::string& made_by) {
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
  BinaryCodes packed =
      codes_from_bytes({reinterpret_cast<const std::uint8_t*>(codes.data()), codes.bytes()}, cases, bits, file);
  const Tensor& thresholds = archive.at(kThresholds);
  require(thresholds.dtype() != DType::u8 && thresholds.rows() == 1 && thresholds.cols() == bits,
          "{}: expected 1 × {} thresholds, got {} × {} of {}", shown, bits, thresholds.rows(), thresholds.cols(),
          name_of(thresholds.dtype()));
  for (std::int64_t i = 0; i < bits; ++i)
    require(std::isfinite(thresholds.at(0, i)), "{}: the threshold of bit {} is not finite", shown, i);
  std::vector<std::string> names;
  if (archive.contains(kNames)) names = take_texts(kNames, archive);
  require(names.empty() || std::int64_t(names.size()) == cases, "{}: {} codes have {} names", shown, cases,
          names.size());
  return {std::move(packed), thresholds.clone(), text_of(archive, "layer"), std::move(names), made_by};
}

CodeFile read_codes(const std::filesystem::path& path, const std::string& made_by) {
  return parse_codes(read_file(path), path.string(), made_by);
}

}  // namespace deepboltz
