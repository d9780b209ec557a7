#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase split(const Array& x, int axis, const std::vector<int32_t>& sizes, size_t parts,
             const Array& y) {
  fb::SplitOptionsT o;
  o.axis = axis;
  o.sizes = sizes;
  return op_case(fb::OpType::split, std::move(o), {x}, std::vector<Array>(parts, y));
}

void check_parts(const Array& x, size_t axis, const std::vector<Array>& got,
                 const std::vector<int32_t>& sizes) {
  REQUIRE(got.size() == sizes.size());
  int64_t begin = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    Shape32 shape = x.shape;
    shape[axis] = sizes[i];
    require_same(got[i], moved(x, shape, [&](const Index& y) {
                   Index from = y;
                   from[axis] += begin;
                   return std::optional(from);
                 }));
    begin += sizes[i];
  }
}

TEST_CASE("split", "[ops]") {
  for (const Array& x : movable({4, 6, 8})) {
    for (size_t axis = 0; axis < 3; ++axis) {
      const int32_t size = x.shape[axis];
      const std::vector<int32_t> uneven = {1, 0, size - 3, 2};
      check_parts(x, axis, run_everywhere(split(x, static_cast<int>(axis) - 3, uneven, 4, like(x))),
                  uneven);
      check_parts(x, axis, run_everywhere(split(x, static_cast<int>(axis), {}, 2, like(x))),
                  {size / 2, size / 2});
    }
  }
  const Array x = random_f32({7, 2}, 0, 1, 1);
  check_parts(x, 0, run_everywhere(split(x, 0, {}, 3, out(LINNET_F32))), {3, 3, 1});
  OpCase from_input = split(x, 0, {}, 2, out(LINNET_F32));
  from_input.inputs.push_back(s32_list({2, 5}));
  check_parts(x, 0, run_everywhere(from_input), {2, 5});
}

TEST_CASE("split refuses parts that do not add up", "[ops]") {
  const Array x = random_f32({5, 2}, 0, 1, 1);
  for (const std::vector<int32_t>& sizes :
       {std::vector<int32_t>{2, 2}, {3, 3}, {5}, {6, -1}, {INT32_MAX, INT32_MAX}}) {
    CHECK(plan_status(split(x, 0, sizes, 2, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  CHECK(plan_status(split(x, 0, {}, 0, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(split(x, 2, {}, 2, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(split(x, 0, {}, 4, out(LINNET_F32))) == LINNET_BAD_MODEL);  // 2 + 2 + 2 > 5
  check_output_kind([](const Array& a, const Array& b) { return split(a, 0, {}, 2, b); }, {2});
}

}  // namespace
}  // namespace linnet::test
