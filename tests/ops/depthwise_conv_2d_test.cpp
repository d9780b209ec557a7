#include "kernels/pack/pack_panels_f32.h"
#include "tests/ops/window_cases.h"

namespace linnet::test {
namespace {

struct Depthwise {
  Shape32 x;
  WindowCase window;
};

const std::vector<Depthwise>& convolutions() {
  static const std::vector<Depthwise> cases = {
      {{1, 9, 11, 32}, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
      {{2, 8, 8, 5}, {3, 3, 2, 2, 1, 1, 0, 0, 1, 1}},
      {{1, 20, 14, 17}, {5, 5, 1, 1, 1, 1, 2, 2, 2, 2}},
      {{1, 12, 10, 8}, {3, 3, 1, 2, 2, 3, 2, 3, 2, 3}},
      {{1, 7, 20, 40}, {1, 5, 1, 3, 1, 1, 0, 4, 0, 1}},
      {{3, 4, 4, 1}, {2, 2, 1, 1, 1, 1, 0, 0, 0, 0}},
      {{1, 2, 2, 3}, {2, 2, 3, 3, 1, 1, 5, 5, 5, 5}},
      {{1, 56, 56, 24}, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
  };
  return cases;
}

OpCase depthwise(const WindowCase& window, const Array& x, const Array& w,
                 std::optional<Array> bias, const Array& y, float low = -INFINITY,
                 float high = INFINITY) {
  fb::DepthwiseConv2dOptionsT o;
  set_window(window, &o);
  o.clamp_min = low;
  o.clamp_max = high;
  return op_case(fb::OpType::depthwise_conv_2d, std::move(o), {x, w, std::move(bias)}, {y});
}

// Weights [kh, kw, c] as those of a convolution with a group for each channel.
ConvReference reference(const Array& x, const std::vector<double>& w, const WindowCase& window) {
  const int c = x.shape[3], taps = window.kernel_h * window.kernel_w;
  ConvReference want{x, {}, {c, window.kernel_h, window.kernel_w, 1}, {}, window, c};
  for (int i = 0; i < c; ++i) {
    for (int tap = 0; tap < taps; ++tap)
      want.weights.push_back(w[static_cast<size_t>(tap * c + i)]);
  }
  return want;
}

TEST_CASE("depthwise_conv_2d of floats", "[ops]") {
  for (const auto& [shape, window] : convolutions()) {
    const Array x = random_f32(shape, -1, 1, 1), bias = known(random_f32({shape[3]}, -1, 1, 2));
    Array w = known(random_f32({window.kernel_h, window.kernel_w, shape[3]}, -1, 1, 3));
    ConvReference want = reference(x, real(w), window);
    require_close(run_one(depthwise(window, x, w, std::nullopt, out(LINNET_F32))), want.shape(),
                  want.values(), 1e-5);
    want.bias = real(bias);
    want.low = 0;
    want.high = 1;
    require_close(run_one(depthwise(window, x, w, bias, out(LINNET_F32), 0, 1)), want.shape(),
                  want.values(), 1e-5);
    std::vector<uint16_t> half;
    for (size_t i = 0; i < w.count(); ++i) half.push_back(half_from_float(w.data<float>()[i]));
    const Array narrow = known(array_of(LINNET_F16, w.shape, half));
    require_close(run_one(depthwise(window, x, narrow, bias, out(LINNET_F32), 0, 1)), want.shape(),
                  want.values(), 2e-2);
  }
}

TEST_CASE("depthwise_conv_2d of int8", "[ops]") {
  for (const auto& [shape, window] : convolutions()) {
    const size_t c = static_cast<size_t>(shape[3]);
    const Array x = random_s8(shape, 0.02f, -50, 1);
    Array w = random_s8({window.kernel_h, window.kernel_w, shape[3]}, 1.0f, 0, 3);
    for (std::byte& b : w.bytes) {
      if (b == std::byte{0x80}) b = std::byte{0};
    }
    w.known = true;
    for (const bool per_channel : {true, false}) {
      w.scale.clear();
      for (size_t i = 0; i < (per_channel ? c : 1); ++i)
        w.scale.push_back(0.004f * static_cast<float>(1 + i % 5));
      w.axis = per_channel ? 2 : -1;
      std::vector<double> weights;
      for (size_t i = 0; i < w.count(); ++i)
        weights.push_back(static_cast<double>(w.scale[per_channel ? i % c : 0]) *
                          w.data<int8_t>()[i]);
      ConvReference want = reference(x, weights, window);
      std::vector<int32_t> units(c);
      for (size_t i = 0; i < c; ++i) {
        units[i] = static_cast<int32_t>(i * 7919 % 5000) - 2500;
        want.bias.push_back(units[i] * 0.02 * static_cast<double>(w.scale[per_channel ? i : 0]));
      }
      want.low = -1;
      want.high = 4;
      require_quantized(run_one(depthwise(window, x, w, known(s32({shape[3]}, units)),
                                          out_s8(0.03f, -60), -1, 4)),
                        want.shape(), want.values());
    }
  }
}

TEST_CASE("depthwise_conv_2d refuses what does not fit", "[ops]") {
  const WindowCase window{3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
  const Array x = random_f32({1, 6, 6, 4}, 0, 1, 1), q = random_s8({1, 6, 6, 4}, 0.1f, 0, 1);
  const Array w = known(random_f32({3, 3, 4}, 0, 1, 1));
  Array qw = known(random_s8({3, 3, 4}, 0.1f, 0, 1));
  qw.zero_point.clear();
  CHECK(plan_status(depthwise(window, x, w, std::nullopt, out(LINNET_F32))) == LINNET_OK);
  CHECK(plan_status(depthwise(window, q, qw, std::nullopt, out_s8(1, 0))) == LINNET_OK);
  CHECK(plan_status(depthwise(window, x, qw, std::nullopt, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise(window, q, w, std::nullopt, out_s8(1, 0))) == LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise(window, x, w, std::nullopt, out_s8(1, 0))) == LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise(window, x, random_f32({3, 3, 4}, 0, 1, 1), std::nullopt,
                              out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise(window, x, known(random_f32({3, 3, 5}, 0, 1, 1)), std::nullopt,
                              out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise(window, x, known(random_f32({9, 4}, 0, 1, 1)), std::nullopt,
                              out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise({3, 2}, x, w, std::nullopt, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise({3, 3, 0}, x, w, std::nullopt, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise({3, 3, 1, 1, INT32_MAX}, x, w, std::nullopt, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise(window, x, w, known(random_f32({3}, 0, 1, 1)), out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise(window, x, w, random_f32({4}, 0, 1, 1), out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(depthwise(window, x, w, std::nullopt, out(LINNET_F32), 2, 1)) ==
        LINNET_BAD_MODEL);
  for (const auto& change : std::vector<void (*)(Array&)>{[](Array& a) { a.scale = {}; },
                                                          [](Array& a) {
                                                            a.scale = {1, 1};
                                                          },
                                                          [](Array& a) { a.scale = {NAN}; },
                                                          [](Array& a) { a.scale = {-1}; },
                                                          [](Array& a) { a.zero_point = {1}; },
                                                          [](Array& a) {
                                                            a.scale = {1, 1, 1, 1};
                                                          },
                                                          [](Array& a) {
                                                            a.scale = {1, 1, 1, 0};
                                                            a.axis = 2;
                                                          }}) {
    Array bad = qw;
    change(bad);
    CHECK(plan_status(depthwise(window, q, bad, std::nullopt, out_s8(1, 0))) == LINNET_BAD_MODEL);
  }
  require_close(run_one(depthwise(window, f32({1, 6, 6, 0}, {}), known(f32({3, 3, 0}, {})),
                                  std::nullopt, out(LINNET_F32))),
                {1, 6, 6, 0}, {});
}

}  // namespace
}  // namespace linnet::test
