#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <functional>

#include "tests/ops/op_case.h"

// Reference for ops that move elements: y[index] = x[source(index)], or `fill` where source gives
// nothing.

namespace linnet::test {

using Index = std::vector<int64_t>;
using Source = std::function<std::optional<Index>(const Index&)>;

inline Array moved(const Array& x, const Shape32& shape, const Source& source,
                   const std::vector<std::byte>& fill = {}) {
  Array y = x;
  y.known = false;
  y.shape = shape;
  const size_t size = dtype_size(x.dtype);
  y.bytes.assign(y.count() * size, std::byte{0});
  for (size_t i = 0; i < y.count(); ++i) {
    Index index(shape.size());
    size_t rest = i;
    for (size_t d = shape.size(); d-- > 0;) {
      index[d] = static_cast<int64_t>(rest % static_cast<size_t>(shape[d]));
      rest /= static_cast<size_t>(shape[d]);
    }
    const std::optional<Index> from = source(index);
    size_t at = 0;
    for (size_t d = 0; from && d < x.shape.size(); ++d) {
      REQUIRE((*from)[d] >= 0);
      REQUIRE((*from)[d] < x.shape[d]);
      at = at * static_cast<size_t>(x.shape[d]) + static_cast<size_t>((*from)[d]);
    }
    std::memcpy(&y.bytes[i * size], from ? &x.bytes[at * size] : fill.data(), size);
  }
  return y;
}

// The same values in types of 1, 2 and 4 bytes.
inline std::vector<Array> movable(const Shape32& shape) {
  Array wide = random_f32(shape, -9, 9, 3);
  Array half = array_of(LINNET_F16, shape, std::vector<uint16_t>());
  for (size_t i = 0; i < wide.count(); ++i) {
    half.bytes.push_back(static_cast<std::byte>(i * 7));
    half.bytes.push_back(static_cast<std::byte>(i / 5));
  }
  Array flags = array_of(LINNET_BOOL, shape, std::vector<uint16_t>());
  flags.bytes.resize(wide.count(), std::byte{1});
  Array whole = wide;
  whole.dtype = LINNET_S32;
  return {wide, whole, half, random_s8(shape, 0.5f, 3, 4), flags};
}

// An output like `x`.
inline Array like(const Array& x) {
  Array y = out(x.dtype);
  y.scale = x.scale;
  y.zero_point = x.zero_point;
  return y;
}

inline void require_same(const Array& got, const Array& want) {
  REQUIRE(got.shape == want.shape);
  REQUIRE(got.bytes == want.bytes);
}

// An op that moves values refuses another type, and another quantization, at its output.
inline void check_output_kind(const std::function<OpCase(const Array&, const Array&)>& make,
                              const Shape32& shape) {
  CHECK(plan_status(make(random_f32(shape, 0, 1, 1), out(LINNET_S32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(make(random_s8(shape, 0.5f, 3, 1), out_s8(0.25f, 3))) == LINNET_BAD_MODEL);
  CHECK(plan_status(make(random_s8(shape, 0.5f, 3, 1), out_s8(0.5f, 4))) == LINNET_BAD_MODEL);
  CHECK(plan_status(make(random_s8(shape, 0.5f, 3, 1), out(LINNET_S8))) == LINNET_BAD_MODEL);
  Array packed = random_f32(shape, 0, 1, 1);
  packed.panels = true;
  CHECK(plan_status(make(packed, out(LINNET_F32))) == LINNET_BAD_MODEL);
}

}  // namespace linnet::test
