#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("hard_swish", "[ops]") {
  check_unary(
      fb::OpType::hard_swish, {},
      [](double x) { return x * std::min(std::max(x / 6 + 0.5, 0.0), 1.0); }, -8.0f, 8.0f);
}

}  // namespace
}  // namespace linnet::test
