#pragma once

#include <algorithm>

#include "tests/ops/window_cases.h"

namespace linnet::test {

struct PoolCase {
  Shape32 x;
  WindowCase window;
  bool ceil_mode = false, include_pad = false;
  int out_h = 0, out_w = 0;  // worked out by hand where it is not the floor of the plain formula

  Shape32 shape() const {
    return {x[0], out_h ? out_h : window.out_h(x[1]), out_w ? out_w : window.out_w(x[2]), x[3]};
  }
};

inline const std::vector<PoolCase>& pools() {
  static const std::vector<PoolCase> cases = {
      {{1, 8, 8, 16}, {2, 2, 2, 2}},
      {{2, 9, 7, 33}, {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}},
      {{2, 9, 7, 33}, {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}, false, true},
      {{1, 7, 7, 5}, {7, 7}},
      {{1, 10, 12, 3}, {2, 3, 1, 2, 3, 2, 1, 2, 0, 3}},
      {{1, 6, 6, 4}, {3, 3, 2, 2}, true, false, 3, 3},  // ceil(3 / 2) + 1
      {{1, 6, 6, 4}, {3, 3, 2, 2}, true, true, 3, 3},
      {{1, 5, 5, 4}, {1, 1, 3, 3}, true, false, 2, 2},  // ceil(4 / 3) + 1 = 3 starts behind the
                                                        // input
      {{1, 4, 4, 2}, {3, 3, 3, 3, 1, 1, 1, 1, 1, 1}, true, true, 2, 2},
      {{1, 40, 60, 24}, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
  };
  return cases;
}

// Average (kernel positions on the input, or with include_pad on the padding too) or maximum.
inline std::vector<double> pool_reference(const PoolCase& c, const Array& x, bool average) {
  const std::vector<double> in = real(x);
  const Shape32 y = c.shape();
  const WindowCase& v = c.window;
  std::vector<double> result;
  for (int n = 0; n < y[0]; ++n)
    for (int oh = 0; oh < y[1]; ++oh)
      for (int ow = 0; ow < y[2]; ++ow)
        for (int k = 0; k < y[3]; ++k) {
          double sum = 0, most = -INFINITY;
          int count = 0;
          for (int i = 0; i < v.kernel_h; ++i)
            for (int j = 0; j < v.kernel_w; ++j) {
              const int row = oh * v.stride_h + i * v.dilation_h - v.top,
                        col = ow * v.stride_w + j * v.dilation_w - v.left;
              if (row >= c.x[1] + v.bottom || col >= c.x[2] + v.right) continue;
              const bool inside = row >= 0 && row < c.x[1] && col >= 0 && col < c.x[2];
              count += inside || c.include_pad;
              if (!inside) continue;
              const double value =
                  in[static_cast<size_t>(((n * c.x[1] + row) * c.x[2] + col) * c.x[3] + k)];
              sum += value;
              most = std::max(most, value);
            }
          result.push_back(average ? sum / count : most);
        }
  return result;
}

inline OpCase pool_case(fb::OpType op, const PoolCase& c, const Array& x, const Array& y) {
  fb::Pool2dOptionsT o;
  set_window(c.window, &o);
  o.ceil_mode = c.ceil_mode;
  o.count_include_pad = c.include_pad;
  return op_case(op, std::move(o), {x}, {y});
}

inline void check_pool(fb::OpType op, bool average) {
  for (const PoolCase& c : pools()) {
    const Array x = random_f32(c.x, -3, 2, 1), q = random_s8(c.x, 0.03f, -20, 2);
    require_close(run_one(pool_case(op, c, x, out(LINNET_F32))), c.shape(),
                  pool_reference(c, x, average), 1e-6);
    require_quantized(run_one(pool_case(op, c, q, out_s8(0.03f, -20))), c.shape(),
                      pool_reference(c, q, average));
    require_quantized(run_one(pool_case(op, c, q, out_s8(0.02f, 30))), c.shape(),
                      pool_reference(c, q, average));
  }
  const PoolCase plain{{1, 6, 6, 4}, {2, 2, 2, 2}};
  const Array x = random_f32(plain.x, 0, 1, 1), q = random_s8(plain.x, 1, 0, 1);
  fb::Pool2dOptionsT same;
  set_window({3, 3, 2, 2}, &same);
  same.auto_pad = fb::AutoPad::same_upper;
  const PoolCase padded{{1, 6, 6, 4}, {3, 3, 2, 2, 1, 1, 0, 0, 1, 1}};
  require_close(run_one(op_case(op, std::move(same), {x}, {out(LINNET_F32)})), {1, 3, 3, 4},
                pool_reference(padded, x, average), 1e-6);
  require_close(run_one(pool_case(op, plain, f32({0, 6, 6, 4}, {}), out(LINNET_F32))), {0, 3, 3, 4},
                {});
  for (int WindowCase::*field :
       {&WindowCase::kernel_h, &WindowCase::kernel_w, &WindowCase::stride_h, &WindowCase::stride_w,
        &WindowCase::dilation_h, &WindowCase::dilation_w}) {
    PoolCase bad = plain;
    bad.window.*field = 0;
    CHECK(plan_status(pool_case(op, bad, x, out(LINNET_F32))) == LINNET_BAD_MODEL);
    bad.window.*field = INT32_MAX;
    if (field == &WindowCase::dilation_h || field == &WindowCase::dilation_w) {
      CHECK(plan_status(pool_case(op, bad, x, out(LINNET_F32))) == LINNET_BAD_MODEL);
    }
  }
  PoolCase bad = plain;
  bad.window.top = INT32_MAX;
  CHECK(plan_status(pool_case(op, bad, x, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(pool_case(op, plain, random_f32({6, 6, 4}, 0, 1, 1), out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(pool_case(op, plain, x, out_s8(1, 0))) == LINNET_BAD_MODEL);
  CHECK(plan_status(pool_case(op, plain, q, out_s8(0, 0))) == LINNET_BAD_MODEL);
  CHECK(plan_status(pool_case(op, plain, q, out(LINNET_S8))) == LINNET_BAD_MODEL);
}

}  // namespace linnet::test
