#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "kernels/pack/pack_sparse_panels_f32.h"
#include "tests/kernels/sparse_weights.h"

namespace linnet {
namespace {

using test::AlignedBytes;

AlignedBytes pack(const std::vector<float>& w, size_t n, size_t k) {
  const uint64_t entries = count_sparse_groups_f32(w.data(), k, 1, n, k);
  AlignedBytes packed(sparse_layout_f32(n, entries).size);
  REQUIRE(pack_sparse_panels_f32(w.data(), k, 1, n, k, entries, packed.data()));
  return packed;
}

TEST_CASE("pack_sparse_panels_f32 is inverted by unpack", "[pack][random]") {
  std::mt19937 random(1);
  for (size_t round = 0; round < test::random_rounds(); ++round) {
    const size_t n = 1 + random() % 40, k = 1 + random() % 100;
    const int absent = std::vector<int>{0, 50, 90, 100}[round % 4];
    const auto w = test::sparse_weights_f32(random, n, k, absent);
    const AlignedBytes packed = pack(w, n, k);
    SparsePanelsF32 view;
    REQUIRE(open_sparse_panels_f32(packed.data(), packed.size(), n, k, &view));
    std::vector<float> back(n * k, 7.0f);
    unpack_sparse_panels_f32(view, n, k, back.data());
    REQUIRE(std::memcmp(back.data(), w.data(), w.size() * sizeof(float)) == 0);

    // The same from a matrix that stands the other way round.
    std::vector<float> turned(n * k);
    for (size_t r = 0; r < n; ++r) {
      for (size_t i = 0; i < k; ++i) turned[i * n + r] = w[r * k + i];
    }
    const uint64_t entries = count_sparse_groups_f32(turned.data(), 1, n, n, k);
    REQUIRE(sparse_layout_f32(n, entries).size == packed.size());
    AlignedBytes again(packed.size());
    REQUIRE(pack_sparse_panels_f32(turned.data(), 1, n, n, k, entries, again.data()));
    REQUIRE(std::memcmp(again.data(), packed.data(), packed.size()) == 0);
  }
}

TEST_CASE("pack_sparse_panels_f32 keeps -0 and lays out its sections", "[pack]") {
  std::vector<float> w(9 * 10);
  w[3 * 10 + 5] = -0.0f;
  w[8 * 10 + 9] = 2.0f;
  const AlignedBytes packed = pack(w, 9, 10);
  REQUIRE(packed.size() == 64 + 64 + 2 * 128);
  const uint32_t first[3] = {0, 1, 2};
  REQUIRE(std::memcmp(packed.data(), first, sizeof first) == 0);
  const uint16_t groups[2] = {1, 2};
  REQUIRE(std::memcmp(packed.data() + 64, groups, sizeof groups) == 0);
  const float minus_zero = -0.0f, two = 2.0f;
  REQUIRE(std::memcmp(packed.data() + 128 + (1 * 8 + 3) * 4, &minus_zero, 4) == 0);
  REQUIRE(std::memcmp(packed.data() + 256 + 1 * 8 * 4, &two, 4) == 0);
}

TEST_CASE("open_sparse_panels_f32 refuses what a kernel could not walk", "[pack][random]") {
  std::mt19937 random(2);
  const size_t n = 20, k = 90, panels = 3;
  const AlignedBytes good = pack(test::sparse_weights_f32(random, n, k, 50), n, k);
  SparsePanelsF32 view;
  const auto opens = [&](const AlignedBytes& bytes, uint64_t size) {
    return open_sparse_panels_f32(bytes.data(), size, n, k, &view);
  };
  REQUIRE(opens(good, good.size()));
  const uint32_t entries = view.first[panels];
  const SparseLayoutF32 at = sparse_layout_f32(n, entries);
  REQUIRE_FALSE(opens(good, 15));
  REQUIRE_FALSE(opens(good, good.size() - 1));
  REQUIRE_FALSE(opens(good, good.size() + 128));
  REQUIRE_FALSE(open_sparse_panels_f32(good.data(), good.size(), n + 8, k, &view));
  REQUIRE_FALSE(open_sparse_panels_f32(good.data(), good.size(), n, k - 8, &view));
  REQUIRE_FALSE(open_sparse_panels_f32(good.data(), good.size(), n, UINT64_MAX, &view));
  unsigned opened = 0;
  for (size_t round = 0; round < 20 * test::random_rounds(); ++round) {
    AlignedBytes bytes = good;
    for (size_t hits = 1 + round % 3; hits > 0; --hits) {
      bytes.data()[random() % static_cast<size_t>(at.w)] =
          static_cast<uint8_t>(random() % 3 ? random() % 24 : random());
    }
    if (!opens(bytes, bytes.size())) continue;
    ++opened;
    bool safe = view.first[0] == 0 && view.first[panels] == entries;
    for (size_t p = 0; p < panels; ++p) {
      safe = safe && view.first[p] <= view.first[p + 1];
      for (size_t e = view.first[p]; safe && e < view.first[p + 1]; ++e) {
        safe = size_t{view.groups[e]} * 4 < k &&
               (e == view.first[p] || view.groups[e - 1] < view.groups[e]);
      }
    }
    if (!safe) FAIL("a damaged file opened");
  }
  REQUIRE(opened > 0);
}

}  // namespace
}  // namespace linnet
