#include "deepboltz/data/join_parts.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <unordered_map>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/data/join_labels.h"
#include "deepboltz/data/part_cases.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

using Places = std::unordered_map<std::string_view, std::int64_t>;

// Several parts may be in one file.
std::string file_of(const NamedPart& part) {
  return fmt::format("{} ({})", printable(part.data.name, 4096), printable(part.name));
}

void check(const std::vector<NamedPart>& parts) {
  require(!parts.empty(), "parts: at least one is expected");
  for (const NamedPart& part : parts) {
    require(!part.name.empty() && is_part_name(part.name), "{}: '{}' is no name for a part", file_of(part),
            printable(part.name));
    require(part.data.weights.empty(), "{}: its cases have weights, which cases of several parts cannot have",
            file_of(part));
    require(part.data.empty_documents == 0,
            "{}: {} documents without words were left out; parts are joined with all documents (keep_empty)",
            file_of(part), part.data.empty_documents);
  }
}

// Files of one case may have different endings: a.png and a.txt.
std::string_view without_ending(std::string_view name) {
  for (const std::string_view ending : {".gz", ".png", ".pgm", ".txt", ".wav"})
    if (name.size() > ending.size() && name.ends_with(ending)) name.remove_suffix(ending.size());
  return name;
}

// The row of every name.
Places places_of(const NamedPart& part) {
  const auto& names = part.data.case_names;
  require(!names.empty(),
          "{}: its cases have no names by which they could be joined; a table has them in a column "
          "(id_column), and arrays can be matched by order",
          file_of(part));
  Places places;
  for (std::size_t r = 0; r < names.size(); ++r) {
    const auto [place, fresh] = places.emplace(without_ending(names[r]), std::int64_t(r));
    require(fresh, "{}: the name '{}' comes twice: cases {} and {}, from 0", file_of(part), printable(names[r]),
            place->second, r);
  }
  return places;
}

std::vector<JoinedRows> rows_by_order(const std::vector<NamedPart>& parts) {
  std::vector<JoinedRows> rows;
  const NamedPart& first = parts.front();
  for (const NamedPart& part : parts) {
    require(part.data.cases() == first.data.cases(), "{}: {} cases, but {} has {}; by order, all parts have as many",
            file_of(part), part.data.cases(), file_of(first), first.data.cases());
    rows.emplace_back(std::size_t(part.data.cases()));
    std::iota(rows.back().begin(), rows.back().end(), 0);
  }
  return rows;
}

[[noreturn]] void refuse_missing(const NamedPart& part, const std::string& name, const NamedPart& with) {
  throw InputError(fmt::format("{}: there is no case '{}', which {} has; the nearest name is '{}'", file_of(part),
                               printable(name), file_of(with), printable(nearest_word(name, part.data.case_names))));
}

// A part that shares no name with the others is called otherwise, not missing everywhere.
void require_overlap(const std::vector<NamedPart>& parts, const std::vector<JoinedRows>& rows) {
  for (std::size_t p = 0; p < parts.size() && parts.size() > 1; ++p) {
    bool shared = false;
    for (std::size_t other = 0; other < parts.size(); ++other)
      for (std::size_t c = 0; c < rows[p].size() && other != p; ++c) shared |= rows[p][c] >= 0 && rows[other][c] >= 0;
    require(shared, "{}: no case has a name that another part has; the first is '{}', {} has '{}'", file_of(parts[p]),
            printable(parts[p].data.case_names.front()), file_of(parts[p == 0 ? 1 : 0]),
            printable(parts[p == 0 ? 1 : 0].data.case_names.front()));
  }
}

// `names` ← of all cases.
std::vector<JoinedRows> rows_by_names(const std::vector<NamedPart>& parts, bool missing,
                                      std::vector<std::string>& names) {
  std::vector<Places> places;
  for (const NamedPart& part : parts) places.push_back(places_of(part));
  std::vector<JoinedRows> rows(parts.size());
  for (std::size_t p = 0; p < parts.size(); ++p)
    for (const std::string& name : parts[p].data.case_names) {
      const std::string_view key = without_ending(name);
      const auto lists = [&](const Places& of_part) { return of_part.contains(key); };
      if (std::any_of(places.begin(), places.begin() + std::ptrdiff_t(p), lists)) continue;  // it is there already
      names.push_back(name);
      for (std::size_t other = 0; other < parts.size(); ++other) {
        const auto found = places[other].find(key);
        if (found == places[other].end() && !missing) refuse_missing(parts[other], name, parts[p]);
        rows[other].push_back(found == places[other].end() ? -1 : found->second);
      }
    }
  require_overlap(parts, rows);
  return rows;
}

Rows gather(const Rows& from, const JoinedRows& rows) {
  Tensor out(from.x.dtype, std::int64_t(rows.size()), from.x.cols);
  for (std::size_t c = 0; c < rows.size(); ++c)
    if (rows[c] >= 0)
      std::memcpy(out.view().slice(std::int64_t(c), 1).data, from.x.slice(rows[c], 1).data,
                  std::size_t(from.x.cols) * size_of(from.x.dtype));
  return keep(std::move(out));
}

SparseRows gather(const SparseRows& from, const JoinedRows& rows) {
  SparseRows out;
  out.cols = from.cols;
  for (const std::int64_t r : rows) {
    for (std::int64_t e = r < 0 ? 0 : from.first[std::size_t(r)]; r >= 0 && e < from.first[std::size_t(r) + 1]; ++e) {
      out.column.push_back(from.column[std::size_t(e)]);
      if (!from.value.empty()) out.value.push_back(from.value[std::size_t(e)]);
    }
    out.end_row();
  }
  return out;
}

// The part as a column, its rows where they belong.
Column column_of(NamedPart&& part, const JoinedRows& rows) {
  Column column = std::move(cases_of(std::move(part.data)).columns.front());
  column.name = part.name;
  if (std::int64_t(rows.size()) == column.cases() && std::ranges::is_sorted(rows) && rows.front() == 0) return column;
  if (const auto* dense = std::get_if<Rows>(&column.x))
    column.x = gather(*dense, rows);
  else
    column.x = std::make_shared<const SparseRows>(gather(column.sparse(), rows));
  if (std::ranges::count(rows, -1) > 0)
    for (const std::int64_t r : rows) column.known.push_back(std::uint8_t(r >= 0));
  return column;
}

}  // namespace

Cases join_parts(std::vector<NamedPart> parts, const JoinOptions& options) {
  check(parts);
  Cases cases;
  const bool by_names = options.by == JoinBy::names;
  const std::vector<JoinedRows> rows =
      by_names ? rows_by_names(parts, options.missing, cases.names) : rows_by_order(parts);
  std::vector<const Dataset*> files;
  for (const NamedPart& part : parts) {
    files.push_back(&part.data);
    const bool fresh = std::ranges::none_of(std::span(files).first(files.size() - 1),
                                            [&](const Dataset* file) { return file->name == part.data.name; });
    if (fresh) cases.origin.name += fmt::format("{}{}", cases.origin.name.empty() ? "" : " + ", part.data.name);
    cases.origin.remarks.insert(cases.origin.remarks.end(), part.data.remarks.begin(), part.data.remarks.end());
    if (!by_names && cases.names.empty()) cases.names = part.data.case_names;
  }
  if (!by_names) cases.numbers = parts.front().data.numbers;
  auto labels = join_labels(files, rows, [&](std::size_t c) {
    return cases.names.empty() ? fmt::format("case {}", c) : fmt::format("case '{}'", printable(cases.names[c]));
  });
  for (std::size_t p = 0; p < parts.size(); ++p) cases.columns.push_back(column_of(std::move(parts[p]), rows[p]));
  if (labels) cases.columns.push_back(std::move(*labels));
  return finished(std::move(cases));
}

Cases read_parts(const std::vector<PartFile>& files, const JoinOptions& options) {
  std::vector<NamedPart> parts;
  for (const PartFile& part : files) {
    ReadOptions read = part.read;
    read.keep_empty = true;
    parts.push_back({part.name, read_data(part.file, read)});
  }
  return join_parts(std::move(parts), options);
}

}  // namespace deepboltz
