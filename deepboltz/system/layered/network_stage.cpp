#include "deepboltz/system/layered/network_stage.h"

#include "deepboltz/learn/save_backprop.h"

namespace deepboltz {

NetworkStage::NetworkStage(std::string name, std::int64_t epochs, const BackpropOptions& options, const CaseSets& sets,
                           Key key)
    : name_(std::move(name)), epochs_(epochs), sets_(sets), options_(options) {
  options_.key = key;
}

void NetworkStage::begin(Context& ctx) {
  make_network(ctx);
  state_ = start_backprop(options_, network());
  prepare(ctx);
}

bool NetworkStage::epoch(Context& ctx, const KeepGoing& keep_going) {
  const EpochResult result = fit_epoch(ctx, options_, examples(Share::train), network(), state_, keep_going);
  score_ = result.score;
  return result.finished;
}

void NetworkStage::look(Context& ctx, bool, Figures& figures) {
  figures.rate = options_.rate.at(double(state_.epoch), state_.step);
  const double loss = score_.loss / double(score_.cases);
  figures.columns.emplace_back("loss", loss);
  figures.note = fmt::format("loss {:.4f}", loss);
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
}

void NetworkStage::take(Context& ctx, Archive& archive) {
  state_ = start_backprop(options_, network());
  take_backprop(archive, name_ + "/", network(), state_);
  prepare(ctx);
}

}  // namespace deepboltz
