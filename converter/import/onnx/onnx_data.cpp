#include "converter/import/onnx/onnx_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <vector>

#include "converter/error.h"
#include "converter/import/onnx/onnx_file.h"

namespace linnet::onnx_import {

namespace {

using Type = onnx::TensorProto;

// IEEE binary16 to f32, by way of integer fields; subnormals are exact.
float half_to_float(uint16_t h) {
  const uint32_t sign = static_cast<uint32_t>(h & 0x8000u) << 16, exponent = (h >> 10) & 31u,
                 mantissa = h & 1023u;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | (mantissa << 13));
  if (exponent != 0)
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
  const float value = static_cast<float>(mantissa) * 0x1p-24f;
  return sign ? -value : value;
}

float bfloat_to_float(uint16_t h) { return std::bit_cast<float>(static_cast<uint32_t>(h) << 16); }

template <typename T>
int32_t clamp_s32(T value) {
  if constexpr (std::is_signed_v<T>) {
    return static_cast<int32_t>(std::clamp<int64_t>(value, std::numeric_limits<int32_t>::min(),
                                                    std::numeric_limits<int32_t>::max()));
  } else {
    return static_cast<int32_t>(std::min<uint64_t>(value, std::numeric_limits<int32_t>::max()));
  }
}

// Reads `count` values of type From at any alignment and converts each.
template <typename From, typename Convert>
ir::Bytes convert(const std::byte* data, size_t count, Convert convert_one) {
  std::vector<decltype(convert_one(From{}))> out(count);
  for (size_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, data + i * sizeof(From), sizeof(From));
    out[i] = convert_one(value);
  }
  return ir::Bytes::of(out);
}

template <typename To, typename Field, typename Convert>
bool convert_field(const Field& field, size_t count, ir::Bytes* out, Convert convert_one) {
  if (static_cast<size_t>(field.size()) != count) return false;
  std::vector<To> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = convert_one(field.Get(static_cast<int>(i)));
  *out = ir::Bytes::of(values);
  return true;
}

ir::Bytes unpack_nibbles(const std::byte* data, size_t count, bool is_signed) {
  std::vector<int8_t> out(count);
  for (size_t i = 0; i < count; ++i) {
    const int nibble = (std::to_integer<int>(data[i / 2]) >> (i % 2 * 4)) & 15;
    out[i] = static_cast<int8_t>(is_signed && nibble > 7 ? nibble - 16 : nibble);
  }
  return ir::Bytes::of(out);
}

}  // namespace

ir::DType graph_dtype(int onnx_type, const std::string& where) {
  switch (onnx_type) {
    case Type::FLOAT:
    case Type::FLOAT16:
    case Type::BFLOAT16:
    case Type::DOUBLE:
      return ir::DType::f32;
    case Type::INT16:
    case Type::UINT16:
    case Type::INT32:
    case Type::UINT32:
    case Type::INT64:
    case Type::UINT64:
      return ir::DType::s32;
    case Type::INT8:
    case Type::INT4:
      return ir::DType::s8;
    case Type::UINT8:
    case Type::UINT4:
      return ir::DType::u8;
    case Type::BOOL:
      return ir::DType::boolean;
    default:
      break;
  }
  throw UnsupportedError(fmt::format("{} has element type {}, which Linnet does not have", where,
                                     onnx_type_name(onnx_type)));
}

std::string onnx_type_name(int onnx_type) {
  return onnx::TensorProto_DataType_IsValid(onnx_type)
             ? onnx::TensorProto_DataType_Name(static_cast<onnx::TensorProto_DataType>(onnx_type))
             : fmt::format("number {}", onnx_type);
}

size_t stored_size(int onnx_type, size_t count) {
  switch (onnx_type) {
    case Type::DOUBLE:
    case Type::INT64:
    case Type::UINT64:
      return count * 8;
    case Type::FLOAT:
    case Type::INT32:
    case Type::UINT32:
      return count * 4;
    case Type::FLOAT16:
    case Type::BFLOAT16:
    case Type::INT16:
    case Type::UINT16:
      return count * 2;
    case Type::INT4:
    case Type::UINT4:
      return (count + 1) / 2;
    default:
      return count;
  }
}

ir::Bytes from_stored(int onnx_type, const ir::Bytes& raw, size_t count) {
  const std::byte* data = raw.data();
  switch (onnx_type) {
    case Type::FLOAT:
    case Type::INT32:
      if (reinterpret_cast<uintptr_t>(data) % 4 == 0) return raw;
      return ir::Bytes::copy(data, raw.size());
    case Type::FLOAT16:
      return convert<uint16_t>(data, count, half_to_float);
    case Type::BFLOAT16:
      return convert<uint16_t>(data, count, bfloat_to_float);
    case Type::DOUBLE:
      return convert<double>(data, count, [](double v) { return static_cast<float>(v); });
    case Type::INT16:
      return convert<int16_t>(data, count, [](int16_t v) { return int32_t{v}; });
    case Type::UINT16:
      return convert<uint16_t>(data, count, [](uint16_t v) { return int32_t{v}; });
    case Type::UINT32:
      return convert<uint32_t>(data, count, clamp_s32<uint32_t>);
    case Type::INT64:
      return convert<int64_t>(data, count, clamp_s32<int64_t>);
    case Type::UINT64:
      return convert<uint64_t>(data, count, clamp_s32<uint64_t>);
    case Type::INT4:
    case Type::UINT4:
      return unpack_nibbles(data, count, onnx_type == Type::INT4);
    case Type::BOOL:
      return convert<uint8_t>(data, count, [](uint8_t v) { return static_cast<uint8_t>(v != 0); });
    default:
      return raw;
  }
}

bool from_fields(const onnx::TensorProto& proto, size_t count, ir::Bytes* out) {
  const auto& ints = proto.int32_data();
  switch (proto.data_type()) {
    case Type::FLOAT:
      return convert_field<float>(proto.float_data(), count, out, [](float v) { return v; });
    case Type::DOUBLE:
      return convert_field<float>(proto.double_data(), count, out,
                                  [](double v) { return static_cast<float>(v); });
    case Type::INT64:
      return convert_field<int32_t>(proto.int64_data(), count, out, clamp_s32<int64_t>);
    case Type::UINT32:
    case Type::UINT64:
      return convert_field<int32_t>(proto.uint64_data(), count, out, clamp_s32<uint64_t>);
    case Type::FLOAT16:
      return convert_field<float>(
          ints, count, out, [](int32_t v) { return half_to_float(static_cast<uint16_t>(v)); });
    case Type::BFLOAT16:
      return convert_field<float>(
          ints, count, out, [](int32_t v) { return bfloat_to_float(static_cast<uint16_t>(v)); });
    case Type::INT8:
    case Type::UINT8:
      return convert_field<int8_t>(ints, count, out,
                                   [](int32_t v) { return static_cast<int8_t>(v); });
    case Type::BOOL:
      return convert_field<uint8_t>(ints, count, out,
                                    [](int32_t v) { return static_cast<uint8_t>(v != 0); });
    case Type::INT4:
    case Type::UINT4: {
      ir::Bytes packed;
      const auto byte = [](int32_t v) { return static_cast<uint8_t>(v); };
      if (!convert_field<uint8_t>(ints, (count + 1) / 2, &packed, byte)) return false;
      *out = unpack_nibbles(packed.data(), count, proto.data_type() == Type::INT4);
      return true;
    }
    default:
      return convert_field<int32_t>(ints, count, out, [](int32_t v) { return v; });
  }
}

}  // namespace linnet::onnx_import
