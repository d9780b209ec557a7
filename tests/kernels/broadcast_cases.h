#pragma once

#include <vector>

#include "kernels/broadcast/broadcast_walk.h"
#include "tests/kernels/random_inputs.h"

// The forms of broadcasting that tests of binary kernels go through.

namespace linnet::test {

inline std::vector<Broadcast> broadcast_cases() {
  std::vector<Broadcast> cases;
  for (const size_t outer : {size_t{1}, size_t{5}, size_t{20}}) {
    for (const size_t inner :
         {size_t{0}, size_t{1}, size_t{3}, size_t{8}, size_t{21}, size_t{150}}) {
      const ptrdiff_t n = static_cast<ptrdiff_t>(inner);
      cases.push_back({outer, inner, n, n, false, false});          // same shape
      cases.push_back({outer, inner, n, 0, false, true});           // right scalar
      cases.push_back({outer, inner, 0, n, true, false});           // left scalar
      cases.push_back({outer, inner, n, 0, false, false});          // right inner vector
      cases.push_back({outer, inner, 0, n, false, false});          // left inner vector
      cases.push_back({outer, inner, n, 1, false, true});           // right outer vector
      cases.push_back({outer, inner, 1, 0, true, false});           // outer vector by inner vector
      cases.push_back({outer, inner, 0, 0, true, true});            // two scalars
      cases.push_back({outer, inner, 2 * n, n + 3, false, false});  // rows apart
    }
  }
  return cases;
}

inline constexpr size_t kBroadcastOperand = 20 * 310;  // elements that any of the cases may read

inline size_t index_a(const Broadcast& s, size_t o, size_t i) {
  return static_cast<size_t>(static_cast<ptrdiff_t>(o) * s.a_outer) + (s.a_scalar ? 0 : i);
}
inline size_t index_b(const Broadcast& s, size_t o, size_t i) {
  return static_cast<size_t>(static_cast<ptrdiff_t>(o) * s.b_outer) + (s.b_scalar ? 0 : i);
}

// Any of those forms, any size.
inline Broadcast random_broadcast(ShapeRandom& random) {
  const size_t outer = random.one_in(3) ? 1 : random.pick(1, 12);
  const size_t inner = random.one_in(20)  ? random.pick(0, 700)
                       : random.one_in(8) ? random.pick(0, 1)
                                          : random.size(40);
  const ptrdiff_t n = static_cast<ptrdiff_t>(inner);
  const auto gap = [&] { return static_cast<ptrdiff_t>(random.pick(0, 5)); };
  switch (random.pick(0, 3)) {
    case 0:
      return {outer, inner, n, n, false, false};
    case 1: {  // one of them a scalar or a vector
      const ptrdiff_t step = random.one_in(2) ? 0 : random.one_in(2) ? 1 : gap();
      const bool scalar = random.one_in(2);
      return random.one_in(2) ? Broadcast{outer, inner, n, step, false, scalar}
                              : Broadcast{outer, inner, step, n, scalar, false};
    }
    case 2: {  // both of them
      const ptrdiff_t a = random.one_in(2) ? 0 : gap(), b = random.one_in(2) ? 0 : gap();
      const bool a_scalar = random.one_in(2), b_scalar = random.one_in(2);
      return {outer, inner, a, b, a_scalar, b_scalar};
    }
    default: {  // rows apart
      const ptrdiff_t a = n + gap(), b = 2 * n + gap();
      return {outer, inner, a, b, false, false};
    }
  }
}

// Elements that an operand has.
inline size_t operand_size(const Broadcast& s, ptrdiff_t step, bool scalar) {
  if (s.outer == 0 || s.inner == 0) return 0;
  return (s.outer - 1) * static_cast<size_t>(step) + (scalar ? 1 : s.inner);
}
inline size_t size_a(const Broadcast& s) { return operand_size(s, s.a_outer, s.a_scalar); }
inline size_t size_b(const Broadcast& s) { return operand_size(s, s.b_outer, s.b_scalar); }

// Whether an operand has the output's shape: then the output may be that operand.
inline bool a_is_whole(const Broadcast& s) {
  return !s.a_scalar && (s.outer == 1 || s.a_outer == static_cast<ptrdiff_t>(s.inner));
}
inline bool b_is_whole(const Broadcast& s) {
  return !s.b_scalar && (s.outer == 1 || s.b_outer == static_cast<ptrdiff_t>(s.inner));
}

// Holds every variant to scalar; now and then the output is one of the operands.
template <class T, class Fn, class Args>
Guarded<T> check_binary(ShapeRandom& random, const KernelFamily<Fn>& family, Args args,
                        const std::vector<T>& a, const std::vector<T>& b) {
  Fences fences(random.one_in(8));
  args.a = fences.copy(a);
  args.b = fences.copy(b);
  const Broadcast& s = args.shape;
  const bool in_a = a_is_whole(s) && random.one_in(3);
  const bool in_b = !in_a && b_is_whole(s) && random.one_in(3);
  const Guarded<T> start = in_a   ? Guarded<T>(a)
                           : in_b ? Guarded<T>(b)
                                  : Guarded<T>(s.outer * s.inner);
  INFO("outer " << s.outer << " inner " << s.inner << " steps " << s.a_outer << "," << s.b_outer
                << " scalars " << s.a_scalar << "," << s.b_scalar << " in place " << in_a << in_b);
  return check_variants(family, start, [&](T* out) {
    args.y = out;
    if (in_a) args.a = out;
    if (in_b) args.b = out;
    return args;
  });
}

}  // namespace linnet::test
