#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <limits>

#include "kernels/pack/pack_sparse_panels_s8.h"
#include "tests/kernels/sparse_weights.h"

namespace linnet {
namespace {

using test::AlignedBytes;
using test::Magnitude;

AlignedBytes pack(const std::vector<int8_t>& w, size_t n, size_t k) {
  const uint64_t entries = count_sparse_groups_s8(w.data(), k, n, k);
  AlignedBytes packed(sparse_layout_s8(n, entries).size);
  REQUIRE(pack_sparse_panels_s8(w.data(), k, n, k, entries, packed.data()));
  return packed;
}

// The largest sums of two neighbouring weights, of an entry or of two together.
struct Bounds {
  int positive = 0, negative = 0, magnitude = 0;
};

Bounds bound(const int8_t* entry, const int8_t* partner) {
  Bounds most;
  for (size_t i = 0; i < 32; i += 2) {
    Bounds sum;
    for (const int8_t* from : {entry, partner}) {
      for (size_t b = i; from != nullptr && b < i + 2; ++b) {
        (from[b] > 0 ? sum.positive : sum.negative) += std::abs(from[b]);
      }
    }
    most.positive = std::max(most.positive, sum.positive);
    most.negative = std::max(most.negative, sum.negative);
    most.magnitude = std::max(most.magnitude, sum.positive + sum.negative);
  }
  return most;
}

void check_kinds(const SparsePanelsS8& view, size_t panels) {
  for (size_t p = 0; p < panels; ++p) {
    size_t e = view.first[p];
    for (int kind = 0; kind < 4; ++kind) {
      const size_t end = kind == 3 ? view.first[p + 1] : e + view.kinds[4 * p + kind];
      const bool pairs = kind % 2 == 0;
      for (; e < end; e += pairs ? 2 : 1) {
        const Bounds most = bound(view.w + 32 * e, pairs ? view.w + 32 * (e + 1) : nullptr);
        if (kind < 2) REQUIRE((most.positive <= 128 && most.negative <= 128));
        if (kind == 2) REQUIRE(most.magnitude <= 256);
        if (kind > 1) {
          const Bounds alone = bound(view.w + 32 * e, nullptr);
          REQUIRE((alone.positive > 128 || alone.negative > 128));
        }
      }
    }
  }
}

TEST_CASE("pack_sparse_panels_s8 stores what is not zero, and is inverted by unpack",
          "[pack][random]") {
  std::mt19937 random(1);
  const Magnitude magnitudes[] = {Magnitude::small, Magnitude::mixed, Magnitude::large,
                                  Magnitude::extreme};
  for (size_t round = 0; round < test::random_rounds(); ++round) {
    const size_t n = 1 + random() % 40, k = 1 + random() % 200;
    const int absent = std::vector<int>{0, 50, 90, 100}[round % 4];
    const auto w = test::sparse_weights_s8(random, n, k, absent, magnitudes[round / 4 % 4]);
    const AlignedBytes packed = pack(w, n, k);
    SparsePanelsS8 view;
    REQUIRE(open_sparse_panels_s8(packed.data(), packed.size(), n, k, &view));
    const size_t panels = (n + 7) / 8;
    uint64_t entries = 0;
    for (size_t row = 0; row < n; row += 8) {
      for (size_t group = 0; group < k; group += 4) {
        bool zero = true;
        for (size_t r = row; r < std::min(row + 8, n); ++r) {
          for (size_t i = group; i < std::min(group + 4, k); ++i) zero = zero && w[r * k + i] == 0;
        }
        entries += zero ? 0 : 1;
      }
    }
    REQUIRE(view.first[panels] == entries);
    REQUIRE(packed.size() == static_cast<size_t>(sparse_layout_s8(n, entries).size));
    check_kinds(view, panels);
    for (size_t r = 0; r < 8 * panels; ++r) {
      int32_t sum = 0;
      for (size_t i = 0; r < n && i < k; ++i) sum += w[r * k + i];
      REQUIRE(view.row_sums[r] == sum);
    }
    const size_t stride = k + 3;
    std::vector<int8_t> back(n * stride, int8_t{77});
    unpack_sparse_panels_s8(view, n, k, back.data(), stride);
    for (size_t r = 0; r < n; ++r) {
      REQUIRE(std::memcmp(&back[r * stride], &w[r * k], k) == 0);
      REQUIRE(back[r * stride + k] == 77);
    }
  }
}

TEST_CASE("pack_sparse_panels_s8 lays out its sections", "[pack]") {
  // Two panels of 16 values of k: groups 1 and 3 of the first, none of the second.
  std::vector<int8_t> w(12 * 16);
  for (size_t i = 0; i < 4; ++i) {
    w[0 * 16 + 4 + i] = static_cast<int8_t>(1 + i);
    w[7 * 16 + 12 + i] = static_cast<int8_t>(-1 - static_cast<int>(i));
  }
  const AlignedBytes packed = pack(w, 12, 16);
  REQUIRE(packed.size() == 64 + 64 + 64 + 64 + 64 + 2 * 32);
  const uint8_t* bytes = packed.data();
  const uint32_t first[3] = {0, 2, 2};
  REQUIRE(std::memcmp(bytes, first, sizeof first) == 0);
  const uint16_t kinds[8] = {2, 0, 0, 0, 0, 0, 0, 0};
  REQUIRE(std::memcmp(bytes + 64, kinds, sizeof kinds) == 0);
  const int32_t sums[16] = {10, 0, 0, 0, 0, 0, 0, -10};
  REQUIRE(std::memcmp(bytes + 128, sums, sizeof sums) == 0);
  const int32_t offsets[16] = {-1280, 0, 0, 0, 0, 0, 0, 1280};
  REQUIRE(std::memcmp(bytes + 192, offsets, sizeof offsets) == 0);
  const uint16_t groups[2] = {1, 3};
  REQUIRE(std::memcmp(bytes + 256, groups, sizeof groups) == 0);
  const int8_t values[4] = {-1, -2, -3, -4};
  REQUIRE(std::memcmp(bytes + 320 + 32 + 28, values, sizeof values) == 0);
}

TEST_CASE("pack_sparse_panels_s8 refuses what it cannot represent", "[pack]") {
  std::vector<int8_t> w(40, int8_t{1});
  AlignedBytes packed(sparse_layout_s8(4, 3).size);
  REQUIRE(count_sparse_groups_s8(w.data(), 10, 4, 10) == 3);
  REQUIRE(pack_sparse_panels_s8(w.data(), 10, 4, 10, 3, packed.data()));
  w[39] = -128;
  REQUIRE_FALSE(pack_sparse_panels_s8(w.data(), 10, 4, 10, 3, packed.data()));
  REQUIRE_FALSE(pack_sparse_panels_s8(w.data(), 10, 4, 0, 3, packed.data()));
  REQUIRE_FALSE(pack_sparse_panels_s8(w.data(), 10, 4, 4 * 65536 + 1, 3, packed.data()));
}

TEST_CASE("sparse sizes saturate", "[pack]") {
  constexpr uint64_t kHuge = UINT64_MAX;
  static_assert(sparse_layout_s8(kHuge, kHuge).size == kPanelSizeOverflow);
  static_assert(sparse_layout_s8(8, kHuge / 2).size == kPanelSizeOverflow);
  static_assert(sparse_layout_f32(8, kHuge / 100).size == kPanelSizeOverflow);
  static_assert(sparse_layout_s4(kHuge, kHuge, 32, 1, 1).size == kPanelSizeOverflow);
  static_assert(sparse_layout_s4(8, 8, 32, 1, kHuge / 16).size == kPanelSizeOverflow);
}

// A file may hold anything: what opens must be what a kernel can walk without leaving it.
bool safe(const SparsePanelsS8& view, const AlignedBytes& packed, size_t n, size_t k) {
  const uint8_t* end = packed.data() + packed.size();
  const size_t panels = (n + 7) / 8;
  for (size_t p = 0; p < panels; ++p) {
    if (view.first[p] > view.first[p + 1]) return false;
    const uint16_t* kinds = view.kinds + 4 * p;
    const size_t count = view.first[p + 1] - view.first[p];
    if (size_t{kinds[0]} + kinds[1] + kinds[2] > count) return false;
    if (kinds[0] % 2 != 0 || kinds[2] % 2 != 0) return false;
    for (size_t e = view.first[p]; e < view.first[p + 1]; ++e) {
      if (size_t{view.groups[e]} * 4 >= k) return false;
    }
  }
  const auto* behind = reinterpret_cast<const uint8_t*>(view.w + size_t{32} * view.first[panels]);
  return behind == end && reinterpret_cast<const uint8_t*>(view.groups) >= packed.data();
}

TEST_CASE("open_sparse_panels_s8 refuses what a kernel could not walk", "[pack][random]") {
  std::mt19937 random(2);
  const size_t n = 20, k = 90;
  const auto w = test::sparse_weights_s8(random, n, k, 50, Magnitude::mixed);
  const AlignedBytes good = pack(w, n, k);
  SparsePanelsS8 view;
  const auto opens = [&](const AlignedBytes& bytes, uint64_t size) {
    return open_sparse_panels_s8(bytes.data(), size, n, k, &view);
  };
  REQUIRE(opens(good, good.size()));
  const uint32_t entries = view.first[3];
  const SparseLayoutS8 at = sparse_layout_s8(n, entries);
  const SparsePanelsS8 good_view = view;
  const auto damaged = [&](uint64_t offset, const auto value) {
    AlignedBytes bytes = good;
    std::memcpy(bytes.data() + offset, &value, sizeof value);
    return opens(bytes, bytes.size());
  };

  REQUIRE_FALSE(opens(good, 0));
  REQUIRE_FALSE(opens(good, 15));
  REQUIRE_FALSE(opens(good, good.size() - 1));
  REQUIRE_FALSE(opens(good, good.size() + 32));
  REQUIRE_FALSE(open_sparse_panels_s8(good.data(), good.size(), n + 8, k, &view));
  REQUIRE_FALSE(open_sparse_panels_s8(good.data(), good.size(), 0, k, &view));
  REQUIRE_FALSE(open_sparse_panels_s8(good.data(), good.size(), n, 0, &view));
  REQUIRE_FALSE(open_sparse_panels_s8(good.data(), good.size(), n, k - 8, &view));
  REQUIRE_FALSE(open_sparse_panels_s8(good.data(), good.size(), UINT64_MAX, k, &view));
  REQUIRE_FALSE(open_sparse_panels_s8(good.data(), good.size(), n, UINT64_MAX, &view));
  AlignedBytes moved(good.size() + 32);
  std::memcpy(moved.data() + 32, good.data(), good.size());
  REQUIRE_FALSE(open_sparse_panels_s8(moved.data() + 32, good.size(), n, k, &view));

  REQUIRE_FALSE(damaged(0, uint32_t{1}));
  REQUIRE_FALSE(damaged(4, entries + 1));
  REQUIRE_FALSE(damaged(4, uint32_t{24}));  // more than there are groups
  REQUIRE_FALSE(damaged(12, entries - 1));
  REQUIRE_FALSE(damaged(12, UINT32_MAX));
  REQUIRE_FALSE(damaged(at.kinds, uint16_t{1}));
  REQUIRE_FALSE(damaged(at.kinds, uint16_t{24}));
  REQUIRE_FALSE(damaged(at.kinds + 6, uint16_t{1}));
  REQUIRE_FALSE(damaged(at.groups, uint16_t{23}));  // k has 23 groups
  REQUIRE_FALSE(damaged(at.groups + 2 * (entries - 1), uint16_t{65535}));
  if (good_view.kinds[0] > 1) REQUIRE_FALSE(damaged(at.groups, good_view.groups[1]));

  // Any bytes: refused, or safe.
  unsigned opened = 0;
  for (size_t round = 0; round < 20 * test::random_rounds(); ++round) {
    AlignedBytes bytes = good;
    const size_t tables = static_cast<size_t>(at.w);
    for (size_t hits = 1 + round % 3; hits > 0; --hits) {
      bytes.data()[random() % tables] =
          static_cast<uint8_t>(random() % 3 ? random() % 24 : random());
    }
    if (!opens(bytes, bytes.size())) continue;
    ++opened;
    if (!safe(view, bytes, n, k)) FAIL("a damaged file opened");
  }
  REQUIRE(opened > 0);
}

}  // namespace
}  // namespace linnet
