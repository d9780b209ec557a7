#pragma once

#include "tests/ops/op_case.h"

// Packs weights for the ops that take panels, from plain [rows][k] matrices.

namespace linnet::test {

enum class Packing { f32, f16, s8, s4 };

// Weights as the op sees them, and the real numbers that they stand for.
struct PackedWeights {
  Array array;
  std::vector<double> real;
};

// Random weights of `shape`, whose dimension 0 is output channels. `matrices` packed matrices
// follow one another; each is given by the plain indices of its values.
using Matrix = std::vector<std::vector<size_t>>;  // [row][k] -> index into the plain weights
PackedWeights pack(Packing packing, const Shape32& shape, const std::vector<Matrix>& matrices,
                   unsigned seed, bool per_channel = true, uint32_t block = 32);

// One matrix for each of `group` groups, rows in order.
std::vector<Matrix> group_matrices(const Shape32& shape, int group);

}  // namespace linnet::test
