#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("clip", "[ops]") {
  const auto options = [](float low, float high) {
    fb::OpOptionsUnion union_;
    fb::ClipOptionsT o;
    o.min = low;
    o.max = high;
    union_.Set(std::move(o));
    return union_;
  };
  const float infinity = std::numeric_limits<float>::infinity();
  check_unary(
      fb::OpType::clip, options(0.0f, 6.0f),
      [](double x) { return std::min(std::max(x, 0.0), 6.0); }, -8.0f, 8.0f);
  check_unary(
      fb::OpType::clip, options(-infinity, 1.5f), [](double x) { return std::min(x, 1.5); }, -8.0f,
      8.0f);
  check_unary_s32(fb::OpType::clip, options(-1.5f, 3.7f), {-9, -1, 0, 3, 4}, {-1, -1, 0, 3, 3});
  check_unary_s32(fb::OpType::clip, options(0.0f, infinity), {INT32_MIN, INT32_MAX},
                  {0, INT32_MAX});
  for (const auto& [low, high] :
       {std::pair{2.0f, 1.0f}, {std::nanf(""), 1.0f}, {0.0f, std::nanf("")}}) {
    CHECK(plan_status(unary_case(fb::OpType::clip, options(low, high), f32({1}, {1}),
                                 out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
}

}  // namespace
}  // namespace linnet::test
