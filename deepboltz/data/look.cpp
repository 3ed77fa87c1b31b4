#include "deepboltz/data/look.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "deepboltz/data/cases.h"
#include "deepboltz/data/classes.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

std::optional<Dataset> read_if_possible(const std::filesystem::path& path, const ReadOptions& options) {
  try {
    return read_data(path, options);
  } catch (const InputError&) {
    return std::nullopt;
  }
}

bool is_table_by_name(const std::filesystem::path& path) {
  const std::string name = path.string();
  return name.ends_with(".csv") || name.ends_with(".tsv") || name.ends_with(".csv.gz");
}

// "-2.5", "0.0335": as many digits as one reads.
std::string figure(double number) { return fmt::format("{:.6g}", number); }

std::string classes_of(const Look& look) {
  std::vector<std::string> classes;
  for (std::size_t k = 0; k < look.cases_of_class.size(); ++k)
    classes.push_back(fmt::format("{} ({})", class_name(look.data, int(k)), look.cases_of_class[k]));
  return list_of(classes);
}

std::string columns_of(const Look& look) {
  const Dataset& data = look.data;
  if (data.columns.empty()) return fmt::format("units: {} columns without names", data.units());
  return fmt::format("units: {} columns, {}", data.units(), list_of(data.columns));
}

}  // namespace

Look look_at(Dataset data) {
  Look look;
  const double unit = data.scale > 0 ? data.scale : data.x.dtype() == DType::u8 ? 255 : 1;
  look.least = std::numeric_limits<double>::infinity();
  look.greatest = -look.least;
  std::int64_t zeros = 0;
  const auto see = [&](double value) {
    const double number = value * unit;
    look.least = std::min(look.least, number);
    look.greatest = std::max(look.greatest, number);
    look.mean += number;
    look.whole = look.whole && std::abs(number - std::round(number)) < 1e-4;
    zeros += value == 0;
  };
  each_value(data.x.view(), [&](std::int64_t, std::int64_t, double value) { see(value); });
  for (const float value : data.counts.value) see(double(value));
  const double count = double(data.cases()) * double(data.units());
  if (data.is_sparse() && data.counts.entries() < data.cases() * data.units()) {
    look.least = std::min(look.least, 0.0);
    zeros += data.cases() * data.units() - data.counts.entries();
  }
  look.mean /= count;
  look.zeros = double(zeros) / count;
  look.cases_of_class.assign(std::size_t(data.labels.empty() ? 0 : data.classes), 0);
  for (const int label : data.labels) ++look.cases_of_class[std::size_t(label)];
  look.data = std::move(data);
  return look;
}

Look look_at(const std::filesystem::path& path, ReadOptions options) {
  options.format = find_format(path, options.format, options.documents);
  std::optional<Dataset> data;
  std::string why;
  try {
    data = read_data(path, options);
  } catch (const InputError& error) {
    why = error.what();
  }
  if (!data && options.scale == 0) {
    options.numbers = true;
    data = read_if_possible(path, options);
  }
  if (!data && options.format == DataFormat::csv && !is_table_by_name(path)) {
    options.format = DataFormat::text;
    options.numbers = false;
    data = read_if_possible(path, options);
  }
  if (!data) throw InputError(why);
  Look look = look_at(std::move(*data));
  look.format = options.format;
  look.numbers = options.numbers;
  return look;
}

std::vector<std::string> words_of(const Look& look) {
  const Dataset& data = look.data;
  std::vector<std::string> words;
  if (look.is_sequences())
    words.push_back(fmt::format("sequences of {} sites, for \"softmax:{}\"", data.units() / int(data.letters.size()),
                                data.letters.size()));
  else
    words.push_back(fmt::format("numbers from {} to {}, mean {}, {:.1f} % are 0, none is missing: {}",
                                figure(look.least), figure(look.greatest), figure(look.mean), 100 * look.zeros,
                                look.is_documents()                ? "counts of words, for \"counts\""
                                : look.numbers                     ? "real values, for \"gaussian\""
                                : look.whole && look.greatest <= 1 ? "bits"
                                : data.scale > 0 ? fmt::format("greys, of which {} is ink", data.scale)
                                                 : "greys"));
  if (look.format == DataFormat::csv) words.push_back(columns_of(look));
  if (!data.label_column.empty()) words.push_back(fmt::format("label: the column '{}'", printable(data.label_column)));
  if (!look.cases_of_class.empty()) words.push_back(fmt::format("classes, with their cases: {}", classes_of(look)));
  return words;
}

}  // namespace deepboltz
