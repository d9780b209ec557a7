#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("silu", "[ops]") {
  check_unary(
      fb::OpType::silu, {}, [](double x) { return x / (1 + std::exp(-x)); }, -8.0f, 8.0f);
}

}  // namespace
}  // namespace linnet::test
