#include "tests/ops/packed_weights.h"

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <random>

#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/pack_panels_s4.h"
#include "kernels/pack/pack_panels_s8.h"

namespace linnet::test {
namespace {

size_t width(const Matrix& matrix) { return matrix.empty() ? 0 : matrix[0].size(); }

// The values of one matrix, row by row.
template <typename T>
std::vector<T> pick(const Matrix& matrix, const std::vector<T>& plain) {
  std::vector<T> values;
  for (const auto& row : matrix) {
    for (const size_t i : row) values.push_back(plain[i]);
  }
  return values;
}

std::byte* append(Array* to, uint64_t bytes) {
  to->bytes.resize((to->bytes.size() + 63) / 64 * 64);
  const size_t at = to->bytes.size();
  to->bytes.resize(static_cast<size_t>(at + bytes));
  return to->bytes.data() + at;
}

void pack_f32(const std::vector<Matrix>& matrices, const std::vector<float>& plain, Array* to) {
  for (const Matrix& m : matrices) {
    const std::vector<float> values = pick(m, plain);
    std::byte* bytes = append(to, panels_f32_elements(m.size(), width(m)) * 4);
    pack_panels_f32(values.data(), width(m), 1, m.size(), width(m),
                    reinterpret_cast<float*>(bytes));
  }
}

void pack_f16(const std::vector<Matrix>& matrices, const std::vector<float>& plain, Array* to) {
  for (const Matrix& m : matrices) {
    const std::vector<float> values = pick(m, plain);
    std::byte* bytes = append(to, panels_f32_elements(m.size(), width(m)) * 2);
    pack_panels_f32_to_f16(values.data(), width(m), 1, m.size(), width(m),
                           reinterpret_cast<uint16_t*>(bytes));
  }
}

void pack_s8(const std::vector<Matrix>& matrices, const std::vector<int8_t>& plain, Array* to) {
  for (const Matrix& m : matrices) {
    const std::vector<int8_t> values = pick(m, plain);
    std::byte* bytes = append(to, panels_size_s8(m.size(), width(m)));
    REQUIRE(pack_panels_s8(values.data(), width(m), m.size(), width(m), bytes));
  }
}

// Codes 0…15 and scales of each block; sets the real values.
void pack_s4(const std::vector<Matrix>& matrices, uint32_t block, std::mt19937* random,
             PackedWeights* to) {
  for (const Matrix& m : matrices) {
    const size_t k = width(m), blocks = static_cast<size_t>(panel_block_count(k, block));
    std::vector<uint8_t> codes(m.size() * k);
    std::vector<uint16_t> scales(m.size() * blocks);
    for (auto& code : codes) code = static_cast<uint8_t>((*random)() % 16);
    for (auto& scale : scales)
      scale = half_from_float(0.01f + 0.001f * static_cast<float>((*random)() % 50));
    for (size_t row = 0; row < m.size(); ++row) {
      for (size_t i = 0; i < k; ++i) {
        const double scale = static_cast<double>(float_from_half(scales[row * blocks + i / block]));
        to->real[m[row][i]] = scale * (codes[row * k + i] - 8);
      }
    }
    PackPanelsS4Args args;
    args.n = m.size();
    args.k = k;
    args.block = block;
    args.codes = codes.data();
    args.codes_stride = k;
    args.scales = scales.data();
    args.scales_stride = blocks;
    REQUIRE(pack_panels_s4(args, append(&to->array, panels_size_s4(m.size(), k, block))));
  }
}

}  // namespace

PackedWeights pack(Packing packing, const Shape32& shape, const std::vector<Matrix>& matrices,
                   unsigned seed, bool per_channel, uint32_t block) {
  PackedWeights w;
  w.array.shape = shape;
  w.array.known = w.array.panels = true;
  const size_t count = w.array.count();
  w.real.resize(count);
  std::mt19937 random(seed);
  if (packing == Packing::f32 || packing == Packing::f16) {
    w.array.dtype = packing == Packing::f32 ? LINNET_F32 : LINNET_F16;
    std::vector<float> plain(count);
    for (size_t i = 0; i < count; ++i) {
      plain[i] = static_cast<float>(static_cast<int>(random() % 2001) - 1000) / 1024.0f;
      // Eleven bits: exact in half precision.
      w.real[i] = static_cast<double>(plain[i]);
    }
    packing == Packing::f32 ? pack_f32(matrices, plain, &w.array)
                            : pack_f16(matrices, plain, &w.array);
  } else if (packing == Packing::s8) {
    w.array.dtype = LINNET_S8;
    const size_t channels = static_cast<size_t>(shape[0]);
    for (size_t i = 0; i < (per_channel ? channels : 1); ++i)
      w.array.scale.push_back(0.002f * static_cast<float>(1 + i % 9));
    w.array.axis = per_channel ? 0 : -1;
    std::vector<int8_t> plain(count);
    for (size_t i = 0; i < count; ++i) {
      plain[i] = static_cast<int8_t>(static_cast<int>(random() % 255) - 127);
      const size_t channel = i / (count / channels);
      w.real[i] = static_cast<double>(w.array.scale[per_channel ? channel : 0]) * plain[i];
    }
    pack_s8(matrices, plain, &w.array);
  } else {
    w.array.dtype = LINNET_S4;
    w.array.block = block;
    pack_s4(matrices, block, &random, &w);
  }
  return w;
}

std::vector<Matrix> group_matrices(const Shape32& shape, int group) {
  size_t k = 1;
  for (size_t d = 1; d < shape.size(); ++d) k *= static_cast<size_t>(shape[d]);
  const size_t rows = static_cast<size_t>(shape[0] / group);
  std::vector<Matrix> matrices(static_cast<size_t>(group), Matrix(rows, std::vector<size_t>(k)));
  for (size_t g = 0; g < matrices.size(); ++g) {
    for (size_t r = 0; r < rows; ++r) {
      for (size_t i = 0; i < k; ++i) matrices[g][r][i] = (g * rows + r) * k + i;
    }
  }
  return matrices;
}

}  // namespace linnet::test
