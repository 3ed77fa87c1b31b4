// What a reader says when it refuses.
#pragma once

#include <string>

#include "deepboltz/base/error.h"

namespace deepboltz::testing {

// The message of the Error that `act` throws, or "" when it throws none. Other exceptions pass.
template <class Act> std::string refusal(Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace deepboltz::testing
