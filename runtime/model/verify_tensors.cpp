#include <cinttypes>
#include <cmath>

#include "kernels/pack/pack_winograd_f32.h"
#include "runtime/core/checked.h"
#include "runtime/core/tensor.h"
#include "runtime/model/verify.h"
#include "schema/file_format.h"
#include "schema/file_text.h"

namespace linnet {
namespace {

constexpr uint32_t kMaxTensors = 1u << 20;
constexpr uint32_t kMaxMetadata = 1024;
// A tensor takes at least this much of the header (its offset, table, name and shape), unless
// several entries share one table, which no writer does and which would multiply our memory.
constexpr size_t kLeastTensorSize = 16;

// What the checks of one file carry: how many bytes of strings and vectors they may still visit, so
// that a small file whose tables share one long vector costs no more than an honest file.
struct Visit {
  const fb::Model& model;
  uint64_t budget;

  bool take(uint64_t bytes) {
    if (bytes > budget) return false;
    budget -= bytes;
    return true;
  }
};

struct Label {
  uint32_t index;
  const char* name;
};

[[gnu::format(printf, 2, 3)]] Status bad(const Label& label, const char* format, ...) {
  va_list args;
  va_start(args, format);
  const Status status = Status::verror(LINNET_BAD_MODEL, format, args);
  va_end(args);
  return status.prefixed("tensor %u '%.80s'", label.index, label.name);
}

Status verify_name(const fb::Tensor& tensor, uint32_t index, Visit& visit) {
  const flatbuffers::String& name = *tensor.name();
  if (name.size() > kMaxNameSize) {
    return bad({index, ""}, "its name has %u bytes, the most is %u", name.size(), kMaxNameSize);
  }
  if (!visit.take(name.size())) return bad({index, ""}, "names pass the limit for this header");
  if (!is_clean_utf8(name.c_str(), name.size())) return bad({index, ""}, "its name is not UTF-8");
  return {};
}

// Rank and dimensions; `bytes` gets the size of a plain tensor, 0 when a dimension is unknown.
Status verify_shape(const fb::Tensor& tensor, const Label& label, size_t* bytes) {
  const uint32_t rank = tensor.shape()->size();
  if (rank > kMaxRank) return bad(label, "rank %u, the most is %d", rank, kMaxRank);
  const bool constant = tensor.segment() >= 0;
  bool known = true;
  for (uint32_t i = 0; i < rank; ++i) {
    const int32_t dim = tensor.shape()->Get(i);
    if (dim < -1 || (dim == -1 && constant)) return bad(label, "dimension %u is %d", i, dim);
    known = known && dim >= 0;
  }
  *bytes = 0;
  if (!known) return {};
  const size_t element =
      tensor.dtype() == fb::DType::s4 ? 1 : dtype_size(static_cast<linnet_dtype>(tensor.dtype()));
  if (!checked_elements<size_t>({tensor.shape()->data(), rank}, element, bytes)) {
    return bad(label, "the product of its dimensions is too large");
  }
  return {};
}

// Weights [co, 3, 3, ci] whose packed size follows from the shape alone.
Status verify_winograd(const fb::Tensor& tensor, const Label& label) {
  const auto& shape = *tensor.shape();
  const char* layout = fb::EnumNameLayout(tensor.layout());
  if (tensor.dtype() != fb::DType::f32 || shape.size() != 4 || shape.Get(1) != 3 ||
      shape.Get(2) != 3) {
    return bad(label, "%s is for f32 weights [co, 3, 3, ci] only", layout);
  }
  const size_t tile = tensor.layout() == fb::Layout::winograd_4x4 ? 4 : 2;
  const uint64_t bytes = winograd_weights_size(tile, static_cast<uint64_t>(shape.Get(0)),
                                               static_cast<uint64_t>(shape.Get(3)));
  if (tensor.size() != bytes) {
    return bad(label, "its shape takes %" PRIu64 " bytes in %s but it has %" PRIu64, bytes, layout,
               tensor.size());
  }
  return {};
}

Status verify_place(const fb::Tensor& tensor, const Label& label, size_t plain_bytes,
                    const Visit& visit) {
  const uint32_t segments = visit.model.segments() ? visit.model.segments()->size() : 0;
  if (tensor.segment() < -1 ||
      (tensor.segment() >= 0 && static_cast<uint32_t>(tensor.segment()) >= segments)) {
    return bad(label, "segment %d, but the file has %u", tensor.segment(), segments);
  }
  if (tensor.segment() < 0) {
    if (tensor.layout() != fb::Layout::plain)
      return bad(label, "%s are for constants only", fb::EnumNameLayout(tensor.layout()));
    if (tensor.dtype() == fb::DType::s4) return bad(label, "s4 is for constants only");
    return {};
  }
  const uint64_t limit =
      visit.model.segments()->Get(static_cast<uint32_t>(tensor.segment()))->size();
  if (!range_fits<uint64_t>(tensor.offset(), tensor.size(), limit)) {
    return bad(label,
               "offset %" PRIu64 " + size %" PRIu64 " passes segment %d of %" PRIu64 " bytes",
               tensor.offset(), tensor.size(), tensor.segment(), limit);
  }
  if (tensor.offset() % kSegmentAlignment != 0) {
    return bad(label, "offset %" PRIu64 " is not a multiple of %" PRIu64, tensor.offset(),
               kSegmentAlignment);
  }
  if (tensor.layout() == fb::Layout::plain) {
    if (tensor.dtype() == fb::DType::s4) return bad(label, "s4 must be in panels");
    if (tensor.size() != plain_bytes) {
      return bad(label, "its shape takes %zu bytes but it has %" PRIu64, plain_bytes,
                 tensor.size());
    }
  } else if (tensor.layout() != fb::Layout::panels) {
    return verify_winograd(tensor, label);
  } else if (tensor.dtype() != fb::DType::s4 && tensor.dtype() != fb::DType::s8 &&
             tensor.dtype() != fb::DType::f32 && tensor.dtype() != fb::DType::f16) {
    return bad(label, "%s cannot be in panels", fb::EnumNameDType(tensor.dtype()));
  } else if (tensor.shape()->size() < 2) {
    return bad(label, "panels need rank 2 or more, it has %u", tensor.shape()->size());
  }
  return {};
}

bool zero_point_fits(fb::DType dtype, int32_t value) {
  switch (dtype) {
    case fb::DType::s8:
      return value >= -128 && value <= 127;
    case fb::DType::u8:
      return value >= 0 && value <= 255;
    default:
      return value == 0;
  }
}

// Scales and zero points as vectors; their count against the shape.
Status verify_scales(const fb::Tensor& tensor, const fb::Quantization& q, const Label& label,
                     Visit& visit) {
  const uint32_t scales = q.scale() ? q.scale()->size() : 0;
  const uint32_t zero_points = q.zero_point() ? q.zero_point()->size() : 0;
  if (!visit.take(uint64_t{4} * scales + uint64_t{4} * zero_points)) {
    return bad(label, "scales pass the limit for this header");
  }
  for (uint32_t i = 0; i < scales; ++i) {
    const float scale = q.scale()->Get(i);
    if (!std::isnormal(scale) || scale < 0) {
      return bad(label, "scale %u is %g, not a positive normal number", i,
                 static_cast<double>(scale));
    }
  }
  if (zero_points != 0 && zero_points != scales) {
    return bad(label, "%u zero points for %u scales", zero_points, scales);
  }
  for (uint32_t i = 0; i < zero_points; ++i) {
    if (!zero_point_fits(tensor.dtype(), q.zero_point()->Get(i))) {
      return bad(label, "zero point %d is outside %s", q.zero_point()->Get(i),
                 fb::EnumNameDType(tensor.dtype()));
    }
  }
  if (q.axis() < 0) {
    if (scales > 1) return bad(label, "%u scales without an axis", scales);
    return {};
  }
  const uint32_t axis = static_cast<uint32_t>(q.axis());
  if (axis >= tensor.shape()->size()) {
    return bad(label, "quantization axis %u, but its rank is %u", axis, tensor.shape()->size());
  }
  if (tensor.shape()->Get(axis) < 0 || static_cast<uint32_t>(tensor.shape()->Get(axis)) != scales) {
    return bad(label, "%u scales for %d indices of axis %u", scales, tensor.shape()->Get(axis),
               axis);
  }
  return {};
}

Status verify_quantization(const fb::Tensor& tensor, const Label& label, Visit& visit) {
  const bool s4 = tensor.dtype() == fb::DType::s4;
  const fb::Quantization* q = tensor.quantization();
  if (!q) return s4 ? bad(label, "s4 without quantization") : Status();
  const char* dtype = fb::EnumNameDType(tensor.dtype());
  const uint32_t scales = q->scale() ? q->scale()->size() : 0;
  if (s4) {
    if (q->block() != 32 && q->block() != 64 && q->block() != 128) {
      return bad(label, "block of %u, must be 32, 64 or 128", q->block());
    }
    if (scales != 0 || q->axis() >= 0)
      return bad(label, "s4 has its scales in the packed stream only");
    if (q->table() && q->table()->size() != 16 && q->table()->size() != 0) {
      return bad(label, "table of %u values, must be 16", q->table()->size());
    }
    return q->zero_point() && q->zero_point()->size() != 0 ? bad(label, "s4 has no zero point")
                                                           : Status();
  }
  if (q->block() != 0 || (q->table() && q->table()->size() != 0)) {
    return bad(label, "%s cannot have blocks or a table", dtype);
  }
  if (scales == 0) {
    const bool any = (q->zero_point() && q->zero_point()->size() != 0) || q->axis() >= 0;
    return any ? bad(label, "quantization without scales") : Status();
  }
  if (tensor.dtype() != fb::DType::s8 && tensor.dtype() != fb::DType::u8 &&
      tensor.dtype() != fb::DType::s32) {
    return bad(label, "%s cannot be quantized", dtype);
  }
  return verify_scales(tensor, *q, label, visit);
}

Status verify_tensor(const fb::Tensor& tensor, uint32_t index, Visit& visit) {
  LINNET_TRY(verify_name(tensor, index, visit));
  const Label label{index, tensor.name()->c_str()};
  if (tensor.dtype() > fb::DType::MAX)
    return bad(label, "unknown dtype %u", static_cast<unsigned>(tensor.dtype()));
  if (tensor.layout() > fb::Layout::MAX)
    return bad(label, "unknown layout %u", static_cast<unsigned>(tensor.layout()));
  size_t plain_bytes = 0;
  LINNET_TRY(verify_shape(tensor, label, &plain_bytes));
  LINNET_TRY(verify_place(tensor, label, plain_bytes, visit));
  return verify_quantization(tensor, label, visit);
}

Status verify_metadata(const fb::Model& model) {
  if (!model.metadata()) return {};
  const auto& metadata = *model.metadata();
  if (metadata.size() > kMaxMetadata) {
    return Status::error(LINNET_BAD_MODEL, "metadata: %u entries, the most is %u", metadata.size(),
                         kMaxMetadata);
  }
  uint64_t total = 0;
  for (uint32_t i = 0; i < metadata.size(); ++i) {
    const flatbuffers::String& key = *metadata.Get(i)->key();
    const flatbuffers::String& value = *metadata.Get(i)->value();
    total += value.size();
    if (total > kMaxHeaderSize)
      return Status::error(LINNET_BAD_MODEL, "metadata: values pass the limit");
    if (key.size() == 0 || key.size() > kMaxNameSize || !is_clean_utf8(key.c_str(), key.size()) ||
        !is_clean_utf8(value.c_str(), value.size())) {
      return Status::error(LINNET_BAD_MODEL, "metadata: entry %u is not clean text", i);
    }
    for (uint32_t j = 0; j < i; ++j) {
      if (same_text(metadata.Get(j)->key()->c_str(), key.c_str())) {
        return Status::error(LINNET_BAD_MODEL, "metadata: key '%.64s' stands twice", key.c_str());
      }
    }
  }
  return {};
}

}  // namespace

Status verify_tensors(const fb::Model& model, size_t header_size) {
  const auto& tensors = *model.graph()->tensors();
  if (tensors.size() > kMaxTensors || tensors.size() > header_size / kLeastTensorSize) {
    return Status::error(LINNET_BAD_MODEL,
                         "tensors: %u of them, too many for a header of %zu bytes", tensors.size(),
                         header_size);
  }
  Visit visit{model, uint64_t{4} * header_size};
  for (uint32_t i = 0; i < tensors.size(); ++i)
    LINNET_TRY(verify_tensor(*tensors.Get(i), i, visit));
  return verify_metadata(model);
}

}  // namespace linnet
