// States of all layers for a batch of cases, and what of them is clamped: nothing, a whole layer, or a mask of units a
// case. A clamped unit is evidence: it is never resampled, and sends its value to its neighbours. Of counts some of a
// document's words can be known and the others free.
#pragma once

#include <span>
#include <vector>

#include "deepboltz/model/layer.h"

namespace deepboltz {

struct Clamp {
  enum class Kind : std::uint8_t { none, all, some };
  Kind kind = Kind::none;
  // With `some`: (cases, units) u8, nonzero where clamped; a softmax unit is clamped as a group. Of counts: the counts
  // of the known words, in the model's number type.
  Tensor mask;
};

struct State {
  std::vector<Tensor> layers;  // one matrix a layer: (capacity, units), of which the first `cases` rows count
  std::vector<Clamp> clamped;  // one a layer
  // The lengths of documents (model/length.h): a list a layer, one number a case of a layer of counts, kNoLength until
  // it is known; empty for the other layers.
  std::vector<std::vector<double>> length;
  std::int64_t cases = 0;
  std::int64_t first_case = 0;  // global number of row 0: what its random numbers are addressed by

  Matrix x(LayerId layer) { return layers[std::size_t(layer.index)].view().slice(0, cases); }
  ConstMatrix x(LayerId layer) const { return layers[std::size_t(layer.index)].view().slice(0, cases); }

  // Of that layer; empty: it does not count.
  std::span<double> lengths(LayerId layer);
  std::span<const double> lengths(LayerId layer) const;
  // Of the only layer that counts; empty: there is none. InputError: there are several.
  std::span<double> lengths();
  std::span<const double> lengths() const;
  void fill_lengths(double words);  // of every layer that counts, of all rows

  void clamp(LayerId layer) { clamped[std::size_t(layer.index)] = {Clamp::Kind::all, {}}; }
  void clamp(LayerId layer, Tensor mask) { clamped[std::size_t(layer.index)] = {Clamp::Kind::some, std::move(mask)}; }
  void unclamp(LayerId layer) { clamped[std::size_t(layer.index)] = {}; }
  bool is_clamped(LayerId layer) const { return clamped[std::size_t(layer.index)].kind == Clamp::Kind::all; }
  // The mask of a partly clamped layer, else an empty matrix.
  ConstMatrix mask(LayerId layer) const {
    const Clamp& clamp = clamped[std::size_t(layer.index)];
    return clamp.kind == Clamp::Kind::some ? clamp.mask.view().slice(0, cases) : ConstMatrix{};
  }

  State clone() const;
};

inline constexpr double kNoLength = -1;

// `count` rows from `first` on, each `times` times in a row.
Tensor repeat_rows(const Tensor& from, std::int64_t first, std::int64_t count, std::int64_t times);

// `count` cases from `first` on, each `times` times in a row, with what is clamped of them: row r holds case
// first + r / times. Random numbers are addressed as if all cases had been repeated.
State repeat_cases(const State& state, std::int64_t first, std::int64_t count, std::int64_t times);

}  // namespace deepboltz
