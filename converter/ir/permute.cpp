#include "converter/ir/permute.h"

#include <cstring>
#include <memory>
#include <stdexcept>

namespace linnet::ir {

Bytes permute(const Bytes& bytes, const std::vector<int32_t>& shape,
              const std::vector<int32_t>& perm, size_t element_size) {
  const size_t rank = shape.size();
  std::vector<size_t> strides(rank, 1), sizes(rank), steps(rank);
  for (size_t i = rank; i-- > 1;) strides[i - 1] = strides[i] * static_cast<size_t>(shape[i]);
  size_t count = 1;
  for (size_t i = 0; i < rank; ++i) {
    sizes[i] = static_cast<size_t>(shape[static_cast<size_t>(perm[i])]);
    steps[i] = strides[static_cast<size_t>(perm[i])];
    count *= sizes[i];
  }
  auto out = std::make_shared<std::vector<std::byte>>(count * element_size);
  std::vector<size_t> index(rank, 0);
  size_t from = 0;
  for (size_t n = 0; n < count; ++n) {
    std::memcpy(out->data() + n * element_size, bytes.data() + from * element_size, element_size);
    for (size_t d = rank; d-- > 0;) {
      from += steps[d];
      if (++index[d] < sizes[d]) break;
      from -= steps[d] * sizes[d];
      index[d] = 0;
    }
  }
  const std::byte* data = out->data();
  return Bytes::view(data, count * element_size, std::move(out));
}

Tensor permuted(const Tensor& constant, const std::vector<int32_t>& perm) {
  Tensor result = constant;
  result.bytes = permute(constant.bytes, constant.shape, perm, element_size(constant.dtype));
  for (size_t i = 0; i < perm.size(); ++i) {
    result.shape[i] = constant.shape[static_cast<size_t>(perm[i])];
    if (constant.quantization.axis == perm[i]) result.quantization.axis = static_cast<int>(i);
  }
  return result;
}

std::vector<int32_t> compose(const std::vector<int32_t>& first,
                             const std::vector<int32_t>& second) {
  std::vector<int32_t> both;
  for (int32_t p : second) both.push_back(first.at(static_cast<size_t>(p)));
  return both;
}

std::vector<int32_t> inverse(const std::vector<int32_t>& perm) {
  std::vector<int32_t> result(perm.size());
  for (size_t i = 0; i < perm.size(); ++i)
    result.at(static_cast<size_t>(perm[i])) = static_cast<int32_t>(i);
  return result;
}

bool is_identity(const std::vector<int32_t>& perm) {
  for (size_t i = 0; i < perm.size(); ++i) {
    if (perm[i] != static_cast<int32_t>(i)) return false;
  }
  return true;
}

Tensor dequantized(const Tensor& constant) {
  const Quantization& q = constant.quantization;
  if (!q.present() || q.block != 0) throw std::logic_error("dequantized: no plain quantization");
  const size_t count = constant.bytes.size() / element_size(constant.dtype);
  size_t inner = count, channels = 1;
  if (q.axis >= 0) {
    inner = 1;
    channels = static_cast<size_t>(constant.shape.at(static_cast<size_t>(q.axis)));
    for (size_t i = static_cast<size_t>(q.axis) + 1; i < constant.shape.size(); ++i) {
      inner *= static_cast<size_t>(constant.shape[i]);
    }
  }
  if (q.scale.size() != channels || (!q.zero_point.empty() && q.zero_point.size() != channels)) {
    throw std::logic_error("dequantized: the scales do not fit the tensor");
  }
  const auto value = [&](size_t i) -> int32_t {
    switch (constant.dtype) {
      case DType::s8:
        return constant.values<int8_t>()[i];
      case DType::u8:
        return constant.values<uint8_t>()[i];
      case DType::s32:
        return constant.values<int32_t>()[i];
      default:
        throw std::logic_error("dequantized: not a quantized dtype");
    }
  };
  std::vector<float> real(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t c = inner == 0 ? 0 : i / inner % channels;
    const int32_t zero = q.zero_point.empty() ? 0 : q.zero_point[c];
    real[i] = static_cast<float>(int64_t{value(i)} - zero) * q.scale[c];
  }
  Tensor result = constant;
  result.dtype = DType::f32;
  result.quantization = {};
  result.bytes = Bytes::of(real);
  return result;
}

}  // namespace linnet::ir
