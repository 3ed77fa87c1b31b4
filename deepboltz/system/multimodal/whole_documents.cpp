#include "deepboltz/system/multimodal/whole_documents.h"

#include <cmath>

#include "deepboltz/estimate/resample.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {

void draw_whole_documents(Key key, Column& documents) {
  const std::shared_ptr<const SparseRows> scaled = nonzero_entries(documents);
  auto whole = std::make_shared<SparseRows>();
  whole->cols = scaled->cols;
  for (std::int64_t r = 0; r < scaled->rows(); ++r) {
    const std::int64_t first = scaled->first[std::size_t(r)];
    std::vector<double> log_share;
    double words = 0;
    for (std::int64_t e = 0; e < scaled->entries(r); ++e) {
      log_share.push_back(std::log(scaled->at(first + e)));
      words += scaled->at(first + e);
    }
    std::vector<std::int64_t> count;
    if (words > 0)
      count =
          systematic_counts(log_share, std::int64_t(std::llround(words)), double(uniform(key, std::uint32_t(r), 0)));
    for (std::size_t e = 0; e < count.size(); ++e) {
      if (count[e] == 0) continue;
      whole->column.push_back(scaled->row(r)[e]);
      whole->value.push_back(float(count[e]));
    }
    whole->end_row();
  }
  documents.x = std::move(whole);
}

}  // namespace deepboltz
