#include "deepboltz/data/npz_member.h"

namespace deepboltz {
namespace {

Bytes unpacked(const ZipReader& zip, const std::string& file, const std::string& key) {
  const ZipEntry* entry = zip.find(key + ".npy");
  if (entry == nullptr) {
    std::string keys;
    for (const auto& e : zip.entries()) keys += (keys.empty() ? "" : ", ") + e.name.substr(0, e.name.rfind(".npy"));
    require_at(false, file, 0, "there is no array '{}'; it has {}", printable(key), printable(keys, 200));
  }
  return zip.read(*entry);
}

}  // namespace

NpzMember read_npz_member(const ZipReader& zip, const std::string& file, const std::string& key) {
  NpzMember member{unpacked(zip, file, key), {}, file + "[" + key + "]"};
  member.array = parse_npy(member.bytes, member.name);
  return member;
}

std::vector<std::string> read_npz_texts(const ZipReader& zip, const std::string& file, const std::string& key) {
  return parse_npy_texts(unpacked(zip, file, key), file + "[" + key + "]");
}

}  // namespace deepboltz
