#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("sqrt", "[ops]") {
  check_unary(
      fb::OpType::sqrt, {}, [](double x) { return std::sqrt(x); }, 0.0f, 9.0f);
}

}  // namespace
}  // namespace linnet::test
