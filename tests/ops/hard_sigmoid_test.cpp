#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("hard_sigmoid", "[ops]") {
  fb::OpOptionsUnion options;
  fb::HardSigmoidOptionsT o;
  o.alpha = 0.25f;
  o.beta = 0.4f;
  options.Set(std::move(o));
  check_unary(
      fb::OpType::hard_sigmoid, options,
      [](double x) { return std::min(std::max(0.25 * x + static_cast<double>(0.4f), 0.0), 1.0); },
      -8.0f, 8.0f);
}

}  // namespace
}  // namespace linnet::test
