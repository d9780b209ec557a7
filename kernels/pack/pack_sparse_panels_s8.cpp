#include "kernels/pack/pack_sparse_panels_s8.h"

#include <cstring>

namespace linnet {
namespace {

constexpr size_t kGroupBytes = static_cast<size_t>(kSparseGroupBytesS8);

// What decides the kind of an entry: over its pairs of neighbouring weights, the largest sum of
// positive weights, of negative ones, and of magnitudes; for a pair of entries, of both together.
struct Weight {
  int positive[16];
  int negative[16];

  bool fits_unsigned() const {
    bool fits = true;
    for (int i = 0; i < 16; ++i) fits = fits && positive[i] <= 128 && negative[i] <= 128;
    return fits;
  }
  bool fits_signed() const {
    bool fits = true;
    for (int i = 0; i < 16; ++i) fits = fits && positive[i] + negative[i] <= 256;
    return fits;
  }
  int largest() const {
    int most = 0;
    for (int i = 0; i < 16; ++i) {
      most = positive[i] + negative[i] > most ? positive[i] + negative[i] : most;
    }
    return most;
  }
};

Weight weigh(const int8_t* entry) {
  Weight weight = {};
  for (size_t i = 0; i < kGroupBytes; ++i) {
    int* const sums = entry[i] > 0 ? weight.positive : weight.negative;
    sums[i / 2] += entry[i] > 0 ? entry[i] : -entry[i];
  }
  return weight;
}

Weight together(const Weight& a, const Weight& b) {
  Weight sum = a;
  for (int i = 0; i < 16; ++i) {
    sum.positive[i] += b.positive[i];
    sum.negative[i] += b.negative[i];
  }
  return sum;
}

// Rows first_row … first_row + 7 of one k group, padded with zeros. False if they hold -128.
struct Source {
  const int8_t* w;
  size_t stride, n, k;

  bool read(size_t first_row, size_t group, int8_t* entry) const {
    bool representable = true;
    std::memset(entry, 0, kGroupBytes);
    for (size_t r = 0; r < kQuantPanelRows && first_row + r < n; ++r) {
      for (size_t i = 0; i < kQuantPanelGroup && group * kQuantPanelGroup + i < k; ++i) {
        const int8_t value = w[(first_row + r) * stride + group * kQuantPanelGroup + i];
        representable = representable && value != -128;
        entry[r * kQuantPanelGroup + i] = value;
      }
    }
    return representable;
  }
};

bool is_zero(const int8_t* entry) {
  for (size_t i = 0; i < kGroupBytes; ++i) {
    if (entry[i] != 0) return false;
  }
  return true;
}

// Sorts `value` into list[0 … count), which is ascending.
void insert_sorted(uint16_t* list, size_t count, size_t value) {
  for (; count > 0 && list[count - 1] > value; --count) list[count] = list[count - 1];
  list[count] = static_cast<uint16_t>(value);
}

enum Kind { unsigned_pair, unsigned_single, signed_pair, signed_single };

// Writes the groups of `kind` of a panel, ascending, and returns how many there are. Pairs are
// formed of neighbours: of two that do not fit together, the heavier one stays single.
size_t list_kind(const Source& source, size_t first_row, Kind kind, uint16_t* list) {
  const bool want_unsigned = kind == unsigned_pair || kind == unsigned_single;
  const bool want_pairs = kind == unsigned_pair || kind == signed_pair;
  const size_t groups = static_cast<size_t>(sparse_groups(source.k));
  size_t count = 0, waiting = groups;  // waiting: the group without a partner so far
  Weight waiting_weight = {};
  for (size_t g = 0; g < groups; ++g) {
    int8_t entry[kGroupBytes];
    source.read(first_row, g, entry);
    if (is_zero(entry)) continue;
    const Weight weight = weigh(entry);
    if (weight.fits_unsigned() != want_unsigned) continue;
    if (waiting != groups) {
      const Weight both = together(waiting_weight, weight);
      if (want_unsigned ? both.fits_unsigned() : both.fits_signed()) {
        if (want_pairs) {
          list[count++] = static_cast<uint16_t>(waiting);
          list[count++] = static_cast<uint16_t>(g);
        }
        waiting = groups;
        continue;
      }
      const bool waiting_is_heavier = waiting_weight.largest() > weight.largest();
      if (!want_pairs) insert_sorted(list, count++, waiting_is_heavier ? waiting : g);
      if (!waiting_is_heavier) continue;
    }
    waiting = g;
    waiting_weight = weight;
  }
  if (waiting != groups && !want_pairs) insert_sorted(list, count++, waiting);
  return count;
}

// Adds what an entry has of row sums and offsets of its 8 rows. Wraps, as the sums of products do.
void add_sums(const int8_t* entry, bool is_unsigned, uint32_t* row_sums, uint32_t* offsets) {
  for (size_t r = 0; r < kQuantPanelRows; ++r) {
    for (size_t i = 0; i < kQuantPanelGroup; ++i) {
      const int value = entry[r * kQuantPanelGroup + i];
      row_sums[r] += static_cast<uint32_t>(value);
      offsets[r] += static_cast<uint32_t>(is_unsigned ? -128 * value : value < 0 ? -value : 0);
    }
  }
}

}  // namespace

uint64_t count_sparse_groups_s8(const int8_t* w, size_t w_stride, size_t n, size_t k) {
  const Source source = {w, w_stride, n, k};
  uint64_t entries = 0;
  for (size_t row = 0; row < n; row += kQuantPanelRows) {
    for (size_t g = 0; g < sparse_groups(k); ++g) {
      int8_t entry[kGroupBytes];
      source.read(row, g, entry);
      if (!is_zero(entry)) ++entries;
    }
  }
  return entries;
}

bool pack_sparse_panels_s8(const int8_t* w, size_t w_stride, size_t n, size_t k, uint64_t entries,
                           void* out) {
  if (k == 0 || sparse_groups(k) > kSparseMaxGroups || entries > UINT32_MAX) return false;
  const Source source = {w, w_stride, n, k};
  const SparseLayoutS8 at = sparse_layout_s8(n, entries);
  std::memset(out, 0, static_cast<size_t>(at.size));
  auto* bytes = static_cast<uint8_t*>(out);
  auto* first = reinterpret_cast<uint32_t*>(bytes);
  auto* kinds = reinterpret_cast<uint16_t*>(bytes + at.kinds);
  auto* row_sums = reinterpret_cast<uint32_t*>(bytes + at.row_sums);
  auto* offsets = reinterpret_cast<uint32_t*>(bytes + at.offsets);
  auto* groups = reinterpret_cast<uint16_t*>(bytes + at.groups);
  auto* values = reinterpret_cast<int8_t*>(bytes + at.w);
  bool representable = true;
  uint32_t entry = 0;
  for (size_t row = 0; row < n; row += kQuantPanelRows, kinds += 4) {
    for (int kind = unsigned_pair; kind <= signed_single; ++kind) {
      const size_t count = list_kind(source, row, static_cast<Kind>(kind), groups + entry);
      if (kind != signed_single) kinds[kind] = static_cast<uint16_t>(count);
      for (const uint32_t end = entry + static_cast<uint32_t>(count); entry < end; ++entry) {
        int8_t* to = values + entry * kGroupBytes;
        representable = source.read(row, groups[entry], to) && representable;
        add_sums(to, kind <= unsigned_single, row_sums + row, offsets + row);
      }
    }
    *++first = entry;
  }
  return representable;
}

void unpack_sparse_panels_s8(const SparsePanelsS8& packed, size_t n, size_t k, int8_t* w,
                             size_t w_stride) {
  for (size_t row = 0; row < n; ++row) std::memset(w + row * w_stride, 0, k);
  for (size_t row = 0; row < n; row += kQuantPanelRows) {
    const size_t panel = row / kQuantPanelRows;
    for (size_t e = packed.first[panel]; e < packed.first[panel + 1]; ++e) {
      const size_t column = size_t{packed.groups[e]} * kQuantPanelGroup;
      for (size_t i = 0; i < kGroupBytes; ++i) {
        const size_t r = row + i / kQuantPanelGroup, c = column + i % kQuantPanelGroup;
        if (r < n && c < k) w[r * w_stride + c] = packed.w[e * kGroupBytes + i];
      }
    }
  }
}

}  // namespace linnet
