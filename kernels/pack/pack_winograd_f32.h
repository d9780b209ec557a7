#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pack/conv_transpose_phases.h"
#include "kernels/pack/panels.h"

// Weights of a 3×3 convolution for Winograd's minimal filtering (Lavin and Gray, "Fast Algorithms
// for Convolutional Neural Networks", 2016), stored in model files and read by every ISA.
//
// A tile of t×t outputs (t = 2 or 4) comes from t+2 by t+2 inputs d and the taps g by
//   y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
// with one product for each pair of t+2 points, so that a layer is (t+2)² matrices U [co][ci],
// each packed as pack_panels_f32.h says, at the next multiple of 64 bytes behind the one before.
// Matrix i·(t+2) + j is row i, column j of G g Gᵀ. Rows of G, for the points in this order:
//   t = 2   0, 1, −1, ∞          g0;  (g0 ± g1 + g2)/2;  g2
//   t = 4   0, a, −a, b, −b, ∞   g0/a²b²;  (g0 ± a·g1 + a²·g2)/(2a²(a² − b²));
//                                (g0 ± b·g1 + b²·g2)/(2b²(b² − a²));  g2
// a and b stand in winograd_points.h, Bᵀ and Aᵀ in kernels/winograd_f32/winograd_f32.h.

namespace linnet {

constexpr bool winograd_tile_supported(size_t tile) { return tile == 2 || tile == 4; }
constexpr size_t winograd_matrices(size_t tile) { return (tile + 2) * (tile + 2); }

// Bytes of one matrix, from one to the next, and of all; they saturate as the sizes of panels.h do.
constexpr uint64_t winograd_matrix_size(uint64_t co, uint64_t ci) {
  return panel_mul(panel_mul(panel_padded_rows(co), ci), sizeof(float));
}
constexpr uint64_t winograd_matrix_step(uint64_t co, uint64_t ci) {
  return packed_blob_start(winograd_matrix_size(co, ci));
}
constexpr uint64_t winograd_weights_size(size_t tile, uint64_t co, uint64_t ci) {
  return panel_add(panel_mul(winograd_matrix_step(co, ci), winograd_matrices(tile) - 1),
                   winograd_matrix_size(co, ci));
}

// Weights [co][3][3][ci] -> winograd_weights_size() bytes at dst, which starts at a multiple of 4
// and must not overlap w. Computed in double, rounded once. Allocates nothing.
void pack_winograd_f32(const float* w, size_t co, size_t ci, size_t tile, void* dst);

}  // namespace linnet
