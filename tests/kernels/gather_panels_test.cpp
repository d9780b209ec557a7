#include "kernels/gather_panels_s4_f32/gather_panels_s4_f32.h"
#include "kernels/gather_panels_s8_f32/gather_panels_s8_f32.h"
#include "kernels/pack/pack_panels_s4.h"
#include "kernels/pack/pack_panels_s8.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/random_shapes.h"

namespace linnet::test {
namespace {

constexpr int8_t kWide[16] = {-127, -88, -67, -50, -36, -23, -11, 0,
                              10,   20,  31,  43,  56,  71,  92,  127};

struct Shape {
  size_t n, k, count, y_stride;
  explicit Shape(ShapeRandom& random)
      : n(random.pick(1, 40)),
        k(random.pick(1, random.one_in(8) ? 700 : 140)),
        count(random.pick(0, 12)),
        y_stride(k + random.pick(0, 5)) {}

  // Any row, counted from either end.
  std::vector<int32_t> indices(ShapeRandom& random) const {
    std::vector<int32_t> all;
    for (size_t i = 0; i < count; ++i) {
      const auto row = static_cast<int32_t>(random.pick(0, n - 1));
      all.push_back(random.one_in(3) ? row - static_cast<int32_t>(n) : row);
    }
    return all;
  }
  size_t row(int32_t index) const {
    return index < 0 ? n - static_cast<size_t>(-index) : static_cast<size_t>(index);
  }
};

TEST_CASE("gather_panels_s8_f32 unpacks rows, the same on every ISA", "[gather][random]") {
  ShapeRandom random(4);
  for (size_t round = random_rounds(); round-- > 0;) {
    const Shape s(random);
    auto w = random_s8(s.n * s.k, random.seed());
    for (int8_t& v : w) v = v == -128 ? int8_t{127} : v;
    const auto scales = random_floats(s.n, -2.0f, 2.0f, random.seed());
    std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s8(s.n, s.k)) / 8 + 1);
    REQUIRE(pack_panels_s8(w.data(), s.k, s.n, s.k, packed.data()));
    const size_t panels = static_cast<size_t>(panel_row_sums_offset_s8(s.n, s.k));
    const Fenced fenced(packed.data(), panels, random.one_in(2));
    const auto indices = s.indices(random);
    const auto y = check_variants<float>(kGatherPanelsS8F32, s.count * s.y_stride, [&](float* out) {
      return GatherPanelsS8F32Args{static_cast<const int8_t*>(fenced.data()),
                                   static_cast<size_t>(panel_bytes_s8(s.k)),
                                   scales.data(),
                                   s.n,
                                   s.k,
                                   indices.data(),
                                   s.count,
                                   out,
                                   s.y_stride};
    });
    const Guarded<float> untouched(1);
    for (size_t i = 0; i < s.count; ++i) {
      for (size_t j = 0; j < s.y_stride; ++j) {
        const size_t row = s.row(indices[i]);
        const float exact =
            j < s.k ? static_cast<float>(static_cast<double>(scales[row]) * w[row * s.k + j])
                    : untouched[0];
        REQUIRE(same_value(y[i * s.y_stride + j], exact));
      }
    }
  }
}

TEST_CASE("gather_panels_s4_f32 unpacks rows, the same on every ISA", "[gather][random]") {
  ShapeRandom random(5);
  for (size_t round = random_rounds(); round-- > 0;) {
    const Shape s(random);
    const size_t block = size_t{32} << random.pick(0, 2), blocks = (s.k + block - 1) / block;
    const int8_t* table = random.one_in(2) ? kInt4Table : kWide;
    std::vector<uint8_t> codes(s.n * s.k);
    std::vector<uint16_t> scales(s.n * blocks);
    for (uint8_t& code : codes) code = static_cast<uint8_t>(random.pick(0, 15));
    // Any finite half, subnormal and negative ones too.
    for (uint16_t& half : scales)
      half = static_cast<uint16_t>(random.pick(0, 30) << 10 | random.pick(0, 1023) |
                                   random.pick(0, 1) << 15);
    PackPanelsS4Args pack = {s.n, s.k, block, codes.data(), s.k, scales.data(), blocks, table};
    std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s4(s.n, s.k, block)) / 8 + 1);
    REQUIRE(pack_panels_s4(pack, packed.data()));
    const size_t panels = static_cast<size_t>(panel_comp_offset_s4(s.n, s.k, block));
    const Fenced fenced(packed.data(), panels, random.one_in(2));
    const auto indices = s.indices(random);
    const auto y = check_variants<float>(kGatherPanelsS4F32, s.count * s.y_stride, [&](float* out) {
      return GatherPanelsS4F32Args{static_cast<const uint8_t*>(fenced.data()),
                                   static_cast<size_t>(panel_bytes_s4(s.k, block)),
                                   s.n,
                                   s.k,
                                   block,
                                   table,
                                   indices.data(),
                                   s.count,
                                   out,
                                   s.y_stride};
    });
    const Guarded<float> untouched(1);
    for (size_t i = 0; i < s.count; ++i) {
      for (size_t j = 0; j < s.y_stride; ++j) {
        if (j >= s.k) {
          REQUIRE(same_value(y[i * s.y_stride + j], untouched[0]));
          continue;
        }
        const size_t row = s.row(indices[i]);
        const uint16_t half = scales[row * blocks + j / block];
        const int exponent = half >> 10 & 31;
        const double magnitude = exponent == 0 ? std::ldexp(half & 1023, -24)
                                               : std::ldexp(1024 + (half & 1023), exponent - 25);
        const double exact = (half & 0x8000 ? -magnitude : magnitude) * table[codes[row * s.k + j]];
        REQUIRE(static_cast<double>(y[i * s.y_stride + j]) == exact);
      }
    }
  }
}

}  // namespace
}  // namespace linnet::test
