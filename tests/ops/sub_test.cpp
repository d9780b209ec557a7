#include "tests/ops/binary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("sub", "[ops]") {
  const auto f = [](double a, double b) { return a - b; };
  check_binary(fb::OpType::sub, f);
  check_binary_clamp(fb::OpType::sub, f);
  check_binary_s32(fb::OpType::sub, {1, -5, INT32_MIN}, {2, 3, 1}, {-1, -8, INT32_MAX});
}

}  // namespace
}  // namespace linnet::test
