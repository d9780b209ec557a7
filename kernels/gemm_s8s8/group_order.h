#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// Which k groups of a packed int8 matrix may be multiplied how, for kernels whose multiply
// instruction saturates at 16 bits (AVX2's vpmaddubsw: the sum of two u8 x s8 products).
//
// In the unsigned form the kernel multiplies u = a + 128 (0…255) by w. The sum of two products
// stays in 16 bits, whatever u is, if the positive weights of the two add up to 128 at most and the
// negative ones to -128 at least. If that holds for the corresponding weights of two k groups
// together, the sums of both groups can be added in 16 bits before they are widened. Groups for
// which it does not hold take the signed form, |w| times a (w >= 0) or ~a (w < 0), which always
// fits; two of them fit together if the magnitudes add up to 256 at most. Integer sums commute, so
// the kernel may visit the groups of a panel in any order: this table has one, sorted into the four
// kinds.
//
// The table of one panel:
//   int32 offset[8]        for each row, what u and ~a in place of a and -a leave to add:
//                          -128 * (sum of w), or the sum of |w| over w < 0
//   for each chunk of 256 k groups (the last one may be short):
//     uint16 count[4]      unsigned pairs, unsigned singles, signed pairs, signed singles
//     uint8 group[]        indices inside the chunk in that order, two for a pair; padded to 8
// It takes 1/32 of the weights' bytes and 32 to 48 bytes a panel.

namespace linnet {

inline constexpr size_t kOrderChunkGroups = 256;
inline constexpr size_t kOrderOffsetBytes = 8 * sizeof(int32_t);
inline constexpr size_t kOrderCountBytes = 4 * sizeof(uint16_t);
inline constexpr size_t kOrderChunkBytes = kOrderCountBytes + kOrderChunkGroups;

// With fewer rows of A, memory bounds the product: kernels make no use of a table.
inline constexpr size_t kGroupOrderRows = 4;

// Whether a product of m rows with n columns, k deep, is faster with a table: narrow ones spend
// more on laying out A than they gain, short ones have a form of their own (dot_short_avx2.h).
constexpr bool group_order_pays(size_t m, size_t n, size_t k) {
  return m >= kGroupOrderRows && n > 8 && k > 32;
}

// Bytes of the table of one panel: the distance between tables. A multiple of 8.
constexpr size_t group_order_bytes(size_t k) {
  const size_t groups = k / 4 + (k % 4 != 0), rest = groups % kOrderChunkGroups;
  return kOrderOffsetBytes + groups / kOrderChunkGroups * kOrderChunkBytes +
         (rest == 0 ? 0 : kOrderCountBytes + (rest + 7) / 8 * 8);
}

struct GroupOrderArgs {
  const int8_t* w = nullptr;  // s8 panels (kernels/pack/panels.h), values -127…127
  size_t w_panel_stride = 0;  // bytes: panel_bytes_s8(k)
  size_t panels = 0;
  size_t k = 0;             // >= 1
  void* order = nullptr;    // panels tables, 8-byte aligned
  size_t order_stride = 0;  // bytes: group_order_bytes(k)
};

// Stateless, thread-safe, no allocation. Any bytes as weights are safe.
using GroupOrderFn = void(const GroupOrderArgs& args);

// The same instruction sets as kGemmS8S8 and kGemmS8S8F32. `run` is null where their kernels want
// no table.
extern const KernelFamily<GroupOrderFn> kGroupOrder;

#if defined(LINNET_X86)
void group_order_avx2(const GroupOrderArgs& args);
#endif

}  // namespace linnet
