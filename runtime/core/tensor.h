#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "linnet/linnet.h"

namespace linnet {

inline constexpr int kMaxRank = LINNET_MAX_RANK;

// Sizes of a tensor, outermost first. Verified shapes hold 0 ≤ dim; -1 only before planning.
class Shape {
 public:
  constexpr Shape() = default;
  constexpr Shape(std::initializer_list<int32_t> dims) {
    for (int32_t d : dims) push_back(d);
  }
  constexpr int rank() const { return rank_; }
  constexpr int32_t operator[](int i) const { return dims_[static_cast<size_t>(i)]; }
  constexpr int32_t& operator[](int i) { return dims_[static_cast<size_t>(i)]; }
  constexpr int32_t back(int i = 0) const { return dims_[static_cast<size_t>(rank_ - 1 - i)]; }
  // False, leaving the shape alone, when the rank would pass kMaxRank.
  constexpr bool push_back(int32_t d) {
    if (rank_ == kMaxRank) return false;
    dims_[static_cast<size_t>(rank_++)] = d;
    return true;
  }
  constexpr std::span<const int32_t> dims() const {
    return {dims_.data(), static_cast<size_t>(rank_)};
  }
  // Number of elements of the dimensions [first, last). Only after checked_elements() passed once.
  constexpr int64_t elements(int first, int last) const {
    int64_t n = 1;
    for (int i = first; i < last; ++i) n *= dims_[static_cast<size_t>(i)];
    return n;
  }
  constexpr int64_t elements() const { return elements(0, rank_); }
  constexpr bool operator==(const Shape&) const = default;

 private:
  std::array<int32_t, kMaxRank> dims_{};
  int rank_ = 0;
};

// Activation or weight quantization: real = scale * (q - zero_point).
struct Quantization {
  std::span<const float> scale;         // empty: not quantized
  std::span<const int32_t> zero_point;  // empty: all 0
  int axis = -1;                        // < 0: one scale for the whole tensor
  uint32_t block = 0;                   // s4: values per block along k
  const int8_t* table = nullptr;        // s4: the 16 code values
  bool present() const { return !scale.empty() || block != 0; }
  float tensor_scale() const { return scale.empty() ? 0.0f : scale[0]; }
  int32_t tensor_zero_point() const { return zero_point.empty() ? 0 : zero_point[0]; }
};

// What a plan knows of one tensor. `data` is the mapped weights of a constant, the value of a
// tensor that was evaluated while planning, and null for activations until the arena is placed.
struct Tensor {
  const char* name = "";
  linnet_dtype dtype = LINNET_F32;
  bool panels = false;   // packed weights (kernels/pack_*)
  uint8_t winograd = 0;  // of panels: the tile they are transformed for (pack_winograd_f32.h), or 0
  bool known = false;    // data is a value known at plan time
  Shape shape;
  Quantization quantization;
  void* data = nullptr;  // never written through for constants: their pages are read-only
  size_t size = 0;       // bytes
};

// Bytes of one element; 0 for s4, which is never addressed by element.
constexpr size_t dtype_size(linnet_dtype dtype) {
  switch (dtype) {
    case LINNET_F32:
    case LINNET_S32:
      return 4;
    case LINNET_F16:
      return 2;
    case LINNET_S8:
    case LINNET_U8:
    case LINNET_BOOL:
      return 1;
    case LINNET_S4:
      return 0;
  }
  return 0;
}

}  // namespace linnet
