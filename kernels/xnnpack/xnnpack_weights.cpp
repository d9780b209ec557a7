#include "kernels/xnnpack/xnnpack_weights.h"

#include <cstdint>
#include <mutex>
#include <new>

#include "kernels/xnnpack/xnnpack_provider.h"

namespace linnet {
namespace {

// In front of each block of packed weights, whose address serves as XNNPACK's "offset".
struct alignas(64) Entry {
  Entry* next;
  size_t size;
  uint32_t seed;  // of XNNPACK's kernel, whose layout it is
  const void* key;
  const void* bias;
};

constexpr std::align_val_t kEntryAlignment{64};
// XNNPACK's kernels read a little behind the weights.
constexpr size_t kReadSlack = 128;

Entry* entry_of(void* packed) { return static_cast<Entry*>(packed) - 1; }
size_t offset_of(Entry* entry) { return reinterpret_cast<size_t>(entry + 1); }
void free_entry(Entry* entry) { ::operator delete(entry, kEntryAlignment); }

}  // namespace

struct XnnpackWeights {
  std::mutex mutex;
  Entry* entries = nullptr;
  size_t bytes = 0;

  Entry* find(const void* key, const xnn_weights_cache_look_up_key& k) const {
    Entry* entry = entries;
    while (entry && (entry->seed != k.seed || entry->key != key || entry->bias != k.bias)) {
      entry = entry->next;
    }
    return entry;
  }
};

namespace {

const XnnpackWeightsView& view_of(void* context) {
  return *static_cast<const XnnpackWeightsView*>(context);
}

size_t look_up(void* context, const xnn_weights_cache_look_up_key* k) {
  const XnnpackWeightsView& view = view_of(context);
  const std::lock_guard lock(view.weights->mutex);
  Entry* entry = view.weights->find(view.key, *k);
  return entry ? offset_of(entry) : SIZE_MAX;
}

void* reserve_space(void*, size_t size) {
  if (size > SIZE_MAX - sizeof(Entry) - kReadSlack) return nullptr;
  void* memory = ::operator new(sizeof(Entry) + size + kReadSlack, kEntryAlignment, std::nothrow);
  return memory ? new (memory) Entry{} + 1 : nullptr;
}

// Another session may have been faster: then its copy is used.
size_t look_up_or_insert(void* context, const xnn_weights_cache_look_up_key* k, void* packed,
                         size_t size) {
  const XnnpackWeightsView& view = view_of(context);
  XnnpackWeights& weights = *view.weights;
  const std::lock_guard lock(weights.mutex);
  Entry* entry = entry_of(packed);
  if (Entry* found = weights.find(view.key, *k)) {
    free_entry(entry);
    return offset_of(found);
  }
  *entry = {weights.entries, size, k->seed, view.key, k->bias};
  weights.entries = entry;
  weights.bytes += size;
  return offset_of(entry);
}

// Blocks never move, so operators may run at any time.
bool is_finalized(void*) { return true; }

void* offset_to_addr(void*, size_t offset) { return reinterpret_cast<void*>(offset); }

xnn_status delete_cache(void*) { return xnn_status_success; }

}  // namespace

XnnpackWeights* xnnpack_weights_make() { return new (std::nothrow) XnnpackWeights; }

void xnnpack_weights_destroy(XnnpackWeights* weights) {
  if (!weights) return;
  for (Entry* entry = weights->entries; entry;) {
    Entry* const next = entry->next;
    free_entry(entry);
    entry = next;
  }
  delete weights;
}

size_t xnnpack_weights_bytes(XnnpackWeights* weights) {
  const std::lock_guard lock(weights->mutex);
  return weights->bytes;
}

void xnnpack_connect(XnnpackWeights* weights, const void* key, XnnpackWeightsView* view) {
  *view = {weights,
           key,
           {.context = view,
            .look_up = look_up,
            .reserve_space = reserve_space,
            .look_up_or_insert = look_up_or_insert,
            .is_finalized = is_finalized,
            .offset_to_addr = offset_to_addr,
            .delete_cache = delete_cache}};
}

}  // namespace linnet
