#include "kernels/reduce_f32/reduce_f32.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

constexpr ReduceOp kOps[] = {ReduceOp::sum, ReduceOp::mean, ReduceOp::max, ReduceOp::min};

double reference(ReduceOp op, const float* x, size_t reduce, size_t inner) {
  double sum = 0, max = -1e300, min = 1e300;
  for (size_t r = 0; r < reduce; ++r) {
    const double v = static_cast<double>(x[r * inner]);
    sum += v;
    max = std::max(max, v);
    min = std::min(min, v);
  }
  return op == ReduceOp::sum    ? sum
         : op == ReduceOp::mean ? sum / static_cast<double>(reduce)
         : op == ReduceOp::max  ? max
                                : min;
}

TEST_CASE("reduce_f32 variants agree and reduce", "[reduce]") {
  for (const ReduceOp op : kOps) {
    for (const size_t reduce : {1u, 7u, 8u, 65u, 300u}) {
      for (const size_t inner : {1u, 3u, 8u, 32u, 45u}) {
        const size_t outer = 3;
        const auto x = random_floats(outer * reduce * inner, -2.0f, 3.0f, 1);
        const auto y = check_variants<float>(kReduceF32, outer * inner, [&](float* out) {
          return ReduceF32Args{op, x.data(), out, outer, reduce, inner, 0, inner};
        });
        for (size_t i = 0; i < outer * inner; ++i) {
          const float* first = x.data() + i / inner * reduce * inner + i % inner;
          const double exact = reference(op, first, reduce, inner);
          const double scale = op == ReduceOp::sum ? static_cast<double>(reduce) : 1.0;
          REQUIRE(std::abs(static_cast<double>(y[i]) - exact) <= 1e-6 * scale);
        }
      }
    }
  }
}

TEST_CASE("reduce_f32 variants agree on awkward values and empty reductions", "[reduce]") {
  for (const ReduceOp op : kOps) {
    for (const size_t reduce : {0u, 5u, 20u, 70u}) {
      for (const size_t inner : {1u, 9u, 41u}) {
        const size_t outer = 7;
        const auto x = awkward_floats(outer * reduce * inner, 3);
        check_variants<float>(kReduceF32, outer * inner, [&](float* out) {
          return ReduceF32Args{op, x.data(), out, outer, reduce, inner, 0, inner};
        });
      }
    }
  }
  const float x[] = {1.0f, std::nanf(""), 3.0f};
  float y;
  for (const ReduceOp op : kOps) {
    reduce_f32_scalar({op, x, &y, 1, 3, 1, 0, 1});
    CHECK(std::isnan(y));
  }
}

TEST_CASE("reduce_f32 by parts of inner gives the same bits", "[reduce]") {
  const size_t reduce = 150, inner = 90;
  const auto x = random_floats(reduce * inner, -2.0f, 3.0f, 1);
  for (size_t v = 0; v < kReduceF32.count; ++v) {
    if (!detect_isa().has(kReduceF32.variants[v].isa)) continue;
    Guarded<float> whole(inner), parts(inner);
    kReduceF32.variants[v].run({ReduceOp::sum, x.data(), whole.data(), 1, reduce, inner, 0, inner});
    for (const size_t cut : {0u, 5u, 50u, 83u}) {
      const size_t end = cut == 0 ? 5 : cut == 5 ? 50 : cut == 50 ? 83 : inner;
      kReduceF32.variants[v].run(
          {ReduceOp::sum, x.data(), parts.data(), 1, reduce, inner, cut, end});
    }
    CHECK(parts.intact());
    CHECK(first_difference(whole, parts) == inner);
  }
}

TEST_CASE("reduce_f32 of random shapes", "[reduce][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    ReduceF32Args args = {};
    args.op = kOps[random.pick(0, 3)];
    args.outer = random.pick(0, 3);
    args.inner = random.one_in(3) ? 1 : random.size(70);
    args.reduce = random.one_in(20) ? 0 : random.size(args.inner == 1 ? 300 : 150);
    args.inner_end = args.inner;
    if (random.one_in(3)) {
      args.inner_begin = random.pick(0, args.inner);
      args.inner_end = random.pick(args.inner_begin, args.inner);
    }
    Fences fences(random.one_in(8));
    args.x = fences.copy(any_floats(random, args.outer * args.reduce * args.inner));
    INFO("reduce " << args.reduce << " inner " << args.inner << " from " << args.inner_begin
                   << " to " << args.inner_end);
    check_variants<float>(kReduceF32, args.outer * args.inner, [&](float* out) {
      args.y = out;
      return args;
    });
  }
}

}  // namespace
}  // namespace linnet::test
