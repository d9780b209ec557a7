#include "kernels/gemm_s8s8/group_order.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/gemm_s8s8/gemm_s8s8.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"
#include "kernels/pack/pack_panels_s8.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/quantized_gemm_weights.h"
#include "tests/kernels/random_shapes.h"

namespace linnet {
namespace {

using test::WeightKind;

// The tables of all panels.
test::Guarded<uint64_t> make_tables(GroupOrderFn* run, const int8_t* w, size_t panels, size_t k) {
  test::Guarded<uint64_t> words(panels * group_order_bytes(k) / 8);
  run({.w = w,
       .w_panel_stride = static_cast<size_t>(panel_bytes_s8(k)),
       .panels = panels,
       .k = k,
       .order = words.data(),
       .order_stride = group_order_bytes(k)});
  REQUIRE(words.intact());
  return words;
}

// Weight `i` of row `row` in a k group of a panel.
int weight(const int8_t* panel, size_t group, size_t row, size_t i) {
  return panel[group * 32 + row * 4 + i];
}

// What the groups add up to in 16 bits stays there, for every row and every u or a.
bool entry_fits(const int8_t* panel, const std::vector<size_t>& groups, bool is_signed) {
  bool fits = true;
  for (size_t row = 0; row < 8; ++row) {
    for (size_t pair = 0; pair < 4; pair += 2) {
      int up = 0, down = 0;
      for (const size_t group : groups) {
        for (size_t i = pair; i < pair + 2; ++i) {
          const int w = weight(panel, group, row, i);
          up += w > 0 ? w : 0;
          down += w < 0 ? -w : 0;
        }
      }
      fits = fits &&
             (is_signed ? 128 * (up + down) <= 32768 : 255 * up <= 32767 && 255 * down <= 32768);
    }
  }
  return fits;
}

// Counts the group and adds what its form leaves to add.
void visit(const int8_t* panel, size_t group, bool is_signed, std::vector<int>* seen,
           std::vector<int64_t>* offset) {
  ++(*seen)[group];
  for (size_t row = 0; row < 8; ++row) {
    for (size_t i = 0; i < 4; ++i) {
      const int w = weight(panel, group, row, i);
      (*offset)[row] += is_signed ? (w < 0 ? -w : 0) : -128 * w;
    }
  }
}

void check_panel(const int8_t* panel, const uint8_t* table, size_t k) {
  const size_t groups = (k + 3) / 4;
  std::vector<int> seen(groups);
  std::vector<int64_t> offset(8);
  const uint8_t* chunk = table + kOrderOffsetBytes;
  for (size_t start = 0; start < groups; start += kOrderChunkGroups, chunk += kOrderChunkBytes) {
    const size_t length = std::min(groups - start, kOrderChunkGroups);
    uint16_t counts[4];
    std::memcpy(counts, chunk, sizeof counts);
    const uint8_t* next = chunk + kOrderCountBytes;
    for (int kind = 0; kind < 4; ++kind) {
      for (size_t entry = 0; entry < counts[kind]; ++entry) {
        std::vector<size_t> members;
        for (int i = 0; i < (kind % 2 == 0 ? 2 : 1); ++i) {
          REQUIRE(*next < length);
          members.push_back(start + *next++);
          visit(panel, members.back(), kind >= 2, &seen, &offset);
        }
        REQUIRE(entry_fits(panel, members, kind >= 2));
      }
    }
    REQUIRE(next == chunk + kOrderCountBytes + length);
  }
  REQUIRE(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }));
  for (size_t row = 0; row < 8; ++row) {
    int32_t stored;
    std::memcpy(&stored, table + 4 * row, sizeof stored);
    REQUIRE(stored == offset[row]);
  }
}

TEST_CASE("group_order of random shapes has each k group once, where its sums fit",
          "[gemm_s8s8][random]") {
  test::ShapeRandom random(5);
  for (size_t v = 0; v < kGroupOrder.count; ++v) {
    const auto& variant = kGroupOrder.variants[v];
    if (variant.run == nullptr || !detect_isa().has(variant.isa)) continue;
    for (unsigned i = 0; i < test::random_rounds(); ++i) {
      const size_t n = random.size(40);
      const size_t k = random.one_in(20) ? random.pick(1000, 2500) : random.size(300);
      const auto kind = static_cast<WeightKind>(i / 2 % test::kWeightKinds);
      const auto w = test::make_weights(kind, n, k, i);
      std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s8(n, k)) / 8);
      REQUIRE(pack_panels_s8(w.data(), k, n, k, packed.data()));
      const size_t count = static_cast<size_t>(panel_count(n));
      test::Fences fences(random.one_in(8));
      const int8_t* panels = fences.copy(reinterpret_cast<const int8_t*>(packed.data()),
                                         count * static_cast<size_t>(panel_bytes_s8(k)));
      const auto tables = make_tables(variant.run, panels, count, k);
      INFO(isa_name(variant.isa) << " n " << n << " k " << k << " weights "
                                 << static_cast<int>(kind));
      for (size_t p = 0; p < count; ++p) {
        check_panel(panels + p * static_cast<size_t>(panel_bytes_s8(k)),
                    reinterpret_cast<const uint8_t*>(tables.data()) + p * group_order_bytes(k), k);
      }
    }
  }
}

TEST_CASE("group_order pairs weights that leave room", "[gemm_s8s8]") {
  constexpr size_t kK = 1024;
  const std::vector<int8_t> w(8 * kK, 16);
  std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s8(8, kK)) / 8);
  REQUIRE(pack_panels_s8(w.data(), kK, 8, kK, packed.data()));
  for (size_t v = 0; v < kGroupOrder.count; ++v) {
    const auto& variant = kGroupOrder.variants[v];
    if (variant.run == nullptr || !detect_isa().has(variant.isa)) continue;
    const auto tables =
        make_tables(variant.run, reinterpret_cast<const int8_t*>(packed.data()), 1, kK);
    uint16_t counts[4];
    std::memcpy(counts, reinterpret_cast<const uint8_t*>(tables.data()) + kOrderOffsetBytes,
                sizeof counts);
    REQUIRE(counts[0] == kK / 8);
  }
}

TEST_CASE("group_order has the instruction sets of its kernels", "[gemm_s8s8]") {
  REQUIRE(kGroupOrder.count == kGemmS8S8.count);
  REQUIRE(kGroupOrder.count == kGemmS8S8F32.count);
  for (size_t v = 0; v < kGroupOrder.count; ++v) {
    REQUIRE(kGroupOrder.variants[v].isa == kGemmS8S8.variants[v].isa);
    REQUIRE(kGroupOrder.variants[v].isa == kGemmS8S8F32.variants[v].isa);
  }
}

}  // namespace
}  // namespace linnet
