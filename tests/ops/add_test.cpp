#include "tests/ops/binary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("add", "[ops]") {
  const auto f = [](double a, double b) { return a + b; };
  check_binary(fb::OpType::add, f);
  check_binary_clamp(fb::OpType::add, f);
  check_binary_s32(fb::OpType::add, {1, -5, INT32_MAX}, {2, 3, 1}, {3, -2, INT32_MIN});
}

}  // namespace
}  // namespace linnet::test
