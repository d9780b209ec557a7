#include "kernels/pack/pack_sparse_panels_s4.h"

#include <cstring>

#include "kernels/pack/pack_panels_f32.h"

namespace linnet {
namespace {

constexpr size_t kLine = static_cast<size_t>(kSparseLineBytesS4);

// The code that decodes to 0, or 16.
unsigned find_zero(const int8_t* table) {
  unsigned zero = 0;
  while (zero < 16 && table[zero] != 0) ++zero;
  return zero;
}

bool valid(const PackPanelsS4Args& args) {
  if (!panel_block_supported(args.block) || args.k == 0 ||
      sparse_groups(args.k) > kSparseMaxGroups) {
    return false;
  }
  for (int code = 0; code < 16; ++code) {
    if (args.table[code] == -128) return false;
  }
  if (args.k % 8 != 0 && find_zero(args.table) == 16) return false;
  for (size_t row = 0; row < args.n; ++row) {
    for (size_t i = 0; i < args.k; ++i) {
      if (args.codes[row * args.codes_stride + i] > 15) return false;
    }
  }
  return true;
}

// Whether a k group of the panel at first_row has a value that is not 0.
bool is_present(const PackPanelsS4Args& args, size_t first_row, size_t group) {
  for (size_t r = first_row; r < first_row + kQuantPanelRows && r < args.n; ++r) {
    for (size_t i = 4 * group; i < 4 * group + 4 && i < args.k; ++i) {
      if (args.table[args.codes[r * args.codes_stride + i]] != 0) return true;
    }
  }
  return false;
}

// Calls emit(first, second) for the lines of a block, in order; second == first stands for none.
template <typename Emit>
void for_lines(const PackPanelsS4Args& args, size_t first_row, size_t b, const Emit& emit) {
  const size_t groups = static_cast<size_t>(sparse_groups(args.k));
  const size_t end = (b + 1) * args.block / 4 < groups ? (b + 1) * args.block / 4 : groups;
  size_t waiting = end;
  for (size_t g = b * args.block / 4; g < end; ++g) {
    if (!is_present(args, first_row, g)) continue;
    if (waiting == end) {
      waiting = g;
    } else {
      emit(waiting, g);
      waiting = end;
    }
  }
  if (waiting != end) emit(waiting, waiting);
}

// Writes the codes of a k group into the nibbles at `shift` of a line that holds zero codes.
void write_group(const PackPanelsS4Args& args, size_t first_row, size_t group, unsigned shift,
                 uint8_t* line) {
  for (size_t r = 0; r < kQuantPanelRows && first_row + r < args.n; ++r) {
    for (size_t i = 0; i < kQuantPanelGroup && 4 * group + i < args.k; ++i) {
      const unsigned code = args.codes[(first_row + r) * args.codes_stride + 4 * group + i];
      uint8_t& byte = line[r * kQuantPanelGroup + i];
      byte = static_cast<uint8_t>((byte & (0xf0u >> shift)) | (code << shift));
    }
  }
}

// As pack_panels_s4 computes it.
float compensate(const PackPanelsS4Args& args, size_t row) {
  double comp = 0.0;
  for (size_t b = 0; b * args.block < args.k; ++b) {
    const size_t end = (b + 1) * args.block < args.k ? (b + 1) * args.block : args.k;
    int sum = 0;
    for (size_t i = b * args.block; i < end; ++i) {
      sum += args.table[args.codes[row * args.codes_stride + i]];
    }
    const float scale = float_from_half(args.scales[row * args.scales_stride + b]);
    comp += static_cast<double>(scale) * sum;
  }
  return static_cast<float>(comp);
}

}  // namespace

SparseCountS4 count_sparse_lines_s4(const PackPanelsS4Args& args) {
  SparseCountS4 count;
  for (size_t row = 0; row < args.n; row += kQuantPanelRows) {
    for (size_t b = 0; b < panel_block_count(args.k, args.block); ++b) {
      const uint64_t before = count.lines;
      for_lines(args, row, b, [&](size_t, size_t) { ++count.lines; });
      if (count.lines != before) ++count.scales;
    }
  }
  return count;
}

bool pack_sparse_panels_s4(const PackPanelsS4Args& args, const SparseCountS4& count, void* out) {
  if (!valid(args) || count.lines > UINT32_MAX) return false;
  const SparseLayoutS4 at = sparse_layout_s4(args.n, args.k, args.block, count.lines, count.scales);
  auto* bytes = static_cast<uint8_t*>(out);
  std::memset(out, 0, static_cast<size_t>(at.w));
  auto* first = reinterpret_cast<uint32_t*>(bytes);
  auto* first_scale = reinterpret_cast<uint32_t*>(bytes + at.first_scale);
  auto* comp = reinterpret_cast<float*>(bytes + at.comp);
  auto* lines = bytes + at.lines;
  auto* groups = reinterpret_cast<uint16_t*>(bytes + at.groups);
  auto* scales = reinterpret_cast<uint16_t*>(bytes + at.scales);
  const unsigned zero = find_zero(args.table) & 15u;
  uint32_t line = 0, scale = 0;
  for (size_t row = 0; row < args.n; row += kQuantPanelRows) {
    for (size_t b = 0; b < panel_block_count(args.k, args.block); ++b, ++lines) {
      for_lines(args, row, b, [&](size_t g0, size_t g1) {
        uint8_t* to = bytes + at.w + line * kLine;
        std::memset(to, static_cast<int>(zero | zero << 4), kLine);
        write_group(args, row, g0, 0, to);
        if (g1 != g0) write_group(args, row, g1, 4, to);
        groups[2 * size_t{line}] = static_cast<uint16_t>(g0);
        groups[2 * size_t{line} + 1] = static_cast<uint16_t>(g1);
        ++line;
        ++*lines;
      });
      if (*lines == 0) continue;
      for (size_t r = 0; r < kQuantPanelRows && row + r < args.n; ++r) {
        scales[scale * kQuantPanelRows + r] = args.scales[(row + r) * args.scales_stride + b];
      }
      ++scale;
    }
    *++first = line;
    *++first_scale = scale;
  }
  for (size_t row = 0; row < args.n; ++row) comp[row] = compensate(args, row);
  return true;
}

void unpack_sparse_panels_s4(const SparsePanelsS4& packed, size_t n, size_t k, size_t block,
                             uint8_t zero_code, uint8_t* codes, size_t codes_stride,
                             uint16_t* scales, size_t scales_stride) {
  const size_t blocks = static_cast<size_t>(panel_block_count(k, block));
  for (size_t row = 0; row < n; ++row) {
    const size_t panel = row / kQuantPanelRows, r = row % kQuantPanelRows;
    std::memset(codes + row * codes_stride, zero_code, k);
    size_t scale = packed.first_scale[panel];
    for (size_t b = 0; b < blocks; ++b) {
      const bool present = packed.lines[panel * blocks + b] != 0;
      scales[row * scales_stride + b] =
          present ? packed.scales[scale * kQuantPanelRows + r] : uint16_t{0};
      scale += present ? 1 : 0;
    }
    for (size_t e = packed.first[panel]; e < packed.first[panel + 1]; ++e) {
      const size_t g0 = packed.groups[2 * e], g1 = packed.groups[2 * e + 1];
      for (size_t i = 0; i < kQuantPanelGroup; ++i) {
        const uint8_t pair = packed.w[e * kLine + r * kQuantPanelGroup + i];
        if (4 * g0 + i < k) codes[row * codes_stride + 4 * g0 + i] = pair & 15;
        if (g1 != g0 && 4 * g1 + i < k) codes[row * codes_stride + 4 * g1 + i] = pair >> 4;
      }
    }
  }
}

}  // namespace linnet
