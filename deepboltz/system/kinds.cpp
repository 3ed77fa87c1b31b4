#include <algorithm>

#include "deepboltz/system/graph/graph.h"
#include "deepboltz/system/kind.h"
#include "deepboltz/system/multimodal/multimodal_kind.h"
#include "deepboltz/system/ratings/ratings_kind.h"
#include "deepboltz/system/robust/robust_kind.h"
#include "deepboltz/system/stack/stack_kind.h"

namespace deepboltz {

std::span<const Kind> kinds() {
  static const Kind table[] = {graph_kind(), ratings_kind(), stack_kind(), multimodal_kind(), robust_kind()};
  return table;
}

const Kind& kind_named(std::span<const Kind> table, std::string_view word) {
  const auto found = std::ranges::find(table, word, &Kind::word);
  if (found != table.end()) return *found;
  std::string known;
  for (const Kind& kind : table) known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", kind.word);
  throw InputError(fmt::format("there is no kind of system \"{}\"; there are {}", printable(word), known));
}

}  // namespace deepboltz
