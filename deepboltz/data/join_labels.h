// The labels of cases whose parts come from several files: they are of the case, whichever file says them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "deepboltz/data/cases.h"

namespace deepboltz {

// Which row of a file is which case: rows[c] of case c, −1: the file does not have it.
using JoinedRows = std::vector<std::int64_t>;

// The column label, or topics where a file has several labels a case; nothing where no file has labels. Classes are
// matched by their names. A case that no file labels has no entry. `call` names a case in messages. InputError: files
// that label a case differently; one with one label a case beside one with several.
std::optional<Column> join_labels(std::span<const Dataset* const> files, std::span<const JoinedRows> rows,
                                  const std::function<std::string(std::size_t)>& call);

}  // namespace deepboltz
