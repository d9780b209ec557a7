#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("erf", "[ops]") {
  check_unary(
      fb::OpType::erf, {}, [](double x) { return std::erf(x); }, -4.0f, 4.0f);
}

}  // namespace
}  // namespace linnet::test
