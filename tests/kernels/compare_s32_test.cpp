#include "kernels/compare_s32/compare_s32.h"

#include "tests/kernels/broadcast_cases.h"
#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("compare_s32 compares in every broadcast", "[binary]") {
  std::vector<int32_t> a(kBroadcastOperand), b(kBroadcastOperand);
  std::mt19937 engine(1);
  for (size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<int32_t>(engine());
    b[i] = i % 3 == 0 ? a[i] : static_cast<int32_t>(engine());
  }
  for (const CompareOp op : {CompareOp::equal, CompareOp::less, CompareOp::greater}) {
    for (const Broadcast& s : broadcast_cases()) {
      const auto y = check_variants<uint8_t>(kCompareS32, s.outer * s.inner, [&](uint8_t* out) {
        return CompareS32Args{op, a.data(), b.data(), out, s};
      });
      for (size_t i = 0; i < y.size(); ++i) {
        const int32_t p = a[index_a(s, i / s.inner, i % s.inner)];
        const int32_t q = b[index_b(s, i / s.inner, i % s.inner)];
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
