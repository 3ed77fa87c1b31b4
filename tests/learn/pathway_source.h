// Random cases of several parts as a source of learning.
#pragma once

#include "tests/model/random_pathways.h"

#include "deepboltz/learn/source.h"

namespace deepboltz::testing {

inline std::vector<Joint> random_cases(const EnergyModel& model, int count, Key key) {
  std::vector<Joint> rows;
  for (int r = 0; r < count; ++r) rows.push_back(random_case(model, key.fold(std::uint64_t(r))));
  return rows;
}

// `rows` must outlive it. Documents that are missing have `length` words; case r has the label r % classes.
inline Source rows_source(const EnergyModel& model, const std::vector<Joint>& rows, double length) {
  Source source;
  source.cases = std::uint32_t(rows.size());
  for (LayerId id : model.ids(Role::visible))
    source.visible.push_back({.states =
                                  [&rows, id](Context&, std::span<const std::uint32_t> chosen, Key, Matrix out) {
                                    visit_real(out.dtype, [&](auto real) {
                                      using Real = decltype(real);
                                      for (std::size_t r = 0; r < chosen.size(); ++r)
                                        for (std::int64_t i = 0; i < out.cols; ++i)
                                          out.as<Real>()(std::int64_t(r), i) =
                                              Real(rows[chosen[r]][at(id)][std::size_t(i)]);
                                    });
                                  },
                              .length = length});
  source.labels = [](std::span<const std::uint32_t> chosen, Matrix out) {
    visit_real(out.dtype, [&](auto real) {
      using Real = decltype(real);
      for (std::size_t r = 0; r < chosen.size(); ++r)
        for (std::int64_t k = 0; k < out.cols; ++k)
          out.as<Real>()(std::int64_t(r), k) = Real(k == std::int64_t(chosen[r]) % out.cols);
    });
  };
  return source;
}

}  // namespace deepboltz::testing
