#pragma once

#include <onnx/onnx_pb.h>

#include <cstddef>

#include "converter/ir/graph.h"

// Element types of ONNX constants to those of the graph: wide integers to s32 (clamped), floats to
// f32, 4-bit integers one per byte.

namespace linnet::onnx_import {

// Bytes that `count` elements take in raw or external data.
size_t stored_size(int onnx_type, size_t count);

// Raw little-endian data to the graph's element type; a view where nothing changes.
ir::Bytes from_stored(int onnx_type, const ir::Bytes& raw, size_t count);

// The same from the typed fields (float_data, int64_data, …); false when they hold too few or too
// many.
bool from_fields(const onnx::TensorProto& proto, size_t count, ir::Bytes* out);

}  // namespace linnet::onnx_import
