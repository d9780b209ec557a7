#include "kernels/gemm_f32f16/gemm_f32f16.h"

#include "kernels/pack/pack_panels_f32.h"
#include "tests/kernels/float_gemm_cases.h"

namespace linnet::test {
namespace {

struct F32F16 {
  using Args = GemmF32F16Args;
  using Weight = uint16_t;
  static constexpr const auto& family = kGemmF32F16;
  static std::vector<uint16_t> pack(std::vector<float>* w, size_t n, size_t k) {
    std::vector<uint16_t> packed(panels_f32_elements(n, k));
    for (float& value : *w) value = float_from_half(half_from_float(value));
    pack_panels_f32_to_f16(w->data(), k, 1, n, k, packed.data());
    return packed;
  }
};

TEST_CASE("gemm_f32f16 computes A times W transposed", "[gemm_f32f16]") {
  test_gemm_products<F32F16>();
}
TEST_CASE("gemm_f32f16 splits rows and k into blocks", "[gemm_f32f16]") {
  test_gemm_blocks<F32F16>();
}
TEST_CASE("gemm_f32f16 without steps gives the bias, without rows or columns nothing",
          "[gemm_f32f16]") {
  test_gemm_of_nothing<F32F16>();
}
TEST_CASE("gemm_f32f16 keeps NaN, infinities and signed zeros alike on every ISA",
          "[gemm_f32f16]") {
  test_gemm_of_awkward_values<F32F16>();
}
TEST_CASE("gemm_f32f16 of random shapes", "[gemm_f32f16][random]") {
  test_gemm_of_random_shapes<F32F16>();
}
TEST_CASE("gemm_f32f16 adds C to itself", "[gemm_f32f16]") { test_gemm_in_place<F32F16>(); }
TEST_CASE("gemm_f32f16 gives the same bits for any split of rows and columns", "[gemm_f32f16]") {
  test_gemm_splits<F32F16>();
}

}  // namespace
}  // namespace linnet::test
