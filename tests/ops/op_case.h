#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/ops/op.h"

// One op by itself, without a session: plan() and run() on tensors in memory that is exactly as
// large as promised, so that AddressSanitizer sees every step beside it.

namespace linnet::test {

// A value of a test, or with no bytes the description of an output.
struct Array {
  linnet_dtype dtype = LINNET_F32;
  std::vector<int32_t> shape;
  std::vector<std::byte> bytes;
  std::vector<float> scale;
  std::vector<int32_t> zero_point;
  int axis = -1;
  uint32_t block = 0;
  std::vector<int8_t> table;
  bool known = false;
  bool panels = false;
  uint8_t winograd = 0;

  size_t count() const;
  template <typename T>
  const T* data() const {
    return reinterpret_cast<const T*>(bytes.data());
  }
};

using Shape32 = std::vector<int32_t>;

template <typename T>
Array array_of(linnet_dtype dtype, const Shape32& shape, const std::vector<T>& values);
Array f32(const Shape32& shape, const std::vector<float>& values);
Array s32(const Shape32& shape, const std::vector<int32_t>& values);
Array s32_list(const std::vector<int32_t>& values);  // rank 1, known
Array u8(const Shape32& shape, const std::vector<uint8_t>& values);
Array boolean(const Shape32& shape, const std::vector<uint8_t>& values);
Array s8(const Shape32& shape, const std::vector<int8_t>& values, float scale, int zero_point);
Array random_f32(const Shape32& shape, float low, float high, unsigned seed);
Array random_s8(const Shape32& shape, float scale, int zero_point, unsigned seed);
Array known(Array array);
Array out(linnet_dtype dtype);
Array out_s8(float scale, int zero_point);

// Elements as real numbers: quantized ones by their scale and zero point.
std::vector<double> real(const Array& array);

struct OpCase {
  fb::OpType op;
  fb::OpOptionsUnion options;
  std::vector<std::optional<Array>> inputs;
  std::vector<Array> outputs;
};

template <typename Options>
OpCase op_case(fb::OpType op, Options options, std::vector<std::optional<Array>> inputs,
               std::vector<Array> outputs) {
  OpCase c{op, {}, std::move(inputs), std::move(outputs)};
  c.options.Set(std::move(options));
  return c;
}
OpCase op_case(fb::OpType op, std::vector<std::optional<Array>> inputs, std::vector<Array> outputs);

// The status of planning alone.
linnet_status plan_status(const OpCase& c);

// Plans and runs on the richest instruction set up to `limit`, with `threads`. `in_place`: the
// output takes the buffer of the input that the op offers. Fails the test if the plan is not ok.
std::vector<Array> run_op(const OpCase& c, IsaSet isa, size_t threads, bool in_place = false);

// Runs on every instruction set of this machine, with 1 and 3 threads, in place and not, requires
// the same bytes from all, and gives them back.
std::vector<Array> run_everywhere(const OpCase& c);
// The same for the one output.
Array run_one(const OpCase& c);

// Requires shape and |got − want| <= tolerance + relative·|want| for every element; NaN matches
// NaN.
void require_close(const Array& got, const Shape32& shape, const std::vector<double>& want,
                   double tolerance = 0.0, double relative = 1e-5);
// Requires shape, and every s8 element to be the nearest to `want` that the output's quantization
// offers, up to `slack` steps beside a half.
void require_quantized(const Array& got, const Shape32& shape, const std::vector<double>& want,
                       double slack = 1e-3);

}  // namespace linnet::test
