#include "kernels/pack/pack_winograd_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/pack/pack_panels_f32.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/winograd_matrices.h"

namespace linnet {
namespace {

using test::WinogradMatrices;
using test::WinogradMatrix;
using test::WinogradProduct;

TEST_CASE("Winograd's matrices give the convolution", "[winograd_f32]") {
  for (const size_t tile : {size_t{2}, size_t{4}}) {
    const WinogradMatrices m(tile);
    const size_t n = tile + 2;
    WinogradMatrix d(n, std::vector<double>(n)), g(3, std::vector<double>(3));
    for (size_t i = 0; i < n * n; ++i) d[i / n][i % n] = static_cast<double>(i * 7 % 11) - 4;
    for (size_t i = 0; i < 9; ++i) g[i / 3][i % 3] = static_cast<double>(i * 5 % 7) - 2;
    WinogradMatrix product = WinogradProduct(m.bt, d).exact;
    const WinogradMatrix u = WinogradProduct(m.g, g).exact;
    for (size_t i = 0; i < n * n; ++i) product[i / n][i % n] *= u[i / n][i % n];
    const WinogradMatrix y = WinogradProduct(m.at, product).exact;
    for (size_t i = 0; i < tile; ++i) {
      for (size_t j = 0; j < tile; ++j) {
        double want = 0;
        for (size_t tap = 0; tap < 9; ++tap)
          want += d[i + tap / 3][j + tap % 3] * g[tap / 3][tap % 3];
        REQUIRE(std::abs(y[i][j] - want) < 1e-9);
      }
    }
  }
}

TEST_CASE("weights are transformed in double and packed matrix by matrix", "[winograd_f32]") {
  for (const size_t tile : {size_t{2}, size_t{4}}) {
    for (const auto& [co, ci] : {std::pair<size_t, size_t>{1, 1}, {8, 3}, {13, 5}, {16, 32}}) {
      const std::vector<float> w = test::random_floats(co * 9 * ci, -1, 1, 7);
      const size_t n = tile + 2, size = static_cast<size_t>(winograd_weights_size(tile, co, ci));
      const size_t step = static_cast<size_t>(winograd_matrix_step(co, ci));
      REQUIRE(step % 64 == 0);
      test::Guarded<float> packed(size / sizeof(float));
      REQUIRE(size == step * (n * n - 1) + panels_f32_elements(co, ci) * sizeof(float));
      pack_winograd_f32(w.data(), co, ci, tile, packed.data());
      REQUIRE(packed.intact());
      const WinogradMatrices m(tile);
      for (size_t i = 0; i < n * n; ++i) {
        std::vector<float> u(co * ci);
        unpack_panels_f32(packed.data() + i * step / sizeof(float), co, ci, u.data());
        for (size_t at = 0; at < u.size(); ++at) {
          WinogradMatrix g(3, std::vector<double>(3));
          for (size_t tap = 0; tap < 9; ++tap)
            g[tap / 3][tap % 3] = static_cast<double>(w[(at / ci * 9 + tap) * ci + at % ci]);
          const WinogradProduct want(m.g, g);
          const double exact = want.exact[i / n][i % n];
          REQUIRE(std::abs(static_cast<double>(u[at]) - exact) <=
                  0x1.01p-24 * std::abs(exact) + 1e-14 * want.magnitude[i / n][i % n]);
        }
      }
      for (size_t i = 0; i < n * n; ++i) {  // rows that pad the last panel
        const float* matrix = packed.data() + i * step / sizeof(float);
        for (size_t row = co; row < (co + 7) / 8 * 8; ++row)
          for (size_t k = 0; k < ci; ++k)
            REQUIRE(matrix[row / 8 * 8 * ci + k * 8 + row % 8] == 0.0f);
      }
    }
  }
}

TEST_CASE("sizes of Winograd weights saturate", "[winograd_f32]") {
  REQUIRE(winograd_weights_size(4, UINT64_MAX / 2, 3) == UINT64_MAX);
  REQUIRE(winograd_weights_size(2, INT32_MAX, INT32_MAX) == UINT64_MAX);
  REQUIRE(winograd_weights_size(4, 0, INT32_MAX) == 0);
  REQUIRE(winograd_weights_size(4, INT32_MAX, 0) == 0);
}

}  // namespace
}  // namespace linnet
