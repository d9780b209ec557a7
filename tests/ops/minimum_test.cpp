#include "tests/ops/binary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("minimum", "[ops]") {
  check_binary(fb::OpType::minimum, [](double a, double b) { return a < b ? a : b; });
  check_binary_s32(fb::OpType::minimum, {2, -5}, {3, -9}, {2, -9});
}

}  // namespace
}  // namespace linnet::test
