#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "kernels/pack/pack_sparse_panels_s4.h"
#include "tests/kernels/sparse_weights.h"

namespace linnet {
namespace {

using test::AlignedBytes;
using test::SparseCodes;

AlignedBytes pack(const PackPanelsS4Args& args) {
  const SparseCountS4 count = count_sparse_lines_s4(args);
  AlignedBytes packed(sparse_layout_s4(args.n, args.k, args.block, count.lines, count.scales).size);
  REQUIRE(pack_sparse_panels_s4(args, count, packed.data()));
  return packed;
}

TEST_CASE("pack_sparse_panels_s4 is inverted by unpack", "[pack][random]") {
  std::mt19937 random(1);
  for (size_t round = 0; round < test::random_rounds(); ++round) {
    const size_t n = 1 + random() % 30, k = 1 + random() % 300;
    const size_t block = size_t{32} << random() % 3;
    const int absent = std::vector<int>{0, 50, 90, 100}[round % 4];
    SparseCodes codes(random, n, k, block, absent, kInt4Table);
    const AlignedBytes packed = pack(codes.args);
    SparsePanelsS4 view;
    REQUIRE(open_sparse_panels_s4(packed.data(), packed.size(), n, k, block, &view));
    const size_t blocks = codes.args.scales_stride;
    std::vector<uint8_t> back(n * k, uint8_t{77});
    std::vector<uint16_t> scales(n * blocks, uint16_t{77});
    unpack_sparse_panels_s4(view, n, k, block, 8, back.data(), k, scales.data(), blocks);
    REQUIRE(back == codes.codes);
    for (size_t r = 0; r < n; ++r) {
      for (size_t b = 0; b < blocks; ++b) {
        const bool present = view.lines[r / 8 * blocks + b] != 0;
        REQUIRE(scales[r * blocks + b] == (present ? codes.scales[r * blocks + b] : 0));
      }
    }
    // The same sums as in the dense layout.
    std::vector<uint64_t> dense(static_cast<size_t>(panels_size_s4(n, k, block)) / 8 + 1);
    REQUIRE(pack_panels_s4(codes.args, dense.data()));
    const auto* comp = reinterpret_cast<const uint8_t*>(dense.data()) +
                       static_cast<size_t>(panel_comp_offset_s4(n, k, block));
    REQUIRE(std::memcmp(view.comp, comp, (n + 7) / 8 * 32) == 0);
  }
}

TEST_CASE("pack_sparse_panels_s4 lays out its sections", "[pack]") {
  // One panel of 70 values of k in blocks of 32: groups 1, 2 and 7 of the first block, none of the
  // second, the short group 17 of the third.
  std::vector<uint8_t> codes(70, uint8_t{8});
  codes[4] = 1, codes[11] = 2, codes[28] = 3, codes[69] = 4;
  const uint16_t scales[3] = {0x3c00, 0x4000, 0x4400};
  PackPanelsS4Args args;
  args.n = 1;
  args.k = 70;
  args.codes = codes.data();
  args.codes_stride = 70;
  args.scales = scales;
  args.scales_stride = 3;
  const AlignedBytes packed = pack(args);
  REQUIRE(packed.size() == 6 * 64 + 3 * 32);
  const uint8_t* bytes = packed.data();
  const uint32_t first[2] = {0, 3}, first_scale[2] = {0, 2};
  REQUIRE(std::memcmp(bytes, first, sizeof first) == 0);
  REQUIRE(std::memcmp(bytes + 64, first_scale, sizeof first_scale) == 0);
  const float comp = -7.0f - 6.0f - 5.0f + 4.0f * -4.0f;
  REQUIRE(std::memcmp(bytes + 128, &comp, 4) == 0);
  const uint8_t lines[3] = {2, 0, 1};
  REQUIRE(std::memcmp(bytes + 192, lines, 3) == 0);
  const uint16_t groups[6] = {1, 2, 7, 7, 17, 17};
  REQUIRE(std::memcmp(bytes + 256, groups, sizeof groups) == 0);
  REQUIRE(std::memcmp(bytes + 320, &scales[0], 2) == 0);
  REQUIRE(std::memcmp(bytes + 336, &scales[2], 2) == 0);
  REQUIRE((bytes[384] == 0x81 && bytes[387] == 0x28 && bytes[391] == 0x88));
  REQUIRE((bytes[416] == 0x83 && bytes[448 + 1] == 0x84 && bytes[448 + 2] == 0x88));
}

TEST_CASE("pack_sparse_panels_s4 refuses what it cannot represent", "[pack]") {
  std::mt19937 random(3);
  SparseCodes codes(random, 2, 40, 32, 0, kInt4Table);
  PackPanelsS4Args args = codes.args;
  const SparseCountS4 count = count_sparse_lines_s4(args);
  AlignedBytes packed(sparse_layout_s4(2, 40, 32, count.lines, count.scales).size);
  REQUIRE(pack_sparse_panels_s4(args, count, packed.data()));
  codes.codes[79] = 16;
  REQUIRE_FALSE(pack_sparse_panels_s4(args, count, packed.data()));
  codes.codes[79] = 0;
  int8_t no_zero[16];
  for (int i = 0; i < 16; ++i) no_zero[i] = static_cast<int8_t>(2 * i - 15);
  args.table = no_zero;
  REQUIRE(pack_sparse_panels_s4(args, count, packed.data()));
  args.k = 39;
  REQUIRE_FALSE(pack_sparse_panels_s4(args, count, packed.data()));
  args.k = 40;
  no_zero[0] = -128;
  REQUIRE_FALSE(pack_sparse_panels_s4(args, count, packed.data()));
}

// What a kernel relies on.
bool safe(const SparsePanelsS4& view, size_t panels, size_t blocks, size_t k, uint32_t lines,
          uint32_t scales) {
  if (view.first[panels] != lines || view.first_scale[panels] != scales) return false;
  size_t line = 0, scale = 0;
  for (size_t p = 0; p < panels; ++p) {
    if (view.first[p] != line || view.first_scale[p] != scale) return false;
    for (size_t b = 0; b < blocks; ++b) {
      line += view.lines[p * blocks + b];
      scale += view.lines[p * blocks + b] != 0 ? 1 : 0;
    }
  }
  for (size_t i = 0; i < 2 * line; ++i) {
    if (size_t{view.groups[i]} * 4 >= k) return false;
  }
  return line == lines && scale == scales;
}

TEST_CASE("open_sparse_panels_s4 refuses what a kernel could not walk", "[pack][random]") {
  std::mt19937 random(2);
  const size_t n = 20, k = 150, block = 32, panels = 3, blocks = 5;
  const AlignedBytes good = pack(SparseCodes(random, n, k, block, 50, kInt4Table).args);
  SparsePanelsS4 view;
  const auto opens = [&](const AlignedBytes& bytes, uint64_t size) {
    return open_sparse_panels_s4(bytes.data(), size, n, k, block, &view);
  };
  REQUIRE(opens(good, good.size()));
  const uint32_t lines = view.first[panels], scales = view.first_scale[panels];
  const SparseLayoutS4 at = sparse_layout_s4(n, k, block, lines, scales);
  REQUIRE_FALSE(opens(good, 63));
  REQUIRE_FALSE(opens(good, good.size() - 1));
  REQUIRE_FALSE(opens(good, good.size() + 32));
  REQUIRE_FALSE(open_sparse_panels_s4(good.data(), good.size(), n, k, 48, &view));
  REQUIRE_FALSE(open_sparse_panels_s4(good.data(), good.size(), n, k, 64, &view));
  REQUIRE_FALSE(open_sparse_panels_s4(good.data(), good.size(), n + 8, k, block, &view));
  REQUIRE_FALSE(open_sparse_panels_s4(good.data(), good.size(), n, k - 8, block, &view));
  REQUIRE_FALSE(open_sparse_panels_s4(good.data(), good.size(), n, UINT64_MAX, block, &view));
  unsigned opened = 0;
  for (size_t round = 0; round < 20 * test::random_rounds(); ++round) {
    AlignedBytes bytes = good;
    for (size_t hits = 1 + round % 3; hits > 0; --hits) {
      // Not into comp, which may hold anything.
      size_t offset = random() % static_cast<size_t>(at.scales);
      if (offset >= at.comp && offset < at.lines) offset = 0;
      bytes.data()[offset] = static_cast<uint8_t>(random() % 3 ? random() % 40 : random());
    }
    if (!opens(bytes, bytes.size())) continue;
    ++opened;
    if (!safe(view, panels, blocks, k, lines, scales)) FAIL("a damaged file opened");
  }
  REQUIRE(opened > 0);
}

}  // namespace
}  // namespace linnet
