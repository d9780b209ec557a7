#include "kernels/compare_f32/compare_f32.h"

#include "tests/kernels/broadcast_cases.h"
#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("compare_f32 compares in every broadcast", "[binary]") {
  auto a = awkward_floats(kBroadcastOperand, 1), b = awkward_floats(kBroadcastOperand, 2);
  for (size_t i = 0; i < b.size(); i += 3) b[i] = a[i];
  for (const CompareOp op : {CompareOp::equal, CompareOp::less, CompareOp::greater}) {
    for (const Broadcast& s : broadcast_cases()) {
      const auto y = check_variants<uint8_t>(kCompareF32, s.outer * s.inner, [&](uint8_t* out) {
        return CompareF32Args{op, a.data(), b.data(), out, s};
      });
      for (size_t i = 0; i < y.size(); ++i) {
        const float p = a[index_a(s, i / s.inner, i % s.inner)];
        const float q = b[index_b(s, i / s.inner, i % s.inner)];
        const bool expected = op == CompareOp::equal  ? p == q
                              : op == CompareOp::less ? p < q
                                                      : p > q;
        REQUIRE(y[i] == (expected ? 1 : 0));
      }
    }
  }
}

}  // namespace
}  // namespace linnet::test
