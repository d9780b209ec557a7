#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("gelu", "[ops]") {
  for (const bool approximate : {false, true}) {
    fb::OpOptionsUnion options;
    fb::GeluOptionsT o;
    o.tanh_approximation = approximate;
    options.Set(std::move(o));
    const auto exact = [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0))); };
    const auto tanh_form = [](double x) {
      return x / 2 * (1 + std::tanh(std::sqrt(2 / 3.14159265358979) * (x + 0.044715 * x * x * x)));
    };
    check_unary(fb::OpType::gelu, options, approximate ? Real(tanh_form) : Real(exact), -4.0f, 4.0f,
                1e-4);
  }
  CHECK(plan_status(unary_case(fb::OpType::gelu, {}, f32({1}, {1}), out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test
