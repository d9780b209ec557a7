#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/core/allocator.h"

namespace linnet {

// Kernels may read, never write, this many bytes past the end of a buffer.
inline constexpr size_t kReadSlack = 64;

// A buffer that is needed during the steps first … last (both included).
struct ArenaBuffer {
  size_t size = 0;  // bytes asked for
  int32_t first = 0;
  int32_t last = 0;
  size_t offset = 0;  // result: a multiple of kAlignment
};

enum class ArenaResult { ok, too_large, no_memory };

// Places the buffers in one arena so that those whose steps overlap do not overlap in memory, each
// followed by kReadSlack bytes of the arena. `total` gets the arena's size, `without_reuse` what it
// would be if nothing were shared; with `share` false nothing is. Largest first, each into the
// smallest gap that holds it (greedy by size: Pisarchyk and Lee, "Efficient Memory Management for
// Deep Neural Net Inference", 2020, section 5.2). Quadratic in the number of buffers, so above 8192
// of them nothing is shared. Deterministic.
ArenaResult place_buffers(std::span<ArenaBuffer> buffers, bool share, MemoryAccount* account,
                          size_t* total, size_t* without_reuse);

}  // namespace linnet
