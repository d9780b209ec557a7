#include "tests/ops/packed_weights.h"
#include "tests/ops/window_cases.h"

namespace linnet::test {
namespace {

struct Conv {
  Shape32 x;  // n, h, w, ci
  int co;
  WindowCase window;
  int group = 1;
};

const std::vector<Conv>& convolutions() {
  static const std::vector<Conv> cases = {
      {{1, 6, 7, 16}, 24, {}},
      {{2, 5, 5, 3}, 10, {}},
      {{1, 40, 40, 8}, 33, {}},
      {{1, 9, 11, 3}, 16, {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}},
      {{2, 8, 8, 5}, 7, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
      {{1, 12, 10, 6}, 9, {3, 3, 1, 1, 2, 3, 2, 3, 2, 3}},
      {{1, 7, 20, 4}, 70, {1, 5, 1, 3, 1, 1, 0, 4, 0, 1}},
      {{1, 4, 4, 12}, 18, {2, 3, 1, 2, 1, 1, 0, 3, 2, 3}, 3},
      {{2, 5, 6, 8}, 8, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, 8},
      {{1, 5, 6, 8}, 20, {}, 4},
      {{1, 3, 3, 2}, 5, {3, 3, 1, 1, 1, 1, 0, 0, 0, 0}},
      {{1, 2, 2, 2}, 3, {2, 2, 3, 3, 1, 1, 5, 5, 5, 5}},  // windows in the padding alone
      {{1, 30, 30, 40}, 100, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
      // Several threads share the gathered rows of each image, and of each group.
      {{2, 5, 6, 16}, 130, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
      {{1, 6, 5, 8}, 128, {3, 3, 2, 1, 1, 1, 1, 1, 1, 1}, 2},
  };
  return cases;
}

OpCase conv(const Conv& c, const Array& x, const Array& w, std::optional<Array> bias,
            const Array& y, float low = -INFINITY, float high = INFINITY) {
  fb::Conv2dOptionsT o;
  set_window(c.window, &o);
  o.group = c.group;
  o.clamp_min = low;
  o.clamp_max = high;
  return op_case(fb::OpType::conv_2d, std::move(o), {x, w, std::move(bias)}, {y});
}

Shape32 weights_shape(const Conv& c) {
  return {c.co, c.window.kernel_h, c.window.kernel_w, c.x[3] / c.group};
}

TEST_CASE("conv_2d of floats", "[ops]") {
  for (const Packing packing : {Packing::f32, Packing::f16}) {
    for (const Conv& c : convolutions()) {
      const Array x = random_f32(c.x, -1, 1, 1), bias = known(random_f32({c.co}, -1, 1, 2));
      const PackedWeights w =
          pack(packing, weights_shape(c), group_matrices(weights_shape(c), c.group), 3);
      ConvReference want{x, w.real, weights_shape(c), {}, c.window, c.group};
      require_close(run_one(conv(c, x, w.array, std::nullopt, out(LINNET_F32))), want.shape(),
                    want.values(), 1e-4);
      want.bias = real(bias);
      want.low = -0.5;
      want.high = 6;
      require_close(run_one(conv(c, x, w.array, bias, out(LINNET_F32), -0.5f, 6.0f)), want.shape(),
                    want.values(), 1e-4);
    }
  }
}

// What a convolution gives with a residual, which is added before the clamp.
std::vector<double> with_residual(const ConvReference& want, const Array& residual, double low,
                                  double high) {
  std::vector<double> sums = want.values();
  const std::vector<double> added = real(residual);
  for (size_t i = 0; i < sums.size(); ++i) {
    sums[i] = std::min(std::max(sums[i] + added[i], low), high);
  }
  return sums;
}

TEST_CASE("conv_2d adds a residual before the clamp", "[ops]") {
  for (const Packing packing : {Packing::f32, Packing::f16}) {
    for (const Conv& c : convolutions()) {
      const Array x = random_f32(c.x, -1, 1, 1), bias = known(random_f32({c.co}, -1, 1, 2));
      const PackedWeights w =
          pack(packing, weights_shape(c), group_matrices(weights_shape(c), c.group), 3);
      const ConvReference want{x, w.real, weights_shape(c), real(bias), c.window, c.group};
      const Array residual = random_f32(want.shape(), -2, 2, 4);
      OpCase op = conv(c, x, w.array, bias, out(LINNET_F32), -0.5f, 6.0f);
      op.inputs.emplace_back(residual);
      require_close(run_one(op), want.shape(), with_residual(want, residual, -0.5, 6), 1e-4);
    }
  }
}

TEST_CASE("conv_2d refuses residuals that do not fit", "[ops]") {
  const Conv c{{1, 4, 4, 8}, 8, {}};
  const auto status = [&](Packing packing, const Array& residual) {
    const PackedWeights w = pack(packing, weights_shape(c), group_matrices(weights_shape(c), 1), 3);
    OpCase op = conv(c, random_f32(c.x, 0, 1, 1), w.array, std::nullopt, out(LINNET_F32));
    op.inputs.emplace_back(residual);
    return plan_status(op);
  };
  const Array residual = random_f32(c.x, 0, 1, 2);
  CHECK(status(Packing::f32, residual) == LINNET_OK);
  CHECK(status(Packing::s8, residual) == LINNET_OK);
  CHECK(status(Packing::s4, residual) == LINNET_BAD_MODEL);
  CHECK(status(Packing::f32, random_f32({1, 4, 4, 1}, 0, 1, 2)) == LINNET_BAD_MODEL);
  CHECK(status(Packing::f32, random_f32({4, 4, 8}, 0, 1, 2)) == LINNET_BAD_MODEL);
  CHECK(status(Packing::f32, random_s8(c.x, 0.1f, 0, 1)) == LINNET_BAD_MODEL);
}

TEST_CASE("conv_2d of int8", "[ops]") {
  for (const bool per_channel : {true, false}) {
    for (const Conv& c : convolutions()) {
      const Array x = random_s8(c.x, 0.02f, 37, 1);
      const PackedWeights w = pack(Packing::s8, weights_shape(c),
                                   group_matrices(weights_shape(c), c.group), 3, per_channel);
      std::vector<int32_t> units(static_cast<size_t>(c.co));
      ConvReference want{x, w.real, weights_shape(c), {}, c.window, c.group, 0, 2};
      for (size_t i = 0; i < units.size(); ++i) {
        units[i] = static_cast<int32_t>(i * 7919 % 20000) - 10000;
        want.bias.push_back(units[i] * 0.02 *
                            static_cast<double>(w.array.scale[per_channel ? i : 0]));
      }
      const Array bias = known(s32({c.co}, units));
      require_quantized(run_one(conv(c, x, w.array, bias, out_s8(0.01f, -100), 0.0f, 2.0f)),
                        want.shape(), want.values());
      require_close(run_one(conv(c, x, w.array, bias, out(LINNET_F32), 0.0f, 2.0f)), want.shape(),
                    want.values(), 1e-5);
      want.low = -INFINITY;
      want.high = INFINITY;
      const Array residual = random_f32(want.shape(), -2, 2, 4);
      OpCase op = conv(c, x, w.array, bias, out(LINNET_F32), -0.5f, 2.0f);
      op.inputs.emplace_back(residual);
      require_close(run_one(op), want.shape(), with_residual(want, residual, -0.5, 2), 1e-5);
      want.bias.clear();
      require_quantized(run_one(conv(c, x, w.array, std::nullopt, out_s8(0.1f, 3))), want.shape(),
                        want.values());
    }
  }
}

TEST_CASE("conv_2d quantizes its input as it runs", "[ops]") {
  for (const Packing packing : {Packing::s8, Packing::s4}) {
    for (const Conv& c : convolutions()) {
      const Array x = random_f32(c.x, -1, 3, 1), bias = known(random_f32({c.co}, -1, 1, 2));
      const PackedWeights w =
          pack(packing, weights_shape(c), group_matrices(weights_shape(c), c.group), 3, true, 64);
      const ConvReference want{x, w.real, weights_shape(c), real(bias), c.window, c.group, -9, 9};
      // Each input is off by at most half of a step of (max − min) / 255.
      double most = 0;
      const size_t k = w.real.size() / static_cast<size_t>(c.co);
      for (size_t row = 0; row < w.real.size(); row += k) {
        double sum = 0;
        for (size_t i = 0; i < k; ++i) sum += std::abs(w.real[row + i]);
        most = std::max(most, sum);
      }
      require_close(run_one(conv(c, x, w.array, bias, out(LINNET_F32), -9.0f, 9.0f)), want.shape(),
                    want.values(), 0.51 * 4.0 / 255 * most + 1e-5);
    }
  }
}

TEST_CASE("conv_2d with automatic padding", "[ops]") {
  for (const auto mode : {fb::AutoPad::same_upper, fb::AutoPad::same_lower}) {
    Conv c{{1, 8, 9, 3}, 4, {3, 4, 2, 3, 1, 1, 99, 99, 99, 99}};
    const Array x = random_f32(c.x, -1, 1, 1);
    const PackedWeights w =
        pack(Packing::f32, weights_shape(c), group_matrices(weights_shape(c), 1), 3);
    fb::Conv2dOptionsT o;
    set_window(c.window, &o);
    o.auto_pad = mode;
    const Array y =
        run_one(op_case(fb::OpType::conv_2d, std::move(o), {x, w.array}, {out(LINNET_F32)}));
    // Height: out 4, needs (4−1)·2+3−8 = 1; width: out 3, needs (3−1)·3+4−9 = 1.
    const bool upper = mode == fb::AutoPad::same_upper;
    c.window.top = c.window.left = upper ? 0 : 1;
    c.window.bottom = c.window.right = upper ? 1 : 0;
    const ConvReference want{x, w.real, weights_shape(c), {}, c.window, 1};
    require_close(y, {1, 4, 3, 4}, want.values(), 1e-4);
  }
}

TEST_CASE("conv_2d of constants and of nothing", "[ops]") {
  const Conv c{{1, 3, 3, 5}, 4, {}};
  const PackedWeights w =
      pack(Packing::s8, weights_shape(c), group_matrices(weights_shape(c), 1), 3);
  const Array x = known(random_s8(c.x, 0.02f, 3, 1));  // no readable bytes behind it
  const ConvReference want{x, w.real, weights_shape(c), {}, c.window, 1};
  require_quantized(run_one(conv(c, x, w.array, std::nullopt, out_s8(0.1f, 3))), want.shape(),
                    want.values());
  const Conv empty{{0, 3, 3, 5}, 4, {}};
  require_close(
      run_one(conv(empty, f32({0, 3, 3, 5}, {}),
                   pack(Packing::f32, {4, 1, 1, 5}, group_matrices({4, 1, 1, 5}, 1), 3).array,
                   std::nullopt, out(LINNET_F32))),
      {0, 3, 3, 4}, {});
  // Without input channels the bias is left.
  const Conv bare{{1, 2, 1, 0}, 2, {}};
  const Array bias = known(f32({2}, {1.5f, 9.0f}));
  require_close(
      run_one(conv(bare, f32({1, 2, 1, 0}, {}),
                   pack(Packing::f32, {2, 1, 1, 0}, group_matrices({2, 1, 1, 0}, 1), 3).array, bias,
                   out(LINNET_F32), 0, 6)),
      {1, 2, 1, 2}, {1.5, 6, 1.5, 6});
  Array no_weights = pack(Packing::s8, {2, 1, 1, 0}, group_matrices({2, 1, 1, 0}, 1), 3).array;
  require_close(run_one(conv(bare, random_s8({1, 2, 1, 0}, 1, 0, 1), no_weights,
                             known(s32({2}, {100, -100})), out_s8(0.1f, 0))),
                {1, 2, 1, 2}, {0.2, -0.4, 0.2, -0.4}, 1e-6);
}

TEST_CASE("conv_2d refuses hostile windows and groups", "[ops]") {
  const Conv c{{1, 8, 8, 4}, 6, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}};
  const Array x = random_f32(c.x, 0, 1, 1);
  const Array w =
      pack(Packing::f32, weights_shape(c), group_matrices(weights_shape(c), 1), 3).array;
  const auto with = [&](const auto& change) {
    Conv bad = c;
    change(bad);
    return plan_status(conv(bad, x, w, std::nullopt, out(LINNET_F32)));
  };
  CHECK(with([](Conv&) {}) == LINNET_OK);
  for (int WindowCase::*field :
       {&WindowCase::kernel_h, &WindowCase::kernel_w, &WindowCase::stride_h, &WindowCase::stride_w,
        &WindowCase::dilation_h, &WindowCase::dilation_w}) {
    for (const int value : {0, -1, INT32_MIN})
      CHECK(with([&](Conv& b) { b.window.*field = value; }) == LINNET_BAD_MODEL);
  }
  for (int WindowCase::*field :
       {&WindowCase::top, &WindowCase::left, &WindowCase::bottom, &WindowCase::right}) {
    for (const int value : {-1, INT32_MIN, INT32_MAX})
      CHECK(with([&](Conv& b) { b.window.*field = value; }) == LINNET_BAD_MODEL);
  }
  CHECK(with([](Conv& b) { b.window.dilation_h = INT32_MAX; }) == LINNET_BAD_MODEL);
  CHECK(with([](Conv& b) { b.window.dilation_w = 5; }) == LINNET_BAD_MODEL);
  CHECK(with([](Conv& b) { b.window.stride_h = INT32_MAX; }) == LINNET_BAD_MODEL);
  CHECK(with([](Conv& b) { b.window.kernel_h = INT32_MAX; }) == LINNET_BAD_MODEL);
  for (const int group : {0, -1, 2, 3, INT32_MAX, INT32_MIN})
    CHECK(with([&](Conv& b) { b.group = group; }) == LINNET_BAD_MODEL);
  const Conv many{{1, 0, 0, INT32_MAX}, 0, {}, INT32_MAX};
  Array none = f32({0, 1, 1, 1}, {});
  none.panels = none.known = true;
  CHECK(plan_status(conv(many, f32(many.x, {}), none, std::nullopt, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  fb::Conv2dOptionsT automatic;
  set_window(c.window, &automatic);
  automatic.auto_pad = static_cast<fb::AutoPad>(7);
  CHECK(plan_status(op_case(fb::OpType::conv_2d, std::move(automatic), {x, w},
                            {out(LINNET_F32)})) == LINNET_BAD_MODEL);
}

TEST_CASE("conv_2d refuses weights and bias that do not fit", "[ops]") {
  const Conv c{{1, 8, 8, 4}, 6, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}};
  const Array x = random_f32(c.x, 0, 1, 1), q = random_s8(c.x, 0.1f, 0, 1);
  const auto packed = [&](Packing p) {
    return pack(p, weights_shape(c), group_matrices(weights_shape(c), 1), 3).array;
  };
  const auto status = [&](const Array& in, const Array& w, const Array& y,
                          std::optional<Array> bias = std::nullopt) {
    return plan_status(conv(c, in, w, std::move(bias), y));
  };
  for (const Packing p : {Packing::f32, Packing::f16, Packing::s8, Packing::s4}) {
    Array w = packed(p);
    CHECK(status(x, w, out(LINNET_F32)) == LINNET_OK);
    w.bytes.pop_back();
    CHECK(status(x, w, out(LINNET_F32)) == LINNET_BAD_MODEL);
    w.bytes.resize(w.bytes.size() + 2);
    CHECK(status(x, w, out(LINNET_F32)) == LINNET_BAD_MODEL);
    w = packed(p);
    w.shape[3] = 5;
    CHECK(status(x, w, out(LINNET_F32)) == LINNET_BAD_MODEL);
    w = packed(p);
    w.shape = {INT32_MAX, 3, 3, 4};
    CHECK(status(x, w, out(LINNET_F32)) == LINNET_BAD_MODEL);
    w = packed(p);
    w.panels = false;
    CHECK(status(x, w, out(LINNET_F32)) == LINNET_BAD_MODEL);
    w.panels = true;
    w.known = false;
    CHECK(status(x, w, out(LINNET_F32)) == LINNET_BAD_MODEL);
    CHECK(status(x, packed(p), out(LINNET_S8)) == LINNET_BAD_MODEL);
  }
  CHECK(status(q, packed(Packing::f32), out(LINNET_F32)) == LINNET_BAD_MODEL);
  CHECK(status(q, packed(Packing::s4), out(LINNET_F32)) == LINNET_BAD_MODEL);
  CHECK(status(q, packed(Packing::s8), out(LINNET_S8)) == LINNET_BAD_MODEL);
  CHECK(status(q, packed(Packing::s8), out_s8(1, 0)) == LINNET_OK);
  CHECK(status(q, packed(Packing::s8), out_s8(NAN, 0)) == LINNET_BAD_MODEL);
  CHECK(status(q, packed(Packing::s8), out_s8(1e-37f, 0)) == LINNET_BAD_MODEL);
  for (const auto& change : std::vector<void (*)(Array&)>{
           [](Array& w) { w.scale.clear(); }, [](Array& w) { w.scale.pop_back(); },
           [](Array& w) { w.scale[2] = NAN; }, [](Array& w) { w.scale[2] = -1; },
           [](Array& w) { w.scale[2] = 0; }, [](Array& w) { w.axis = 3; },
           [](Array& w) { w.axis = -1; }, [](Array& w) { w.zero_point = {0, 0, 1, 0, 0, 0}; }}) {
    Array w = packed(Packing::s8);
    change(w);
    CHECK(status(q, w, out_s8(1, 0)) == LINNET_BAD_MODEL);
    CHECK(status(x, w, out(LINNET_F32)) == LINNET_BAD_MODEL);
  }
  Array w = packed(Packing::s4);
  w.table.assign(16, 0);
  CHECK(status(x, w, out(LINNET_F32)) == LINNET_OK);
  w.table[3] = -128;
  CHECK(status(x, w, out(LINNET_F32)) == LINNET_BAD_MODEL);
  w = packed(Packing::s4);
  w.block = 31;
  CHECK(status(x, w, out(LINNET_F32)) == LINNET_BAD_MODEL);
  w = packed(Packing::f32);
  CHECK(status(x, w, out(LINNET_F32), known(random_f32({6}, 0, 1, 1))) == LINNET_OK);
  CHECK(status(x, w, out(LINNET_F32), random_f32({6}, 0, 1, 1)) == LINNET_BAD_MODEL);
  CHECK(status(x, w, out(LINNET_F32), known(random_f32({5}, 0, 1, 1))) == LINNET_BAD_MODEL);
  CHECK(status(x, w, out(LINNET_F32), known(s32({6}, std::vector<int32_t>(6)))) ==
        LINNET_BAD_MODEL);
  CHECK(status(q, packed(Packing::s8), out_s8(1, 0), known(random_f32({6}, 0, 1, 1))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(conv(c, x, w, std::nullopt, out(LINNET_F32), 1, -1)) == LINNET_BAD_MODEL);
  CHECK(plan_status(conv(c, x, w, std::nullopt, out(LINNET_F32), NAN, 1)) == LINNET_BAD_MODEL);
  CHECK(plan_status(conv(c, random_f32({8, 8, 4}, 0, 1, 1), w, std::nullopt, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test
