#include "tests/ops/binary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("mul", "[ops]") {
  const auto f = [](double a, double b) { return a * b; };
  check_binary(fb::OpType::mul, f);
  check_binary_clamp(fb::OpType::mul, f);
  check_binary_s32(fb::OpType::mul, {2, -5, 65536}, {3, 3, 65536}, {6, -15, 0});
}

}  // namespace
}  // namespace linnet::test
