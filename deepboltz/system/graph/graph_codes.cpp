#include "deepboltz/system/graph/graph_codes.h"

#include "deepboltz/learn/source.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/system/graph/recognition_part.h"
#include "deepboltz/system/layered/objective.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {
namespace {

LayerId code_layer(const EnergyModel& model, const std::string& name) {
  const std::vector<LayerId> hidden = model.ids(Role::hidden);
  require(!hidden.empty(), "encode: the model has no hidden layer");
  if (name.empty()) return hidden.back();
  std::string known;
  for (LayerId id : hidden) {
    if (model.layer(id).name == name) return id;
    known += (known.empty() ? "" : ", ") + model.layer(id).name;
  }
  throw InputError(fmt::format("--layer: expected a hidden layer ({}), got {}", known, printable(name)));
}

}  // namespace

Codes graph_codes(Context& ctx, const System& system, const Cases& cases, const std::string& layer,
                  const Report& report) {
  const EnergyModel model = without_labels(part<EnergyModel>(system, "model"));
  const LayerId id = code_layer(model, layer);
  const Tensor states = visible_states(ctx, model, cases);
  PosteriorOptions options{.report = report};
  if ((options.recognition = find_recognition(system)) != nullptr) options.mean_field = kSweepAfterGuess;
  return {std::move(posterior_means(ctx, model, states, {&id, 1}, options).front()), model.layer(id).name};
}

Tensor graph_reconstruction(Context& ctx, const System& system, const Cases& cases, const Report& report) {
  constexpr std::int64_t kAtOnce = 500;
  const EnergyModel model = without_labels(part<EnergyModel>(system, "model"));
  const EnergyModel* recognition = find_recognition(system);
  const LayerId visible = model.visible();
  Tensor rebuilt(model.precision(), cases.count(), model.layer(visible).units);
  for (std::int64_t first = 0; first < cases.count(); first += kAtOnce) {
    const std::int64_t count = std::min(kAtOnce, cases.count() - first);
    State state = fixed_cases(ctx, model, cases, first, count, false);
    if (recognition)
      infer_from_guess(ctx, model, *recognition, state);
    else
      objective_of(ctx, model, state);  // leaves the posterior means in the state
    mean_layer(ctx, model, visible, state, {}, rebuilt.view().slice(first, count));
    if (!proceed(report, {"reconstruct", first + count, cases.count(), {}})) throw Interrupted("reconstruct: stopped");
  }
  to_data(ctx, model.layer(visible), rebuilt);
  return rebuilt;
}

}  // namespace deepboltz
