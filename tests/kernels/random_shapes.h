#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>

// Random shapes for kernel tests: how many, and the numbers that make them.

namespace linnet::test {

// 1,000; 100,000 with LINNET_LONG=1; with another number that many.
inline size_t random_rounds() {
  const char* value = std::getenv("LINNET_LONG");
  const size_t rounds = value == nullptr ? 0 : std::strtoul(value, nullptr, 10);
  return rounds == 0 ? 1000 : rounds == 1 ? 100000 : rounds;
}

class ShapeRandom {
 public:
  explicit ShapeRandom(uint32_t seed) : engine_(seed) {}
  // low…high
  size_t pick(size_t low, size_t high) { return low + engine_() % (high - low + 1); }
  bool one_in(size_t n) { return engine_() % n == 0; }
  uint32_t seed() { return static_cast<uint32_t>(engine_()); }

  // 1…high, mostly at most one away from a multiple of the width of some tile.
  size_t size(size_t high) {
    constexpr size_t kTiles[] = {4, 8, 16, 24, 32, 64};
    const size_t tile = kTiles[pick(0, 5)];
    if (tile > high || one_in(4)) return pick(1, high);
    const size_t edge = tile * pick(0, high / tile) + pick(0, 2);  // one more than the size
    return edge < 2 ? 1 : edge - 1 > high ? high : edge - 1;
  }

  // Of a matrix product: small, few rows more often, now and then one of them past the blocks in
  // which the kernels walk through it.
  struct Product {
    size_t m, n, k;
  };
  Product product() {
    Product s = {one_in(4) ? pick(1, 4) : size(30), size(50), size(150)};
    const size_t large = pick(0, 59);
    if (large == 0) s.m = pick(60, 280);
    if (large == 1) s.n = pick(60, 200);
    if (large == 2) s.k = pick(1000, 2200);
    if (large == 3) s = {pick(1, 6), pick(1, 20), pick(4000, 4300)};
    return s;
  }

  // -128…127, often an end or 0.
  int32_t s8() {
    constexpr int32_t kEnds[] = {-128, 0, 127};
    return one_in(4) ? kEnds[pick(0, 2)] : static_cast<int32_t>(pick(0, 255)) - 128;
  }
  // A clamp of int8: lo <= hi, often all of it.
  template <class T>
  void clamp(T* lo, T* hi) {
    const int32_t a = one_in(2) ? -128 : s8(), b = one_in(2) ? 127 : s8();
    *lo = static_cast<T>(a < b ? a : b);
    *hi = static_cast<T>(a < b ? b : a);
  }

 private:
  std::mt19937 engine_;
};

}  // namespace linnet::test
