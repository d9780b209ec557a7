#pragma once

#include <cstddef>
#include <cstdlib>
#include <random>

// Random shapes for kernel tests: how many, and the numbers that make them.

namespace linnet::test {

// 1,000, or 100,000 with LINNET_LONG set.
inline size_t random_rounds() {
  const char* value = std::getenv("LINNET_LONG");
  return value != nullptr && *value != '\0' && *value != '0' ? 100000 : 1000;
}

class ShapeRandom {
 public:
  explicit ShapeRandom(uint32_t seed) : engine_(seed) {}
  // low…high
  size_t pick(size_t low, size_t high) { return low + engine_() % (high - low + 1); }
  bool one_in(size_t n) { return engine_() % n == 0; }
  uint32_t seed() { return static_cast<uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

}  // namespace linnet::test
