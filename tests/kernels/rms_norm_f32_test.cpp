#include "kernels/rms_norm_f32/rms_norm_f32.h"

#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/random_shapes.h"

namespace linnet::test {
namespace {

// Scales to a root mean square of one in double: x / rms, with rms from a sum in descending order.
void check_normalized(const RmsNormF32Args& args, const float* y) {
  for (size_t r = 0; r < args.rows; ++r) {
    const float* x = args.x + r * args.x_stride;
    double squares = 0.0;
    for (size_t i = args.k; i-- > 0;) squares += std::pow(static_cast<double>(x[i]), 2);
    const double rms =
        std::sqrt(squares / static_cast<double>(args.k) + static_cast<double>(args.epsilon));
    for (size_t i = 0; i < args.k; ++i) {
      const double gamma = args.gamma ? static_cast<double>(args.gamma[i]) : 1.0;
      const double exact = static_cast<double>(x[i]) / rms * gamma;
      // A chain of k / 8 + 3 additions of positive numbers, halved by the root; five roundings
      // more.
      const double bound = (static_cast<double>(args.k / 8) * 0.5 + 7.0) * 0x1p-24;
      REQUIRE(std::abs(static_cast<double>(y[r * args.y_stride + i]) - exact) <=
              bound * std::abs(exact) + 1e-44);
    }
  }
}

TEST_CASE("rms_norm_f32 normalizes, the same on every ISA", "[norm][rms_norm][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t rows = random.pick(0, 5), k = random.pick(1, random.one_in(20) ? 1500 : 70);
    const size_t x_stride = k + random.pick(0, 9), y_stride = k + random.pick(0, 9);
    const float range = random.one_in(4) ? 1e-3f : 20.0f;
    const auto x = random_floats(rows * x_stride, -range, range, random.seed());
    const auto gamma = random_floats(k, -2.0f, 2.0f, random.seed());
    const float epsilon = random.one_in(2) ? 1e-5f : 1e-6f;
    RmsNormF32Args args = {
        x.data(), x_stride, nullptr, y_stride, rows, k, random.one_in(3) ? nullptr : gamma.data(),
        epsilon};
    const auto y = check_variants<float>(kRmsNormF32, rows * y_stride, [&](float* out) {
      args.y = out;
      return args;
    });
    check_normalized(args, y.data());
    const auto in_place = check_variants(kRmsNormF32, Guarded<float>(x), [&](float* out) {
      return RmsNormF32Args{out, x_stride, out, x_stride, rows, k, args.gamma, epsilon};
    });
    for (size_t r = 0; r < rows; ++r) {
      REQUIRE(memcmp(in_place.data() + r * x_stride, y.data() + r * y_stride, k * sizeof(float)) ==
              0);
      for (size_t i = k; i < x_stride; ++i)
        REQUIRE(in_place[r * x_stride + i] == x[r * x_stride + i]);
    }
  }
}

TEST_CASE("rms_norm_f32 variants agree on awkward rows, reading nothing beyond",
          "[norm][rms_norm]") {
  for (const size_t k : kCounts) {
    if (k == 0) continue;
    const size_t rows = 40;
    auto x = awkward_inputs(rows * k, static_cast<uint32_t>(k));
    // Rows of one special value each, so that not every row is NaN.
    const float large = 1e19f, inf = std::numeric_limits<float>::infinity();
    for (size_t i = 0; i < k; ++i) {
      x[i] = 0.0f;
      x[k + i] = large * 2;  // the sum of squares overflows
      x[2 * k + i] = 1e-20f;
      x[3 * k + i] = large / static_cast<float>(k);
      x[4 * k + i] = i == 0 ? inf : 1.0f;
    }
    const auto gamma = awkward_inputs(k, 3);
    const Fenced back(x.data(), x.size() * sizeof(float), false),
        front(x.data(), x.size() * sizeof(float), true);
    const Fenced scales(gamma.data(), k * sizeof(float), false);
    for (const Fenced* from : {&back, &front}) {
      const auto y = check_variants<float>(kRmsNormF32, rows * k, [&](float* out) {
        return RmsNormF32Args{
            static_cast<const float*>(from->data()), k, out, k, rows, k, nullptr, 1e-6f};
      });
      CHECK((y[0] == 0.0f && y[k] == 0.0f && std::isnan(y[4 * k])));
      check_variants<float>(kRmsNormF32, rows * k, [&](float* out) {
        return RmsNormF32Args{static_cast<const float*>(from->data()),  k,    out, k, rows, k,
                              static_cast<const float*>(scales.data()), 1e-6f};
      });
    }
  }
}

}  // namespace
}  // namespace linnet::test
