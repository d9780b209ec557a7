#include "tests/ops/binary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("maximum", "[ops]") {
  check_binary(fb::OpType::maximum, [](double a, double b) { return a > b ? a : b; });
  check_binary_s32(fb::OpType::maximum, {2, -5}, {3, -9}, {3, -5});
}

}  // namespace
}  // namespace linnet::test
