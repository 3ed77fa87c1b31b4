// A recipe from TOML. Nothing is guessed: an unknown key, a wrong type, a number out of its bounds and parts that do
// not fit together are InputError "FILE:LINE: key: what was expected, what came", an unknown key with the nearest known
// one.
//
// `system = "WORD"` says which kind of system a recipe is of; a table of its own may say it too; where
// there is neither, it is the first kind of the table.
#pragma once

#include <filesystem>
#include <span>

#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

inline constexpr std::uint64_t kRecipeLimit = std::uint64_t(1) << 20;  // bytes

// `overrides` are "key=value" as in `--set train.rate=0.1`; the value is TOML, or a bare word where a text is wanted.
// They come after the text, in order. `file` names the text in errors.
Recipe parse_recipe(std::span<const Kind> table, std::string_view text, const std::string& file,
                    std::span<const std::string> overrides = {});

// The recipe that a run keeps. It states every setting that there was when the run began: one that it lacks has the
// value that all runs had before there was such a setting.
Recipe parse_run_recipe(std::span<const Kind> table, std::string_view text, const std::string& file,
                        std::span<const std::string> overrides = {});

// FileError: missing or unreadable.
Recipe read_recipe(std::span<const Kind> table, const std::filesystem::path& path,
                   std::span<const std::string> overrides = {});

}  // namespace deepboltz
