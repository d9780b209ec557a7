#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("abs", "[ops]") {
  check_unary(
      fb::OpType::abs, {}, [](double x) { return std::abs(x); }, -8.0f, 8.0f);
  check_unary_s32(fb::OpType::abs, {}, {-3, 0, 7, INT32_MIN}, {3, 0, 7, INT32_MAX});
}

}  // namespace
}  // namespace linnet::test
