#include "deepboltz/model/target.h"

#include <algorithm>

namespace deepboltz {

std::vector<LayerId> Target::ids() const {
  std::vector<LayerId> ids;
  for (int i = 0; i < variables(); ++i) ids.push_back({i});
  return ids;
}

std::vector<LayerId> Target::ids(Role role) const {
  std::vector<LayerId> chosen;
  for (LayerId id : ids())
    if (variable(id).role == role) chosen.push_back(id);
  return chosen;
}

std::optional<LayerId> Target::find(std::string_view name) const {
  for (LayerId id : ids())
    if (variable(id).name == name) return id;
  return std::nullopt;
}

std::optional<LayerId> Target::find(Role role) const {
  for (LayerId id : ids())
    if (variable(id).role == role) return id;
  return std::nullopt;
}

LayerId Target::visible() const {
  const auto id = find(Role::visible);
  require(id.has_value(), "this model has no visible layer");
  return *id;
}

std::vector<LayerId> Target::block_layers(int block) const {
  std::vector<LayerId> members;
  for (LayerId id : ids())
    if (this->block(id) == block) members.push_back(id);
  return members;
}

int Target::largest_block() const {
  std::vector<std::int64_t> units(std::size_t(blocks()), 0);
  for (LayerId id : ids())
    if (block(id) != kConditionBlock) units[std::size_t(block(id))] += variable(id).units;
  return int(std::ranges::max_element(units) - units.begin());
}

bool Target::hidden_is_one_block() const {
  int seen = kNoBlock;
  for (LayerId id : ids()) {
    if (variable(id).role != Role::hidden) continue;
    if (seen != kNoBlock && block(id) != seen) return false;
    seen = block(id);
  }
  return seen != kNoBlock;
}

void Target::require_unconditional(std::string_view who) const {
  const auto condition = find(Role::condition);
  require(!condition, "{}: log Z depends on '{}', which is given with each case", who,
          condition ? variable(*condition).name : "");
}

}  // namespace deepboltz
