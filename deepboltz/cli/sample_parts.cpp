#include "deepboltz/cli/sample_parts.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "deepboltz/cli/given_cases.h"
#include "deepboltz/io/png.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/pictures.h"
#include "deepboltz/task/part_draws.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {

std::string words_drawn(const Meaning& meaning, const Tensor& sample, std::int64_t row) {
  std::string text;
  for (std::int64_t k = 0; k < sample.cols(); ++k)
    for (std::int64_t n = 0; n < std::llround(sample.at(row, k)); ++n)
      text +=
          (text.empty() ? "" : " ") + (meaning.names.empty() ? fmt::format("{}", k) : meaning.names[std::size_t(k)]);
  return text;
}

void sample_parts(Session& session, const Trained& trained, const PartSampling& options) {
  constexpr std::uint64_t kUse = 2;  // of a session's key, as samples of one part have it
  const EnergyModel model = without_labels(machine_of_parts(trained, "sample"));
  GivenParts given;  // none: the cases have no columns
  const std::vector<LayerId> parts = model.ids(Role::visible);
  std::optional<std::size_t> picture;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const Meaning& meaning = meaning_of(trained.system, model.layer(parts[p]).name);
    given.lengths[model.layer(parts[p]).name] = meaning.words;
    if (meaning.is_picture() && !picture) picture = p;
  }
  const std::string out = options.out.empty() && picture ? "samples.png" : options.out;
  require(out.empty() || picture, "{}: no part of this machine is a picture", out);
  require(out.empty() || is_picture_name(out), "{}: expected a name that ends in .png", out);
  if (!out.empty()) require_output(out, inputs_of(trained));
  PartDraws drawn =
      draw_parts(session.context(), model, Cases{}, options.count, given, parts,
                 {.burn_in = options.sweeps, .key = session.key().fold(kUse), .report = session.report()});
  nlohmann::json json = nlohmann::json::array();
  std::string text;
  for (std::int64_t r = 0; r < options.count; ++r) {
    nlohmann::json one;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const std::string& name = model.layer(parts[p]).name;
      const Meaning& meaning = meaning_of(trained.system, name);
      if (meaning.names.empty()) continue;
      one[name] = words_drawn(meaning, drawn.sample[0][p], r);
      text += fmt::format("{:>4}  {}: {}\n", r + 1, name, one[name].get<std::string>());
    }
    json.push_back(std::move(one));
  }
  if (picture) {
    const Layer& layer = model.layer(parts[*picture]);
    const Meaning& meaning = meaning_of(trained.system, layer.name);
    Tensor& rows = drawn.mean[0][*picture];
    to_data(session.context(), layer, rows);
    write_png(out, picture_grid(rows, meaning.height, meaning.width,
                                {.columns = 10, .magnify = options.magnify, .channels = meaning.channels}));
  }
  if (session.options.json)
    session.print(nlohmann::json{{"file", out}, {"cases", json}});
  else
    session.print(text + (out.empty() ? "" : out + "\n"));
  session.console.next("deepboltz plot " + trained.path.string());
}

}  // namespace deepboltz
