#include "tests/ops/binary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("pow", "[ops]") {
  const auto f = [](double a, double b) { return std::pow(a, b); };
  check_binary(fb::OpType::pow, f,
               {.a_low = 0.0f, .a_high = 2.0f, .b_low = -2.0f, .b_high = 3.0f, .s8 = false});
  const Array a = s8({4}, {10, 20, 30, 127}, 0.02f, 0), two = s8({}, {2}, 1.0f, 0);
  require_quantized(run_one(op_case(fb::OpType::pow, {a, two}, {out_s8(0.05f, -100)})), {4},
                    broadcast(a, two, {4}, f));
  CHECK(plan_status(op_case(fb::OpType::pow, {s32({1}, {1}), s32({1}, {1})}, {out(LINNET_S32)})) ==
        LINNET_UNSUPPORTED);
}

}  // namespace
}  // namespace linnet::test
