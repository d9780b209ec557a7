#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase gather(const Array& x, const Array& indices, int axis, const Array& y) {
  fb::AxisOptionsT o;
  o.axis = axis;
  return op_case(fb::OpType::gather, std::move(o), {x, indices}, {y});
}

TEST_CASE("gather", "[ops]") {
  const std::vector<int32_t> values = {0, 3, -1, 1, -4, 2};
  for (const Array& x : movable({4, 4, 4})) {
    for (size_t axis = 0; axis < 3; ++axis) {
      Shape32 shape = {2, 3};
      shape.insert(shape.begin(), x.shape.begin(),
                   x.shape.begin() + static_cast<std::ptrdiff_t>(axis));
      shape.insert(shape.end(), 2 - axis, 4);
      const Array want = moved(x, shape, [&](const Index& y) {
        Index from;
        for (size_t i = 0; i < axis; ++i) from.push_back(y[i]);
        const int32_t i = values[static_cast<size_t>(y[axis] * 3 + y[axis + 1])];
        from.push_back(i < 0 ? i + 4 : i);
        for (size_t j = axis + 2; j < 4; ++j) from.push_back(y[j]);
        return std::optional(from);
      });
      for (const bool fixed : {false, true}) {
        Array indices = s32({2, 3}, values);
        indices.known = fixed;
        require_same(run_one(gather(x, indices, static_cast<int>(axis) - 3, like(x))), want);
      }
    }
  }
  const Array x = f32({3}, {5, 6, 7});
  require_close(run_one(gather(x, known(s32({}, {1})), 0, out(LINNET_F32))), {}, {6});
  require_close(run_one(gather(x, s32({0}, {}), 0, out(LINNET_F32))), {0}, {});
  // Indices that come while running and lie outside count as the nearest inside.
  require_close(run_one(gather(x, s32({4}, {3, -4, INT32_MAX, INT32_MIN}), 0, out(LINNET_F32))),
                {4}, {7, 5, 7, 5});
}

TEST_CASE("gather refuses bad indices", "[ops]") {
  const Array x = f32({3, 2}, {1, 2, 3, 4, 5, 6});
  for (const int32_t i : {3, -4, INT32_MAX, INT32_MIN}) {
    CHECK(plan_status(gather(x, s32_list({0, i}), 0, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  CHECK(plan_status(gather(x, s32_list({0}), 2, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(gather(x, known(f32({1}, {0})), 0, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(gather(f32({0, 2}, {}), s32({1}, {0}), 0, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(gather(f32({}, {1}), s32_list({0}), 0, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(gather(random_f32({1, 1, 1, 1}, 0, 1, 1), known(s32({1, 1, 1, 1}, {0})), 0,
                           out(LINNET_F32))) == LINNET_UNSUPPORTED);
  check_output_kind([](const Array& a, const Array& b) { return gather(a, s32_list({0}), 0, b); },
                    {2});
}

}  // namespace
}  // namespace linnet::test
