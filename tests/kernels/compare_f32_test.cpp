#include "kernels/compare_f32/compare_f32.h"

#include "tests/kernels/broadcast_cases.h"

namespace linnet::test {
namespace {

// Equal values are frequent.
std::vector<float> second_operand(std::vector<float> b, const std::vector<float>& a) {
  for (size_t i = 0; i < b.size() && i < a.size(); i += 3) b[i] = a[i];
  return b;
}

void check(CompareOp op, const Broadcast& s, const float* a, const float* b) {
  const auto y = check_variants<uint8_t>(kCompareF32, s.outer * s.inner, [&](uint8_t* out) {
    return CompareF32Args{op, a, b, out, s};
  });
  check_values(y, [&](size_t i) {
    const float p = a[index_a(s, i / s.inner, i % s.inner)];
    const float q = b[index_b(s, i / s.inner, i % s.inner)];
    const bool holds = op == CompareOp::equal ? p == q : op == CompareOp::less ? p < q : p > q;
    return static_cast<uint8_t>(holds ? 1 : 0);
  });
}

TEST_CASE("compare_f32 compares in every broadcast", "[binary]") {
  const auto a = awkward_floats(kBroadcastOperand, 1);
  const auto b = second_operand(awkward_floats(kBroadcastOperand, 2), a);
  for (const CompareOp op : {CompareOp::equal, CompareOp::less, CompareOp::greater}) {
    for (const Broadcast& s : broadcast_cases()) check(op, s, a.data(), b.data());
  }
}

TEST_CASE("compare_f32 of random shapes", "[binary][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const Broadcast s = random_broadcast(random);
    const auto a = awkward_floats(size_a(s), random.seed());
    const auto b = second_operand(awkward_floats(size_b(s), random.seed()), a);
    Fences fences(random.one_in(8));
    check(static_cast<CompareOp>(random.pick(0, 2)), s, fences.copy(a), fences.copy(b));
  }
}

}  // namespace
}  // namespace linnet::test
