#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/pack/pack_panels_s4.h"
#include "tests/kernels/random_shapes.h"

// Weights with k groups of zeros, and what else the tests of sparse kernels share.

namespace linnet::test {

// Bytes that begin at a multiple of 64, as segments of a file do.
class AlignedBytes {
 public:
  explicit AlignedBytes(uint64_t size)
      : size_(static_cast<size_t>(size)), lines_(static_cast<size_t>(size / 64 + 1)) {}
  uint8_t* data() { return lines_[0].bytes; }
  const uint8_t* data() const { return lines_[0].bytes; }
  size_t size() const { return size_; }

 private:
  struct alignas(64) Line {
    uint8_t bytes[64] = {};
  };
  size_t size_;
  std::vector<Line> lines_;
};

inline int pick(std::mt19937& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
}

// How large the values are, which decides what is exact in 16 bits.
enum class Magnitude { small, mixed, large, extreme };

inline int8_t pick_weight(std::mt19937& random, Magnitude magnitude) {
  switch (magnitude) {
    case Magnitude::small:
      return static_cast<int8_t>(pick(random, -20, 20));
    case Magnitude::mixed:
      return static_cast<int8_t>(pick(random, 0, 9) == 0 ? pick(random, -127, 127)
                                                         : pick(random, -30, 30));
    case Magnitude::large:
      return static_cast<int8_t>(pick(random, -127, 127));
    default:
      return pick(random, 0, 7) == 0 ? int8_t{127} : int8_t{-127};
  }
}

// Calls set(row, column) for every value of the k groups of 8 rows that are to be present; about
// `absent` per cent are not.
template <typename Set>
void for_present_values(std::mt19937& random, size_t n, size_t k, int absent, const Set& set) {
  for (size_t row = 0; row < n; row += 8) {
    for (size_t group = 0; group < k; group += 4) {
      if (pick(random, 0, 99) < absent) continue;
      for (size_t r = row; r < row + 8 && r < n; ++r) {
        for (size_t i = group; i < group + 4 && i < k; ++i) set(r, i);
      }
    }
  }
}

// [n][k]
inline std::vector<int8_t> sparse_weights_s8(std::mt19937& random, size_t n, size_t k, int absent,
                                             Magnitude magnitude) {
  std::vector<int8_t> w(n * k);
  for_present_values(random, n, k, absent,
                     [&](size_t r, size_t i) { w[r * k + i] = pick_weight(random, magnitude); });
  return w;
}

// [n][k], sometimes with a -0.
inline std::vector<float> sparse_weights_f32(std::mt19937& random, size_t n, size_t k, int absent) {
  std::vector<float> w(n * k);
  for_present_values(random, n, k, absent, [&](size_t r, size_t i) {
    const float value = static_cast<float>(pick(random, -1000, 1000)) * 0x1p-10f;
    w[r * k + i] = pick(random, 0, 30) == 0 ? -0.0f : value;
  });
  return w;
}

// 4-bit weights: absent groups hold a code that stands for 0; extreme ones the table's ends.
struct SparseCodes {
  SparseCodes(std::mt19937& random, size_t n, size_t k, size_t block, int absent,
              const int8_t* table, bool extreme = false) {
    uint8_t zero = 0;
    while (table[zero] != 0) ++zero;
    codes.assign(n * k, zero);
    for_present_values(random, n, k, absent, [&](size_t r, size_t i) {
      const uint8_t end = random() % 8 == 0 ? uint8_t{15} : uint8_t{0};
      codes[r * k + i] = extreme ? end : static_cast<uint8_t>(random() % 16);
    });
    args.scales_stride = static_cast<size_t>(panel_block_count(k, block));
    for (size_t i = 0; i < n * args.scales_stride; ++i) {
      // From 2^-11 to 1, some negative.
      scales.push_back(static_cast<uint16_t>((4 + random() % 12) << 10 | random() % 1024 |
                                             (random() % 8 == 0 ? 0x8000 : 0)));
    }
    args.n = n;
    args.k = k;
    args.block = block;
    args.codes = codes.data();
    args.codes_stride = k;
    args.scales = scales.data();
    args.table = table;
  }
  SparseCodes(const SparseCodes&) = delete;
  SparseCodes& operator=(const SparseCodes&) = delete;

  std::vector<uint8_t> codes;    // [n][k]
  std::vector<uint16_t> scales;  // [n][blocks]
  PackPanelsS4Args args;
};

}  // namespace linnet::test
