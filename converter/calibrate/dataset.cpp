#include "converter/calibrate/dataset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "converter/error.h"

namespace linnet {
namespace {

using Inputs = std::map<std::string, InputType>;

std::vector<std::string> list_files(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code code;
  if (!fs::exists(path, code))
    throw ConvertError(fmt::format("calibration data '{}' does not exist", path));
  if (!fs::is_directory(path, code)) return {path};
  std::vector<std::string> files;
  fs::directory_iterator entries(path, code);
  if (code) throw ConvertError(fmt::format("cannot list '{}': {}", path, code.message()));
  for (const fs::directory_entry& entry : entries) {
    const std::string file = entry.path().string();
    const std::string extension = entry.path().extension().string();
    if (entry.is_regular_file() &&
        (is_image_path(file) || extension == ".npy" || extension == ".npz" || extension == ".raw" ||
         extension == ".bin")) {
      files.push_back(file);
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw ConvertError(fmt::format("'{}' holds no picture, .npy, .npz, .raw or .bin file", path));
  return files;
}

bool fits(const std::vector<int32_t>& shape, const std::vector<int32_t>& wanted) {
  return std::equal(shape.begin(), shape.end(), wanted.begin(), wanted.end(),
                    [](int32_t d, int32_t w) { return w < 0 || d == w; });
}

Array converted(const Array& array, linnet_dtype dtype, const std::string& file) {
  try {
    return convert_array(array, dtype);
  } catch (const std::range_error& error) {
    throw ConvertError(fmt::format("'{}': {} values for an input of {}: {}", file,
                                   linnet_dtype_name(array.dtype), linnet_dtype_name(dtype),
                                   error.what()));
  }
}

// `given` as samples of the input's dtype: itself, or its slices along axis 0.
std::vector<Array> split_samples(const Array& given, const InputType& input,
                                 const std::string& file) {
  const std::vector<int32_t>& wanted = input.shape;
  std::vector<int32_t> one = given.shape;
  if (!one.empty() && one.size() == wanted.size() && one[0] > 1 &&
      (wanted[0] == 1 || wanted[0] < 0))
    one[0] = 1;
  if (!fits(one, wanted)) {
    throw ConvertError(fmt::format("'{}': shape [{}], the model's input takes [{}] (-1: any)", file,
                                   fmt::join(given.shape, ","), fmt::join(wanted, ",")));
  }
  if (given.bytes.empty()) throw ConvertError(fmt::format("'{}' holds no values", file));
  Array array = converted(given, input.dtype, file);
  if (one == array.shape) return {std::move(array)};
  std::vector<Array> samples;
  const size_t bytes = array.bytes.size() / static_cast<size_t>(array.shape[0]);
  for (int32_t i = 0; i < array.shape[0]; ++i) {
    const auto begin =
        array.bytes.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(i) * bytes);
    samples.push_back({array.dtype, one, {begin, begin + static_cast<std::ptrdiff_t>(bytes)}});
  }
  return samples;
}

const Inputs::value_type& only_input(const Inputs& inputs, const std::string& file) {
  if (inputs.size() != 1) {
    throw ConvertError(
        fmt::format("'{}': the model has {} inputs; use .npz files with a member for each", file,
                    inputs.size()));
  }
  return *inputs.begin();
}

Sample read_picture(const std::string& file, const Inputs& inputs, const ImageOptions& images) {
  const auto& [name, input] = only_input(inputs, file);
  const std::vector<int32_t>& shape = input.shape;
  if (shape.size() != 4)
    throw ConvertError(
        fmt::format("'{}': the model's input has rank {}, pictures need 4", file, shape.size()));
  const int32_t c = images.nhwc ? shape[3] : shape[1];
  const int32_t h = images.nhwc ? shape[1] : shape[2];
  const int32_t w = images.nhwc ? shape[2] : shape[3];
  if (h <= 0 || w <= 0) {
    throw ConvertError(fmt::format(
        "'{}': the model's input has no fixed height and width; give them by --input-shape", file));
  }
  return {{name, converted(read_image(file, h, w, c, images), input.dtype, file)}};
}

std::vector<Sample> read_npz_samples(const std::string& file, const Inputs& inputs) {
  const std::map<std::string, Array> members = read_npz(file);
  std::vector<Sample> samples;
  for (const auto& [name, input] : inputs) {
    const auto member = members.find(name);
    if (member == members.end()) {
      std::vector<std::string> found;
      for (const auto& entry : members) found.push_back(entry.first);
      throw ConvertError(fmt::format("'{}': no member for the model's input '{}'; it holds {}",
                                     file, name, fmt::join(found, ", ")));
    }
    const std::vector<Array> parts = split_samples(member->second, input, file + ":" + name);
    if (samples.empty()) samples.resize(parts.size());
    if (samples.size() != parts.size())
      throw ConvertError(fmt::format("'{}': members hold different numbers of samples", file));
    for (size_t i = 0; i < parts.size(); ++i) samples[i][name] = parts[i];
  }
  return samples;
}

std::vector<Sample> read_samples(const std::string& file, const Inputs& inputs,
                                 const ImageOptions& images) {
  if (is_image_path(file)) return {read_picture(file, inputs, images)};
  if (file.ends_with(".npz")) return read_npz_samples(file, inputs);
  const auto& [name, input] = only_input(inputs, file);
  if (!file.ends_with(".npy")) {
    if (std::any_of(input.shape.begin(), input.shape.end(), [](int32_t d) { return d < 0; })) {
      throw ConvertError(fmt::format(
          "'{}': raw values need a model with fixed input shape; give it by --input-shape", file));
    }
    return {{{name, converted(read_raw(file, LINNET_F32, input.shape), input.dtype, file)}}};
  }
  std::vector<Sample> samples;
  for (Array& part : split_samples(read_npy(file), input, file))
    samples.push_back({{name, std::move(part)}});
  return samples;
}

}  // namespace

std::vector<Sample> read_dataset(const std::string& path, const Inputs& inputs,
                                 const ImageOptions& images, int limit) {
  std::vector<std::string> files = list_files(path);
  const auto spread = [&](auto& items) {
    const size_t most = static_cast<size_t>(std::max(limit, 1));
    if (items.size() <= most) return;
    for (size_t i = 0; i < most; ++i) items[i] = items[i * items.size() / most];
    items.resize(most);
  };
  spread(files);
  std::vector<Sample> samples;
  std::vector<Problem> problems;
  for (const std::string& file : files) {
    try {
      for (Sample& sample : read_samples(file, inputs, images))
        samples.push_back(std::move(sample));
    } catch (const ConvertError& error) {
      problems.push_back({file, error.what(), ""});
    }
  }
  if (!problems.empty())
    throw ConvertError("calibration data does not fit the model", std::move(problems));
  spread(samples);
  return samples;
}

}  // namespace linnet
