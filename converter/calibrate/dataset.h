#pragma once

#include <map>
#include <string>
#include <vector>

#include "converter/io/array.h"

namespace linnet {

// One run's inputs by name.
using Sample = std::map<std::string, Array>;

// What an input of a model takes. Dimensions of -1 are free.
struct InputType {
  linnet_dtype dtype = LINNET_F32;
  std::vector<int32_t> shape;
};

// Reads calibration samples for a model with these inputs from `path`, a file or a folder whose
// files are taken in the order of their names:
//   picture      one sample of a single-input model; resized to the input's height and width
//   .npy         an array of the input's rank: one sample, or several along axis 0 when the model
//                fixes that axis to 1 or leaves it free; for models with one input
//   .npz         one sample (or several, as above) with a member for each input
//   .raw, .bin   little-endian f32 values of exactly the input's shape
// Values are converted to the input's dtype, which must hold them. At most `limit` samples, spread
// evenly over those there are.
// Throws ConvertError that names every file that does not fit, what it holds and what is expected.
std::vector<Sample> read_dataset(const std::string& path,
                                 const std::map<std::string, InputType>& inputs,
                                 const ImageOptions& images, int limit);

}  // namespace linnet
