#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

struct Ranges {
  std::vector<int32_t> starts, ends, axes, steps;
};

OpCase slice(const Array& x, const Ranges& r, const Array& y) {
  fb::SliceOptionsT o;
  o.starts = r.starts;
  o.ends = r.ends;
  o.axes = r.axes;
  o.steps = r.steps;
  return op_case(fb::OpType::slice, std::move(o), {x}, {y});
}

// One axis as Python slices it: the indices that x[start:end:step] visits.
std::vector<int64_t> visit(int64_t size, int64_t start, int64_t end, int64_t step) {
  const auto wrap = [&](int64_t i) { return i < 0 ? i + size : i; };
  std::vector<int64_t> indices;
  if (step > 0) {
    const int64_t last = std::min(wrap(end), size);
    for (int64_t i = std::max<int64_t>(wrap(start), 0); i < last; i += step) indices.push_back(i);
  } else {
    const int64_t last = std::max<int64_t>(wrap(end), -1);
    for (int64_t i = std::min(wrap(start), size - 1); i > last; i += step) indices.push_back(i);
  }
  return indices;
}

TEST_CASE("slice", "[ops]") {
  const std::vector<std::vector<int32_t>> ranges = {
      {0, INT32_MAX, 1}, {1, 3, 1},        {-3, -1, 1},
      {4, 2, 1},         {1, 100, 2},      {-1, INT32_MIN, -1},
      {3, 0, -2},        {-100, 100, 3},   {INT32_MAX, INT32_MIN, -7},
      {2, 3, INT32_MAX}, {4, 3, INT32_MIN}};
  for (const Array& x : movable({3, 5, 6})) {
    for (size_t axis = 0; axis < 3; ++axis) {
      for (const auto& r : ranges) {
        const std::vector<int64_t> indices = visit(x.shape[axis], r[0], r[1], r[2]);
        Shape32 shape = x.shape;
        shape[axis] = static_cast<int32_t>(indices.size());
        const Array want = moved(x, shape, [&](const Index& y) {
          Index from = y;
          from[axis] = indices[static_cast<size_t>(y[axis])];
          return std::optional(from);
        });
        const Ranges options{{r[0]}, {r[1]}, {static_cast<int32_t>(axis) - 3}, {r[2]}};
        require_same(run_one(slice(x, options, like(x))), want);
      }
    }
  }
  const Array x = random_f32({1, 30, 40, 32}, 0, 1, 1);
  const Array want = moved(x, {1, 13, 20, 32}, [](const Index& y) {
    return std::optional(Index{y[0], y[1] + 2, 39 - 2 * y[2], y[3]});
  });
  require_same(run_one(slice(x, {{2, -1}, {15, -100}, {1, 2}, {1, -2}}, out(LINNET_F32))), want);
  OpCase inputs =
      op_case(fb::OpType::slice, fb::SliceOptionsT(),
              {x, s32_list({2, -1}), s32_list({15, -100}), s32_list({1, 2}), s32_list({1, -2})},
              {out(LINNET_F32)});
  require_same(run_one(inputs), want);
}

TEST_CASE("slice refuses bad lists", "[ops]") {
  const Array x = random_f32({3, 4}, 0, 1, 1);
  for (const Ranges& r :
       {Ranges{{0}, {1, 2}, {}, {}}, Ranges{{0}, {1}, {2}, {}}, Ranges{{0}, {1}, {-3}, {}},
        Ranges{{0}, {1}, {0}, {0}}, Ranges{{0, 0}, {1, 1}, {0, 0}, {}},
        Ranges{{0, 0}, {1, 1}, {1, -1}, {}}, Ranges{{0, 0, 0}, {1, 1, 1}, {}, {}},
        Ranges{{0}, {1}, {0, 1}, {}}, Ranges{{0}, {1}, {0}, {1, 1}}}) {
    CHECK(plan_status(slice(x, r, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  CHECK(plan_status(op_case(fb::OpType::slice, fb::SliceOptionsT(),
                            {x, s32({1}, {0}), s32({1}, {1})}, {out(LINNET_F32)})) ==
        LINNET_UNSUPPORTED);
  check_output_kind(
      [](const Array& a, const Array& b) {
        return slice(a, {{0}, {1}, {}, {}}, b);
      },
      {2});
}

}  // namespace
}  // namespace linnet::test
