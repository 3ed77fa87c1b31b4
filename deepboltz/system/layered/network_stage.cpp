#include "deepboltz/system/layered/network_stage.h"

#include "deepboltz/learn/save_backprop.h"

namespace deepboltz {

NetworkStage::NetworkStage(std::string name, const FinetuneRecipe& plan, const CaseSets& sets, Key key)
    : name_(std::move(name)), sets_(sets), plan_(plan), average_(plan.average, plan.epochs) {
  plan_.backprop.key = key;
}

std::vector<std::string> NetworkStage::columns() const {
  std::vector<std::string> names{"loss", "error_percent", "loss_validation", "squared_error_validation"};
  if (searches()) names.emplace_back("evaluations");
  return names;
}

void NetworkStage::begin(Context& ctx) {
  make_network(ctx);
  state_ = start_backprop(plan_.backprop, network());
  prepare(ctx);
}

bool NetworkStage::epoch(Context& ctx, const KeepGoing& keep_going) {
  last_ = fit_epoch(ctx, plan_.backprop, examples(Share::train), network(), state_, keep_going);
  if (last_.finished) average_.see(ctx, state_.epoch, named_parameters(network()));
  return last_.finished;
}

void NetworkStage::end(Context& ctx) { average_.keep(ctx, named_parameters(network())); }

ClassifierStart NetworkStage::class_start() const {
  return {.classes = classes_of(sets_.train),
          .deviation = plan_.output_scale,
          .from_labels = plan_.output_labels,
          .key = plan_.backprop.key};
}

void NetworkStage::look(Context& ctx, bool, Figures& figures) {
  figures.rate = plan_.backprop.rate.at(double(state_.epoch), state_.step);
  const double loss = last_.score.loss / double(last_.score.cases);
  figures.columns.emplace_back("loss", loss);
  figures.note = fmt::format("loss {:.4f}", loss);
  if (searches()) {
    const double evaluations = double(last_.evaluations) / double(batches());
    figures.columns.emplace_back("evaluations", evaluations);
    figures.note += fmt::format(", {:.1f} evaluations a batch", evaluations);
  }
  if (sets_.validation.count() == 0) return;
  const Examples held_out = examples(Share::validation);
  const Score held = score(ctx, network(), held_out);
  if (held_out.targets.empty()) {
    const double error = 100.0 * double(held.errors) / double(held.cases);
    figures.columns.emplace_back("error_percent", error);
    figures.note += fmt::format(", validation error {:.2f} %", error);
    return;
  }
  const double squared = held.squared_error / double(held.cases);
  figures.columns.emplace_back("loss_validation", held.loss / double(held.cases));
  figures.columns.emplace_back("squared_error_validation", squared);
  figures.note += fmt::format(", validation {:.4f}, squared error {:.4g}", held.loss / double(held.cases), squared);
}

void NetworkStage::add(Archive& archive) const {
  add_backprop(state_, const_cast<NetworkStage*>(this)->network(), name_ + "/", archive);
  average_.add(name_ + "/average/", archive);
}

void NetworkStage::take(Context& ctx, Archive& archive) {
  state_ = start_backprop(plan_.backprop, network());
  take_backprop(archive, name_ + "/", network(), state_);
  average_.take(name_ + "/average/", archive, state_.epoch, named_parameters(network()));
  prepare(ctx);
}

}  // namespace deepboltz
