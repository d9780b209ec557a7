#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("tanh", "[ops]") {
  check_unary(
      fb::OpType::tanh, {}, [](double x) { return std::tanh(x); }, -6.0f, 6.0f);
}

}  // namespace
}  // namespace linnet::test
