#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase cast(const Array& x, linnet_dtype to) {
  fb::CastOptionsT o;
  o.to = static_cast<fb::DType>(to);
  return op_case(fb::OpType::cast, std::move(o), {x}, {out(to)});
}

Array bytes_of(linnet_dtype dtype, const std::vector<int>& values) {
  Array a = out(dtype);
  a.shape = {static_cast<int32_t>(values.size())};
  for (const int v : values) a.bytes.push_back(static_cast<std::byte>(v));
  return a;
}

TEST_CASE("cast", "[ops]") {
  const float infinity = std::numeric_limits<float>::infinity();
  const Array x = f32(
      {10}, {-0.5f, 0.0f, 0.9f, -1.9f, 127.5f, 300.0f, -300.0f, 3e9f, -infinity, std::nanf("")});
  require_close(run_one(cast(x, LINNET_S32)), {10},
                {0, 0, 0, -1, 127, 300, -300, 2147483647, -2147483648.0, 0}, 0, 0);
  require_close(run_one(cast(x, LINNET_S8)), {10}, {0, 0, 0, -1, 127, 127, -128, 127, -128, 0});
  require_close(run_one(cast(x, LINNET_U8)), {10}, {0, 0, 0, 0, 127, 255, 0, 255, 0, 0});
  require_close(run_one(cast(x, LINNET_BOOL)), {10}, {1, 0, 1, 1, 1, 1, 1, 1, 1, 1});
  const Array whole = s32({4}, {-1, 0, 200, 16777217});
  require_close(run_one(cast(whole, LINNET_F32)), {4}, {-1, 0, 200, 16777216}, 0, 0);
  require_close(run_one(cast(whole, LINNET_BOOL)), {4}, {1, 0, 1, 1});
  require_close(run_one(cast(bytes_of(LINNET_S8, {-128, 0, 127}), LINNET_F32)), {3},
                {-128, 0, 127});
  require_close(run_one(cast(bytes_of(LINNET_U8, {0, 200, 255}), LINNET_F32)), {3}, {0, 200, 255});
  require_close(run_one(cast(bytes_of(LINNET_BOOL, {0, 1}), LINNET_F32)), {2}, {0, 1});
  require_close(run_one(cast(bytes_of(LINNET_BOOL, {0, 1}), LINNET_S32)), {2}, {0, 1});
  require_close(run_one(cast(f32({0, 3}, {}), LINNET_S32)), {0, 3}, {});
}

TEST_CASE("cast from and to f16", "[ops]") {
  // 1.5, -2, 2^-24 (the smallest), 65504 (the largest), -0.
  const std::vector<uint16_t> bits = {0x3e00, 0xc000, 0x0001, 0x7bff, 0x8000};
  const Array half = array_of(LINNET_F16, {5}, bits);
  const Array wide = run_one(cast(half, LINNET_F32));
  require_close(wide, {5}, {1.5, -2, std::ldexp(1.0, -24), 65504, 0}, 0, 0);
  REQUIRE(run_one(cast(wide, LINNET_F16)).bytes == half.bytes);
}

TEST_CASE("cast refuses quantized values and unknown pairs", "[ops]") {
  CHECK(plan_status(cast(random_s8({2}, 0.5f, 0, 1), LINNET_F32)) == LINNET_UNSUPPORTED);
  CHECK(plan_status(cast(s32({1}, {1}), LINNET_F16)) == LINNET_UNSUPPORTED);
  CHECK(plan_status(cast(f32({1}, {1}), LINNET_S4)) != LINNET_OK);
  OpCase other = cast(f32({1}, {1}), LINNET_S32);
  other.outputs = {out(LINNET_F32)};
  CHECK(plan_status(other) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test
