// Cases as a machine meets them: columns side by side, one row a case. Pixels, labels, topics, ratings, what was seen:
// each is a column, called as the layer that it feeds. A column that no layer has is for measures.
//
// The numbers of a column are never changed or copied after reading. Bytes stay bytes until a batch is made.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/share.h"
#include "deepboltz/data/transform.h"
#include "deepboltz/kernel/sparse_rows.h"

namespace deepboltz {

// A matrix, (cases, units) of u8, f32 or f64, and who keeps its memory.
struct Rows {
  ConstMatrix x;
  std::shared_ptr<const void> owner;
};

// What the units and their values stand for. It travels with the model.
struct Meaning {
  std::vector<std::string> names = {};    // one a unit: words, titles, classes; empty: units have numbers
  std::vector<std::string> values = {};   // one a value of a group: the letters of a site
  int height = 0, width = 0;              // of a picture; 0: no pictures
  int channels = 1;                       // numbers a pixel, side by side
  std::vector<std::string> columns = {};  // of a table: the header's name of each unit, or of the labels
  double scale = 0;                       // of grey values: the number of the file that is ink; 0: not known
  double ink = -1;  // of grey values: the mean share of ink in the training cases; −1: not known
  // Of documents that can be missing: the median length in training, which one that is missing is taken to have; 0: not
  // known.
  double words = 0;

  bool is_picture() const { return height > 0; }
};

struct Column {
  std::string name;
  std::variant<Rows, std::shared_ptr<const SparseRows>> x;  // sparse: labels, topics, ratings, documents
  Meaning meaning = {};
  std::vector<std::uint8_t> known = {};  // one a case: whether the case has this part; empty: all have it
  // How grey values become bits. Training may draw them anew at each presentation; figures are taken on bits that were
  // drawn once, by this key.
  Binarisation binarise = Binarisation::none;
  Key key = {};

  std::int64_t cases() const;
  std::int64_t units() const;
  ConstMatrix rows() const { return std::get<Rows>(x).x; }
  bool is_known(std::int64_t c) const { return known.empty() || known[std::size_t(c)] != 0; }
  const SparseRows& sparse() const { return *std::get<std::shared_ptr<const SparseRows>>(x); }
  Transform training() const { return binarise == Binarisation::each_time ? Transform{binarise, {}} : fixed(); }
  Transform fixed() const;
  // Whether that changes a value: bits are drawn or thresholded, and some value is neither 0 nor 1.
  bool is_grey() const;
};

// Where cases come from, for messages and for the hash that ties a run to its data.
struct Origin {
  std::string name, sha256;
  std::int64_t empty_documents = 0;       // left out by the reader
  std::int64_t file_cases = 0;            // with those
  std::vector<std::string> remarks = {};  // what the reader took for what: a line each, to be said
};

struct Cases {
  std::vector<Column> columns;
  std::vector<float> weights = {};          // what each case counts for in learning, in (0, 1]; empty: all alike
  std::vector<std::uint32_t> numbers = {};  // of each case in its file, from 0; empty: 0, 1, 2, …
  std::vector<std::string> names = {};      // of each case: its file, its id; empty: they have none
  Origin origin = {};

  std::int64_t number(std::int64_t c) const { return numbers.empty() ? c : numbers[std::size_t(c)]; }
  std::int64_t count() const { return columns.empty() ? 0 : columns.front().cases(); }
  const Column* find(std::string_view name) const;
  // InputError: no such column.
  const Column& at(std::string_view name) const;
};

// What an experiment learns from and is measured on. A kind of system may add what it knows beside the columns.
struct CaseSets {
  Cases train, validation, test;        // the last two may have no cases
  std::map<std::string, Cases> beside;  // other cases that a kind of system learns from, by what they are called there
  std::string hash;                     // of what may be learnt from

  CaseSets() = default;
  CaseSets(CaseSets&&) = default;
  CaseSets& operator=(CaseSets&&) = default;
  virtual ~CaseSets() = default;
  const Cases& of(Share share) const {
    return share == Share::train ? train : share == Share::validation ? validation : test;
  }
};

inline constexpr const char* kVisibleColumn = "visible";
inline constexpr const char* kLabelColumn = "label";    // one entry a case, or none where the class is not known
inline constexpr const char* kTopicsColumn = "topics";  // any number of entries a case
inline constexpr const char* kGroupColumn =
    "group";  // one entry a case: which group it is of; what is scored is a group
inline constexpr const char* kSourceColumn = "source";  // one entry a case: whom or what it comes from

// Whether a machine can see the column: it is none of those above but the first.
bool is_part_name(std::string_view name);

// The rows of a tensor, which owns their memory from then on.
Rows keep(Tensor&& x);
// Entries of 1: row r has them at rows[r], which ascend.
std::shared_ptr<const SparseRows> ones(std::int64_t cols, const std::vector<std::vector<int>>& rows);

// The cases of a reader: columns visible, and label or topics. Bytes are shown as bits, drawn anew at each
// presentation.
Cases cases_of(Dataset data);
// The same, without the labels of all but the first `labelled` cases; 0: with all of them.
Cases cases_of(Dataset data, std::int64_t labelled);

// The rows of a matrix, u8, f32 or f64, as the column visible; `owner` keeps their memory, or the caller does.
Cases matrix_cases(ConstMatrix x, std::shared_ptr<const void> owner = nullptr);

// The given rows, in the given order, copied; the first `count`, shared.
Cases select_rows(const Cases& cases, std::span<const std::uint32_t> rows);
Cases first_cases(const Cases& cases, std::int64_t count);

// What a training step sees of a column (data/transform.h); sparse rows are filled up.    out: (rows, units) f32 or f64
void present(Context& ctx, const Transform& transform, const Column& column, std::span<const std::uint32_t> rows,
             Key now, Matrix out);

// The rows of a column as a matrix; of sparse rows a copy, f32.
Rows dense_rows(const Column& column);

// The entries of a column that are not 0, shared where they are sparse already; bytes as x/255.
std::shared_ptr<const SparseRows> nonzero_entries(const Column& column);

// The mean of the grey values of some of the cases, in [0, 1]: what share of them is ink. −1: they are no grey values.
double ink_of(const Cases& cases);

// The class of every case; empty where there are no labels, or not one of every case.
std::vector<std::uint32_t> labels_of(const Cases& cases);
// All classes of each case; empty where there are none.
std::vector<std::vector<int>> topics_of(const Cases& cases);
std::int64_t classes_of(const Cases& cases);  // 0 without labels
// The class that most of the cases have, the first of several. InputError: no labels.
std::uint32_t most_frequent_class(const Cases& cases);
std::string class_name(const Meaning& classes, std::int64_t label);

// Calls visit(case, unit, value) for all values of a column of rows, case by case, bytes as x/255.
template <class Visit> void each_value(ConstMatrix x, Visit&& visit) {
  const auto each = [&](auto view, double unit) {
    for (std::int64_t r = 0; r < view.rows; ++r)
      for (std::int64_t i = 0; i < view.cols; ++i) visit(r, i, double(view(r, i)) / unit);
  };
  if (x.dtype == DType::u8) return each(x.as<std::uint8_t>(), 255.0);
  visit_real(x.dtype, [&](auto real) { each(x.as<decltype(real)>(), 1.0); });
}

// The same of a column; of sparse rows the entries alone.
template <class Visit> void each_value(const Column& column, Visit&& visit) {
  if (std::holds_alternative<Rows>(column.x)) return each_value(column.rows(), visit);
  const SparseRows& x = column.sparse();
  for (std::int64_t r = 0; r < x.rows(); ++r)
    for (std::int64_t e = x.first[std::size_t(r)]; e < x.first[std::size_t(r) + 1]; ++e)
      visit(r, std::int64_t(x.column[std::size_t(e)]), x.at(e));
}

}  // namespace deepboltz
