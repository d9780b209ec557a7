#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "kernels/pack/pack_panels_s8.h"
#include "kernels/pack/pack_sparse_panels_s8.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/sparse_weights.h"

// Operands that the tests of the sparse integer GEMM families share.

namespace linnet::test {

// Packed [n][k] for the dense kernel.
inline std::vector<uint64_t> dense_panels_s8(const std::vector<int8_t>& w, size_t n, size_t k) {
  std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s8(n, k)) / 8 + 1);
  REQUIRE(pack_panels_s8(w.data(), k, n, k, packed.data()));
  return packed;
}

// The same without its absent groups, every section between fences.
inline SparsePanelsS8 sparse_panels_s8(Fences& fences, const std::vector<int8_t>& w, size_t n,
                                       size_t k) {
  const uint64_t entries = count_sparse_groups_s8(w.data(), k, n, k);
  AlignedBytes packed(sparse_layout_s8(n, entries).size);
  REQUIRE(pack_sparse_panels_s8(w.data(), k, n, k, entries, packed.data()));
  SparsePanelsS8 view;
  REQUIRE(open_sparse_panels_s8(packed.data(), packed.size(), n, k, &view));
  const size_t panels = (n + 7) / 8;
  const size_t present = static_cast<size_t>(entries);
  return {fences.copy(view.first, panels + 1),    fences.copy(view.kinds, 4 * panels),
          fences.copy(view.row_sums, 8 * panels), fences.copy(view.offsets, 8 * panels),
          fences.copy(view.groups, present),      fences.copy(view.w, 32 * present)};
}

// Rows of A; extreme: most values -128.
inline std::vector<int8_t> rows_s8(std::mt19937& random, size_t count, bool extreme) {
  std::vector<int8_t> a(count);
  for (int8_t& value : a) {
    value = static_cast<int8_t>(extreme && random() % 8 != 0 ? -128 : pick(random, -128, 127));
  }
  return a;
}

// Integers low…high times 2^-10.
inline std::vector<float> even_floats(std::mt19937& random, size_t count, int low, int high) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(pick(random, low, high)) * 0x1p-10f;
  return values;
}

inline std::vector<uint32_t> bits_of(const std::vector<float>& values) {
  std::vector<uint32_t> bits(values.size());
  std::memcpy(bits.data(), values.data(), values.size() * sizeof(float));
  return bits;
}

}  // namespace linnet::test
