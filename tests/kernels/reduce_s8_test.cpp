#include "kernels/reduce_s8/reduce_s8.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

// `args` without y.
void check(ReduceS8Args args) {
  const size_t inner = args.inner;
  const Guarded<int8_t> untouched(args.outer * inner);
  const auto y = check_variants(kReduceS8, untouched, [&](int8_t* out) {
    args.y = out;
    return args;
  });
  check_values(y, [&](size_t i) {
    if (i % inner < args.inner_begin || i % inner >= args.inner_end) return untouched[i];
    const int8_t* first = args.x + i / inner * args.reduce * inner + i % inner;
    int32_t sum = 0, max = -128, min = 127;
    for (size_t r = 0; r < args.reduce; ++r) {
      sum += first[r * inner] - args.zero_point_in;
      max = std::max<int32_t>(max, first[r * inner]);
      min = std::min<int32_t>(min, first[r * inner]);
    }
    const bool adds = args.op == ReduceOp::sum || args.op == ReduceOp::mean;
    const int32_t v = adds ? sum : (args.op == ReduceOp::max ? max : min) - args.zero_point_in;
    return quantized(static_cast<double>(static_cast<float>(v) * args.multiplier),
                     args.zero_point_out);
  });
}

TEST_CASE("reduce_s8 variants agree and follow the formula", "[reduce]") {
  for (const ReduceOp op : {ReduceOp::sum, ReduceOp::mean, ReduceOp::max, ReduceOp::min}) {
    for (const size_t reduce : {1u, 7u, 49u, 300u}) {
      for (const size_t inner : {1u, 3u, 8u, 32u, 45u}) {
        const auto x = random_s8(3 * reduce * inner, 1);
        const bool adds = op == ReduceOp::sum || op == ReduceOp::mean;
        const float multiplier = adds ? 1.9f / static_cast<float>(reduce) : 0.77f;
        check({op, x.data(), nullptr, 3, reduce, inner, 0, inner, 6, -3, multiplier});
      }
    }
  }
}

TEST_CASE("reduce_s8 of random shapes", "[reduce][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    ReduceS8Args args = {};
    args.op = static_cast<ReduceOp>(random.pick(0, 3));
    args.outer = random.pick(0, 3);
    args.inner = random.one_in(3) ? 1 : random.size(70);
    args.reduce = random.size(args.inner == 1 ? 300 : 40);
    args.inner_end = args.inner;
    if (random.one_in(3)) {
      args.inner_begin = random.pick(0, args.inner);
      args.inner_end = random.pick(args.inner_begin, args.inner);
    }
    args.zero_point_in = random.s8();
    args.zero_point_out = random.s8();
    args.multiplier = any_multiplier(random) / (random.one_in(2) ? 40.0f : 1.0f);
    Fences fences(random.one_in(8));
    args.x = fences.copy(any_s8(random, args.outer * args.reduce * args.inner));
    check(args);
  }
}

TEST_CASE("reduce_s8 writes only the inner range it was given", "[reduce]") {
  const size_t reduce = 5, inner = 70;
  const auto x = random_s8(reduce * inner, 1);
  const auto y = check_variants<int8_t>(kReduceS8, inner, [&](int8_t* out) {
    return ReduceS8Args{ReduceOp::max, x.data(), out, 1, reduce, inner, 9, 52, 0, 0, 1.0f};
  });
  const Guarded<int8_t> untouched(inner);
  for (size_t i = 0; i < inner; ++i) {
    int8_t max = -128;
    for (size_t r = 0; r < reduce; ++r) max = std::max(max, x[r * inner + i]);
    CHECK(+y[i] == +(i >= 9 && i < 52 ? max : untouched[i]));
  }
}

}  // namespace
}  // namespace linnet::test
