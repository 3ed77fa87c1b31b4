#include "deepboltz/system/stack/up_down_stage.h"

#include <cmath>
#include <cstring>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/learn/epoch_average.h"
#include "deepboltz/system/stack/belief_net_parts.h"
#include "deepboltz/task/belief_net_classes.h"

namespace deepboltz {
namespace {

class UpDownStage final : public Stage {
 public:
  UpDownStage(const StackRecipe& recipe, const CaseSets& sets, System& system)
      : recipe_(recipe),
        plan_(*recipe.up_down),
        options_(plan_.options),
        sets_(sets),
        system_(system),
        average_(plan_.average, plan_.epochs) {
    options_.key = Key{recipe.seed}.fold(RunUse::joint);
  }

  std::string name() const override { return "up-down"; }
  std::string epochs_key() const override { return "up_down.epochs"; }
  std::vector<std::string> columns() const override { return {"squared_error", "error_percent"}; }
  std::int64_t epochs() const override { return plan_.epochs; }
  std::int64_t batches() const override { return (sets_.train.count() + options_.batch - 1) / options_.batch; }
  std::int64_t batch() const override { return options_.batch; }
  std::int64_t checkpoint_every() const override { return recipe_.monitor.checkpoint_every; }

  void begin(Context&) override {
    net_ = net_of(system_);
    state_ = start_up_down(*net_);
  }

  bool epoch(Context& ctx, const KeepGoing& keep_going) override {
    const Source source = source_of(part<EnergyModel>(std::as_const(system_), "visible"), sets_.train);
    last_ = fit_epoch(ctx, options_, source, *net_, state_, keep_going);
    put_net(net_->clone(), system_);
    if (last_.finished) average_.see(ctx, state_.epoch, named_parameters(*net_));
    return last_.finished;
  }

  void end(Context& ctx) override {
    average_.keep(ctx, named_parameters(*net_));
    put_net(net_->clone(), system_);
  }

  std::int64_t epochs_done() const override { return state_.epoch; }
  std::int64_t updates() const override { return state_.step; }

  void look(Context& ctx, bool last, Figures& figures) override {
    if (recipe_.monitor.every <= 0 || (state_.epoch % recipe_.monitor.every != 0 && !last)) return;
    figures.rate = options_.rate.at(double(state_.epoch), state_.step);
    const double squared = last_.squared_error / double(last_.cases);
    figures.columns.emplace_back("squared_error", squared);
    figures.note = fmt::format("squared error {:.4g}", squared);
    const std::int64_t count = std::min(recipe_.monitor.cases, sets_.validation.count());
    if (!net_->top.find(Role::label) || count < 2) return;
    const Cases held_out = first_cases(sets_.validation, count);
    const Rows shown = shown_cases(ctx, part<EnergyModel>(std::as_const(system_), "visible"), held_out);
    const double error = 100 * error_rate(classify(ctx, *net_, shown.x, {}).label, labels_of(held_out)).value;
    figures.columns.emplace_back("error_percent", error);
    figures.note += fmt::format(", validation error {:.2f} %", error);
  }

  void add(Archive& archive) const override {
    // Names and places alone are asked for; nothing is changed.
    auto& self = const_cast<UpDownStage&>(*this);
    for (const auto& [name, values] : named_tensors(*self.net_, self.state_)) {
      Tensor copy(values.dtype, values.rows, values.cols);
      std::memcpy(copy.data(), values.data, copy.bytes());
      archive.add(kPrefix + name, std::move(copy));
    }
    for (const auto& [name, count] : self.counts()) archive.metadata[kPrefix + name] = std::to_string(*count);
    archive.metadata[kPrefix + "squared_error"] = fmt::format("{}", state_.squared_error);
    average_.add(kPrefix + "average/", archive);
  }

  void take(Context& ctx, Archive& archive) override {
    begin(ctx);
    for (const auto& [name, into] : named_tensors(*net_, state_)) {
      const Tensor& found = archive.at(kPrefix + name);
      require(found.dtype() == into.dtype && found.rows() == into.rows && found.cols() == into.cols,
              "{}: '{}{}' should be {} × {}, but is {} × {}", archive.file, kPrefix, name, into.rows, into.cols,
              found.rows(), found.cols());
      std::memcpy(into.data, found.data(), found.bytes());
    }
    for (const auto& [name, count] : counts()) {
      const auto number = parse_number<std::int64_t>(archive.metadata[kPrefix + name]);
      require(number && *number >= 0, "{}: {}{}: expected a count, got '{}'", archive.file, kPrefix, name,
              archive.metadata[kPrefix + name]);
      *count = *number;
    }
    const auto sum = parse_number<double>(archive.metadata[kPrefix + "squared_error"]);
    require(sum && std::isfinite(*sum), "{}: {}squared_error: expected a number", archive.file, kPrefix);
    state_.squared_error = *sum;
    average_.take(kPrefix + "average/", archive, state_.epoch, named_parameters(*net_));
  }

 private:
  static inline const std::string kPrefix = "up-down/";

  std::vector<std::pair<std::string, std::int64_t*>> counts() {
    return {{"epoch", &state_.epoch}, {"batch", &state_.batch}, {"step", &state_.step}, {"cases", &state_.cases}};
  }

  const StackRecipe& recipe_;
  const UpDownRecipe& plan_;
  UpDownOptions options_;
  const CaseSets& sets_;
  System& system_;
  std::optional<BeliefNet> net_;  // from begin on; the parts are copies of it
  UpDownState state_;
  UpDownEpoch last_;
  EpochAverage average_;
};

}  // namespace

std::unique_ptr<Stage> up_down_stage(const StackRecipe& recipe, const CaseSets& sets, System& system) {
  return std::make_unique<UpDownStage>(recipe, sets, system);
}

}  // namespace deepboltz
