#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("leaky_relu", "[ops]") {
  fb::OpOptionsUnion options;
  fb::LeakyReluOptionsT o;
  o.alpha = 0.3f;
  options.Set(std::move(o));
  check_unary(
      fb::OpType::leaky_relu, options, [](double x) { return x >= 0 ? x : 0.3f * x; }, -8.0f, 8.0f);
}

}  // namespace
}  // namespace linnet::test
