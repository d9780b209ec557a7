#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"
#include "converter/ir/infer_shapes.h"
#include "converter/ir/permute.h"

namespace linnet::onnx_import {

namespace {

using ir::DType;
using ir::OpType;

// Scale and zero point of a (De)QuantizeLinear node as the file has them.
struct Parameters {
  ir::Quantization quantization;
  std::optional<DType> zero_type;  // of the zero point, if there is one
};

Parameters read_parameters(OnnxNode& node, int rank) {
  Parameters p;
  ir::Quantization& q = p.quantization;
  q.scale = node.constant_floats(1, "scale");
  if (q.scale.empty()) throw std::invalid_argument("it has no scale");
  const int scale_rank = node.rank(node.constant_input(1, "scale"));
  if (node.has_input(2)) {
    const int id = node.constant_input(2, "zero point");
    const ir::Tensor& zero = node.tensor(id);
    p.zero_type = zero.dtype;
    for (size_t i = 0; i < q.scale.size() && i < zero.bytes.size() / ir::element_size(zero.dtype);
         ++i) {
      switch (zero.dtype) {
        case DType::s8:
          q.zero_point.push_back(zero.values<int8_t>()[i]);
          break;
        case DType::u8:
          q.zero_point.push_back(zero.values<uint8_t>()[i]);
          break;
        case DType::s32:
          q.zero_point.push_back(zero.values<int32_t>()[i]);
          break;
        default:
          throw std::invalid_argument("its zero point is not an integer");
      }
    }
    if (q.zero_point.size() != q.scale.size())
      throw std::invalid_argument("its scale and zero point differ in size");
  } else {
    q.zero_point.assign(q.scale.size(), 0);
  }
  for (float s : q.scale) {
    if (!(s > 0.0f) || !std::isnormal(s))
      throw std::invalid_argument(fmt::format("a scale of {}, not a positive normal number", s));
  }
  if (scale_rank == 1 && q.scale.size() > 1)
    q.axis = ir::normalize_axis(node.attr_int("axis", 1), rank);
  if (scale_rank > 1) q.block = 1;  // blocked; resolved by the caller
  return p;
}

// A zero point of another type may not fit, which model files forbid.
void check_zero_type(const Parameters& p, DType dtype) {
  if (p.zero_type.value_or(dtype) != dtype)
    throw std::invalid_argument("its zero point has another type than its values");
}

void check_channel_count(const ir::Tensor& constant, const ir::Quantization& q) {
  if (q.axis >= 0 &&
      static_cast<size_t>(constant.shape[static_cast<size_t>(q.axis)]) != q.scale.size()) {
    throw std::invalid_argument("it has not one scale for each channel");
  }
}

bool all_zero(const std::vector<int32_t>& values) {
  return std::all_of(values.begin(), values.end(), [](int32_t v) { return v == 0; });
}

size_t channel_of(const ir::Tensor& t, int axis, size_t i) {
  if (axis < 0) return 0;
  size_t inner = 1;
  for (size_t d = static_cast<size_t>(axis) + 1; d < t.shape.size(); ++d)
    inner *= static_cast<size_t>(t.shape[d]);
  return i / inner % static_cast<size_t>(t.shape[static_cast<size_t>(axis)]);
}

int32_t element(const ir::Tensor& t, size_t i) {
  return t.dtype == DType::u8   ? t.values<uint8_t>()[i]
         : t.dtype == DType::s8 ? t.values<int8_t>()[i]
                                : t.values<int32_t>()[i];
}

// An 8-bit constant as s8: with zero point 0 where every value minus its zero point fits, else
// moved by 128 if it was u8. Real values stay the same.
ir::Tensor as_s8(ir::Tensor t) {
  ir::Quantization& q = t.quantization;
  const size_t count = t.bytes.size();
  std::vector<int8_t> centred(count), moved(count);
  bool fits = true;
  const int32_t shift = t.dtype == DType::u8 ? 128 : 0;
  for (size_t i = 0; i < count; ++i) {
    const int32_t v = element(t, i), c = v - q.zero_point[channel_of(t, q.axis, i)];
    fits = fits && c >= -128 && c <= 127;
    centred[i] = static_cast<int8_t>(c);
    moved[i] = static_cast<int8_t>(v - shift);
  }
  t.dtype = DType::s8;
  t.bytes = ir::Bytes::of(fits ? centred : moved);
  for (int32_t& zero : q.zero_point) zero = fits ? 0 : zero - shift;
  return t;
}

// Blocked parameters (opset 21): one per `block_size` values of the axis; the constant becomes
// float.
ir::Tensor dequantize_blocks(OnnxNode& node, const ir::Tensor& t, const ir::Quantization& q) {
  const auto axis = static_cast<size_t>(ir::normalize_axis(node.attr_int("axis", 1), t.rank()));
  const auto& blocks = node.shape(node.constant_input(1, "scale"));
  const int32_t block = node.attr_int("block_size", 0);
  if (block < 1 || blocks.size() != t.shape.size())
    throw std::invalid_argument("its blocks do not fit its input");
  std::vector<float> real(static_cast<size_t>(t.elements()));
  std::vector<size_t> index(t.shape.size(), 0);
  for (size_t i = 0; i < real.size(); ++i) {
    size_t at = 0;
    for (size_t d = 0; d < index.size(); ++d) {
      const size_t b = d == axis ? index[d] / static_cast<size_t>(block) : index[d];
      if (b >= static_cast<size_t>(blocks[d]))
        throw std::invalid_argument("its blocks do not cover its input");
      at = at * static_cast<size_t>(blocks[d]) + b;
    }
    real[i] = static_cast<float>(int64_t{element(t, i)} - q.zero_point[at]) * q.scale[at];
    for (size_t d = index.size(); d-- > 0;) {
      if (++index[d] < static_cast<size_t>(t.shape[d])) break;
      index[d] = 0;
    }
  }
  ir::Tensor result = t;
  result.dtype = DType::f32;
  result.bytes = ir::Bytes::of(real);
  return result;
}

int add_constant(OnnxNode& node, ir::Tensor tensor) {
  tensor.name = node.importer().unique_name(tensor.name);
  return node.graph().add_tensor(std::move(tensor));
}

void dequantize_constant(OnnxNode& node, int x, const Parameters& p) {
  ir::Tensor constant = node.tensor(x);
  const bool quantizable =
      constant.dtype == DType::s8 || constant.dtype == DType::u8 || constant.dtype == DType::s32;
  if (!quantizable) throw std::invalid_argument("its input is not quantized");
  check_zero_type(p, constant.dtype);
  if (p.quantization.block != 0) {
    node.set_output(0, add_constant(node, dequantize_blocks(node, constant, p.quantization)));
    return;
  }
  check_channel_count(constant, p.quantization);
  node.require(constant.dtype != DType::s32 || all_zero(p.quantization.zero_point),
               "a 32-bit constant has a zero point");
  constant.quantization = p.quantization;
  if (constant.dtype != DType::s32) constant = as_s8(std::move(constant));
  if (all_zero(constant.quantization.zero_point)) constant.quantization.zero_point.clear();
  node.set_output(0, node.emit(OpType::dequantize, {add_constant(node, std::move(constant))}));
}

// One value for each index of `axis`, shaped to broadcast against `rank` axes.
int along_axis(OnnxNode& node, const std::vector<float>& values, int axis, int rank) {
  std::vector<int32_t> shape(static_cast<size_t>(rank - axis), 1);
  shape[0] = static_cast<int32_t>(values.size());
  return node.floats(values, shape);
}

int binary(OnnxNode& node, OpType op, int a, int b) {
  return node.emit(op, {a, b}, fb::BinaryOptionsT{});
}

// An activation with a scale for each channel, which no integer op reads: written out in float.
void dequantize_channels(OnnxNode& node, int x, const ir::Quantization& q) {
  const int rank = node.rank(x);
  const std::vector<float> zeros(q.zero_point.begin(), q.zero_point.end());
  const int real = node.emit(OpType::cast, {x}, ir::cast_options(DType::f32));
  const int centred = binary(node, OpType::sub, real, along_axis(node, zeros, q.axis, rank));
  node.set_output(0, binary(node, OpType::mul, centred, along_axis(node, q.scale, q.axis, rank)));
}

void quantize_channels(OnnxNode& node, int x, const ir::Quantization& q, DType dtype) {
  const int rank = node.rank(x);
  const std::vector<float> zeros(q.zero_point.begin(), q.zero_point.end());
  const int steps = node.emit(
      OpType::round, {binary(node, OpType::div, x, along_axis(node, q.scale, q.axis, rank))});
  const int moved = binary(node, OpType::add, steps, along_axis(node, zeros, q.axis, rank));
  const float low = dtype == DType::u8 ? 0.0f : -128.0f;
  const int cut = node.emit(OpType::clip, {moved}, ir::clip_options(low, low + 255.0f));
  node.set_output(0, node.emit(OpType::cast, {cut}, ir::cast_options(dtype)));
}

void import_dequantize(OnnxNode& node) {
  const int x = node.quantized_input(0);
  Parameters p = read_parameters(node, node.rank(x));
  if (node.graph().is_constant(x) && !node.tensor(x).quantization.present())
    return dequantize_constant(node, x, p);
  const DType dtype = node.tensor(x).dtype;
  node.require(p.quantization.block == 0, "an activation is quantized in blocks",
               "quantize activations per tensor");
  if (p.quantization.axis >= 0)
    return dequantize_channels(node, node.importer().real_u8(x), p.quantization);
  if (dtype == DType::s32) {
    node.require(all_zero(p.quantization.zero_point), "a 32-bit activation has a zero point");
    const int real = node.emit(OpType::cast, {x}, ir::cast_options(DType::f32));
    node.set_output(0, node.emit(OpType::mul, {real, node.scalar(p.quantization.scale[0])},
                                 fb::BinaryOptionsT{}));
    return;
  }
  if (dtype != DType::s8 && dtype != DType::u8)
    throw std::invalid_argument("its input is not quantized");
  check_zero_type(p, node.importer().is_shifted(x) ? DType::u8 : dtype);
  ir::Quantization& known = node.tensor(x).quantization;
  ir::Quantization wanted = p.quantization;
  if (node.importer().is_shifted(x)) wanted.zero_point[0] -= 128;
  if (!known.present()) known = wanted;
  node.require(known == wanted,
               "it reads its input by another scale or zero point than that was written with");
  int source = x;
  if (dtype == DType::u8) {
    ir::Tensor moved = node.tensor(x);
    moved.name = node.importer().unique_name(moved.name + "/s8");
    moved.dtype = DType::s8;
    moved.quantization.zero_point[0] -= 128;
    source = node.graph().add_tensor(std::move(moved));
    node.graph().nodes.push_back(ir::make_node(OpType::requantize, node.name(), {x}, {source}));
  }
  node.set_output(0, node.emit(OpType::dequantize, {source}));
}

// y = saturate(round_half_even(x / scale) + zero_point) of a float constant.
ir::Tensor quantized_constant(const ir::Tensor& x, const ir::Quantization& q, DType dtype) {
  const int32_t low = dtype == DType::u8 ? 0 : -128, high = low + 255;
  std::vector<int8_t> values(x.bytes.size() / sizeof(float));
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t c = channel_of(x, q.axis, i);
    const float v =
        std::nearbyint(x.values<float>()[i] / q.scale[c]) + static_cast<float>(q.zero_point[c]);
    values[i] = static_cast<int8_t>(static_cast<int32_t>(
        std::isnan(v) ? static_cast<float>(low)
                      : std::clamp(v, static_cast<float>(low), static_cast<float>(high))));
  }
  ir::Tensor result = x;
  result.dtype = dtype;
  result.bytes = ir::Bytes::of(values);
  return result;
}

void import_quantize(OnnxNode& node) {
  const int x = node.input(0);
  Parameters p = read_parameters(node, node.rank(x));
  DType dtype = p.zero_type.value_or(DType::u8);
  if (const int32_t type = node.attr_int("output_dtype", 0)) dtype = graph_dtype(type, node.name());
  check_zero_type(p, dtype);
  node.require(p.quantization.block == 0, "it quantizes in blocks");
  node.require(dtype == DType::s8 || dtype == DType::u8, "it quantizes to 16 bits or more",
               "quantize to 8 bits");
  if (const int constant = node.importer().fold(x);
      constant >= 0 && node.tensor(constant).dtype == DType::f32) {
    check_channel_count(node.tensor(constant), p.quantization);
    // The dequantize node behind it gives the parameters once more.
    node.set_output(
        0, add_constant(node, quantized_constant(node.tensor(constant), p.quantization, dtype)));
    return;
  }
  if (p.quantization.axis >= 0) return quantize_channels(node, x, p.quantization, dtype);
  const int y = node.emit(OpType::quantize, {x});
  ir::Tensor& result = node.tensor(y);
  result.dtype = DType::s8;
  result.quantization = p.quantization;
  if (dtype == DType::u8) {
    result.quantization.zero_point[0] -= 128;
    node.importer().set_shifted(y);
  }
  node.set_output(0, y);
}

constexpr OnnxOp kOps[] = {
    {"DequantizeLinear", import_dequantize, "blocked weights become float"},
    {"QuantizeLinear", import_quantize, "8 bits; constant parameters; not in blocks"},
};

}  // namespace

std::span<const OnnxOp> quantize_ops() { return kOps; }

}  // namespace linnet::onnx_import
