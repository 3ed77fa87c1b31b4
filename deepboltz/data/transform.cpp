#include "deepboltz/data/transform.h"

#include "deepboltz/base/parse_number.h"
#include "deepboltz/io/malformed.h"
#include "deepboltz/kernel/binarise.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr std::pair<std::string_view, Binarisation> kNames[] = {{"none", Binarisation::none},
                                                                {"threshold", Binarisation::threshold},
                                                                {"each-time", Binarisation::each_time},
                                                                {"once", Binarisation::once}};

Binarise how_of(Binarisation binarisation) {
  if (binarisation == Binarisation::none) return Binarise::none;
  return binarisation == Binarisation::threshold ? Binarise::threshold : Binarise::sample;
}

// The same for real-valued data; bytes go through the kernel.
float binarised(Binarise how, float x, Key key, std::uint32_t row, std::uint32_t column) {
  if (how == Binarise::none) return x;
  if (how == Binarise::threshold) return x >= 0.5f ? 1.0f : 0.0f;
  return uniform(key, row, column) < x ? 1.0f : 0.0f;
}

std::uint64_t number_of_key(std::string_view text, std::string_view whole) {
  const auto number = parse_number<std::uint64_t>(text);
  require(number.has_value(), "transform: expected key=SEED:PATH in '{}'", printable(whole));
  return *number;
}

}  // namespace

std::string_view name_of(Binarisation binarisation) {
  for (const auto& [name, value] : kNames)
    if (value == binarisation) return name;
  return "";
}

Binarisation parse_binarisation(std::string_view word) {
  for (const auto& [name, value] : kNames)
    if (name == word) return value;
  throw InputError(fmt::format("binarise: expected none, threshold, each-time or once, got '{}'", printable(word)));
}

std::string to_text(const Transform& transform) {
  std::string text = fmt::format("binarise={}", name_of(transform.binarise));
  if (transform.binarise == Binarisation::once)
    text += fmt::format(" key={}:{}", transform.key.seed, transform.key.path);
  return text;
}

Transform parse_transform(std::string_view text) {
  constexpr std::string_view kBinarise = "binarise=", kKey = " key=";
  require(text.starts_with(kBinarise), "transform: expected binarise=…, got '{}'", printable(text));
  const std::size_t space = std::min(text.find(' '), text.size());
  Transform transform{parse_binarisation(text.substr(kBinarise.size(), space - kBinarise.size()))};
  const std::string_view rest = text.substr(space);
  const bool needs_key = transform.binarise == Binarisation::once;
  require(needs_key ? rest.starts_with(kKey) : rest.empty(), "transform: {} in '{}'",
          needs_key ? "expected key=SEED:PATH" : "unexpected words", printable(text));
  if (!needs_key) return transform;
  const std::string_view key = rest.substr(kKey.size());
  const std::size_t colon = std::min(key.find(':'), key.size());
  transform.key.seed = number_of_key(key.substr(0, colon), text);
  transform.key.path = number_of_key(key.substr(std::min(colon + 1, key.size())), text);
  return transform;
}

void present(Context& ctx, const Transform& transform, const Dataset& data, std::span<const std::uint32_t> rows,
             Key now, Matrix out) {
  DEEPBOLTZ_ASSERT(out.rows == std::int64_t(rows.size()) && out.cols == data.units());
  const Binarise how = how_of(transform.binarise);
  const Key key = transform.binarise == Binarisation::once ? transform.key : now;
  if (data.x.dtype() == DType::u8) return binarise(ctx, how, data.x, rows, key, out);
  ctx.parallel(out.rows, [&](std::int64_t r) {
    const std::uint32_t row = rows[std::size_t(r)];
    const float* x = data.x.as<float>().row(row);
    visit_real(out.dtype, [&](auto real) {
      auto* target = out.as<decltype(real)>().row(r);
      for (std::int64_t c = 0; c < out.cols; ++c) target[c] = binarised(how, x[c], key, row, std::uint32_t(c));
    });
  });
}

void present(Context& ctx, const Transform& transform, const Dataset& data, std::span<const std::uint32_t> rows,
             Key now, Bits& out) {
  DEEPBOLTZ_ASSERT(transform.binarise != Binarisation::none && data.x.dtype() == DType::u8);
  const Key key = transform.binarise == Binarisation::once ? transform.key : now;
  binarise(ctx, how_of(transform.binarise), data.x, rows, key, out);
}

}  // namespace deepboltz
