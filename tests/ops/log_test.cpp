#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("log", "[ops]") {
  check_unary(
      fb::OpType::log, {}, [](double x) { return std::log(x); }, 0.0f, 9.0f);
}

}  // namespace
}  // namespace linnet::test
