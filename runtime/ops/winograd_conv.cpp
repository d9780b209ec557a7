#include "runtime/ops/winograd_conv.h"

#include <algorithm>
#include <limits>

#include "kernels/pack/pack_winograd_f32.h"
#include "kernels/winograd_f32/winograd_f32.h"

namespace linnet {
namespace {

struct WinogradPlan {
  WinogradInputF32Fn* input;
  WinogradOutputF32Fn* output;
  GemmF32Fn* gemm;
  WindowGeometry window;
  size_t ci, co;
  size_t tile;     // output pixels of a tile, each way
  size_t tiles_w;  // in a row
  size_t tiles;    // of an image
  size_t all;      // of all images
  size_t block;    // tiles of one work item
  bool together;   // all threads work on one block after another, in one scratch
  const float* w;
  size_t w_matrix;  // values from matrix to matrix, as the next two
  size_t v_matrix;  // transformed input
  size_t m_matrix;  // products
  size_t scratch;   // bytes of a block
  const float* bias;
  float lo, hi;
  bool residual;  // input 3 is added

  size_t matrices() const { return winograd_matrices(tile); }
};

// Rows of A that fill the GEMM kernels' tiles.
constexpr size_t kRowTile = 12;
// Blocks for each thread, so that a slow core does not hold up the others; with fewer, the threads
// share the matrices of each block instead, so that all weights are still read once for all tiles.
constexpr size_t kBlocksPerThread = 2;
// Tiles that a thread transforms at once of a shared block.
constexpr size_t kSharedTiles = 4;

size_t ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }

// Values from matrix to matrix of `tiles` rows: a cache line more than they take, because a tile's
// values lie at the same place of every matrix and would share one set of the cache.
size_t matrix_step(size_t tiles, size_t channels) { return (tiles * channels + 15) / 16 * 16 + 16; }

// The transformed tiles and products of a block stay in a quarter of the L2 cache, unless the
// weights are larger: these are read once for each block, so it may then take as much as they do,
// up to the whole cache.
void choose_block(const PlanContext& ctx, WinogradPlan* p) {
  const size_t tile_bytes = p->matrices() * (p->ci + p->co) * sizeof(float);
  const size_t weights = p->matrices() * p->w_matrix * sizeof(float);
  const size_t l2 = ctx.caches().l2;
  const size_t budget = std::clamp(weights, l2 / 4, l2);
  const size_t most = std::max(budget / std::max<size_t>(tile_bytes, 1), kRowTile);
  const size_t blocks = std::max<size_t>(1, ceil_div(p->all, most));
  p->block = std::max<size_t>(1, ceil_div(p->all, blocks));
  p->together = ctx.threads() > 1 && blocks < ctx.threads() * kBlocksPerThread;
}

Status check_form(const PlanContext& ctx, const WindowGeometry& g, size_t group) {
  const Tensor& w = *ctx.input(1);
  if (g.kernel_h != 3 || g.kernel_w != 3 || g.stride_h != 1 || g.stride_w != 1 ||
      g.dilation_h != 1 || g.dilation_w != 1 || group != 1) {
    return ctx.error(
        "the weights '%s' are packed for Winograd's method, which takes a 3×3 window with stride "
        "and dilation 1 and one group",
        w.name);
  }
  return ctx.expect_dtype(w, {LINNET_F32});
}

// The tiles [begin, end) of all images, a piece of each image that has some of them.
template <typename Fn>
void for_images(const WinogradPlan& p, size_t begin, size_t end, Fn fn) {
  for (size_t at = begin; at < end;) {
    const size_t image = at / p.tiles, first = at % p.tiles;
    const size_t count = std::min(end - at, p.tiles - first);
    fn(image, first, count, at - begin);
    at += count;
  }
}

// A block of tiles in work: rows 0 … of its matrices are the tiles from `begin` on.
struct Block {
  const RunContext& run;
  const WinogradPlan& p;
  float* v;
  float* m;
  size_t begin;

  Block(const RunContext& context, const WinogradPlan& plan, size_t thread, size_t first)
      : run(context), p(plan), begin(first) {
    v = reinterpret_cast<float*>(run.scratch + thread * p.scratch);
    m = v + p.matrices() * p.v_matrix;
  }

  void transform_input(size_t first_row, size_t end_row) const {
    const WindowGeometry& g = p.window;
    const float* x = static_cast<const float*>(run.inputs[0]->data);
    for_images(p, begin + first_row, begin + end_row,
               [&](size_t image, size_t first, size_t count, size_t done) {
                 p.input({.x = x + image * g.h * g.w * p.ci,
                          .h = g.h,
                          .w = g.w,
                          .c = p.ci,
                          .pad_top = g.pad_top,
                          .pad_left = g.pad_left,
                          .tile = p.tile,
                          .tiles_w = p.tiles_w,
                          .first = first,
                          .count = count,
                          .v = v + (first_row + done) * p.ci,
                          .v_matrix = p.v_matrix});
               });
  }

  void multiply(size_t matrix, size_t rows) const {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    p.gemm({.a = v + matrix * p.v_matrix,
            .lda = p.ci,
            .w = p.w + matrix * p.w_matrix,
            .bias = nullptr,
            .c = m + matrix * p.m_matrix,
            .ldc = p.co,
            .m = rows,
            .n = p.co,
            .k = p.ci,
            .clamp_min = -kInfinity,
            .clamp_max = kInfinity});
  }

  void transform_output(size_t first_row, size_t end_row) const {
    const WindowGeometry& g = p.window;
    float* y = static_cast<float*>(run.outputs[0]->data);
    const float* residual = p.residual ? static_cast<const float*>(run.inputs[3]->data) : nullptr;
    const size_t pixels = g.out_pixels() * p.co;  // values of an image
    for_images(p, begin + first_row, begin + end_row,
               [&](size_t image, size_t first, size_t count, size_t done) {
                 p.output({.m = m + (first_row + done) * p.co,
                           .m_matrix = p.m_matrix,
                           .y = y + image * pixels,
                           .h = g.out_h,
                           .w = g.out_w,
                           .c = p.co,
                           .tile = p.tile,
                           .tiles_w = p.tiles_w,
                           .first = first,
                           .count = count,
                           .bias = p.bias,
                           .residual = residual ? residual + image * pixels : nullptr,
                           .clamp_min = p.lo,
                           .clamp_max = p.hi});
               });
  }
};

void run_winograd_conv(const RunContext& run) {
  const WinogradPlan& p = *static_cast<const WinogradPlan*>(run.params);
  run.pool.parallel_for(p.all, p.block, [&](size_t thread, size_t begin, size_t end) {
    const Block block(run, p, thread, begin);
    block.transform_input(0, end - begin);
    for (size_t i = 0; i < p.matrices(); ++i) block.multiply(i, end - begin);
    block.transform_output(0, end - begin);
  });
}

void run_winograd_together(const RunContext& run) {
  const WinogradPlan& p = *static_cast<const WinogradPlan*>(run.params);
  for (size_t begin = 0; begin < p.all && !run.pool.stop(); begin += p.block) {
    const Block block(run, p, 0, begin);
    const size_t rows = std::min(p.block, p.all - begin);
    run.pool.parallel_for(rows, kSharedTiles, [&](size_t, size_t first, size_t end) {
      block.transform_input(first, end);
    });
    run.pool.parallel_for(p.matrices(), 1, [&](size_t, size_t first, size_t end) {
      for (size_t i = first; i < end; ++i) block.multiply(i, rows);
    });
    run.pool.parallel_for(rows, kSharedTiles, [&](size_t, size_t first, size_t end) {
      block.transform_output(first, end);
    });
  }
}

}  // namespace

Status plan_winograd_conv(PlanContext& ctx, const MatmulPlan& matmul, const WindowGeometry& window,
                          size_t group) {
  const Tensor &x = *ctx.input(0), &w = *ctx.input(1);
  LINNET_TRY(check_form(ctx, window, group));
  WinogradPlan p{};
  p.tile = w.winograd;
  p.ci = static_cast<size_t>(x.shape[3]);
  p.co = static_cast<size_t>(w.shape[0]);
  if (winograd_weights_size(p.tile, p.co, p.ci) != w.size) {
    return ctx.error("the Winograd weights '%s' have %zu bytes, not those of %zu by %zu channels",
                     w.name, w.size, p.co, p.ci);
  }
  const char* label = nullptr;
  p.input = pick_kernel(ctx, kWinogradInputF32, &label);
  p.output = kWinogradOutputF32.pick(ctx.isa()).run;
  p.gemm = matmul.f32;
  p.window = window;
  p.tiles_w = ceil_div(window.out_w, p.tile);
  p.tiles = ceil_div(window.out_h, p.tile) * p.tiles_w;
  p.all = p.co == 0 ? 0 : static_cast<size_t>(x.shape[0]) * p.tiles;
  p.w = static_cast<const float*>(w.data);
  p.w_matrix = static_cast<size_t>(winograd_matrix_step(p.co, p.ci)) / sizeof(float);
  p.bias = matmul.bias;
  p.lo = matmul.lo;
  p.hi = matmul.hi;
  p.residual = matmul.residual;
  choose_block(ctx, &p);
  if (p.all > 0) {
    size_t floats = 0, total = 0;
    // More than either matrix takes with its padding.
    if (!checked_product({p.block + 2, p.ci + p.co + 32}, &floats)) return ctx.out_of_memory();
    p.v_matrix = matrix_step(p.block, p.ci);
    p.m_matrix = matrix_step(p.block, p.co);
    const size_t blocks = p.together ? 1 : ctx.threads();
    if (!checked_product({p.matrices(), p.v_matrix + p.m_matrix, sizeof(float)}, &p.scratch) ||
        !checked_product({blocks, p.scratch}, &total)) {
      return ctx.out_of_memory();
    }
    ctx.need_scratch(total);
  }
  const WinogradPlan* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  const uint64_t macs = uint64_t{p.all / std::max<size_t>(p.tiles, 1)} * window.out_pixels() *
                        window.taps() * p.ci * p.co;
  ctx.set_run(
      p.together ? run_winograd_together : run_winograd_conv, params, label,
      p.tile == 4 ? "tiles of 4×4 by Winograd's method" : "tiles of 2×2 by Winograd's method",
      macs);
  return {};
}

}  // namespace linnet
