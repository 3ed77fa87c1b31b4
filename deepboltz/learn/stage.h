// A stage of training: something that learns by epochs, stops anywhere, and goes on with the same bits. A run is a list
// of stages: pretraining, joint training, fine-tuning; of every kind of system (system/kind.h).
//
// A stage is made without work: it holds references to the cases and to the parts that it trains. It begins with begin,
// or with take from a checkpoint; its epochs follow, then end. Order and draws are functions of (key, epoch, batch),
// hence an epoch that was stopped and taken up again gives the same bits as one that was not.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "deepboltz/io/safetensors.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// Asked after every update but an epoch's last, with the batches of the epoch that are done; false: stop here.
using KeepGoing = std::function<bool(std::int64_t batch, std::int64_t batches)>;

// What a look at a stage finds, in the order in which it is shown.
struct Figures {
  struct Warning {
    std::string about, text;  // said once a stage and `about`
  };

  std::optional<double> rate;                                          // of learning; absent: nothing was looked at
  std::vector<std::pair<std::string, std::optional<double>>> columns;  // of metrics.csv
  std::string note;                                                    // for the progress bar: the figure to watch
  std::vector<Warning> warnings;
};

class Stage {
 public:
  virtual ~Stage() = default;

  virtual std::string name() const = 0;                  // pretrain1, train, finetune, …
  virtual std::vector<std::string> columns() const = 0;  // that look() can find
  virtual std::int64_t epochs() const = 0;
  virtual std::int64_t batches() const = 0;                    // updates an epoch, about as many where cases are drawn
  virtual std::int64_t batch() const { return 1; }             // cases an update
  virtual std::int64_t checkpoint_every() const { return 1; }  // epochs
  virtual std::string epochs_key() const { return name() + ".epochs"; }  // the setting that epochs() comes from
  // Whether the system's parts are not there before its end: pretraining, which a run from given parts passes over.
  virtual bool makes_parts() const { return false; }

  virtual void begin(Context&) {}  // initial parameters, features, learning state
  // To the end of the epoch; false: stopped, with everything as after that update.
  virtual bool epoch(Context& ctx, const KeepGoing& keep_going) = 0;
  virtual void end(Context&) {}  // what turns the stage's parameters into the system's parts

  virtual std::int64_t epochs_done() const = 0;
  virtual std::int64_t updates() const = 0;
  virtual double bytes() const { return 0; }  // of memory, beside the parts and the cases

  virtual void look(Context& ctx, bool last, Figures& figures) = 0;
  // What it came to, in a paragraph for people, at its end; empty: nothing to say.
  virtual std::string summary(Context&) const { return {}; }
  virtual void draw(Context&, bool, const std::filesystem::path&) {}  // pictures of the epoch, into a folder

  // What learning carries, for a checkpoint; the system's parts are saved beside it.
  virtual void add(Archive& archive) const = 0;
  virtual void take(Context& ctx, Archive& archive) = 0;
  virtual void keep(const std::filesystem::path&) const {}  // what a run leaves beside its parts, in files of its own
};

// The epochs of a stage from where it stands. `after_epoch` is called when one is whole. False: one of the two said
// stop.
bool run_epochs(Context& ctx, Stage& stage, const KeepGoing& keep_going, const std::function<bool()>& after_epoch);

}  // namespace deepboltz
