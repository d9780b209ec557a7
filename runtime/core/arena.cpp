#include "runtime/core/arena.h"

#include <algorithm>

#include "runtime/core/buffer.h"
#include "runtime/core/checked.h"

namespace linnet {
namespace {

constexpr size_t kMostShared = 8192;

// What a buffer takes of the arena. Cannot overflow after the sum of all was checked.
size_t room(const ArenaBuffer& buffer) {
  return (buffer.size + kReadSlack + kAlignment - 1) / kAlignment * kAlignment;
}

bool sum_rooms(std::span<const ArenaBuffer> buffers, size_t* total) {
  size_t sum = 0;
  for (const ArenaBuffer& buffer : buffers) {
    if (buffer.size > SIZE_MAX / 4 || !checked_add(sum, room(buffer), &sum)) return false;
  }
  *total = sum;
  return sum <= SIZE_MAX / 2;
}

// The offset of the smallest gap for `buffer` among `placed` (sorted by offset).
size_t best_offset(const ArenaBuffer& buffer, std::span<const uint32_t> placed,
                   std::span<const ArenaBuffer> buffers) {
  size_t best = 0, best_gap = SIZE_MAX, end = 0;
  for (const uint32_t index : placed) {
    const ArenaBuffer& other = buffers[index];
    if (other.last < buffer.first || other.first > buffer.last) continue;
    if (other.offset > end) {
      const size_t gap = other.offset - end;
      if (gap >= room(buffer) && gap < best_gap) {
        best_gap = gap;
        best = end;
      }
    }
    end = std::max(end, other.offset + room(other));
  }
  return best_gap == SIZE_MAX ? end : best;
}

}  // namespace

ArenaResult place_buffers(std::span<ArenaBuffer> buffers, bool share, MemoryAccount* account,
                          size_t* total, size_t* without_reuse) {
  if (!sum_rooms(buffers, without_reuse)) return ArenaResult::too_large;
  if (!share || buffers.size() > kMostShared) {
    size_t offset = 0;
    for (ArenaBuffer& buffer : buffers) {
      buffer.offset = offset;
      offset += room(buffer);
    }
    *total = offset;
    return ArenaResult::ok;
  }
  Buffer<uint32_t> order, placed;
  if (!order.make(buffers.size(), account) || !placed.make(buffers.size(), account))
    return ArenaResult::no_memory;
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    if (buffers[a].size != buffers[b].size) return buffers[a].size > buffers[b].size;
    return buffers[a].first != buffers[b].first ? buffers[a].first < buffers[b].first : a < b;
  });
  size_t end = 0;
  for (size_t count = 0; count < order.size(); ++count) {
    ArenaBuffer& buffer = buffers[order[count]];
    buffer.offset = best_offset(buffer, {placed.data(), count}, buffers);
    end = std::max(end, buffer.offset + room(buffer));
    uint32_t* position =
        std::upper_bound(placed.data(), placed.data() + count, buffer.offset,
                         [&](size_t offset, uint32_t i) { return offset < buffers[i].offset; });
    std::copy_backward(position, placed.data() + count, placed.data() + count + 1);
    *position = order[count];
  }
  *total = end;
  return ArenaResult::ok;
}

}  // namespace linnet
