#include "runtime/ops/conv_plan.h"

#include <algorithm>

namespace linnet {
namespace {

constexpr size_t kMaxTile = 192;
// Work items for each thread, so that a slow core does not hold up the others.
constexpr size_t kItemsPerThread = 4;

size_t ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }
size_t round_up(size_t a, size_t b) { return ceil_div(a, b) * b; }

// Tiles of equal height, in steps of `step`, at most `most` pixels high.
size_t even_tile(size_t pixels, size_t most, size_t step) {
  return std::min(pixels, round_up(ceil_div(pixels, ceil_div(pixels, most)), step));
}

// How many parts of at least `least` to cut `size` into to make `wanted` items of `items`.
size_t parts_for(size_t items, size_t wanted, size_t size, size_t least) {
  return std::clamp<size_t>(ceil_div(wanted, items), 1, std::max<size_t>(1, size / least));
}

// Tiles as large as the cache allows; with more threads than items, smaller tiles or ranges of
// output channels. Each tile reads all weights and each range gathers all rows, so that is cut
// first whose repetition costs less.
void choose_tiles(const PlanContext& ctx, ConvPlan* p) {
  const size_t step = p->matmul.row_tile();
  size_t pixels = 1, channels = 1, k = 1;
  for (size_t i = 0; i < p->part_count; ++i) {
    pixels = std::max(pixels, p->parts[i].window.out_pixels());
    channels = std::max(channels, p->parts[i].blob.n);
    k = std::max(k, p->parts[i].blob.k);
  }
  p->row_bytes = round_up(k * p->matmul.a_size(), 16);
  // Gathered rows of one tile stay in a quarter of the L2 cache, unless the weights are larger:
  // these are read once for each tile, so a tile may then take as much as they do, up to the whole
  // cache.
  const size_t l2 = ctx.caches().l2;
  const size_t budget = std::clamp(channels * p->row_bytes, l2 / 4, l2);
  const size_t most =
      std::clamp(budget / p->row_bytes / step * step, step, std::max(kMaxTile, step));
  p->tile = even_tile(pixels, most, step);
  size_t ranges = 1;
  const size_t around = std::max<size_t>(1, p->images * p->part_count);
  const size_t wanted = ctx.threads() > 1 ? ctx.threads() * kItemsPerThread : 1;
  const auto items = [&] { return around * ceil_div(pixels, p->tile) * ranges; };
  // Ranges of 32 columns keep every kernel's tile full; where rows are gathered for each, twice.
  const auto cut_columns = [&] {
    ranges = parts_for(items(), wanted, channels, p->parts[0].direct ? 32 : 64);
  };
  if (channels > pixels) cut_columns();
  if (items() < wanted) {
    const size_t cuts = parts_for(items(), wanted, p->tile, step);
    p->tile = even_tile(pixels, ceil_div(p->tile, cuts), step);
  }
  if (items() < wanted && ranges == 1) cut_columns();
  p->columns = round_up(ceil_div(channels, ranges), ranges > 1 ? 32 : 8);
  p->tiles = ceil_div(pixels, p->tile);
  p->column_ranges = ceil_div(channels, p->columns);
}

// Adds `bytes`, rounded up to whole cache lines, to *end. False on overflow.
bool place(size_t bytes, size_t* end, size_t* offset) {
  if (bytes > SIZE_MAX / 4 || *end > SIZE_MAX / 4) return false;
  *offset = *end;
  *end += round_up(bytes, 64);
  return true;
}

bool place_scratch(PlanContext& ctx, ConvPlan* p, size_t* total) {
  size_t end = 0, bytes = 0;
  if (p->matmul.dynamic) {
    const size_t scales = p->per_row ? p->x_pixels : 1;
    p->quantized_row = p->per_row ? round_up(p->pixel_values, 16) : p->pixel_values;
    // Kernels may read a few bytes behind the last row.
    if (!checked_product({p->x_pixels, p->quantized_row}, &bytes) ||
        !place(bytes + 64, &end, &p->quantized) ||
        !checked_product({scales, sizeof(float)}, &bytes) || !place(bytes, &end, &p->scales) ||
        !place(bytes, &end, &p->zeros) ||
        !place(ctx.threads() * 2 * sizeof(float), &end, &p->partial)) {
      return false;
    }
  }
  bool gathers = false;
  for (size_t i = 0; i < p->part_count; ++i) gathers = gathers || !p->parts[i].direct;
  if (gathers) {
    if (!checked_product({p->tile, p->row_bytes}, &bytes)) return false;
    p->gathered_thread = round_up(bytes, 64) + 64;
    if (!checked_product({ctx.threads(), p->gathered_thread}, &bytes)) return false;
    if (!place(bytes, &end, &p->gathered)) return false;
  }
  *total = end;
  return true;
}

}  // namespace

Status finish_conv_plan(PlanContext& ctx, ConvPlan* p, uint64_t macs) {
  p->im2col = kIm2col.pick(ctx.isa()).run;
  p->minmax = kMinmaxF32.pick(ctx.isa()).run;
  p->quantize = kQuantizeRows.pick(ctx.isa()).run;
  choose_tiles(ctx, p);
  size_t scratch = 0;
  if (!place_scratch(ctx, p, &scratch)) return ctx.out_of_memory();
  ctx.need_scratch(scratch);
  const ConvPlan* params = keep_params(ctx, *p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_conv, params, p->matmul.label, p->matmul.reason, macs);
  return {};
}

}  // namespace linnet
