#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("sigmoid", "[ops]") {
  check_unary(
      fb::OpType::sigmoid, {}, [](double x) { return 1 / (1 + std::exp(-x)); }, -8.0f, 8.0f);
}

}  // namespace
}  // namespace linnet::test
