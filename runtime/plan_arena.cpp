#include "runtime/core/arena.h"
#include "runtime/plan.h"

// Where the activations of a plan stand: lifetimes, buffers taken over in place, the arena.

namespace linnet {

// The steps in which a tensor's bytes are needed, and the tensor whose buffer it lives in.
struct Plan::Life {
  static constexpr int32_t kNever = -2;
  static constexpr int32_t kBegin = -1;       // before the first step
  static constexpr int32_t kEnd = INT32_MAX;  // after the last
  int32_t first = kNever;
  int32_t last = kNever;
  uint32_t owner = 0;
};

namespace {

Status no_memory() {
  return Status::error(LINNET_OUT_OF_MEMORY,
                       "no memory to place the activations, or the session's limit is reached");
}

size_t times_read(const Step& step, const Tensor* tensor) {
  size_t count = 0;
  for (const Tensor* input : step.inputs) count += input == tensor ? 1 : 0;
  return count;
}

}  // namespace

void Plan::find_lives(const Model& model, std::span<Life> lives) const {
  for (uint32_t i = 0; i < lives.size(); ++i) lives[i].owner = i;
  for (const int32_t id : *model.graph().inputs())
    lives[static_cast<size_t>(id)] = {Life::kBegin, Life::kEnd, static_cast<uint32_t>(id)};
  for (size_t s = 0; s < steps_.size(); ++s) {
    if (!steps_[s].run) continue;
    const int32_t now = static_cast<int32_t>(s);
    for (const Tensor* output : steps_[s].outputs) {
      Life& life = lives[index_of(output)];
      life.first = life.last = now;
    }
    for (const Tensor* input : steps_[s].inputs) {
      if (!input) continue;
      Life& life = lives[index_of(input)];
      if (life.last < now) life.last = now;
    }
  }
  for (const int32_t id : *model.graph().outputs())
    lives[static_cast<size_t>(id)].last = Life::kEnd;
}

// Lets outputs live in the buffer of an input that no later step needs, where the op allows it.
void Plan::merge_in_place(std::span<Life> lives) const {
  for (size_t s = 0; s < steps_.size(); ++s) {
    const Step& step = steps_[s];
    if (!step.run || step.reuse_input < 0) continue;
    const Tensor* from = step.inputs[static_cast<size_t>(step.reuse_input)];
    const Tensor* to = step.outputs[static_cast<size_t>(step.reuse_output)];
    const Life& dying = lives[index_of(from)];
    Life& taker = lives[index_of(to)];
    if (from->known || from->size != to->size || dying.last != static_cast<int32_t>(s) ||
        times_read(step, from) != 1)
      continue;
    taker.owner = dying.owner;
    Life& owner = lives[dying.owner];
    if (taker.last > owner.last) owner.last = taker.last;
  }
}

// Bytes of constants that some step reads while running.
uint64_t Plan::count_weights(std::span<const Life> lives) const {
  uint64_t bytes = 0;
  for (size_t i = 0; i < tensors_.size(); ++i) {
    const bool constant =
        tensors_[i].known && lives[i].first == Life::kNever && lives[i].last != Life::kNever;
    if (constant) bytes += tensors_[i].size;
  }
  return bytes;
}

Status Plan::place_arena(const Model& model) {
  Buffer<Life> lives;
  if (!lives.make(tensors_.size(), options_.account)) return no_memory();
  find_lives(model, lives.span());
  figures_.weights = count_weights(lives.span());
  if (!options_.keep_all) merge_in_place(lives.span());

  // One buffer per tensor that owns one, in order, then one per step that wants scratch.
  const auto owns = [&](size_t i) {
    return !tensors_[i].known && lives[i].first != Life::kNever && lives[i].owner == i;
  };
  size_t count = 0;
  for (size_t i = 0; i < tensors_.size(); ++i) count += owns(i) ? 1 : 0;
  for (const Step& step : steps_) count += step.scratch_size > 0 ? 1 : 0;
  Buffer<ArenaBuffer> buffers;
  if (!buffers.make(count, options_.account)) return no_memory();
  ArenaBuffer* next = buffers.begin();
  for (size_t i = 0; i < tensors_.size(); ++i) {
    if (owns(i)) *next++ = {tensors_[i].size, lives[i].first, lives[i].last};
  }
  for (size_t s = 0; s < steps_.size(); ++s) {
    const int32_t now = static_cast<int32_t>(s);
    if (steps_[s].scratch_size > 0) *next++ = {steps_[s].scratch_size, now, now};
  }
  LINNET_TRY(make_arena(buffers.span()));

  next = buffers.begin();
  for (size_t i = 0; i < tensors_.size(); ++i) {
    if (owns(i)) tensors_[i].data = arena_.data() + (next++)->offset;
  }
  for (Step& step : steps_) {
    if (step.scratch_size > 0) step.scratch = arena_.data() + (next++)->offset;
  }
  for (size_t i = 0; i < tensors_.size(); ++i) {
    if (lives[i].owner != i) tensors_[i].data = tensors_[lives[i].owner].data;
  }
  return {};
}

// Places the buffers and takes the memory, keeping an arena of about the right size from the last
// plan.
Status Plan::make_arena(std::span<ArenaBuffer> buffers) {
  size_t total = 0, without_reuse = 0;
  switch (place_buffers(buffers, !options_.keep_all, options_.account, &total, &without_reuse)) {
    case ArenaResult::ok:
      break;
    case ArenaResult::no_memory:
      return no_memory();
    case ArenaResult::too_large:
      return Status::error(LINNET_OUT_OF_MEMORY, "the activations would pass the address space");
  }
  figures_.arena = total;
  figures_.without_reuse = without_reuse;
  if (arena_.size() >= total && arena_.size() / 2 <= total) return {};
  arena_.reset();
  if (arena_.make(total, options_.account)) return {};
  const uint64_t limit = options_.account->limit();
  if (limit == 0)
    return Status::error(LINNET_OUT_OF_MEMORY, "no memory for activations of %zu bytes", total);
  return Status::error(
      LINNET_OUT_OF_MEMORY,
      "activations of %zu bytes and %llu bytes held already pass the session's limit of %llu",
      total, static_cast<unsigned long long>(options_.account->used()),
      static_cast<unsigned long long>(limit));
}

}  // namespace linnet
