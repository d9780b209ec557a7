#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "kernels/pack/winograd_points.h"

// Winograd's three matrices for 3 taps, made from the points alone by polynomials (Toom and Cook):
// none of the formulas of the kernels or the packer.

namespace linnet::test {

using WinogradMatrix = std::vector<std::vector<double>>;

struct WinogradMatrices {
  WinogradMatrix bt;  // [t+2][t+2]
  WinogradMatrix g;   // [t+2][3]
  WinogradMatrix at;  // [t][t+2]

  explicit WinogradMatrices(size_t tile) {
    std::vector<double> points = {0, 1, -1};
    const double a = static_cast<double>(kWinogradA), b = static_cast<double>(kWinogradB);
    if (tile == 4) points = {0, a, -a, b, -b};
    const size_t n = points.size() + 1;
    for (size_t i = 0; i < n; ++i) {
      // Coefficients of the product of (x − point) over all other points; over all for infinity.
      std::vector<double> poly = {1};
      double scale = 1;
      for (size_t j = 0; j + 1 < n; ++j) {
        if (j == i) continue;
        std::vector<double> next(poly.size() + 1);
        for (size_t k = 0; k < poly.size(); ++k) {
          next[k] -= points[j] * poly[k];
          next[k + 1] += poly[k];
        }
        poly = next;
        if (i + 1 < n) scale *= points[i] - points[j];
      }
      poly.resize(n);
      // The smallest matrix of t = 2 has the sign of its first row changed.
      if (tile == 2 && i == 0) {
        for (double& v : poly) v = -v;
        scale = -scale;
      }
      bt.push_back(poly);
      std::vector<double> powers = {1, 0, 0};
      if (i + 1 < n) powers = {1, points[i], points[i] * points[i]};
      if (i + 1 == n) powers = {0, 0, 1};
      g.push_back({powers[0] / scale, powers[1] / scale, powers[2] / scale});
    }
    at.assign(tile, std::vector<double>(n));
    for (size_t k = 0; k < tile; ++k) {
      for (size_t i = 0; i + 1 < n; ++i) {
        double power = 1;
        for (size_t e = 0; e < k; ++e) power *= points[i];
        at[k][i] = power;
      }
      at[k][n - 1] = k + 1 == tile ? 1 : 0;
    }
  }
};

// left · values · leftᵀ, and the same of all magnitudes.
struct WinogradProduct {
  WinogradMatrix exact, magnitude;

  WinogradProduct(const WinogradMatrix& left, const WinogradMatrix& values)
      : exact(multiply(left, values, false)), magnitude(multiply(left, values, true)) {}

 private:
  static WinogradMatrix multiply(const WinogradMatrix& left, const WinogradMatrix& values,
                                 bool magnitudes) {
    const auto part = [&](double v) { return magnitudes && v < 0 ? -v : v; };
    const size_t n = left.size(), k = values.size();
    WinogradMatrix result(n, std::vector<double>(n));
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        for (size_t r = 0; r < k; ++r)
          for (size_t c = 0; c < k; ++c)
            result[i][j] += part(left[i][r]) * part(values[r][c]) * part(left[j][c]);
    return result;
  }
};

}  // namespace linnet::test
