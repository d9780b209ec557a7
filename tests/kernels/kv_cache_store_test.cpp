#include "kernels/kv_cache_store/kv_cache_store.h"

#include "kernels/pack/pack_panels_f32.h"
#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/kv_values.h"
#include "tests/kernels/random_shapes.h"

namespace linnet::test {
namespace {

constexpr KvFormat kFormats[] = {KvFormat::f32, KvFormat::f16, KvFormat::s8, KvFormat::s4};

// The largest distance of value i from what is read back, in double.
double allowed(KvFormat format, const float* x, size_t n, size_t i) {
  double largest = 0.0;
  const size_t first = format == KvFormat::s4 ? i / kKvBlock * kKvBlock : 0;
  const size_t end = format == KvFormat::s4 ? std::min(first + kKvBlock, n) : n;
  for (size_t j = first; j < end; ++j) {
    largest = std::max(largest, std::abs(static_cast<double>(x[j])));
  }
  switch (format) {
    case KvFormat::f32:
      return 0.0;
    case KvFormat::f16:
      return std::abs(static_cast<double>(x[i])) * 0x1p-11 + 0x1p-25;
    case KvFormat::s8:  // half a step
      return largest / 127.0 * 0.5001;
    default:
      // Half a step, and beyond the end of the codes, 7 or 8 steps, a whole one; the scale's own
      // rounding is at most 8 · 2^-12 of it, or 8 · 2^-25 where it is subnormal.
      return largest / 8.0 * 1.01 + 0x1p-21;
  }
}

TEST_CASE("kv_cache_store writes rows that read back close, the same on every ISA",
          "[kv_cache][random]") {
  ShapeRandom random(6);
  for (size_t round = random_rounds(); round-- > 0;) {
    const KvFormat format = kFormats[random.pick(0, 3)];
    const size_t rows = random.pick(0, 5), n = random.pick(1, random.one_in(5) ? 256 : 72);
    const size_t bytes = kv_row_bytes(format, n);
    const size_t x_stride = n + random.pick(0, 5), y_stride = bytes + 4 * random.pick(0, 5);
    const float range = random.one_in(4) ? 1e-4f : 30.0f;
    const auto x = random_floats(rows * x_stride, -range, range, random.seed());
    const auto y = check_variants<uint8_t>(kKvCacheStore, rows * y_stride, [&](uint8_t* out) {
      return KvCacheStoreArgs{x.data(), x_stride, out, y_stride, rows, n, format};
    });
    for (size_t r = 0; r < rows; ++r) {
      const uint8_t* row = y.data() + r * y_stride;
      const float* values = x.data() + r * x_stride;
      for (size_t i = 0; i < n; ++i) {
        const double back = kv_value(format, row, n, i);
        const double error = std::abs(back - static_cast<double>(values[i]));
        REQUIRE(error <= allowed(format, values, n, i));
      }
      for (size_t i = bytes; i < y_stride; ++i) REQUIRE(row[i] == 0xa5);
    }
  }
}

TEST_CASE("kv_cache_store: int4 errors are half a step inside the codes", "[kv_cache]") {
  const auto x = random_floats(32 * 500, -1.0f, 1.0f, 8);
  double mean = 0.0;
  for (size_t b = 0; b < 500; ++b) {
    uint8_t row[18];
    const float* block = x.data() + 32 * b;
    kv_cache_store_scalar({block, 32, row, 18, 1, 32, KvFormat::s4});
    const double scale = std::abs(
        static_cast<double>(float_from_half(static_cast<uint16_t>(row[16] | row[17] << 8))));
    for (size_t i = 0; i < 32; ++i) {
      const double error =
          std::abs(kv_value(KvFormat::s4, row, 32, i) - static_cast<double>(block[i]));
      // The end without a code is the one opposite to the largest value.
      if (std::abs(static_cast<double>(block[i])) <= 7.5 * scale)
        REQUIRE(error <= 0.5 * scale * 1.0001);
      mean += error * error / (32 * 500) / (scale * scale);
    }
  }
  CHECK(mean < 1.0 / 12.0 * 1.3);  // 1/12 is that of uniform rounding
}

TEST_CASE("kv_cache_store variants agree on awkward rows, reading nothing beyond", "[kv_cache]") {
  for (const KvFormat format : kFormats) {
    for (const size_t n : kCounts) {
      if (n == 0 || n > 300) continue;
      const size_t rows = 60, bytes = kv_row_bytes(format, n);
      auto x = awkward_inputs(rows * n, static_cast<uint32_t>(n));
      for (size_t i = 0; i < n; ++i) {
        x[i] = 0.0f;
        x[n + i] = 1e-44f;
        x[2 * n + i] = i % 2 == 0 ? 3e38f : -3e38f;
        x[3 * n + i] = 1e-7f;
      }
      for (const bool front : {false, true}) {
        const Fenced from(x.data(), x.size() * sizeof(float), front);
        check_variants<uint8_t>(kKvCacheStore, rows * bytes, [&](uint8_t* out) {
          return KvCacheStoreArgs{
              static_cast<const float*>(from.data()), n, out, bytes, rows, n, format};
        });
      }
    }
  }
  const float inf = std::numeric_limits<float>::infinity();
  const float x[4] = {inf, -inf, std::nanf(""), 2.0f};
  uint8_t row[64];
  kv_cache_store_scalar({x, 4, row, 64, 1, 4, KvFormat::s8});
  CHECK((row[0] == 127 && row[1] == 129 && row[2] == 0 && row[3] == 127));
  kv_cache_store_scalar({x, 4, row, 64, 1, 4, KvFormat::s4});
  CHECK(((row[0] & 15) == 0 && (row[1] & 15) == 15 && (row[2] & 15) == 8 && (row[3] & 15) == 0));
}

}  // namespace
}  // namespace linnet::test
