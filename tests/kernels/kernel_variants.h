#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/isa.h"
#include "tests/kernels/fenced.h"

// What the tests of elementwise kernels share: inputs, guarded outputs, the loop over variants.

namespace linnet::test {

// `count` values with a guard in front of them, which the owner checks by intact(), and behind them
// a page that nobody may touch.
template <class T>
class Guarded {
 public:
  explicit Guarded(size_t count) : count_(count), room_(kFront + count * sizeof(T), false) {
    memset(room_.data(), kPattern, bytes() + FencedRoom::kBehind);
  }
  explicit Guarded(const std::vector<T>& values) : Guarded(values.size()) {
    if (count_ > 0) memcpy(data(), values.data(), count_ * sizeof(T));
  }
  Guarded(const Guarded& other) : Guarded(other.count_) {
    memcpy(room_.data(), other.room_.data(), bytes());
  }
  Guarded& operator=(const Guarded&) = delete;

  T* data() { return reinterpret_cast<T*>(room_.data() + kFront); }
  const T* data() const { return reinterpret_cast<const T*>(room_.data() + kFront); }
  size_t size() const { return count_; }
  T operator[](size_t i) const { return data()[i]; }

  bool intact() const {
    const auto kept = [](const uint8_t* guard, size_t size) {
      return size == 0 || (guard[0] == kPattern && memcmp(guard, guard + 1, size - 1) == 0);
    };
    return kept(room_.data(), kFront) && kept(room_.data() + bytes(), FencedRoom::kBehind);
  }

 private:
  static constexpr size_t kFront = 64 * sizeof(T);
  static constexpr uint8_t kPattern = 0xa5;
  size_t bytes() const { return kFront + count_ * sizeof(T); }
  size_t count_;
  FencedRoom room_;
};

template <class T>
bool same_value(T a, T b) {
  return a == b;
}
// The same bits, or both NaN.
inline bool same_value(float a, float b) {
  return (std::isnan(a) && std::isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

// The first index where the two differ, or their size.
template <class T>
size_t first_difference(const Guarded<T>& a, const Guarded<T>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (!same_value(a[i], b[i])) return i;
  }
  return a.size();
}

// Runs every variant that this machine has on make(y) and holds it to the last one, scalar. `start`
// is what y holds before (so an in-place run is one whose arguments read y).
template <class T, class Fn, class Make>
Guarded<T> check_variants(const KernelFamily<Fn>& family, const Guarded<T>& start, Make make) {
  Guarded<T> expected = start;
  family.variants[family.count - 1].run(make(expected.data()));
  REQUIRE(expected.intact());
  for (size_t v = 0; v + 1 < family.count; ++v) {
    if (!detect_isa().has(family.variants[v].isa)) continue;
    INFO(family.name << " " << isa_name(family.variants[v].isa));
    Guarded<T> actual = start;
    family.variants[v].run(make(actual.data()));
    REQUIRE(actual.intact());
    const size_t at = first_difference(actual, expected);
    if (at < actual.size()) {
      FAIL("differs at " << at << ": " << +actual[at] << " instead of " << +expected[at]);
    }
  }
  return expected;
}

// Holds y[i] to value(i), for every i.
template <class T, class Value>
void check_values(const Guarded<T>& y, Value value) {
  for (size_t i = 0; i < y.size(); ++i) {
    const T expected = value(i);
    if (!same_value(y[i], expected)) {
      FAIL("differs at " << i << ": " << +y[i] << " instead of " << +expected);
    }
  }
}

template <class T, class Fn, class Make>
Guarded<T> check_variants(const KernelFamily<Fn>& family, size_t count, Make make) {
  return check_variants(family, Guarded<T>(count), make);
}

inline std::vector<float> random_floats(size_t count, float lo, float hi, uint32_t seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> uniform(lo, hi);
  std::vector<float> values(count);
  for (float& v : values) v = uniform(engine);
  return values;
}

// Any bits at all: every exponent, infinities, NaNs, subnormals, zeros, exact halves.
inline std::vector<float> awkward_floats(size_t count, uint32_t seed) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  const float special[] = {0.0f,   -0.0f,   inf,      -inf,    std::nanf(""), 1e-45f,     -1e-45f,
                           1e-39f, -1e-39f, 0.5f,     -0.5f,   1.5f,          2.5f,       -2.5f,
                           127.5f, -128.5f, 3e38f,    -3e38f,  8388607.5f,    4194304.5f, 1.0f,
                           -1.0f,  88.73f,  -103.98f, -87.34f, 0x1p-126f,     2e9f,       -3e9f};
  std::mt19937 engine(seed);
  std::vector<float> values(count);
  for (float& v : values) {
    const uint32_t bits = static_cast<uint32_t>(engine());
    switch (engine() % 3) {
      case 0:
        v = special[bits % (sizeof special / sizeof special[0])];
        break;
      case 1:
        memcpy(&v, &bits, sizeof v);
        if (std::isnan(v)) v = std::nanf("");
        break;
      default:
        v = static_cast<float>(static_cast<int32_t>(bits)) * 0x1p-24f;
    }
  }
  return values;
}

inline std::vector<int8_t> random_s8(size_t count, uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<int8_t> values(count);
  for (int8_t& v : values) v = static_cast<int8_t>(engine());
  return values;
}

// round half even, + zero, clamped: the integer formula, in double.
inline int8_t quantized(double t, int zero, int lo = -128, int hi = 127) {
  const double q = std::nearbyint(t) + zero;
  return static_cast<int8_t>(q < lo ? lo : q > hi ? hi : q);
}

// |a − b| in units of the last place of the float b.
inline double ulps(float a, double b) {
  const float nearest = static_cast<float>(b);
  if (std::isinf(nearest) || std::isnan(nearest)) return same_value(a, nearest) ? 0.0 : 1e9;
  const int exponent = b == 0.0 ? -149 : std::max(std::ilogb(b) - 23, -149);
  return std::abs(static_cast<double>(a) - b) / std::ldexp(1.0, exponent);
}

// Lengths around the vector widths.
inline const size_t kCounts[] = {0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 257, 1000};

}  // namespace linnet::test
