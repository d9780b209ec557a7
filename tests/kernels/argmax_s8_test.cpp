#include "kernels/argmax_s8/argmax_s8.h"

#include <algorithm>

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

// `args` without y.
void check(ArgmaxS8Args args) {
  const auto y = check_variants<int32_t>(kArgmaxS8, args.outer * args.inner, [&](int32_t* out) {
    args.y = out;
    return args;
  });
  check_values(y, [&](size_t i) {
    std::vector<int8_t> column(args.reduce);
    for (size_t r = 0; r < args.reduce; ++r) {
      column[r] = args.x[(i / args.inner * args.reduce + r) * args.inner + i % args.inner];
    }
    if (args.select_last) std::reverse(column.begin(), column.end());
    const auto best = std::max_element(column.begin(), column.end()) - column.begin();
    return static_cast<int32_t>(args.select_last ? static_cast<ptrdiff_t>(args.reduce) - 1 - best
                                                 : best);
  });
}

TEST_CASE("argmax_s8 finds first and last of the largest", "[reduce]") {
  const size_t outer = 4, reduce = 60, inner = 5;
  auto x = random_s8(outer * reduce * inner, 1);
  for (int8_t& v : x) v = static_cast<int8_t>(v / 40);  // many ties
  for (const bool last : {false, true}) check({x.data(), nullptr, outer, reduce, inner, last});
}

TEST_CASE("argmax_s8 of random shapes", "[reduce][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t outer = random.pick(0, 3), reduce = random.size(60), inner = random.size(20);
    Fences fences(random.one_in(8));
    const int8_t* x = fences.copy(any_s8(random, outer * reduce * inner));
    check({x, nullptr, outer, reduce, inner, random.one_in(2)});
  }
}

}  // namespace
}  // namespace linnet::test
