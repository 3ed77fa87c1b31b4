#include "deepboltz/data/leave_out.h"

#include <algorithm>
#include <cstring>

#include "deepboltz/data/classes.h"
#include "deepboltz/data/part_cases.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

Rows appended(const Rows& first, const Rows& second) {
  Tensor out(first.x.dtype, first.x.rows + second.x.rows, first.x.cols);
  for (std::int64_t r = 0; r < out.rows(); ++r) {
    const ConstMatrix from = r < first.x.rows ? first.x.slice(r, 1) : second.x.slice(r - first.x.rows, 1);
    std::memcpy(out.view().slice(r, 1).data, from.data, std::size_t(from.cols) * size_of(from.dtype));
  }
  return keep(std::move(out));
}

// The units of the second behind those of the first where `apart`.
SparseRows appended(const SparseRows& first, const SparseRows& second, bool apart) {
  SparseRows out = first;
  const std::uint32_t shift = apart ? std::uint32_t(first.cols) : 0;
  out.cols = first.cols + std::int64_t(apart ? second.cols : 0);
  if (!first.value.empty() || !second.value.empty()) out.value.resize(out.column.size(), 1.0f);
  for (std::int64_t r = 0; r < second.rows(); ++r) {
    for (std::int64_t e = second.first[std::size_t(r)]; e < second.first[std::size_t(r) + 1]; ++e) {
      out.column.push_back(second.column[std::size_t(e)] + shift);
      if (!first.value.empty() || !second.value.empty()) out.value.push_back(float(second.at(e)));
    }
    out.end_row();
  }
  return out;
}

bool is_dense(const Column& column) { return std::holds_alternative<Rows>(column.x); }

Column appended(const Column& first, const Column& second, const std::string& name) {
  const bool apart = first.name == kGroupColumn;
  require(first.name == second.name && is_dense(first) == is_dense(second) &&
              (apart || (first.units() == second.units() && first.meaning.names == second.meaning.names)),
          "{}: the columns '{}' and '{}' differ", name, first.name, second.name);
  Column out = first;
  if (is_dense(first))
    out.x = appended(std::get<Rows>(first.x), std::get<Rows>(second.x));
  else
    out.x = std::make_shared<const SparseRows>(appended(first.sparse(), second.sparse(), apart));
  if (apart)
    out.meaning.names.insert(out.meaning.names.end(), second.meaning.names.begin(), second.meaning.names.end());
  if (!first.known.empty() || !second.known.empty()) {
    out.known.resize(std::size_t(first.cases()), 1);
    for (std::int64_t r = 0; r < second.cases(); ++r) out.known.push_back(second.is_known(r) ? 1 : 0);
  }
  return out;
}

}  // namespace

Cases appended(const Cases& first, const Cases& second) {
  require(first.columns.size() == second.columns.size() && first.names.empty() == second.names.empty() &&
              first.weights.empty() && second.weights.empty(),
          "{}: its cases and those of {} have other columns, names or weights", first.origin.name, second.origin.name);
  Cases out;
  out.origin = first.origin;
  out.origin.file_cases = 0;
  out.names = first.names;
  out.names.insert(out.names.end(), second.names.begin(), second.names.end());
  for (std::size_t c = 0; c < first.columns.size(); ++c)
    out.columns.push_back(appended(first.columns[c], second.columns[c], first.origin.name));
  return finished(std::move(out));
}

void leave_out(const std::string& source, Cases& train, Cases& test) {
  require(train.find(kSourceColumn) && test.find(kSourceColumn),
          "data.leave_out: the cases of '{}' do not say where they come from", train.origin.name);
  const Cases all = appended(train, test);
  const Column& sources = all.at(kSourceColumn);
  std::vector<std::uint32_t> rest, of_source;
  for (std::uint32_t r = 0; r < std::uint32_t(all.count()); ++r)
    (sources.meaning.names[sources.sparse().row(r)[0]] == source ? of_source : rest).push_back(r);
  require(!rest.empty() && !of_source.empty(), "data.leave_out: expected one of {}, got '{}'",
          list_of(sources.meaning.names), printable(source));
  train = finished(select_rows(all, rest));
  test = finished(select_rows(all, of_source));
}

}  // namespace deepboltz
