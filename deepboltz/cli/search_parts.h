// search --given PART=WHAT: the cases of a run whose other part fits best what is given: pictures for words, words for
// a picture.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/cli/given_cases.h"

namespace deepboltz {

struct PartSearch {
  std::vector<std::string> given;
  std::string want, among = "test", by = "prediction", out;
};

void add_part_search_options(CLI::App& verb, PartSearch& options);

void search_parts(Session& session, const std::string& model, std::int64_t top, const CaseOptions& cases,
                  const PartSearch& options);

}  // namespace deepboltz
