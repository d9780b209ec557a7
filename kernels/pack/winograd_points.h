#pragma once

// The interpolation points of Winograd's method with tiles of 4×4 (pack_winograd_f32.h): 0, ±a, ±b
// and infinity. Part of the model file's format.

namespace linnet {

inline constexpr float kWinogradA = 0.75f;
inline constexpr float kWinogradB = 1.5f;

}  // namespace linnet
