#include <catch2/catch_test_macros.hpp>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

// Every code of one 8-bit type to another.
Array all_codes(linnet_dtype dtype, float scale, int zero_point) {
  Array x = random_s8({256}, scale, zero_point, 1);
  x.dtype = dtype;
  for (size_t i = 0; i < 256; ++i) x.bytes[i] = static_cast<std::byte>(i);
  return x;
}

TEST_CASE("requantize", "[ops]") {
  for (const auto from : {LINNET_S8, LINNET_U8}) {
    for (const auto to : {LINNET_S8, LINNET_U8}) {
      for (const float scale : {0.05f, 0.1f, 0.013f}) {
        const Array x = all_codes(from, 0.05f, from == LINNET_S8 ? -3 : 120);
        Array y_kind = out_s8(scale, to == LINNET_S8 ? 7 : 130);
        y_kind.dtype = to;
        const Array y = run_one(op_case(fb::OpType::requantize, {x}, {y_kind}));
        const std::vector<double> want = real(x), got = real(y);
        const double low =
            static_cast<double>(scale) * ((to == LINNET_S8 ? -128 : 0) - y_kind.zero_point[0]);
        for (size_t i = 0; i < 256; ++i) {
          const double limited =
              std::min(std::max(want[i], low), low + 255 * static_cast<double>(scale));
          const double bound = 0.5001 * static_cast<double>(scale);
          if (std::abs(got[i] - limited) > bound) FAIL("code " << i);
        }
      }
    }
  }
  const Array x = all_codes(LINNET_S8, 1, 0);
  CHECK(plan_status(op_case(fb::OpType::requantize, {x}, {out(LINNET_F32)})) == LINNET_BAD_MODEL);
  CHECK(plan_status(op_case(fb::OpType::requantize, {x}, {out_s8(0, 0)})) == LINNET_BAD_MODEL);
  CHECK(plan_status(op_case(fb::OpType::requantize, {all_codes(LINNET_S8, 1e30f, 0)},
                            {out_s8(1e-30f, 0)})) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test
