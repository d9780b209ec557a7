#include "kernels/pack/pack_winograd_f32.h"

#include <cstring>

#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/winograd_points.h"

namespace linnet {
namespace {

// G for tiles of 2×2 and 4×4.
struct Rows {
  double g[6][3];
};

constexpr Rows kRows2 = {{{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}};

constexpr Rows rows_of_4() {
  const double a = kWinogradA, b = kWinogradB, p = a * a, q = b * b;
  const double na = 2 * p * (p - q), nb = 2 * q * (q - p);
  return {{{1 / (p * q), 0, 0},
           {1 / na, a / na, p / na},
           {1 / na, -a / na, p / na},
           {1 / nb, b / nb, q / nb},
           {1 / nb, -b / nb, q / nb},
           {0, 0, 1}}};
}
constexpr Rows kRows4 = rows_of_4();

}  // namespace

void pack_winograd_f32(const float* w, size_t co, size_t ci, size_t tile, void* dst) {
  const Rows& rows = tile == 2 ? kRows2 : kRows4;
  const size_t step = static_cast<size_t>(winograd_matrix_step(co, ci));
  if (co == 0 || ci == 0) return;
  std::memset(dst, 0, static_cast<size_t>(winograd_weights_size(tile, co, ci)));
  for (size_t matrix = 0; matrix < winograd_matrices(tile); ++matrix) {
    const double* down = rows.g[matrix / (tile + 2)];
    const double* across = rows.g[matrix % (tile + 2)];
    float* out = reinterpret_cast<float*>(static_cast<char*>(dst) + matrix * step);
    for (size_t o = 0; o < co; ++o) {
      float* panel = out + o / kPanelRows * kPanelRows * ci + o % kPanelRows;
      for (size_t i = 0; i < ci; ++i) {
        const float* g = w + o * 9 * ci + i;
        double sum = 0;
        for (size_t tap = 0; tap < 9; ++tap) {
          sum += down[tap / 3] * across[tap % 3] * static_cast<double>(g[tap * ci]);
        }
        panel[i * kPanelRows] = static_cast<float>(sum);
      }
    }
  }
}

}  // namespace linnet
