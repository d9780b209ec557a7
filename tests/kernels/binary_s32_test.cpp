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

std::vector<int32_t> values(size_t count, uint32_t seed) {
  const int32_t special[] = {0, 1, -1, INT32_MIN, INT32_MAX, 7, -7, 3};
  std::mt19937 engine(seed);
  std::vector<int32_t> all(count);
  for (int32_t& v : all) v = engine() % 2 ? special[engine() % 8] : static_cast<int32_t>(engine());
  return all;
}

void check_references(BinaryS32 op, const Broadcast& s, const std::vector<int32_t>& a,
                      const std::vector<int32_t>& b, const Guarded<int32_t>& y) {
  check_values(y, [&](size_t i) {
    const size_t o = i / s.inner, r = i % s.inner;
    return reference(op, a[index_a(s, o, r)], b[index_b(s, o, r)]);
  });
}

TEST_CASE("binary_s32 of every value in every broadcast", "[binary]") {
  const auto a = values(kBroadcastOperand, 1), b = values(kBroadcastOperand, 2);
  for (const BinaryS32 op : {BinaryS32::add, BinaryS32::sub, BinaryS32::mul, BinaryS32::div,
                             BinaryS32::minimum, BinaryS32::maximum}) {
    for (const Broadcast& s : broadcast_cases()) {
      const auto y = check_variants<int32_t>(kBinaryS32, s.outer * s.inner, [&](int32_t* out) {
        return BinaryS32Args{op, a.data(), b.data(), out, s};
      });
      check_references(op, s, a, b, y);
    }
  }
}

TEST_CASE("binary_s32 of random shapes", "[binary][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const Broadcast s = random_broadcast(random);
    const auto a = values(size_a(s), random.seed()), b = values(size_b(s), random.seed());
    const BinaryS32 op = static_cast<BinaryS32>(random.pick(0, 5));
    const BinaryS32Args args = {op, nullptr, nullptr, nullptr, s};
    check_references(op, s, a, b, check_binary(random, kBinaryS32, args, a, b));
  }
}

}  // namespace
}  // namespace linnet::test
