#include "deepboltz/data/npy_data.h"

#include <algorithm>

#include "deepboltz/data/array_cases.h"
#include "deepboltz/data/npz_member.h"
#include "deepboltz/data/pixels_by_column.h"
#include "deepboltz/io/file.h"

namespace deepboltz {
namespace {

// `wanted`, or the first of the usual keys that is there; empty: none.
std::string choose_key(const ZipReader& zip, const std::string& wanted, std::initializer_list<const char*> usual) {
  if (!wanted.empty()) return wanted;
  for (const char* key : usual)
    if (zip.find(std::string(key) + ".npy") != nullptr) return key;
  return {};
}

}  // namespace

Dataset parse_npy_data(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const NpyArray array = parse_npy(bytes, file);
  check_array_shape(array, file);
  Dataset data = finished(array_cases(array, file, options, all_rows(array.shape[0], file, array.position)));
  turn_pictures(options, data);
  return finished(std::move(data));
}

Dataset parse_npz_data(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const ZipReader zip(bytes, file);
  const auto chosen = [&](const std::string& key) {
    return options.like_training && zip.find(key + ".npy") == nullptr ? std::string() : key;
  };
  const std::string data_key = choose_key(zip, chosen(options.data_key), {"images", "x", "X", "data"});
  const std::string label_key = choose_key(zip, chosen(options.label_key), {"labels", "y", "target"});
  const NpzMember x = read_npz_member(zip, file, data_key.empty() ? "images" : data_key);
  check_array_shape(x.array, x.name);
  const std::int64_t cases = x.array.shape[0];
  auto rows = all_rows(cases, x.name, x.array.position);
  for (const Where& where : options.where) {
    const NpzMember by = read_npz_member(zip, file, where.key);
    const auto column = whole_numbers(by.array, cases, by.name);
    std::erase_if(rows, [&](auto row) { return column[row] < where.first || column[row] > where.last; });
    require_at(!rows.empty(), by.name, by.array.position, "no case has {}{}", printable(to_text(where)),
               options.where.size() > 1 ? " beside the other conditions" : "");
  }
  Dataset data = array_cases(x.array, x.name, options, rows);
  data.name = file;
  if (!options.where.empty()) data.numbers = rows;
  if (!label_key.empty()) {
    const NpzMember y = read_npz_member(zip, file, label_key);
    set_array_labels(y.array, cases, y.name, rows, options, data);
  }
  data = finished(std::move(data));
  turn_pictures(options, data);
  return finished(std::move(data));
}

Dataset read_npy_data(const std::filesystem::path& path, const ReadOptions& options) {
  Dataset data = parse_npy_data(read_file(path), path.string(), options);
  if (options.labels.empty()) return data;
  const std::string file = options.labels.string();
  const Bytes bytes = read_file(options.labels);
  const NpyArray array = parse_npy(bytes, file);
  set_array_labels(array, data.cases(), file, all_rows(data.cases(), file, 0), options, data);
  return finished(std::move(data));
}

Dataset read_npz_data(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_npz_data(read_file(path), path.string(), options);
}

}  // namespace deepboltz
