#pragma once

#include "converter/ir/graph.h"

namespace linnet::ir {

// How an op that the runtime can run on s8 treats the quantization of its data. The one list of
// such ops: calibration chooses ranges by it, and quantize/dequantize pairs are fused by it.
enum class Int8Kind {
  none,          // float only
  weighted,      // s8 data, constant s8 weights, s32 bias
  elementwise,   // every input and the output have quantizations of their own
  pass_through,  // the output has the first input's quantization
  unit_range,    // as elementwise; the result lies in [0, 1]
  signed_unit,   // as elementwise; the result lies in [-1, 1]
};

Int8Kind int8_kind(OpType op);

}  // namespace linnet::ir
