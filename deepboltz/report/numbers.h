// The numbers of evaluation.json as a list that a page or a terminal can show.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

struct Number {
  std::string name;     // where it stands: "test / log p"
  std::string value;    // "−86.21 ± 0.08", or a word
  std::string warning;  // why not to trust it; empty if there is no known reason
};

// Any JSON object. An object with a number "value" is one number, its "standard_error" (or "error") behind it and its
// "warning" or "note" beside it; other objects are walked through, elements of lists by their "name", "mask" or
// "metric", else by position. A difference in the last digits of an error does not matter: errors are shown with two
// digits, values to the same place. InputError "FILE: byte N: …" if it is not JSON, or not an object.
std::vector<Number> parse_numbers(ByteView bytes, const std::string& file);

// The elements of the object's list `name` as points: their number `x`, and their "value". None where there is no such
// list; an element that lacks either is left out.
std::vector<std::pair<double, double>> parse_points(ByteView bytes, const std::string& file, const char* name,
                                                    const char* x);

// value ± error, the error to two digits, the value to the same place. error ≤ 0 or not finite: the value alone.
std::string with_error(double value, double error);

}  // namespace deepboltz
