#include "converter/emit/pack_weights.h"

#include <cstring>
#include <stdexcept>

#include "kernels/pack/conv_transpose_phases.h"
#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/pack_panels_s4.h"
#include "kernels/pack/pack_panels_s8.h"
#include "kernels/pack/pack_winograd_f32.h"

namespace linnet {
namespace {

using fb::DType;
using fb::OpType;

// One matrix [n][k] of the packed tensor: which weights its rows and columns are.
struct Matrix {
  size_t first_row = 0;
  size_t n = 0;
  std::vector<size_t> columns;  // of the row behind first_row; empty: all
};

struct Shape2d {
  size_t rows, k;
};

Shape2d shape_of(const ir::Tensor& weights) {
  const size_t rows = static_cast<size_t>(weights.shape.at(0));
  return {rows, rows == 0 ? 0 : static_cast<size_t>(weights.elements()) / rows};
}

// The columns of a row [kh][kw][ci] that one phase of a transposed convolution sees, in packed
// order.
std::vector<size_t> phase_columns(const ir::Tensor& weights, const TransposeTaps& rows,
                                  const TransposeTaps& cols) {
  const size_t kw = static_cast<size_t>(weights.shape.at(2));
  const size_t ci = static_cast<size_t>(weights.shape.at(3));
  std::vector<size_t> columns;
  for (size_t r = 0; r < rows.count; ++r) {
    for (size_t c = 0; c < cols.count; ++c) {
      const size_t tap = (rows.first - r * rows.step) * kw + cols.first - c * cols.step;
      for (size_t i = 0; i < ci; ++i) columns.push_back(tap * ci + i);
    }
  }
  return columns;
}

// The matrices that the tensor is a sequence of, in the order of conv_transpose_phases.h.
std::vector<Matrix> matrices_of(const ir::Tensor& weights, const ir::Node& node) {
  const size_t rows = shape_of(weights).rows;
  std::vector<Matrix> matrices;
  if (node.op == OpType::conv_2d) {
    const size_t groups = static_cast<size_t>(node.as<fb::Conv2dOptionsT>().group);
    for (size_t g = 0; g < groups; ++g)
      matrices.push_back({g * (rows / groups), rows / groups, {}});
  } else if (node.op == OpType::conv_transpose_2d) {
    const auto& options = node.as<fb::ConvTranspose2dOptionsT>();
    const fb::Window& window = *options.window;
    const size_t groups = static_cast<size_t>(options.group);
    const auto taps = [](int kernel, int stride, int dilation, size_t phase) {
      return transpose_taps(static_cast<size_t>(kernel), static_cast<size_t>(stride),
                            static_cast<size_t>(dilation), phase);
    };
    for (size_t g = 0; g < groups; ++g) {
      for (size_t py = 0; py < static_cast<size_t>(window.stride_h()); ++py) {
        const TransposeTaps down =
            taps(window.kernel_h(), window.stride_h(), window.dilation_h(), py);
        for (size_t px = 0; px < static_cast<size_t>(window.stride_w()); ++px) {
          const TransposeTaps across =
              taps(window.kernel_w(), window.stride_w(), window.dilation_w(), px);
          if (down.count == 0 || across.count == 0) continue;
          matrices.push_back(
              {g * (rows / groups), rows / groups, phase_columns(weights, down, across)});
        }
      }
    }
  } else {
    matrices.push_back({0, rows, {}});
  }
  return matrices;
}

uint64_t matrix_size(const ir::Tensor& weights, size_t n, size_t k) {
  switch (weights.dtype) {
    case DType::f32:
      return panels_f32_elements(n, k) * sizeof(float);
    case DType::f16:
      return panels_f32_elements(n, k) * sizeof(uint16_t);
    case DType::s8:
      return panels_size_s8(n, k);
    case DType::s4:
      return panels_size_s4(n, k, weights.quantization.block);
    default:
      throw std::logic_error("'" + weights.name + "' cannot be packed");
  }
}

// The matrix's elements, rows one after another.
std::vector<std::byte> gather(const ir::Tensor& weights, const Matrix& matrix, size_t k) {
  const size_t width = ir::element_size(weights.dtype);
  const size_t row_size = shape_of(weights).k * width;
  std::vector<std::byte> plain(matrix.n * k * width);
  for (size_t r = 0; r < matrix.n; ++r) {
    const std::byte* row = weights.bytes.data() + (matrix.first_row + r) * row_size;
    std::byte* out = plain.data() + r * k * width;
    if (matrix.columns.empty()) {
      if (k != 0) std::memcpy(out, row, k * width);
      continue;
    }
    for (size_t c = 0; c < k; ++c)
      std::memcpy(out + c * width, row + matrix.columns[c] * width, width);
  }
  return plain;
}

bool pack_s4(const ir::Tensor& weights, const Matrix& matrix, size_t k, const std::byte* codes,
             std::byte* out) {
  if (!matrix.columns.empty())
    throw std::logic_error("'" + weights.name + "': 4-bit blocks do not follow stride phases");
  const ir::Quantization& q = weights.quantization;
  const size_t blocks = static_cast<size_t>(panel_block_count(k, q.block));
  std::vector<uint16_t> scales;
  for (size_t i = 0; i < matrix.n * blocks; ++i)
    scales.push_back(half_from_float(q.scale.at(matrix.first_row * blocks + i)));
  PackPanelsS4Args args;
  args.n = matrix.n;
  args.k = k;
  args.block = q.block;
  args.codes = reinterpret_cast<const uint8_t*>(codes);
  args.codes_stride = k;
  args.scales = scales.data();
  args.scales_stride = blocks;
  if (!q.table.empty()) args.table = q.table.data();
  return pack_panels_s4(args, out);
}

void pack_matrix(const ir::Tensor& weights, const Matrix& matrix, size_t k, std::byte* out) {
  const std::vector<std::byte> plain = gather(weights, matrix, k);
  bool packed = true;
  switch (weights.dtype) {
    case DType::f32:
      pack_panels_f32(reinterpret_cast<const float*>(plain.data()), k, 1, matrix.n, k,
                      reinterpret_cast<float*>(out));
      break;
    case DType::f16:
      pack_panels_f16(reinterpret_cast<const uint16_t*>(plain.data()), k, 1, matrix.n, k,
                      reinterpret_cast<uint16_t*>(out));
      break;
    case DType::s8:
      packed = pack_panels_s8(reinterpret_cast<const int8_t*>(plain.data()), k, matrix.n, k, out);
      break;
    default:
      packed = pack_s4(weights, matrix, k, plain.data(), out);
  }
  if (!packed)
    throw std::logic_error("'" + weights.name + "': values that the packed form cannot hold");
}

size_t columns_of(const ir::Tensor& weights, const Matrix& matrix) {
  return matrix.columns.empty() ? shape_of(weights).k : matrix.columns.size();
}

size_t winograd_size(const ir::Tensor& weights, const ir::Node& node) {
  const std::vector<int32_t>& shape = weights.shape;
  if (weights.dtype != DType::f32 || shape.size() != 4 || shape[1] != 3 || shape[2] != 3)
    throw std::logic_error("'" + weights.name + "' cannot be transformed by Winograd's method");
  return static_cast<size_t>(winograd_weights_size(static_cast<size_t>(node.winograd),
                                                   static_cast<uint64_t>(shape[0]),
                                                   static_cast<uint64_t>(shape[3])));
}

}  // namespace

bool reads_panels(const ir::Node& node, size_t input) {
  return input == 1 && (node.op == OpType::conv_2d || node.op == OpType::conv_transpose_2d ||
                        node.op == OpType::fully_connected);
}

fb::Layout packed_layout(const ir::Node& node) {
  switch (node.winograd) {
    case 0:
      return fb::Layout::panels;
    case 2:
      return fb::Layout::winograd_2x2;
    case 4:
      return fb::Layout::winograd_4x4;
  }
  throw std::logic_error("'" + node.name + "': no Winograd tile of that size");
}

size_t packed_weights_size(const ir::Tensor& weights, const ir::Node& node) {
  if (node.winograd != 0) return winograd_size(weights, node);
  uint64_t end = 0;
  for (const Matrix& matrix : matrices_of(weights, node)) {
    end = packed_blob_start(end) + matrix_size(weights, matrix.n, columns_of(weights, matrix));
  }
  return static_cast<size_t>(end);
}

std::vector<std::byte> pack_weights(const ir::Tensor& weights, const ir::Node& node) {
  std::vector<std::byte> packed(packed_weights_size(weights, node));
  if (node.winograd != 0) {
    pack_winograd_f32(weights.values<float>().data(), static_cast<size_t>(weights.shape[0]),
                      static_cast<size_t>(weights.shape[3]), static_cast<size_t>(node.winograd),
                      packed.data());
    return packed;
  }
  uint64_t end = 0;
  for (const Matrix& matrix : matrices_of(weights, node)) {
    const size_t k = columns_of(weights, matrix);
    const uint64_t start = packed_blob_start(end);
    pack_matrix(weights, matrix, k, packed.data() + start);
    end = start + matrix_size(weights, matrix.n, k);
  }
  return packed;
}

}  // namespace linnet
