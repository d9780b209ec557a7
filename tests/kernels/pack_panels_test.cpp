#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/pack/pack_panels_s4.h"
#include "kernels/pack/pack_panels_s8.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/random_shapes.h"

namespace linnet {
namespace {

using test::Guarded;

struct Shape {
  size_t n, k;
};

constexpr Shape kShapes[] = {{1, 1}, {8, 4}, {9, 5}, {7, 32}, {17, 100}, {40, 27}, {3, 576}};

void check_s8(const Shape& shape, size_t stride, uint32_t seed) {
  std::vector<int8_t> w = test::random_s8((shape.n - 1) * stride + shape.k, seed);
  for (size_t at = 0; at < w.size(); ++at) {
    if (at % stride >= shape.k) {
      w[at] = -128;
    } else if (w[at] == -128) {
      w[at] = 127;
    }
  }
  test::Fences fences(seed % 8 == 0);
  const size_t size = static_cast<size_t>(panels_size_s8(shape.n, shape.k));
  Guarded<uint8_t> packed(size);
  REQUIRE(pack_panels_s8(fences.copy(w), stride, shape.n, shape.k, packed.data()));
  REQUIRE(packed.intact());

  const size_t panels = (shape.n + 7) / 8;
  const size_t groups = (shape.k + 3) / 4;
  REQUIRE(size == panels * groups * 32 + panels * 8 * 4);
  size_t at = 0;
  bool same = true;
  for (size_t p = 0; p < panels; ++p) {
    for (size_t g = 0; g < groups; ++g) {
      for (size_t r = 8 * p; r < 8 * p + 8; ++r) {
        for (size_t i = 4 * g; i < 4 * g + 4; ++i, ++at) {
          const int8_t expected = r < shape.n && i < shape.k ? w[r * stride + i] : int8_t{0};
          same = same && static_cast<int8_t>(packed[at]) == expected;
        }
      }
    }
  }
  REQUIRE(same);
  for (size_t r = 0; r < panels * 8; ++r, at += 4) {
    int32_t sum;
    std::memcpy(&sum, packed.data() + at, 4);
    int32_t expected = 0;
    for (size_t i = 0; r < shape.n && i < shape.k; ++i) expected += w[r * stride + i];
    REQUIRE(sum == expected);
  }

  Guarded<int8_t> back(std::vector<int8_t>(w.size(), int8_t{-128}));
  unpack_panels_s8(fences.copy(packed.data(), size), shape.n, shape.k, back.data(), stride);
  REQUIRE(back.intact());
  REQUIRE(test::first_difference(back, Guarded<int8_t>(w)) == w.size());
}

TEST_CASE("pack_panels_s8 lays out panels and row sums", "[pack]") {
  uint32_t seed = 1;
  for (const Shape& shape : kShapes) check_s8(shape, shape.k + 3, seed++);
}

TEST_CASE("pack_panels_s8 of random shapes", "[pack][random]") {
  test::ShapeRandom random(1);
  for (size_t round = test::random_rounds(); round-- > 0;) {
    const Shape shape = {random.size(30), random.size(random.one_in(20) ? 600 : 100)};
    check_s8(shape, shape.k + random.pick(0, 5), random.seed());
  }
}

TEST_CASE("pack_panels_s8 refuses -128", "[pack]") {
  std::vector<int8_t> w(40, int8_t{1});
  std::vector<uint8_t> packed(static_cast<size_t>(panels_size_s8(4, 10)));
  REQUIRE(pack_panels_s8(w.data(), 10, 4, 10, packed.data()));
  w[39] = -128;
  REQUIRE_FALSE(pack_panels_s8(w.data(), 10, 4, 10, packed.data()));
}

// Padded rows and values: code 8, scale 0, comp 0.
void check_padding_s4(const Shape& shape, size_t block, const uint8_t* packed) {
  const size_t blocks = static_cast<size_t>(panel_block_count(shape.k, block));
  const size_t padded_n = (shape.n + 7) / 8 * 8;
  const size_t padded_k = (shape.k + 7) / 8 * 8;
  std::vector<uint8_t> all_codes(padded_n * padded_k);
  std::vector<uint16_t> all_scales(padded_n * blocks);
  unpack_panels_s4(packed, padded_n, padded_k, block, all_codes.data(), padded_k, all_scales.data(),
                   blocks);
  const size_t comp_offset = static_cast<size_t>(panel_comp_offset_s4(shape.n, shape.k, block));
  for (size_t r = 0; r < padded_n; ++r) {
    float comp;
    std::memcpy(&comp, packed + comp_offset + 4 * r, 4);
    double expected = 0.0;
    for (size_t i = 0; i < padded_k; ++i) {
      const bool pad = r >= shape.n || i >= shape.k;
      const uint8_t code = all_codes[r * padded_k + i];
      if (pad && code != 8) FAIL("padding is not code 8");
      const int exponent = all_scales[r * blocks + i / block] >> 10;
      if (!pad) expected += (code - 8) * static_cast<double>(1 << exponent) / 32768.0;
    }
    REQUIRE(static_cast<double>(comp) == expected);
    if (r >= shape.n) REQUIRE(all_scales[r * blocks] == 0);
  }
}

void check_s4(const Shape& shape, size_t block, size_t extra, uint32_t seed) {
  std::mt19937 random(seed);
  const size_t blocks = static_cast<size_t>(panel_block_count(shape.k, block));
  PackPanelsS4Args args;
  args.n = shape.n;
  args.k = shape.k;
  args.block = block;
  args.codes_stride = shape.k + extra;
  args.scales_stride = blocks + extra;
  std::vector<uint8_t> codes((shape.n - 1) * args.codes_stride + shape.k);
  for (size_t at = 0; at < codes.size(); ++at) {
    if (at % args.codes_stride < shape.k) codes[at] = static_cast<uint8_t>(random() % 16);
  }
  std::vector<uint16_t> scales((shape.n - 1) * args.scales_stride + blocks);
  for (size_t at = 0; at < scales.size(); ++at) {
    // Powers of two from 2^-7 up: sums of products are exact in float.
    if (at % args.scales_stride < blocks)
      scales[at] = static_cast<uint16_t>((8 + random() % 8) << 10);
  }
  test::Fences fences(seed % 8 == 0);
  args.codes = fences.copy(codes);
  args.scales = fences.copy(scales);
  Guarded<uint8_t> packed(static_cast<size_t>(panels_size_s4(shape.n, shape.k, block)));
  REQUIRE(pack_panels_s4(args, packed.data()));
  REQUIRE(packed.intact());

  Guarded<uint8_t> codes_back(std::vector<uint8_t>(codes.size()));
  Guarded<uint16_t> scales_back(std::vector<uint16_t>(scales.size()));
  unpack_panels_s4(packed.data(), shape.n, shape.k, block, codes_back.data(), args.codes_stride,
                   scales_back.data(), args.scales_stride);
  REQUIRE((codes_back.intact() && scales_back.intact()));
  REQUIRE(test::first_difference(codes_back, Guarded<uint8_t>(codes)) == codes.size());
  REQUIRE(test::first_difference(scales_back, Guarded<uint16_t>(scales)) == scales.size());
  check_padding_s4(shape, block, packed.data());
}

TEST_CASE("pack_panels_s4 is inverted by unpack and pads with zero", "[pack]") {
  uint32_t seed = 2;
  for (const Shape& shape : kShapes) {
    for (const size_t block : {size_t{32}, size_t{64}, size_t{128}}) {
      check_s4(shape, block, 2, seed++);
    }
  }
}

TEST_CASE("pack_panels_s4 of random shapes", "[pack][random]") {
  test::ShapeRandom random(1);
  for (size_t round = test::random_rounds(); round-- > 0;) {
    const Shape shape = {random.size(20), random.size(random.one_in(20) ? 600 : 140)};
    check_s4(shape, size_t{32} << random.pick(0, 2), random.pick(0, 3), random.seed());
  }
}

TEST_CASE("pack_panels_s4 byte order of one line", "[pack]") {
  // Row r, value i has code (r + i) % 16; one block of 8 values.
  std::vector<uint8_t> codes(64);
  for (size_t r = 0; r < 8; ++r) {
    for (size_t i = 0; i < 8; ++i) codes[r * 8 + i] = static_cast<uint8_t>(r + i);
  }
  const uint16_t scales[8] = {0x3c00, 0x3c01, 0x3c02, 0x3c03, 0x3c04, 0x3c05, 0x3c06, 0x3c07};
  PackPanelsS4Args args;
  args.n = 8;
  args.k = 8;
  args.codes = codes.data();
  args.codes_stride = 8;
  args.scales = scales;
  args.scales_stride = 1;
  uint8_t packed[32 + 16 + 32];
  REQUIRE(panels_size_s4(8, 8, 32) == sizeof packed);
  REQUIRE(pack_panels_s4(args, packed));
  for (size_t r = 0; r < 8; ++r) {
    for (size_t i = 0; i < 4; ++i) REQUIRE(packed[4 * r + i] == (r + i) + 16 * (r + i + 4));
    REQUIRE(packed[32 + 2 * r] == r);
    REQUIRE(packed[33 + 2 * r] == 0x3c);
  }
}

TEST_CASE("pack_panels_s4 refuses what it cannot represent", "[pack]") {
  std::vector<uint8_t> codes(2 * 40, uint8_t{3});
  std::vector<uint16_t> scales(4, uint16_t{0x3c00});
  PackPanelsS4Args args;
  args.n = 2;
  args.k = 40;
  args.codes = codes.data();
  args.codes_stride = 40;
  args.scales = scales.data();
  args.scales_stride = 2;
  std::vector<uint8_t> packed(static_cast<size_t>(panels_size_s4(2, 40, 32)));
  REQUIRE(pack_panels_s4(args, packed.data()));

  args.block = 48;
  REQUIRE_FALSE(pack_panels_s4(args, packed.data()));
  args.block = 32;

  codes[79] = 16;
  REQUIRE_FALSE(pack_panels_s4(args, packed.data()));
  codes[79] = 0;

  int8_t no_zero[16];
  for (int i = 0; i < 16; ++i) no_zero[i] = static_cast<int8_t>(2 * i - 15);
  args.table = no_zero;
  REQUIRE(pack_panels_s4(args, packed.data()));
  args.k = 39;
  REQUIRE_FALSE(pack_panels_s4(args, packed.data()));
  args.k = 40;
  no_zero[0] = -128;
  REQUIRE_FALSE(pack_panels_s4(args, packed.data()));
}

TEST_CASE("panel sizes saturate", "[pack]") {
  constexpr uint64_t kHuge = uint64_t{1} << 62;
  STATIC_REQUIRE(panels_size_s8(kHuge, kHuge) == kPanelSizeOverflow);
  STATIC_REQUIRE(panels_size_s8(1, UINT64_MAX) == kPanelSizeOverflow);
  STATIC_REQUIRE(panels_size_s8(UINT64_MAX, 1) == kPanelSizeOverflow);
  STATIC_REQUIRE(panels_size_s4(kHuge, kHuge, 32) == kPanelSizeOverflow);
  STATIC_REQUIRE(panels_size_s4(9, 100, 64) == 2 * (13 * 32 + 2 * 16) + 16 * 4);
}

}  // namespace
}  // namespace linnet
