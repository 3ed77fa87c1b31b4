// The fields of a recipe's sections, a file a section or two: *_fields.cpp. A field is one line there.
#pragma once

#include <type_traits>

#include "deepboltz/recipe/field.h"
#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

// Adds fields below a prefix ("train.").
class Section {
 public:
  Section(std::vector<Field>& out, std::string prefix) : out_(out), prefix_(std::move(prefix)) {}

  Section below(const std::string& name) const { return {out_, prefix_ + name}; }

  template <class T> void add(const char* name, T& value, Bounds bounds, const char* meaning) {
    out_.push_back({prefix_ + name, Slot(&value), bounds, meaning});
  }
  void add(const char* name, bool& value, const char* meaning) { add(name, value, kAny, meaning); }
  void add(const char* name, std::string& value, const char* meaning) { add(name, value, kAny, meaning); }
  void add(const char* name, NumberList list, Bounds bounds, const char* meaning) {
    out_.push_back({prefix_ + name, Slot(std::move(list)), bounds, meaning});
  }

  // An enum whose values count from 0 in the order of `names`.
  template <class E>
    requires std::is_enum_v<E>
  void choose(const char* name, E& value, std::vector<std::string_view> names, const char* meaning) {
    choose(name, {std::move(names), [&value] { return std::size_t(value); }, [&value](std::size_t i) { value = E(i); }},
           meaning);
  }
  // A text that is one of `names`.
  void choose(const char* name, std::string& value, std::vector<std::string_view> names, const char* meaning) {
    const auto place = [&value, names] {
      for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == value) return i;
      return std::size_t(0);
    };
    const auto put = [&value, names](std::size_t i) { value = names[i]; };
    choose(name, {names, place, put}, meaning);
  }
  void choose(const char* name, Choice choice, const char* meaning) {
    out_.push_back({prefix_ + name, Slot(std::move(choice)), kAny, meaning});
  }

 private:
  std::vector<Field>& out_;
  std::string prefix_;
};

void data_fields(Section s, DataRecipe& data);
void model_fields(Section s, ModelRecipe& model);
void pretrain_fields(Section s, PretrainRecipe& pretrain);
void stage_fields(Section s, StageRecipe& stage);  // [train], and each [[pretrain.stage]]
void finetune_fields(Section s, FinetuneRecipe& finetune);
void evaluate_fields(Section s, EvaluateRecipe& evaluate);
void monitor_fields(Section s, MonitorRecipe& monitor);
void ratings_fields(Section s, RatingsRecipe& ratings);

// What [train] and [finetune] have in common.
void mean_field_fields(Section& s, MeanFieldOptions& options);
void adam_fields(Section& s, AdamMoments& moments);

}  // namespace deepboltz
