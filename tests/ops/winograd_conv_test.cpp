#include <algorithm>
#include <cmath>

#include "kernels/pack/pack_winograd_f32.h"
#include "tests/ops/window_cases.h"

// conv_2d with weights transformed for Winograd's method.

namespace linnet::test {
namespace {

struct Layer {
  Shape32 x;  // n, h, w, ci
  int co;
  int top, left, bottom, right;

  WindowCase window() const { return {3, 3, 1, 1, 1, 1, top, left, bottom, right}; }
  Shape32 weights() const { return {co, 3, 3, x[3]}; }
};

const std::vector<Layer>& layers() {
  static const std::vector<Layer> cases = {
      {{1, 8, 8, 8}, 8, 1, 1, 1, 1},     {{1, 3, 3, 1}, 1, 0, 0, 0, 0},
      {{2, 7, 9, 5}, 11, 1, 1, 1, 1},    {{1, 1, 1, 17}, 9, 1, 1, 1, 1},
      {{3, 4, 5, 32}, 16, 0, 2, 1, 0},   {{1, 13, 6, 20}, 40, 2, 1, 0, 3},
      {{1, 2, 30, 3}, 33, 5, 6, 7, 8},  // tiles that see padding alone
      {{1, 28, 28, 64}, 24, 1, 1, 1, 1}, {{1, 40, 40, 16}, 24, 1, 1, 1, 1},
      {{5, 6, 6, 24}, 130, 1, 1, 1, 1},
  };
  return cases;
}

// Sums of products of values below 1: about ten times the error that is usual for 4×4.
double tolerance(const Layer& c) { return 1e-5 * (1 + std::sqrt(c.x[3])); }

Array packed(const Array& plain, size_t tile) {
  Array w = plain;
  w.known = w.panels = true;
  w.winograd = static_cast<uint8_t>(tile);
  const size_t co = static_cast<size_t>(plain.shape[0]), ci = static_cast<size_t>(plain.shape[3]);
  w.bytes.resize(static_cast<size_t>(winograd_weights_size(tile, co, ci)));
  pack_winograd_f32(plain.data<float>(), co, ci, tile, w.bytes.data());
  return w;
}

OpCase conv(const WindowCase& window, const Array& x, const Array& w, std::optional<Array> bias,
            float low = -INFINITY, float high = INFINITY, int group = 1,
            std::optional<Array> residual = std::nullopt) {
  fb::Conv2dOptionsT o;
  set_window(window, &o);
  o.group = group;
  o.clamp_min = low;
  o.clamp_max = high;
  return op_case(fb::OpType::conv_2d, std::move(o), {x, w, std::move(bias), std::move(residual)},
                 {out(LINNET_F32)});
}

TEST_CASE("conv_2d by Winograd's method equals the convolution", "[ops][winograd]") {
  for (const size_t tile : {size_t{2}, size_t{4}}) {
    for (const Layer& c : layers()) {
      INFO("tile " << tile << ", " << c.x[0] << "x" << c.x[1] << "x" << c.x[2] << "x" << c.x[3]);
      const Array x = random_f32(c.x, -1, 1, 1), bias = known(random_f32({c.co}, -1, 1, 2));
      const Array plain = random_f32(c.weights(), -1, 1, 3);
      const Array w = packed(plain, tile);
      ConvReference want{x, real(plain), c.weights(), {}, c.window(), 1};
      require_close(run_one(conv(c.window(), x, w, std::nullopt)), want.shape(), want.values(),
                    tolerance(c), 0);
      want.bias = real(bias);
      want.low = -0.5;
      want.high = 6;
      require_close(run_one(conv(c.window(), x, w, bias, -0.5f, 6.0f)), want.shape(), want.values(),
                    tolerance(c), 0);
    }
  }
}

TEST_CASE("conv_2d by Winograd's method adds a residual before the clamp", "[ops][winograd]") {
  for (const size_t tile : {size_t{2}, size_t{4}}) {
    for (const Layer& c : layers()) {
      const Array x = random_f32(c.x, -1, 1, 1), bias = known(random_f32({c.co}, -1, 1, 2));
      const Array plain = random_f32(c.weights(), -1, 1, 3);
      const ConvReference sums{x, real(plain), c.weights(), real(bias), c.window(), 1};
      const Array residual = random_f32(sums.shape(), -3, 3, 4);
      std::vector<double> want = sums.values();
      const std::vector<double> rest = real(residual);
      for (size_t i = 0; i < want.size(); ++i) want[i] = std::clamp(want[i] + rest[i], -0.5, 6.0);
      require_close(run_one(conv(c.window(), x, packed(plain, tile), bias, -0.5f, 6, 1, residual)),
                    sums.shape(), want, tolerance(c), 0);
    }
  }
}

TEST_CASE("blocks of tiles and threads do not change bits of Winograd's method",
          "[ops][winograd]") {
  for (const size_t tile : {size_t{2}, size_t{4}}) {
    for (const Layer& c : layers()) {
      const OpCase op = conv(c.window(), random_f32(c.x, -1, 1, 1),
                             packed(random_f32(c.weights(), -1, 1, 3), tile), std::nullopt);
      const std::vector<Array> want = run_op(op, detect_isa(), 1);
      for (const size_t threads : {size_t{2}, size_t{4}})
        REQUIRE(run_op(op, detect_isa(), threads)[0].bytes == want[0].bytes);
    }
  }
}

TEST_CASE("conv_2d by Winograd's method of nothing", "[ops][winograd]") {
  const WindowCase window{3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
  const auto run = [&](const Shape32& x, int co, const Shape32& y, const std::vector<double>& want,
                       std::optional<Array> bias = std::nullopt) {
    const Shape32 weights = {co, 3, 3, x[3]};
    require_close(run_one(conv(window, random_f32(x, -1, 1, 1),
                               packed(random_f32(weights, -1, 1, 3), 4), std::move(bias), 0, 6)),
                  y, want);
  };
  run({0, 4, 4, 5}, 3, {0, 4, 4, 3}, {});
  run({1, 4, 4, 5}, 0, {1, 4, 4, 0}, {});
  run({1, 0, 4, 5}, 3, {1, 0, 4, 3}, {});
  run({1, 2, 1, 0}, 2, {1, 2, 1, 2}, {1.5, 6, 1.5, 6}, known(f32({2}, {1.5f, 9.0f})));
}

TEST_CASE("conv_2d refuses Winograd weights that do not fit", "[ops][winograd]") {
  const Array x = random_f32({1, 8, 8, 4}, 0, 1, 1);
  const Array w = packed(random_f32({6, 3, 3, 4}, 0, 1, 2), 4);
  const WindowCase window{3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
  CHECK(plan_status(conv(window, x, w, std::nullopt)) == LINNET_OK);
  for (int WindowCase::*field : {&WindowCase::stride_h, &WindowCase::stride_w,
                                 &WindowCase::dilation_h, &WindowCase::dilation_w}) {
    WindowCase other = window;
    other.*field = 2;
    CHECK(plan_status(conv(other, x, w, std::nullopt)) == LINNET_BAD_MODEL);
  }
  Array bad = w;
  bad.bytes.pop_back();
  CHECK(plan_status(conv(window, x, bad, std::nullopt)) == LINNET_BAD_MODEL);
  bad = w;
  bad.winograd = 2;
  CHECK(plan_status(conv(window, x, bad, std::nullopt)) == LINNET_BAD_MODEL);
  bad = w;
  bad.shape = {INT32_MAX, 3, 3, 4};
  CHECK(plan_status(conv(window, x, bad, std::nullopt)) == LINNET_BAD_MODEL);
  bad = w;
  bad.shape = {6, 5, 5, 4};
  CHECK(plan_status(conv({5, 5, 1, 1, 1, 1, 2, 2, 2, 2}, x, bad, std::nullopt)) ==
        LINNET_BAD_MODEL);
  bad = w;
  bad.dtype = LINNET_F16;
  CHECK(plan_status(conv(window, x, bad, std::nullopt)) == LINNET_BAD_MODEL);
  bad = packed(random_f32({6, 3, 3, 2}, 0, 1, 2), 4);
  CHECK(plan_status(conv(window, x, bad, std::nullopt, 0, 1, 2)) == LINNET_BAD_MODEL);
  CHECK(plan_status(conv(window, random_s8({1, 8, 8, 4}, 0.1f, 0, 1), w, std::nullopt)) ==
        LINNET_BAD_MODEL);
  fb::FullyConnectedOptionsT fully;
  CHECK(plan_status(op_case(fb::OpType::fully_connected, std::move(fully),
                            {random_f32({1, 36}, 0, 1, 1), w}, {out(LINNET_F32)})) ==
        LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test
