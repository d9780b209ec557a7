#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/copy_nd/copy_nd.h"

// The plan of a strided copy: drop dimensions of one, merge those that run on in both arrays, then
// per innermost dimension a memcpy, a transposed plane, or a strided loop. Strides are in bytes.

namespace linnet {
namespace {

struct CopyDim {
  size_t count;
  ptrdiff_t x, y;
};

struct CopyPlan {
  CopyDim dim[kCopyNdMaxRank];
  int rank;
};

// Returns false when there is nothing to copy.
inline bool plan_copy(const CopyNdArgs& args, CopyPlan* plan) {
  const ptrdiff_t size = static_cast<ptrdiff_t>(args.element_size);
  bool contiguous = true;
  for (int d = 0; d < args.rank; ++d) {
    if (args.shape[d] == 0) return false;
    if (args.y_stride[d] != 0) contiguous = false;
  }
  CopyDim all[kCopyNdMaxRank];
  ptrdiff_t running = size;
  for (int d = args.rank - 1; d >= 0; --d) {
    all[d] = {args.shape[d], args.x_stride[d] * size,
              contiguous ? running : args.y_stride[d] * size};
    running *= static_cast<ptrdiff_t>(args.shape[d]);
  }
  plan->rank = 0;
  for (int d = 0; d < args.rank; ++d) {
    if (all[d].count == 1) continue;
    const ptrdiff_t count = static_cast<ptrdiff_t>(all[d].count);
    CopyDim* last = plan->rank > 0 ? &plan->dim[plan->rank - 1] : nullptr;
    if (last && last->x == all[d].x * count && last->y == all[d].y * count) {
      *last = {last->count * all[d].count, all[d].x, all[d].y};
    } else {
      plan->dim[plan->rank++] = all[d];
    }
  }
  return true;
}

// Takes dimension d out of the plan.
inline CopyDim take(CopyPlan* plan, int d) {
  const CopyDim taken = plan->dim[d];
  --plan->rank;
  for (; d < plan->rank; ++d) plan->dim[d] = plan->dim[d + 1];
  return taken;
}

// Calls f(x, y) at every index of the plan's dimensions.
template <class F>
inline void for_indices(const CopyPlan& plan, const uint8_t* x, uint8_t* y, F f) {
  size_t index[kCopyNdMaxRank] = {};
  for (;;) {
    f(x, y);
    int d = plan.rank - 1;
    for (; d >= 0; --d) {
      const CopyDim& dim = plan.dim[d];
      x += dim.x;
      y += dim.y;
      if (++index[d] < dim.count) break;
      x -= dim.x * static_cast<ptrdiff_t>(dim.count);
      y -= dim.y * static_cast<ptrdiff_t>(dim.count);
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

// A plane: y[i · along.y + j · size] = x[i · size + j · across.x]; `along` is contiguous in x,
// `across` in y.
struct Plane {
  CopyDim along, across;
};

template <size_t size>
inline void copy_element(const uint8_t* x, uint8_t* y) {
  memcpy(y, x, size);
}

// The part [i0, i1) × [j0, j1) of a plane, element by element.
template <size_t size>
inline void transpose_part(const Plane& p, const uint8_t* x, uint8_t* y, size_t i0, size_t i1,
                           size_t j0, size_t j1) {
  for (size_t i = i0; i < i1; ++i) {
    const uint8_t* source = x + i * size + static_cast<ptrdiff_t>(j0) * p.across.x;
    uint8_t* target = y + static_cast<ptrdiff_t>(i) * p.along.y + j0 * size;
    for (size_t j = j0; j < j1; ++j, source += p.across.x, target += size) {
      copy_element<size>(source, target);
    }
  }
}

// A plane with a small known count on one side.
template <size_t size, size_t count>
inline void interleave(const Plane& p, const uint8_t* x, uint8_t* y) {
  for (size_t i = 0; i < p.along.count; ++i, x += size, y += p.along.y) {
    for (size_t j = 0; j < count; ++j) {
      copy_element<size>(x + static_cast<ptrdiff_t>(j) * p.across.x, y + j * size);
    }
  }
}
template <size_t size, size_t count>
inline void deinterleave(const Plane& p, const uint8_t* x, uint8_t* y) {
  for (size_t j = 0; j < p.across.count; ++j, x += p.across.x, y += size) {
    for (size_t i = 0; i < count; ++i) {
      copy_element<size>(x + i * size, y + static_cast<ptrdiff_t>(i) * p.along.y);
    }
  }
}

template <size_t size>
inline bool transpose_small(const Plane& p, const uint8_t* x, uint8_t* y) {
  switch (p.across.count) {
    case 2:
      interleave<size, 2>(p, x, y);
      return true;
    case 3:
      interleave<size, 3>(p, x, y);
      return true;
    case 4:
      interleave<size, 4>(p, x, y);
      return true;
  }
  switch (p.along.count) {
    case 2:
      deinterleave<size, 2>(p, x, y);
      return true;
    case 3:
      deinterleave<size, 3>(p, x, y);
      return true;
    case 4:
      deinterleave<size, 4>(p, x, y);
      return true;
  }
  return false;
}

// Tile<size> transposes a square of Tile<size>::kSide elements; kColumns of them side by side, so
// that whole cache lines of x are used before they leave the cache.
template <template <size_t> class Tile, size_t size>
inline void transpose_plane(const Plane& p, const uint8_t* x, uint8_t* y) {
  constexpr size_t kSide = Tile<size>::kSide, kColumns = 2;
  if (transpose_small<size>(p, x, y)) return;
  const size_t along = p.along.count / kSide * kSide, across = p.across.count / kSide * kSide;
  for (size_t block = 0; block < along; block += kColumns * kSide) {
    const size_t end = along - block < kColumns * kSide ? along : block + kColumns * kSide;
    for (size_t j = 0; j < across; j += kSide) {
      for (size_t i = block; i < end; i += kSide) {
        Tile<size>::run(x + i * size + static_cast<ptrdiff_t>(j) * p.across.x, p.across.x,
                        y + static_cast<ptrdiff_t>(i) * p.along.y + j * size, p.along.y);
      }
    }
  }
  transpose_part<size>(p, x, y, 0, along, across, p.across.count);
  transpose_part<size>(p, x, y, along, p.along.count, 0, p.across.count);
}

template <size_t size>
inline void copy_strided(const CopyDim& dim, const uint8_t* x, uint8_t* y) {
  for (size_t i = 0; i < dim.count; ++i, x += dim.x, y += dim.y) copy_element<size>(x, y);
}

template <template <size_t> class Tile, size_t size>
inline void copy_nd_sized(CopyPlan plan, const uint8_t* x, uint8_t* y) {
  constexpr ptrdiff_t kStep = static_cast<ptrdiff_t>(size);
  if (plan.rank == 0) return copy_element<size>(x, y);
  const CopyDim inner = take(&plan, plan.rank - 1);
  if (inner.x == kStep && inner.y == kStep) {
    const size_t bytes = inner.count * size;
    return for_indices(plan, x, y,
                       [=](const uint8_t* from, uint8_t* to) { memcpy(to, from, bytes); });
  }
  int along = plan.rank - 1;
  while (along >= 0 && plan.dim[along].x != kStep) --along;
  if (along >= 0 && inner.y == kStep) {
    const CopyDim contiguous = take(&plan, along);
    const Plane plane = {contiguous, inner};
    return for_indices(plan, x, y, [&](const uint8_t* from, uint8_t* to) {
      transpose_plane<Tile, size>(plane, from, to);
    });
  }
  for_indices(plan, x, y,
              [&](const uint8_t* from, uint8_t* to) { copy_strided<size>(inner, from, to); });
}

// A square without instructions of its own: any ISA has it for the sizes it does not treat.
template <size_t size>
struct PlainTile {
  static constexpr size_t kSide = 8;
  static void run(const uint8_t* x, ptrdiff_t x_step, uint8_t* y, ptrdiff_t y_step) {
    for (size_t i = 0; i < kSide; ++i) {
      for (size_t j = 0; j < kSide; ++j) {
        copy_element<size>(x + i * size + static_cast<ptrdiff_t>(j) * x_step,
                           y + static_cast<ptrdiff_t>(i) * y_step + j * size);
      }
    }
  }
};

template <template <size_t> class Tile>
inline void copy_nd_body(const CopyNdArgs& args) {
  CopyPlan plan;
  if (!plan_copy(args, &plan)) return;
  const uint8_t* x = static_cast<const uint8_t*>(args.x);
  uint8_t* y = static_cast<uint8_t*>(args.y);
  switch (args.element_size) {
    case 1:
      return copy_nd_sized<Tile, 1>(plan, x, y);
    case 2:
      return copy_nd_sized<Tile, 2>(plan, x, y);
    case 4:
      return copy_nd_sized<Tile, 4>(plan, x, y);
    case 8:
      return copy_nd_sized<Tile, 8>(plan, x, y);
  }
}

}  // namespace
}  // namespace linnet
