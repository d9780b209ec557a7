#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <limits>

#include "converter/error.h"
#include "converter/import/onnx/onnx_data.h"
#include "converter/import/onnx/onnx_file.h"
#include "converter/io/array.h"
#include "converter/io/file.h"

namespace linnet {

Array read_onnx_tensor(const std::string& path) {
  const std::vector<std::byte> bytes = read_file(path);
  onnx::TensorProto proto;
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()) ||
      !proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw ConvertError(fmt::format("'{}' is no ONNX tensor", path));
  }
  Array array;
  size_t count = 1;
  for (const int64_t d : proto.dims()) {
    if (d < 0 || d > std::numeric_limits<int32_t>::max() ||
        (d != 0 && count > 2 * bytes.size() / static_cast<size_t>(d))) {  // two INT4 a byte
      throw ConvertError(
          fmt::format("'{}': dimension {} does not fit {} bytes of file", path, d, bytes.size()));
    }
    count *= static_cast<size_t>(d);
    array.shape.push_back(static_cast<int32_t>(d));
  }
  array.dtype = static_cast<linnet_dtype>(onnx_import::graph_dtype(proto.data_type(), path));
  ir::Bytes values;
  if (proto.has_raw_data()) {
    const std::string& raw = proto.raw_data();
    if (raw.size() != onnx_import::stored_size(proto.data_type(), count)) {
      throw ConvertError(
          fmt::format("'{}': {} bytes of values for {} elements", path, raw.size(), count));
    }
    values =
        onnx_import::from_stored(proto.data_type(), ir::Bytes::copy(raw.data(), raw.size()), count);
  } else if (!onnx_import::from_fields(proto, count, &values)) {
    throw ConvertError(fmt::format("'{}': the number of values does not fit the shape", path));
  }
  array.bytes.assign(values.data(), values.data() + values.size());
  return array;
}

}  // namespace linnet
