#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase where(const Array& condition, const Array& a, const Array& b, const Array& y) {
  return op_case(fb::OpType::where, {condition, a, b}, {y});
}

TEST_CASE("where", "[ops]") {
  std::vector<uint8_t> bits(12);
  for (size_t i = 0; i < bits.size(); ++i) bits[i] = i * 5 % 3 == 0;
  const Array condition = boolean({3, 1, 4}, bits);
  const std::vector<Array> as = movable({2, 3, 5, 4}), bs = movable({5, 1});
  for (size_t kind = 0; kind < as.size(); ++kind) {
    const Array& a = as[kind];
    const Array from_b = moved(bs[kind], {2, 3, 5, 4}, [](const Index& y) {
      return std::optional(Index{y[2], 0});
    });
    Array want = a;
    const size_t size = dtype_size(a.dtype);
    for (size_t i = 0; i < a.count(); ++i) {
      if (bits[i / 20 % 3 * 4 + i % 4]) continue;
      std::copy_n(from_b.bytes.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                  want.bytes.begin() + static_cast<std::ptrdiff_t>(i * size));
    }
    require_same(run_one(where(condition, a, bs[kind], like(a))), want);
  }
  require_close(run_one(where(boolean({}, {1}), f32({}, {2}), f32({}, {3}), out(LINNET_F32))), {},
                {2});
  require_close(
      run_one(where(boolean({2, 1}, {1, 0}), f32({}, {2}), f32({0}, {}), out(LINNET_F32))), {2, 0},
      {});
  const Array x = f32({2}, {1, 2});
  CHECK(plan_status(where(x, x, x, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(where(boolean({3}, {1, 1, 1}), x, x, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(where(boolean({}, {1}), x, s32({2}, {1, 2}), out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  check_output_kind([](const Array& a, const Array& b) { return where(boolean({}, {1}), a, a, b); },
                    {2});
}

}  // namespace
}  // namespace linnet::test
