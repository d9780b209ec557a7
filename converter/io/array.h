#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "linnet/linnet.h"

// Arrays in files: NumPy .npy and .npz, ONNX TensorProto .pb, raw little-endian values, pictures.

namespace linnet {

// A dense row-major array. dtype is f32, s32, s8, u8 or bool; wider NumPy types are narrowed when
// they are read (f64 and f16 to f32, integers to s32), values out of range being an error.
struct Array {
  linnet_dtype dtype = LINNET_F32;
  std::vector<int32_t> shape;
  std::vector<std::byte> bytes;

  size_t elements() const;
  template <typename T>
  const T* data() const {
    return reinterpret_cast<const T*>(bytes.data());
  }
  template <typename T>
  T* data() {
    return reinterpret_cast<T*>(bytes.data());
  }
};

// Every function below throws ConvertError (converter/error.h) that names the file and what is
// wrong.

Array read_npy(const std::string& path);
// `name` is only for messages.
Array parse_npy(const std::byte* data, size_t size, const std::string& name);
// Atomically enough for results: a partial file is removed.
void write_npy(const std::string& path, const Array& array);

// The members of an archive by name without ".npy".
std::map<std::string, Array> read_npz(const std::string& path);

// An ONNX TensorProto, as in the test_data_set folders of ONNX's conformance suite.
Array read_onnx_tensor(const std::string& path);

// Raw little-endian values of `dtype`; the file's size must fit `shape`.
Array read_raw(const std::string& path, linnet_dtype dtype, const std::vector<int32_t>& shape);

// How a picture becomes a network's input: resized (bilinear, by the whole picture), then
// (value / 255 - mean) / std for each channel of the input; one value serves all channels.
struct ImageOptions {
  std::vector<float> mean = {0};
  std::vector<float> std = {1};
  bool bgr = false;
  bool nhwc = false;  // the network's input is [1, h, w, c] rather than [1, c, h, w]
};

bool is_image_path(const std::string& path);

// PNG, JPEG, BMP, PNM, … as [1, c, h, w] or [1, h, w, c] f32; channels 1 or 3.
Array read_image(const std::string& path, int32_t h, int32_t w, int32_t channels,
                 const ImageOptions& options);

// Converts the values to `dtype` (f32, s32, s8, u8, bool). Throws std::range_error when one does
// not fit.
Array convert_array(const Array& array, linnet_dtype dtype);

}  // namespace linnet
