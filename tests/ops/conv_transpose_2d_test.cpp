#include "kernels/pack/conv_transpose_phases.h"
#include "tests/ops/packed_weights.h"
#include "tests/ops/window_cases.h"

namespace linnet::test {
namespace {

struct Transposed {
  Shape32 x;
  int co;
  WindowCase window;
  int group = 1, output_pad_h = 0, output_pad_w = 0;

  Shape32 weights() const { return {co, window.kernel_h, window.kernel_w, x[3] / group}; }
  int out_h() const {
    return (x[1] - 1) * window.stride_h - window.top - window.bottom +
           (window.kernel_h - 1) * window.dilation_h + 1 + output_pad_h;
  }
  int out_w() const {
    return (x[2] - 1) * window.stride_w - window.left - window.right +
           (window.kernel_w - 1) * window.dilation_w + 1 + output_pad_w;
  }
};

const std::vector<Transposed>& convolutions() {
  static const std::vector<Transposed> cases = {
      {{1, 5, 6, 8}, 9, {2, 2, 2, 2}},
      {{2, 4, 5, 3}, 5, {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}, 1, 1, 1},
      {{1, 4, 4, 4}, 6, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
      {{1, 4, 3, 6}, 4, {4, 3, 3, 2, 1, 1, 1, 0, 2, 1}, 2},
      {{1, 5, 4, 3}, 7, {3, 2, 2, 3, 2, 4, 1, 3, 0, 1}},
      {{1, 3, 3, 2}, 3, {1, 1, 3, 2}, 1, 2, 1},  // phases without taps
      {{1, 3, 4, 4}, 4, {2, 2, 2, 2}, 4},
      {{1, 5, 5, 3}, 2, {3, 3, 2, 2, 1, 1, 4, 4, 3, 3}},  // pads beyond the kernel
      {{1, 20, 30, 24}, 24, {2, 2, 2, 2}},
      {{1, 1, 1, 5}, 5, {5, 5, 3, 3, 1, 1, 0, 0, 0, 0}},
      {{1, 6, 6, 3}, 4, {4, 4, 2, 2, 3, 3, 2, 2, 1, 1}},
  };
  return cases;
}

// Packed matrices in the order of kernels/pack/conv_transpose_phases.h, from the taps' definition
// alone.
std::vector<Matrix> phase_matrices(const Transposed& t) {
  const WindowCase& v = t.window;
  const size_t cg = static_cast<size_t>(t.x[3] / t.group),
               rows = static_cast<size_t>(t.co / t.group);
  std::vector<Matrix> matrices;
  for (int g = 0; g < t.group; ++g)
    for (int py = 0; py < v.stride_h; ++py)
      for (int px = 0; px < v.stride_w; ++px) {
        Matrix m(rows);
        for (int i = v.kernel_h; i-- > 0;)
          for (int j = v.kernel_w; j-- > 0;) {
            if (i * v.dilation_h % v.stride_h != py || j * v.dilation_w % v.stride_w != px)
              continue;
            for (size_t r = 0; r < rows; ++r) {
              const size_t o = static_cast<size_t>(g) * rows + r;
              for (size_t c = 0; c < cg; ++c) {
                m[r].push_back(((o * static_cast<size_t>(v.kernel_h) + static_cast<size_t>(i)) *
                                    static_cast<size_t>(v.kernel_w) +
                                static_cast<size_t>(j)) *
                                   cg +
                               c);
              }
            }
          }
        if (!m.empty() && !m[0].empty()) matrices.push_back(m);
      }
  return matrices;
}

// Scatters every input over the output.
std::vector<double> reference(const Transposed& t, const Array& x, const std::vector<double>& w,
                              const std::vector<double>& bias, double low, double high) {
  const WindowCase& v = t.window;
  const int oh = t.out_h(), ow = t.out_w(), ci = t.x[3], cg = ci / t.group, og = t.co / t.group;
  const std::vector<double> in = real(x);
  std::vector<double> y(static_cast<size_t>(t.x[0] * oh * ow * t.co));
  for (size_t i = 0; i < y.size(); ++i)
    y[i] = bias.empty() ? 0 : bias[i % static_cast<size_t>(t.co)];
  for (int n = 0; n < t.x[0]; ++n)
    for (int h = 0; h < t.x[1]; ++h)
      for (int c = 0; c < t.x[2]; ++c)
        for (int i = 0; i < v.kernel_h; ++i)
          for (int j = 0; j < v.kernel_w; ++j) {
            const int row = h * v.stride_h + i * v.dilation_h - v.top,
                      col = c * v.stride_w + j * v.dilation_w - v.left;
            if (row < 0 || row >= oh || col < 0 || col >= ow) continue;
            for (int o = 0; o < t.co; ++o)
              for (int k = 0; k < cg; ++k) {
                const int from = ((n * t.x[1] + h) * t.x[2] + c) * ci + o / og * cg + k;
                const int tap = ((o * v.kernel_h + i) * v.kernel_w + j) * cg + k;
                y[static_cast<size_t>(((n * oh + row) * ow + col) * t.co + o)] +=
                    in[static_cast<size_t>(from)] * w[static_cast<size_t>(tap)];
              }
          }
  for (double& value : y) value = std::min(std::max(value, low), high);
  return y;
}

OpCase transposed(const Transposed& t, const Array& x, const Array& w, std::optional<Array> bias,
                  const Array& y, float low = -INFINITY, float high = INFINITY) {
  fb::ConvTranspose2dOptionsT o;
  set_window(t.window, &o);
  o.group = t.group;
  o.output_pad_h = t.output_pad_h;
  o.output_pad_w = t.output_pad_w;
  o.clamp_min = low;
  o.clamp_max = high;
  return op_case(fb::OpType::conv_transpose_2d, std::move(o), {x, w, std::move(bias)}, {y});
}

TEST_CASE("conv_transpose_2d of floats", "[ops]") {
  for (const Packing packing : {Packing::f32, Packing::f16}) {
    for (const Transposed& t : convolutions()) {
      const Array x = random_f32(t.x, -1, 1, 1), bias = known(random_f32({t.co}, -1, 1, 2));
      const PackedWeights w = pack(packing, t.weights(), phase_matrices(t), 3);
      const Shape32 shape = {t.x[0], t.out_h(), t.out_w(), t.co};
      require_close(run_one(transposed(t, x, w.array, std::nullopt, out(LINNET_F32))), shape,
                    reference(t, x, w.real, {}, -INFINITY, INFINITY), 1e-4);
      require_close(run_one(transposed(t, x, w.array, bias, out(LINNET_F32), -0.5f, 1)), shape,
                    reference(t, x, w.real, real(bias), -0.5, 1), 1e-4);
    }
  }
}

TEST_CASE("conv_transpose_2d of int8", "[ops]") {
  for (const Transposed& t : convolutions()) {
    const Array x = random_s8(t.x, 0.02f, 37, 1);
    const PackedWeights w = pack(Packing::s8, t.weights(), phase_matrices(t), 3);
    const Shape32 shape = {t.x[0], t.out_h(), t.out_w(), t.co};
    std::vector<int32_t> units(static_cast<size_t>(t.co));
    std::vector<double> bias;
    for (size_t i = 0; i < units.size(); ++i) {
      units[i] = static_cast<int32_t>(i * 7919 % 20000) - 10000;
      bias.push_back(units[i] * 0.02 * static_cast<double>(w.array.scale[i]));
    }
    require_quantized(
        run_one(transposed(t, x, w.array, known(s32({t.co}, units)), out_s8(0.03f, -10), -1, 3)),
        shape, reference(t, x, w.real, bias, -1, 3));
  }
}

TEST_CASE("conv_transpose_2d refuses what does not fit", "[ops]") {
  const Transposed t{{1, 5, 6, 8}, 9, {3, 3, 2, 2}};
  const Array x = random_f32(t.x, -1, 1, 1);
  const Array w = pack(Packing::f32, t.weights(), phase_matrices(t), 3).array;
  const auto with = [&](const auto& change) {
    Transposed bad = t;
    change(bad);
    return plan_status(transposed(bad, x, w, std::nullopt, out(LINNET_F32)));
  };
  CHECK(with([](Transposed&) {}) == LINNET_OK);
  for (int WindowCase::*field :
       {&WindowCase::kernel_h, &WindowCase::kernel_w, &WindowCase::stride_h, &WindowCase::stride_w,
        &WindowCase::dilation_h, &WindowCase::dilation_w}) {
    for (const int value : {0, -1, INT32_MIN, INT32_MAX})
      CHECK(with([&](Transposed& b) { b.window.*field = value; }) != LINNET_OK);
  }
  for (int WindowCase::*field :
       {&WindowCase::top, &WindowCase::left, &WindowCase::bottom, &WindowCase::right}) {
    for (const int value : {-1, INT32_MIN, INT32_MAX})
      CHECK(with([&](Transposed& b) { b.window.*field = value; }) == LINNET_BAD_MODEL);
  }
  for (const int value : {-1, INT32_MAX, INT32_MIN}) {
    CHECK(with([&](Transposed& b) { b.output_pad_h = value; }) == LINNET_BAD_MODEL);
    CHECK(with([&](Transposed& b) { b.output_pad_w = value; }) == LINNET_BAD_MODEL);
  }
  CHECK(with([](Transposed& b) { b.window.stride_h = b.window.stride_w = 1000; }) ==
        LINNET_UNSUPPORTED);
  for (const int group : {0, -1, 3, INT32_MAX})
    CHECK(with([&](Transposed& b) { b.group = group; }) == LINNET_BAD_MODEL);
  for (const int change : {-64, -4, 4}) {
    Array bad = w;
    bad.bytes.resize(static_cast<size_t>(static_cast<int>(bad.bytes.size()) + change));
    CHECK(plan_status(transposed(t, x, bad, std::nullopt, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  Transposed none = t;
  none.window.top = none.window.bottom = 6;  // nothing is left: 2·4 + 3 − 12 = −1
  CHECK(plan_status(transposed(none, x, w, std::nullopt, out(LINNET_F32))) == LINNET_BAD_MODEL);
  none.window.bottom = 5;
  require_close(run_one(transposed(none, x, w, std::nullopt, out(LINNET_F32))), {1, 0, 13, 9}, {});
}

}  // namespace
}  // namespace linnet::test
