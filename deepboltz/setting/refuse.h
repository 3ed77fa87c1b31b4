// How a contradiction in a recipe is refused: whoever finds it names the key; whoever read the text knows the place.
#pragma once

#include <functional>
#include <string>

namespace deepboltz {

using Refuse = std::function<void(const std::string& key, const std::string& message)>;  // does not return

}  // namespace deepboltz
