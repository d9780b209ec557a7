#include "kernels/gemm_f32/gemm_f32.h"

#include "kernels/pack/pack_panels_f32.h"
#include "tests/kernels/float_gemm_cases.h"

namespace linnet::test {
namespace {

struct F32 {
  using Args = GemmF32Args;
  using Weight = float;
  static constexpr const auto& family = kGemmF32;
  static std::vector<float> pack(std::vector<float>* w, size_t n, size_t k) {
    std::vector<float> packed(panels_f32_elements(n, k));
    pack_panels_f32(w->data(), k, 1, n, k, packed.data());
    return packed;
  }
};

TEST_CASE("gemm_f32 computes A times W transposed", "[gemm_f32]") { test_gemm_products<F32>(); }
TEST_CASE("gemm_f32 splits rows and k into blocks", "[gemm_f32]") { test_gemm_blocks<F32>(); }
TEST_CASE("gemm_f32 without steps gives the bias, without rows or columns nothing", "[gemm_f32]") {
  test_gemm_of_nothing<F32>();
}
TEST_CASE("gemm_f32 keeps NaN, infinities and signed zeros alike on every ISA", "[gemm_f32]") {
  test_gemm_of_awkward_values<F32>();
}
TEST_CASE("gemm_f32 of random shapes", "[gemm_f32][random]") { test_gemm_of_random_shapes<F32>(); }
TEST_CASE("gemm_f32 adds C to itself", "[gemm_f32]") { test_gemm_in_place<F32>(); }
TEST_CASE("gemm_f32 gives the same bits for any split of rows and columns", "[gemm_f32]") {
  test_gemm_splits<F32>();
}

}  // namespace
}  // namespace linnet::test
