#include "deepboltz/data/cifar.h"

#include "deepboltz/data/grey_range.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

constexpr int kSide = 32, kColours = 3, kClasses = 10;
constexpr std::uint64_t kPlane = kSide * kSide, kRecord = 1 + kColours * kPlane;

}  // namespace

Dataset parse_cifar(ByteView bytes, const std::string& file, const ReadOptions& options) {
  Bytes unpacked;
  if (is_gzip(bytes)) bytes = unpacked = gunzip(bytes, file, kFileLimit);
  const std::uint64_t records = bytes.size() / kRecord;
  require_at(records >= 1 && bytes.size() % kRecord == 0, file, records * kRecord,
             "{} bytes of a record; a class and 32 × 32 pixels of 3 colours are {}", bytes.size() % kRecord, kRecord);
  Dataset data{file, Tensor(DType::u8, std::int64_t(records), kColours * kPlane), kSide, kSide};
  data.channels = kColours;
  data.classes = kClasses;
  data.class_names = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
  for (std::uint64_t r = 0; r < records; ++r) {
    const std::uint8_t* record = bytes.data() + r * kRecord;
    require_at(record[0] < kClasses, file, r * kRecord, "the class {}; CIFAR-10 has 0 to 9", record[0]);
    data.labels.push_back(record[0]);
    std::uint8_t* row = data.x.as<std::uint8_t>().row(std::int64_t(r));
    for (std::uint64_t pixel = 0; pixel < kPlane; ++pixel)
      for (std::uint64_t colour = 0; colour < kColours; ++colour) {
        const std::uint8_t value = record[1 + colour * kPlane + pixel];
        row[kColours * pixel + colour] = value;
      }
  }
  scale_picture_bytes(options, data);
  return finished(std::move(data));
}

Dataset read_cifar(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_cifar(read_file(path), path.string(), options);
}

}  // namespace deepboltz
