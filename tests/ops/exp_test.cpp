#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("exp", "[ops]") {
  check_unary(
      fb::OpType::exp, {}, [](double x) { return std::exp(x); }, -8.0f, 8.0f);
}

}  // namespace
}  // namespace linnet::test
