#include "deepboltz/data/npy_data.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "deepboltz/data/grey_range.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/zip.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kMostUnits = 1 << 24, kGreatestLabel = 65'535;

bool plain_bytes(const NpyArray& array) {
  return array.type.kind == 'u' && array.type.bytes == 1 && !array.fortran_order;
}

std::int64_t check_shape(const NpyArray& array, const std::string& file) {
  const auto& shape = array.shape;
  require_at(shape.size() == 2 || shape.size() == 3, file, array.position,
             "an array of {} dimensions; data are (cases, units) or (cases, height, width)", shape.size());
  require_at(array.size() >= 1, file, array.position, "there are no cases");
  const std::int64_t units = array.size() / shape[0];
  require_at(units <= kMostUnits, file, array.position, "a case of {} values, the limit is {}", units, kMostUnits);
  return units;
}

GreyConvention convention_of(const NpyArray& array, const std::string& file, bool numbers) {
  if (plain_bytes(array) && !numbers)
    return std::all_of(array.values.begin(), array.values.end(), [](auto byte) { return byte <= 1; })
               ? GreyConvention::binary
               : GreyConvention::bytes;
  GreyRange range(numbers);
  for (std::int64_t i = 0; i < array.size(); ++i)
    require_at(range.add(array.real(i)), file, array.byte_of(i), "the value {}: {}", array.real(i), range.expected());
  return range.convention();
}

Dataset cases_of(const NpyArray& array, const std::string& file, const ReadOptions& options,
                 std::span<const std::uint32_t> rows) {
  const std::int64_t units = check_shape(array, file);
  const GreyConvention convention = convention_of(array, file, options.numbers);
  const bool real = convention == GreyConvention::unit || convention == GreyConvention::numbers;
  Dataset data{file, Tensor(real ? DType::f32 : DType::u8, std::int64_t(rows.size()), units), options.height,
               options.width};
  if (array.shape.size() == 3 && options.height == 0 && options.width == 0) {
    require_at(array.shape[1] <= kMostUnits && array.shape[2] <= kMostUnits, file, array.position,
               "a picture too large");
    data.height = int(array.shape[1]);
    data.width = int(array.shape[2]);
  }
  GreyWriter writer(convention, options.invert, data.x);
  const bool copy = plain_bytes(array) && convention == GreyConvention::bytes && !options.invert;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::int64_t first = std::int64_t(rows[r]) * units;
    if (copy)
      std::memcpy(data.x.as<std::uint8_t>().row(std::int64_t(r)), array.values.data() + first, std::size_t(units));
    else
      for (std::int64_t c = 0; c < units; ++c) writer.set(std::int64_t(r), c, array.real(first + c));
  }
  return data;
}

// One whole number a case.
std::vector<std::int64_t> column_of(const NpyArray& array, std::int64_t cases, const std::string& file) {
  require_at(array.shape.size() == 1, file, array.position, "an array of {} dimensions where one number a case belongs",
             array.shape.size());
  require_at(array.size() == cases, file, array.position, "{} numbers for {} cases", array.size(), cases);
  require_at(array.type.kind != 'f', file, array.position, "numbers with a fraction where whole ones belong");
  std::vector<std::int64_t> column(std::size_t(array.size()));
  for (std::size_t i = 0; i < column.size(); ++i) column[i] = array.integer(std::int64_t(i));
  return column;
}

std::vector<int> labels_of(const NpyArray& array, std::int64_t cases, const std::string& file,
                           std::span<const std::uint32_t> rows) {
  const auto column = column_of(array, cases, file);
  std::vector<int> labels;
  for (const std::uint32_t row : rows) {
    require_at(column[row] >= 0 && column[row] <= kGreatestLabel, file, array.byte_of(row),
               "the label {}; labels are from 0 to {}", column[row], kGreatestLabel);
    labels.push_back(int(column[row]));
  }
  return labels;
}

std::vector<std::uint32_t> all_rows(std::int64_t cases, const std::string& file, std::uint64_t position) {
  require_at(cases <= std::numeric_limits<std::int32_t>::max(), file, position, "{} cases are too many", cases);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(cases));
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

// An array of an NPZ file, with the bytes it borrows from.
struct Member {
  Bytes bytes;
  NpyArray array;
  std::string name;  // "FILE[KEY]"
};

Member read_member(const ZipReader& zip, const std::string& file, const std::string& key) {
  const ZipEntry* entry = zip.find(key + ".npy");
  if (entry == nullptr) {
    std::string keys;
    for (const auto& e : zip.entries()) keys += (keys.empty() ? "" : ", ") + e.name.substr(0, e.name.rfind(".npy"));
    require_at(false, file, 0, "there is no array '{}'; it has {}", printable(key), printable(keys, 200));
  }
  Member member{zip.read(*entry), {}, file + "[" + key + "]"};
  member.array = parse_npy(member.bytes, member.name);
  return member;
}

// `wanted`, or the first of the usual keys that is there; empty: none.
std::string choose_key(const ZipReader& zip, const std::string& wanted, std::initializer_list<const char*> usual) {
  if (!wanted.empty()) return wanted;
  for (const char* key : usual)
    if (zip.find(std::string(key) + ".npy") != nullptr) return key;
  return {};
}

}  // namespace

Dataset parse_npy_data(ByteView bytes, const std::string& file, const ReadOptions& options) {
  require(!options.where, "{}: 'where' needs an NPZ file", printable(file, 4096));
  const NpyArray array = parse_npy(bytes, file);
  check_shape(array, file);
  return finished(cases_of(array, file, options, all_rows(array.shape[0], file, array.position)));
}

Dataset parse_npz_data(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const ZipReader zip(bytes, file);
  const std::string data_key = choose_key(zip, options.data_key, {"images", "x", "X", "data"});
  const std::string label_key = choose_key(zip, options.label_key, {"labels", "y", "target"});
  const Member x = read_member(zip, file, data_key.empty() ? "images" : data_key);
  check_shape(x.array, x.name);
  const std::int64_t cases = x.array.shape[0];
  auto rows = all_rows(cases, x.name, x.array.position);
  if (options.where) {
    const Member by = read_member(zip, file, options.where->key);
    const auto column = column_of(by.array, cases, by.name);
    std::erase_if(rows,
                  [&](auto row) { return column[row] < options.where->first || column[row] > options.where->last; });
    require_at(!rows.empty(), by.name, by.array.position, "no case has {}", printable(to_text(*options.where)));
  }
  Dataset data = cases_of(x.array, x.name, options, rows);
  data.name = file;
  if (!label_key.empty()) {
    const Member y = read_member(zip, file, label_key);
    data.labels = labels_of(y.array, cases, y.name, rows);
  }
  return finished(std::move(data));
}

Dataset read_npy_data(const std::filesystem::path& path, const ReadOptions& options) {
  Dataset data = parse_npy_data(read_file(path), path.string(), options);
  if (options.labels.empty()) return data;
  const std::string file = options.labels.string();
  const Bytes bytes = read_file(options.labels);
  const NpyArray array = parse_npy(bytes, file);
  data.labels = labels_of(array, data.cases(), file, all_rows(data.cases(), file, 0));
  return finished(std::move(data));
}

Dataset read_npz_data(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_npz_data(read_file(path), path.string(), options);
}

}  // namespace deepboltz
