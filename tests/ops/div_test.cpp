#include "tests/ops/binary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("div", "[ops]") {
  const auto f = [](double a, double b) { return a / b; };
  check_binary(fb::OpType::div, f, {.b_low = 0.5f, .b_high = 3.0f, .s8 = false});
  check_binary_clamp(fb::OpType::div, f);
  check_binary_s32(fb::OpType::div, {7, -7, 5, INT32_MIN}, {2, 2, 0, -1}, {3, -3, 0, INT32_MIN});
}

}  // namespace
}  // namespace linnet::test
