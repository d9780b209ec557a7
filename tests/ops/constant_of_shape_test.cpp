#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase fill(const Array& shape, linnet_dtype dtype, float value) {
  fb::ConstantOfShapeOptionsT o;
  o.dtype = static_cast<fb::DType>(dtype);
  o.value = value;
  return op_case(fb::OpType::constant_of_shape, std::move(o), {shape}, {out(dtype)});
}

TEST_CASE("constant_of_shape", "[ops]") {
  require_close(run_one(fill(s32_list({2, 2}), LINNET_F32, -1.5f)), {2, 2},
                {-1.5, -1.5, -1.5, -1.5});
  require_close(run_one(fill(s32_list({3}), LINNET_S32, -7)), {3}, {-7, -7, -7});
  require_close(run_one(fill(s32_list({2}), LINNET_S8, -128)), {2}, {-128, -128});
  require_close(run_one(fill(s32_list({2}), LINNET_U8, 255)), {2}, {255, 255});
  require_close(run_one(fill(s32_list({1}), LINNET_BOOL, 1)), {1}, {1});
  require_close(run_one(fill(s32_list({}), LINNET_F32, 3)), {}, {3});
  require_close(run_one(fill(s32_list({4, 0}), LINNET_F32, 3)), {4, 0}, {});
  for (const auto& [dtype, value] : {std::pair{LINNET_S8, 128.0f},
                                     {LINNET_U8, -1.0f},
                                     {LINNET_BOOL, 2.0f},
                                     {LINNET_S32, 0.5f},
                                     {LINNET_S32, 2147483648.0f},
                                     {LINNET_S32, std::nanf("")},
                                     {LINNET_S32, INFINITY}}) {
    CHECK(plan_status(fill(s32_list({1}), dtype, value)) == LINNET_BAD_MODEL);
  }
  for (const std::vector<int32_t>& dims :
       {std::vector<int32_t>{-1}, {1, 1, 1, 1, 1, 1, 1}, {INT32_MAX, INT32_MAX, INT32_MAX}}) {
    CHECK(plan_status(fill(s32_list(dims), LINNET_F32, 0)) == LINNET_BAD_MODEL);
  }
  CHECK(plan_status(fill(s32({1}, {2}), LINNET_F32, 0)) == LINNET_UNSUPPORTED);
  CHECK(plan_status(fill(known(f32({1}, {2})), LINNET_F32, 0)) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test
