#include <catch2/catch_test_macros.hpp>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase matmul(const Array& a, const Array& b, bool transpose_b, const Array& y) {
  fb::BatchMatmulOptionsT o;
  o.transpose_b = transpose_b;
  return op_case(fb::OpType::batch_matmul, std::move(o), {a, b}, {y});
}

struct Sizes {
  Shape32 a, b, y;  // b as [.., k, n]
};

const std::vector<Sizes> kSizes = {
    {{3, 4}, {4, 5}, {3, 5}},
    {{2, 3, 7, 40}, {2, 3, 40, 33}, {2, 3, 7, 33}},
    {{2, 1, 7, 4}, {3, 4, 9}, {2, 3, 7, 9}},
    {{5, 1, 64}, {1, 64, 70}, {5, 1, 70}},
    {{1, 250, 12}, {2, 12, 130}, {2, 250, 130}},
    {{2, 3, 0}, {2, 0, 4}, {2, 3, 4}},
    {{0, 3, 2}, {1, 2, 4}, {0, 3, 4}},
};

std::vector<double> reference(const Array& a, const Array& b, const Shape32& y, bool transpose_b) {
  const std::vector<double> va = real(a), vb = real(b);
  const size_t rank = y.size(), m = static_cast<size_t>(y[rank - 2]),
               n = static_cast<size_t>(y[rank - 1]);
  const size_t k = static_cast<size_t>(a.shape.back());
  size_t batches = 1;
  for (size_t d = 0; d + 2 < rank; ++d) batches *= static_cast<size_t>(y[d]);
  const auto matrix = [&](const Array& x, size_t batch) {
    size_t at = 0, step = 1;
    for (size_t d = rank - 2; d-- > 0;) {
      const size_t size = static_cast<size_t>(y[d]), own = d + x.shape.size();
      if (own >= rank) {
        const size_t have = static_cast<size_t>(x.shape[own - rank]);
        if (have != 1) at += batch % size * step;
        step *= have;
      }
      batch /= size;
    }
    return at;
  };
  std::vector<double> result;
  for (size_t batch = 0; batch < batches; ++batch) {
    for (size_t i = 0; i < m; ++i) {
      for (size_t j = 0; j < n; ++j) {
        double sum = 0;
        for (size_t p = 0; p < k; ++p) {
          const size_t from = transpose_b ? j * k + p : p * n + j;
          sum += va[(matrix(a, batch) * m + i) * k + p] * vb[matrix(b, batch) * k * n + from];
        }
        result.push_back(sum);
      }
    }
  }
  return result;
}

TEST_CASE("batch_matmul", "[ops]") {
  for (const auto& [a_shape, b_shape, y_shape] : kSizes) {
    for (const bool transpose_b : {false, true}) {
      Shape32 b = b_shape;
      if (transpose_b) std::swap(b[b.size() - 1], b[b.size() - 2]);
      const Array fa = random_f32(a_shape, -1, 1, 1), fb = random_f32(b, -1, 1, 2);
      require_close(run_one(matmul(fa, fb, transpose_b, out(LINNET_F32))), y_shape,
                    reference(fa, fb, y_shape, transpose_b), 1e-4);
      const Array qa = random_s8(a_shape, 0.02f, 5, 1), qb = random_s8(b, 0.01f, -9, 2);
      require_quantized(run_one(matmul(qa, qb, transpose_b, out_s8(0.1f, 3))), y_shape,
                        reference(qa, qb, y_shape, transpose_b), 1e-2);
    }
  }
}

TEST_CASE("batch_matmul refuses what does not fit", "[ops]") {
  const Array x = random_f32({2, 3, 4}, 0, 1, 1);
  CHECK(plan_status(matmul(x, random_f32({2, 3, 4}, 0, 1, 1), false, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(matmul(x, random_f32({3, 4, 4}, 0, 1, 1), false, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(matmul(x, random_f32({4}, 0, 1, 1), false, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(matmul(f32({}, {1}), x, false, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(matmul(x, random_s8({2, 4, 4}, 1, 0, 1), false, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(matmul(random_s8({2, 4}, 1, 0, 1), random_s8({4, 4}, 1, 0, 1), false,
                           out(LINNET_S8))) == LINNET_BAD_MODEL);
  CHECK(plan_status(matmul(f32({0, INT32_MAX, INT32_MAX}, {}), f32({0, INT32_MAX, INT32_MAX}, {}),
                           false, out(LINNET_F32))) != LINNET_OK);
}

}  // namespace
}  // namespace linnet::test
