#include "runtime/model/model.h"

#include <cstring>
#include <new>

#include "kernels/xnnpack/xnnpack_weights.h"
#include "runtime/model/verify.h"
#include "schema/file_format.h"

namespace linnet {
namespace {

Quantization make_quantization(const fb::Quantization* from) {
  Quantization q;
  if (!from) return q;
  if (from->scale()) q.scale = {from->scale()->data(), from->scale()->size()};
  if (from->zero_point()) q.zero_point = {from->zero_point()->data(), from->zero_point()->size()};
  q.axis = from->axis();
  q.block = from->block();
  if (from->table() && from->table()->size() != 0) q.table = from->table()->data();
  return q;
}

uint8_t winograd_tile(fb::Layout layout) {
  return layout == fb::Layout::winograd_4x4 ? 4 : layout == fb::Layout::winograd_2x2 ? 2 : 0;
}

Status no_memory() { return Status::error(LINNET_OUT_OF_MEMORY, "no memory to load the model"); }

}  // namespace

Model* Model::make() {
  void* memory = system_allocate(sizeof(Model));
  return memory ? new (memory) Model() : nullptr;
}

#if LINNET_XNNPACK
Model::~Model() {
  xnnpack_weights_destroy(xnnpack_weights_.load(std::memory_order_acquire));
  platform::unmap_file(mapping_);
}

XnnpackWeights* Model::xnnpack_weights() const {
  XnnpackWeights* present = xnnpack_weights_.load(std::memory_order_acquire);
  if (present) return present;
  XnnpackWeights* made = xnnpack_weights_make();
  if (xnnpack_weights_.compare_exchange_strong(present, made, std::memory_order_acq_rel)) {
    return made;
  }
  xnnpack_weights_destroy(made);
  return present;
}
#else
Model::~Model() { platform::unmap_file(mapping_); }

XnnpackWeights* Model::xnnpack_weights() const { return nullptr; }
#endif

void Model::release() {
  if (holds_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  this->~Model();
  system_release(this);
}

Status Model::open_file(const char* path, bool verify_all_segments, Model** out) {
  Model* model = make();
  if (!model) return no_memory();
  Status status;
  if (const int error = platform::map_file(path, &model->mapping_); error != 0) {
    char text[128];
    status = Status::error(LINNET_IO_ERROR, "cannot open '%.300s': %s", path,
                           platform::error_text(error, text, sizeof(text)));
  } else {
    status = model->load(model->mapping_.data, model->mapping_.size, verify_all_segments);
    if (!status.ok()) status = status.prefixed("'%.200s'", path);
  }
  if (!status.ok()) {
    model->release();
    return status;
  }
  *out = model;
  return {};
}

Status Model::open_memory(const void* data, size_t size, bool verify_all_segments, Model** out) {
  if (reinterpret_cast<uintptr_t>(data) % kAlignment != 0) {
    return Status::error(LINNET_INVALID_ARGUMENT, "a model in memory must be aligned to %zu bytes",
                         kAlignment);
  }
  if (size > SIZE_MAX / 2)
    return Status::error(LINNET_INVALID_ARGUMENT, "a model of %zu bytes", size);
  Model* model = make();
  if (!model) return no_memory();
  if (const Status status =
          model->load(static_cast<const std::byte*>(data), size, verify_all_segments);
      !status.ok()) {
    model->release();
    return status;
  }
  *out = model;
  return {};
}

Status Model::load(const std::byte* data, size_t size, bool verify_all_segments) {
  LINNET_TRY(verify_container(data, size, &header_));
  FilePreamble preamble;
  std::memcpy(&preamble, data, sizeof(preamble));
  const size_t header_size = static_cast<size_t>(preamble.header_size);
  LINNET_TRY(verify_segments(*header_, data, size, header_size, verify_all_segments));
  LINNET_TRY(verify_tensors(*header_, header_size));
  LINNET_TRY(verify_graph(*header_->graph(), header_size));
  data_ = data;
  group_orders_.set_limit(size / 2);
  return fill_tensors();
}

Status Model::fill_tensors() {
  const auto& tensors = *graph().tensors();
  if (!tensors_.make(tensors.size())) return no_memory();
  for (uint32_t i = 0; i < tensors.size(); ++i) {
    const fb::Tensor& from = *tensors.Get(i);
    Tensor& to = tensors_[i];
    to.name = from.name()->c_str();
    to.dtype = static_cast<linnet_dtype>(from.dtype());
    to.panels = from.layout() != fb::Layout::plain;
    to.winograd = winograd_tile(from.layout());
    for (const int32_t dim : *from.shape()) to.shape.push_back(dim);
    to.quantization = make_quantization(from.quantization());
    if (from.segment() >= 0) {
      const fb::Segment& segment = *header_->segments()->Get(static_cast<uint32_t>(from.segment()));
      to.known = true;
      to.size = static_cast<size_t>(from.size());
      // Nobody writes through the pointer of a constant: ops get inputs as const.
      to.data = const_cast<std::byte*>(data_ + segment.offset() + from.offset());
    }
    if (to.dtype == LINNET_S8 || to.dtype == LINNET_U8 || to.dtype == LINNET_S4)
      float_only_ = false;
  }
  for (const fb::Node* node : *graph().nodes())
    edge_count_ += node->inputs()->size() + node->outputs()->size();
  return {};
}

const char* Model::metadata(const char* key) const {
  if (!header_->metadata()) return nullptr;
  for (const fb::KeyValue* entry : *header_->metadata()) {
    if (same_text(entry->key()->c_str(), key)) return entry->value()->c_str();
  }
  return nullptr;
}

}  // namespace linnet
