#include <catch2/catch_test_macros.hpp>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase argmax(const Array& x, int axis, bool keep, bool last, const Array& y = out(LINNET_S32)) {
  fb::ArgmaxOptionsT o;
  o.axis = axis;
  o.keep_dims = keep;
  o.select_last = last;
  return op_case(fb::OpType::argmax, std::move(o), {x}, {y});
}

std::vector<double> reference(const Array& x, size_t axis, bool last) {
  const std::vector<double> v = real(x);
  size_t inner = 1;
  for (size_t d = axis + 1; d < x.shape.size(); ++d) inner *= static_cast<size_t>(x.shape[d]);
  const size_t n = static_cast<size_t>(x.shape[axis]);
  std::vector<double> result;
  for (size_t start = 0; start < v.size(); ++start) {
    if (start / inner % n != 0) continue;
    size_t best = 0;
    for (size_t i = 1; i < n; ++i) {
      const double a = v[start + i * inner], b = v[start + best * inner];
      if (a > b || (last && a == b)) best = i;
    }
    result.push_back(static_cast<double>(best));
  }
  return result;
}

TEST_CASE("argmax", "[ops]") {
  const Array x = random_f32({5, 60, 7}, 0, 1, 1), q = random_s8({5, 60, 7}, 0.1f, 3, 2);
  for (size_t axis = 0; axis < 3; ++axis) {
    for (const bool last : {false, true}) {
      Shape32 kept = x.shape, dropped = x.shape;
      kept[axis] = 1;
      dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(axis));
      require_close(run_one(argmax(x, static_cast<int>(axis) - 3, true, last)), kept,
                    reference(x, axis, last));
      require_close(run_one(argmax(q, static_cast<int>(axis), false, last)), dropped,
                    reference(q, axis, last));
    }
  }
  const Array ties = f32({4}, {1, 2, 2, 0});
  require_close(run_one(argmax(ties, 0, false, false)), {}, {1});
  require_close(run_one(argmax(ties, 0, false, true)), {}, {2});
  require_close(run_one(argmax(f32({0, 3}, {}), 1, false, false)), {0}, {});
  CHECK(plan_status(argmax(f32({2, 0}, {}), 1, true, false)) == LINNET_BAD_MODEL);
  CHECK(plan_status(argmax(x, 3, true, false)) == LINNET_BAD_MODEL);
  CHECK(plan_status(argmax(f32({}, {1}), 0, true, false)) == LINNET_BAD_MODEL);
  CHECK(plan_status(argmax(x, 0, true, false, out(LINNET_F32))) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test
