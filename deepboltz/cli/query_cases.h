// What is searched for, as cases: a test case of the run by its number, a file, or a text that was typed.
#pragma once

#include <optional>
#include <string>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/kernel/sparse_rows.h"

namespace deepboltz {

// A file of plain text as one document of these words; absent: it is no such file, or --format says that each of its
// lines is a document. InputError: it has none of the words.
std::optional<Dataset> plain_document(const Meaning& words, const std::string& file, const CaseOptions& options);

// A file of plain text is one case, unless --format says that each of its lines is. A typed text is as long as the
// stored documents are on average, its words as often as that needs. `stored`: absent where cases are no documents.
// InputError: no such case, none of the model's words, and what read_cases refuses.
Cases query_cases(Session& session, const Trained& trained, const std::string& query, const CaseOptions& options,
                  const std::optional<SparseRows>& stored);

}  // namespace deepboltz
