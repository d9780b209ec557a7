#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase concat(int axis, std::vector<std::optional<Array>> inputs, const Array& y) {
  fb::AxisOptionsT o;
  o.axis = axis;
  return op_case(fb::OpType::concat, std::move(o), std::move(inputs), {y});
}

TEST_CASE("concat", "[ops]") {
  for (size_t axis = 0; axis < 4; ++axis) {
    const std::vector<int32_t> sizes = {3, 1, 0, 5};
    std::vector<std::vector<Array>> parts(sizes.size());
    for (size_t i = 0; i < sizes.size(); ++i) {
      Shape32 shape = {2, 3, 4, 6};
      shape[axis] = sizes[i];
      parts[i] = movable(shape);
    }
    for (size_t kind = 0; kind < parts[0].size(); ++kind) {
      // Walks the output and takes each element from the part that holds it.
      Array want = parts[0][kind];
      want.shape = {2, 3, 4, 6};
      want.shape[axis] = 9;
      want.bytes.clear();
      size_t outer = 1, inner = dtype_size(want.dtype);
      for (size_t d = 0; d < 4; ++d) {
        if (d != axis) (d < axis ? outer : inner) *= static_cast<size_t>(want.shape[d]);
      }
      for (size_t o = 0; o < outer; ++o) {
        for (size_t i = 0; i < sizes.size(); ++i) {
          const auto& bytes = parts[i][kind].bytes;
          const auto length = static_cast<std::ptrdiff_t>(static_cast<size_t>(sizes[i]) * inner);
          const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(o) * length;
          want.bytes.insert(want.bytes.end(), first, first + length);
        }
      }
      require_same(run_one(concat(static_cast<int>(axis) - 4,
                                  {parts[0][kind], parts[1][kind], parts[2][kind], parts[3][kind]},
                                  like(want))),
                   want);
    }
  }
}

TEST_CASE("concat requantizes s8", "[ops]") {
  const Array a = random_s8({20, 30}, 0.05f, 7, 1), b = random_s8({20, 5}, 0.02f, -40, 2),
              c = random_s8({20, 9}, 0.04f, 3, 3);
  const Array y = run_one(concat(1, {a, b, c}, out_s8(0.04f, 3)));
  std::vector<double> want;
  for (size_t row = 0; row < 20; ++row) {
    for (const Array* x : {&a, &b, &c}) {
      const std::vector<double> values = real(*x);
      const size_t width = static_cast<size_t>(x->shape[1]);
      for (size_t i = 0; i < width; ++i) want.push_back(values[row * width + i]);
    }
  }
  require_quantized(y, {20, 44}, want);
}

TEST_CASE("concat refuses what does not fit", "[ops]") {
  const Array x = random_f32({2, 3}, 0, 1, 1);
  CHECK(plan_status(concat(1, {}, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(concat(2, {x, x}, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(concat(0, {f32({}, {1})}, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(concat(1, {x, random_f32({3, 3}, 0, 1, 1)}, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(concat(1, {x, random_f32({2, 3, 1}, 0, 1, 1)}, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(concat(1, {x, std::nullopt}, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(concat(1, {x, s32({2, 3}, std::vector<int32_t>(6))}, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  // Empty tensors whose joint length would pass 2^31.
  const Array huge = f32({0, INT32_MAX}, {});
  CHECK(plan_status(concat(1, {huge, huge}, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(concat(1, {random_s8({2, 3}, 1e30f, 0, 1), random_s8({2, 3}, 1, 0, 1)},
                           out_s8(1e-30f, 0))) == LINNET_BAD_MODEL);
  CHECK(plan_status(concat(1, {random_s8({2, 3}, 1, 0, 1)}, out(LINNET_S8))) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test
