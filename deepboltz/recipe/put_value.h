// One value of a recipe, checked against its setting and put where the setting points.
#pragma once

#include "deepboltz/recipe/key_places.h"
#include "deepboltz/recipe/toml_syntax.h"
#include "deepboltz/setting/setting.h"

namespace deepboltz {

// InputError, by `places`: another type than the setting's, a number out of its bounds, a word that is none of its
// names.
void put_value(const Setting& setting, const toml::node& node, const KeyPlaces& places);

// What came, in words: the value if it is short, else its type.
std::string came(const toml::node& node);

}  // namespace deepboltz
