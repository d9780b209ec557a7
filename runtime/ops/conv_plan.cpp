#include "runtime/ops/conv_plan.h"

#include <algorithm>

namespace linnet {
namespace {

constexpr size_t kMaxTile = 192;    // rows
constexpr size_t kMinColumns = 32;  // a whole tile of every kernel
// Work items for each thread, so that a slow core does not hold up the others.
constexpr size_t kItemsPerThread = 4;
// What it costs to load a column of weights, in rows that could be multiplied instead, and to
// unpack one of int4; and, in columns, to load and lay out a row of A for one more range and to
// write parts of cache lines whose rest another thread writes.
constexpr size_t kLoadRows = 16, kUnpackRows = 32, kRowColumns = 24;

size_t ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }
size_t round_up(size_t a, size_t b) { return ceil_div(a, b) * b; }
double per(size_t a, size_t b) { return static_cast<double>(a) / static_cast<double>(b); }

bool gathers(const ConvPlan& p) {
  return std::any_of(p.parts, p.parts + p.part_count, [](const ConvPart& x) { return !x.direct; });
}

// Tiles of pixels and ranges of output channels that are as large as the cache allows; with more
// threads than such items, the cut that keeps the threads busy for the shortest time.
void choose_tiles(const PlanContext& ctx, ConvPlan* p) {
  const size_t least = p->matmul.row_tile();
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
      std::clamp(budget / p->row_bytes / least * least, least, std::max(kMaxTile, least));
  const size_t around = std::max<size_t>(1, p->images * p->part_count);
  const size_t wanted = ctx.threads() > 1 ? ctx.threads() * kItemsPerThread : 1;
  const size_t fewest = ceil_div(pixels, most);
  const size_t most_tiles = std::max(fewest + ctx.threads() - 1, std::min(wanted, pixels / least));
  // Ranges share gathered rows, all of which then lie in memory at once: only if the cache holds
  // them, or if tiles alone are too few.
  const bool cuts_columns =
      !gathers(*p) || around * most_tiles < wanted || pixels <= l2 / p->row_bytes / around;
  const size_t most_ranges =
      cuts_columns ? std::clamp<size_t>(channels / kMinColumns, 1, wanted) : 1;
  // Several threads want tiles of equal height; one thread, those that a kernel's tiles divide.
  const size_t step = ctx.threads() == 1 ? least : 1;
  const bool unpacks = p->matmul.kind == MatmulKind::s4_f32;
  size_t best_items = 0;
  double best_cost = 0;
  for (size_t n = fewest; n <= most_tiles; ++n) {
    const size_t tile = std::min(pixels, round_up(ceil_div(pixels, n), step));
    const size_t tiles = ceil_div(pixels, tile);
    const size_t weight_rows = unpacks ? ceil_div(tile, least) * kUnpackRows : kLoadRows;
    for (size_t r = 1; r <= most_ranges; ++r) {
      const size_t columns = round_up(ceil_div(channels, r), r > 1 ? kMinColumns : 8);
      const size_t ranges = ceil_div(channels, columns);
      const size_t items = around * tiles * ranges, enough = std::min(items, wanted);
      const double cost = static_cast<double>(ceil_div(items, ctx.threads())) *
                          (per(pixels, tiles) + static_cast<double>(weight_rows)) *
                          (per(channels, ranges) + static_cast<double>(kRowColumns));
      if (enough < best_items || (enough == best_items && cost >= best_cost)) continue;
      best_items = enough;
      best_cost = cost;
      p->tile = tile;
      p->tiles = tiles;
      p->columns = columns;
      p->column_ranges = ranges;
    }
  }
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
  if (gathers(*p)) {
    p->gathers_first = p->column_ranges > 1;
    const size_t tiles = p->gathers_first ? p->tiles : 1;
    const size_t blocks = p->gathers_first ? p->part_count * p->images : ctx.threads();
    if (!checked_product({tiles, p->tile, p->row_bytes}, &bytes)) return false;
    p->gathered_block = round_up(bytes, 64) + 64;
    if (!checked_product({blocks, p->gathered_block}, &bytes)) return false;
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
