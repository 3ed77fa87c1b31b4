// The number types that a tensor can hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace deepboltz {

enum class DType : std::uint8_t { u8, f32, f64 };

template <class T> inline constexpr DType dtype_of = DType::f32;
template <> inline constexpr DType dtype_of<double> = DType::f64;
template <> inline constexpr DType dtype_of<std::uint8_t> = DType::u8;

constexpr std::size_t size_of(DType type) { return type == DType::u8 ? 1 : type == DType::f32 ? 4 : 8; }
constexpr std::string_view name_of(DType type) { return type == DType::u8 ? "u8" : type == DType::f32 ? "f32" : "f64"; }

// Calls f(T{}) with the T behind `type`, which must be f32 or f64.
template <class F> decltype(auto) visit_real(DType type, F&& f) {
  return type == DType::f64 ? f(double{}) : f(float{});
}

}  // namespace deepboltz
