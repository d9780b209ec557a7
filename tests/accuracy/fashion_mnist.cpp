#include "fashion_mnist.h"

#include <algorithm>
#include <stdexcept>

namespace linnet::accuracy {
namespace {

constexpr size_t kPixels = 28 * 28;
constexpr size_t kClasses = 10;
constexpr size_t kBatch = 100;

// `count` images from `first` on as the network's input, f32 [count, 1, 28, 28].
Array batch_of(const LabelledImages& images, size_t first, size_t count) {
  Array batch{LINNET_F32, {static_cast<int32_t>(count), 1, 28, 28}, {}};
  batch.bytes.resize(count * kPixels * sizeof(float));
  const uint8_t* pixels = images.pixels.data<uint8_t>() + first * kPixels;
  for (size_t i = 0; i < count * kPixels; ++i) {
    batch.data<float>()[i] = static_cast<float>(pixels[i]) / 255.0f;
  }
  return batch;
}

}  // namespace

LabelledImages committed_images() {
  auto members = read_npz(std::string(LINNET_SOURCE_DIR) + "/tests/data/fashion_mnist_200.npz");
  return {convert_array(members.at("images"), LINNET_U8),
          convert_array(members.at("labels"), LINNET_U8)};
}

LabelledImages all_test_images() {
  const std::string folder = assets_folder() + "/tensors/fashion_mnist/";
  return {convert_array(read_npy(folder + "images.npy"), LINNET_U8),
          convert_array(read_npy(folder + "labels.npy"), LINNET_U8)};
}

double top1(Runner& runner, const LabelledImages& images) {
  const size_t count = images.labels.elements();
  if (count == 0 || images.pixels.elements() != count * kPixels) {
    throw std::runtime_error("images and labels do not fit");
  }
  size_t hits = 0;
  for (size_t first = 0; first < count; first += kBatch) {
    const size_t part = std::min(kBatch, count - first);
    const std::vector<Array> outputs = runner.run(batch_of(images, first, part));
    if (outputs.size() != 1 || outputs[0].elements() != part * kClasses) {
      throw std::runtime_error("the network does not give ten scores");
    }
    for (size_t i = 0; i < part; ++i) {
      const float* scores = outputs[0].data<float>() + i * kClasses;
      hits += std::max_element(scores, scores + kClasses) - scores ==
              images.labels.data<uint8_t>()[first + i];
    }
  }
  return static_cast<double>(hits) / static_cast<double>(count);
}

}  // namespace linnet::accuracy
