#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/ops/packed_weights.h"

namespace linnet::test {
namespace {

OpCase fully_connected(const Array& x, const Array& w, std::optional<Array> bias, const Array& y,
                       float low = -INFINITY, float high = INFINITY) {
  fb::FullyConnectedOptionsT o;
  o.clamp_min = low;
  o.clamp_max = high;
  return op_case(fb::OpType::fully_connected, std::move(o), {x, w, std::move(bias)}, {y});
}

std::vector<double> reference(const Array& x, const PackedWeights& w,
                              const std::vector<double>& bias, double low, double high) {
  const size_t n = static_cast<size_t>(w.array.shape[0]), k = static_cast<size_t>(w.array.shape[1]);
  const std::vector<double> in = real(x);
  std::vector<double> result;
  for (size_t row = 0; row < in.size() / k; ++row) {
    for (size_t j = 0; j < n; ++j) {
      double sum = bias.empty() ? 0 : bias[j];
      for (size_t i = 0; i < k; ++i) sum += in[row * k + i] * w.real[j * k + i];
      result.push_back(std::min(std::max(sum, low), high));
    }
  }
  return result;
}

struct Sizes {
  Shape32 x;
  int32_t n;
};
const std::vector<Sizes> kSizes = {{{1, 64}, 96}, {{5, 7}, 3},    {{2, 3, 33}, 70},
                                   {{120}, 10},   {{200, 40}, 9}, {{1, 576}, 500}};

TEST_CASE("fully_connected of floats", "[ops]") {
  for (const Packing packing : {Packing::f32, Packing::f16}) {
    for (const auto& [shape, n] : kSizes) {
      const Array x = random_f32(shape, -1, 1, 1), bias = known(random_f32({n}, -1, 1, 2));
      const PackedWeights w =
          pack(packing, {n, shape.back()}, group_matrices({n, shape.back()}, 1), 3);
      Shape32 y = shape;
      y.back() = n;
      require_close(run_one(fully_connected(x, w.array, bias, out(LINNET_F32), -1, 2)), y,
                    reference(x, w, real(bias), -1, 2), 1e-4);
      require_close(run_one(fully_connected(x, w.array, std::nullopt, out(LINNET_F32))), y,
                    reference(x, w, {}, -INFINITY, INFINITY), 1e-4);
      const Array residual = random_f32(y, -1, 1, 4);
      std::vector<double> sums = reference(x, w, real(bias), -INFINITY, INFINITY);
      const std::vector<double> added = real(residual);
      for (size_t i = 0; i < sums.size(); ++i) sums[i] += added[i];
      OpCase op = fully_connected(x, w.array, bias, out(LINNET_F32));
      op.inputs.emplace_back(residual);
      require_close(run_one(op), y, sums, 1e-4);
    }
  }
}

TEST_CASE("fully_connected of int8", "[ops]") {
  for (const auto& [shape, n] : kSizes) {
    const Array x = random_s8(shape, 0.02f, -37, 1);
    const PackedWeights w =
        pack(Packing::s8, {n, shape.back()}, group_matrices({n, shape.back()}, 1), 3);
    Shape32 y = shape;
    y.back() = n;
    const std::vector<double> want = reference(x, w, {}, -3, 3);
    require_quantized(run_one(fully_connected(x, w.array, std::nullopt, out_s8(0.03f, 9), -3, 3)),
                      y, want);
    require_close(run_one(fully_connected(x, w.array, std::nullopt, out(LINNET_F32), -3, 3)), y,
                  want, 1e-5);
    require_quantized(
        run_one(fully_connected(known(x), w.array, std::nullopt, out_s8(0.03f, 9), -3, 3)), y,
        want);
  }
}

TEST_CASE("fully_connected quantizes each row as it runs", "[ops]") {
  for (const Packing packing : {Packing::s8, Packing::s4}) {
    for (const auto& [shape, n] : kSizes) {
      // Rows of very different size: one scale for all would drown the small ones.
      std::vector<float> values;
      const Array even = random_f32(shape, -1, 1, 1);
      const size_t k = static_cast<size_t>(shape.back());
      for (size_t i = 0; i < even.count(); ++i)
        values.push_back(even.data<float>()[i] * std::pow(10.0f, static_cast<float>(i / k % 5)));
      const Array x = f32(shape, values);
      const PackedWeights w =
          pack(packing, {n, shape.back()}, group_matrices({n, shape.back()}, 1), 3);
      const std::vector<double> want = reference(x, w, {}, -INFINITY, INFINITY);
      const std::vector<double> got =
          real(run_one(fully_connected(x, w.array, std::nullopt, out(LINNET_F32))));
      REQUIRE(got.size() == want.size());
      for (size_t i = 0; i < want.size(); ++i) {
        const size_t row = i / static_cast<size_t>(n), column = i % static_cast<size_t>(n);
        double sum = 0;
        for (size_t j = 0; j < k; ++j) sum += std::abs(w.real[column * k + j]);
        const double bound = 0.51 * 2 / 255 * sum * std::pow(10.0, row % 5) + 1e-5;
        if (std::abs(got[i] - want[i]) > bound)
          FAIL("element " << i << ": " << got[i] << ", must be near " << want[i]);
      }
    }
  }
}

TEST_CASE("fully_connected refuses what does not fit", "[ops]") {
  const Array x = random_f32({2, 8}, 0, 1, 1);
  const Array w = pack(Packing::f32, {4, 8}, group_matrices({4, 8}, 1), 3).array;
  CHECK(plan_status(fully_connected(x, w, std::nullopt, out(LINNET_F32))) == LINNET_OK);
  CHECK(plan_status(fully_connected(random_f32({2, 9}, 0, 1, 1), w, std::nullopt,
                                    out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(fully_connected(f32({}, {1}), w, std::nullopt, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(fully_connected(x, w, known(f32({1}, {1})), out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  Array bad = w;
  bad.bytes.resize(bad.bytes.size() - 4);
  CHECK(plan_status(fully_connected(x, bad, std::nullopt, out(LINNET_F32))) == LINNET_BAD_MODEL);
  bad = w;
  bad.shape = {4, 8, 1};
  CHECK(plan_status(fully_connected(x, bad, std::nullopt, out(LINNET_F32))) == LINNET_BAD_MODEL);
  bad = w;
  bad.panels = false;
  CHECK(plan_status(fully_connected(x, bad, std::nullopt, out(LINNET_F32))) == LINNET_BAD_MODEL);
  require_close(run_one(fully_connected(f32({0, 8}, {}), w, std::nullopt, out(LINNET_F32))), {0, 4},
                {});
}

}  // namespace
}  // namespace linnet::test
