#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("elu", "[ops]") {
  fb::OpOptionsUnion options;
  fb::LeakyReluOptionsT o;
  o.alpha = 1.5f;
  options.Set(std::move(o));
  check_unary(
      fb::OpType::elu, options, [](double x) { return x >= 0 ? x : 1.5 * std::expm1(x); }, -8.0f,
      8.0f);
}

}  // namespace
}  // namespace linnet::test
