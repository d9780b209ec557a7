#pragma once

#include <onnx/onnx_pb.h>

#include <vector>

#include "converter/error.h"

namespace linnet::onnx_import {

// What in the names and metadata of a model cannot stand in a model file (schema/file_text.h):
// bytes that are not UTF-8 and names that are too long, in subgraphs too; metadata keys that stand
// twice.
std::vector<Problem> text_problems(const onnx::ModelProto& model);

}  // namespace linnet::onnx_import
