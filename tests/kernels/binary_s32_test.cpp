#include "kernels/binary_s32/binary_s32.h"

#include "tests/kernels/broadcast_cases.h"
#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

int32_t wrapped(int64_t v) { return static_cast<int32_t>(static_cast<uint64_t>(v) & 0xffffffffu); }

int32_t reference(BinaryS32 op, int64_t a, int64_t b) {
  switch (op) {
    case BinaryS32::add:
      return wrapped(a + b);
    case BinaryS32::sub:
      return wrapped(a - b);
    case BinaryS32::mul:
      return wrapped(a * b);
    case BinaryS32::div:
      return b == 0 ? 0 : wrapped(a / b);
    case BinaryS32::minimum:
      return wrapped(std::min(a, b));
    case BinaryS32::maximum:
      return wrapped(std::max(a, b));
  }
  return 0;
}

TEST_CASE("binary_s32 of every value in every broadcast", "[binary]") {
  const int32_t special[] = {0, 1, -1, INT32_MIN, INT32_MAX, 7, -7, 3};
  std::vector<int32_t> a(kBroadcastOperand), b(kBroadcastOperand);
  std::mt19937 engine(1);
  for (size_t i = 0; i < a.size(); ++i) {
    a[i] = engine() % 2 ? special[engine() % 8] : static_cast<int32_t>(engine());
    b[i] = engine() % 2 ? special[engine() % 8] : static_cast<int32_t>(engine());
  }
  for (const BinaryS32 op : {BinaryS32::add, BinaryS32::sub, BinaryS32::mul, BinaryS32::div,
                             BinaryS32::minimum, BinaryS32::maximum}) {
    for (const Broadcast& s : broadcast_cases()) {
      const auto y = check_variants<int32_t>(kBinaryS32, s.outer * s.inner, [&](int32_t* out) {
        return BinaryS32Args{op, a.data(), b.data(), out, s};
      });
      for (size_t i = 0; i < y.size(); ++i) {
        const size_t o = i / s.inner, r = i % s.inner;
        REQUIRE(y[i] == reference(op, a[index_a(s, o, r)], b[index_b(s, o, r)]));
      }
    }
  }
}

}  // namespace
}  // namespace linnet::test
