#pragma once

#include <vector>

#include "kernels/broadcast/broadcast_walk.h"

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

}  // namespace linnet::test
