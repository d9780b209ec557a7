#include "converter/io/array.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "converter/error.h"
#include "converter/io/file.h"

namespace linnet {
namespace {

size_t size_of(linnet_dtype dtype) { return dtype == LINNET_F32 || dtype == LINNET_S32 ? 4 : 1; }

double value_at(const Array& array, size_t i) {
  switch (array.dtype) {
    case LINNET_F32:
      return array.data<float>()[i];
    case LINNET_S32:
      return array.data<int32_t>()[i];
    case LINNET_S8:
      return array.data<int8_t>()[i];
    default:
      return array.data<uint8_t>()[i];
  }
}

template <typename T>
void store(Array& out, size_t i, double value) {
  if (!(value >= static_cast<double>(std::numeric_limits<T>::lowest()) &&
        value <= static_cast<double>(std::numeric_limits<T>::max()) &&
        value == std::trunc(value))) {
    throw std::range_error(
        fmt::format("value {} of element {} is no {}", value, i, linnet_dtype_name(out.dtype)));
  }
  out.data<T>()[i] = static_cast<T>(value);
}

}  // namespace

size_t Array::elements() const { return bytes.size() / size_of(dtype); }

Array convert_array(const Array& array, linnet_dtype dtype) {
  if (array.dtype == dtype) return array;
  Array out{dtype, array.shape, {}};
  out.bytes.resize(array.elements() * size_of(dtype));
  for (size_t i = 0; i < array.elements(); ++i) {
    const double value = value_at(array, i);
    switch (dtype) {
      case LINNET_F32:
        out.data<float>()[i] = static_cast<float>(value);
        break;
      case LINNET_S32:
        store<int32_t>(out, i, value);
        break;
      case LINNET_S8:
        store<int8_t>(out, i, value);
        break;
      case LINNET_U8:
        store<uint8_t>(out, i, value);
        break;
      case LINNET_BOOL:
        out.data<uint8_t>()[i] = value != 0;
        break;
      default:
        throw std::range_error(fmt::format("cannot convert to {}", linnet_dtype_name(dtype)));
    }
  }
  return out;
}

Array read_raw(const std::string& path, linnet_dtype dtype, const std::vector<int32_t>& shape) {
  Array array{dtype, shape, read_file(path)};
  size_t expected = size_of(dtype);
  for (int32_t d : shape) expected *= static_cast<size_t>(d);
  if (array.bytes.size() != expected) {
    throw ConvertError(
        fmt::format("'{}' holds {} bytes, the shape needs {}", path, array.bytes.size(), expected));
  }
  return array;
}

}  // namespace linnet
