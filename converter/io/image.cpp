#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "converter/error.h"
#include "converter/io/array.h"
#include "converter/io/file.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif
#include <stb/stb_image.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace linnet {
namespace {

// Where an output pixel falls between two input pixels (half-pixel centres).
struct Tap {
  int low, high;
  float weight;  // of `high`
};

Tap tap(int out, int out_size, int in_size) {
  const float at = std::clamp((static_cast<float>(out) + 0.5f) * static_cast<float>(in_size) /
                                      static_cast<float>(out_size) -
                                  0.5f,
                              0.0f, static_cast<float>(in_size - 1));
  const int low = static_cast<int>(at);
  return {low, std::min(low + 1, in_size - 1), at - static_cast<float>(low)};
}

}  // namespace

bool is_image_path(const std::string& path) {
  const size_t dot = path.rfind('.');
  if (dot == std::string::npos) return false;
  std::string extension = path.substr(dot + 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (const char* known : {"png", "jpg", "jpeg", "bmp", "ppm", "pgm", "tga", "gif"}) {
    if (extension == known) return true;
  }
  return false;
}

Array read_image(const std::string& path, int32_t h, int32_t w, int32_t channels,
                 const ImageOptions& options) {
  if (channels != 1 && channels != 3) {
    throw ConvertError(fmt::format(
        "'{}': a picture has 1 or 3 channels, the network's input has {}; use .npy files", path,
        channels));
  }
  for (const std::vector<float>& values : {options.mean, options.std}) {
    if (values.size() != 1 && values.size() != static_cast<size_t>(channels)) {
      throw ConvertError(fmt::format(
          "'{}': a mean and standard deviation for {} channels, the network's input has {}", path,
          values.size(), channels));
    }
  }
  const std::vector<std::byte> file = read_file(path);
  int in_w = 0, in_h = 0, in_c = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(file.data()),
                            static_cast<int>(file.size()), &in_w, &in_h, &in_c, channels),
      stbi_image_free);
  if (!pixels) throw ConvertError(fmt::format("'{}': {}", path, stbi_failure_reason()));
  Array array{LINNET_F32,
              options.nhwc ? std::vector<int32_t>{1, h, w, channels}
                           : std::vector<int32_t>{1, channels, h, w},
              {}};
  array.bytes.resize(sizeof(float) * static_cast<size_t>(h) * static_cast<size_t>(w) *
                     static_cast<size_t>(channels));
  for (int y = 0; y < h; ++y) {
    const Tap ty = tap(y, h, in_h);
    for (int x = 0; x < w; ++x) {
      const Tap tx = tap(x, w, in_w);
      for (int c = 0; c < channels; ++c) {
        const int source = options.bgr ? channels - 1 - c : c;
        const auto at = [&](int row, int col) {
          return static_cast<float>(
              pixels.get()[(static_cast<size_t>(row) * static_cast<size_t>(in_w) +
                            static_cast<size_t>(col)) *
                               static_cast<size_t>(channels) +
                           static_cast<size_t>(source)]);
        };
        const float top = at(ty.low, tx.low) * (1 - tx.weight) + at(ty.low, tx.high) * tx.weight;
        const float bottom =
            at(ty.high, tx.low) * (1 - tx.weight) + at(ty.high, tx.high) * tx.weight;
        const float value = top * (1 - ty.weight) + bottom * ty.weight;
        const auto of_channel = [&](const std::vector<float>& values) {
          return values.size() == 1 ? values[0] : values[static_cast<size_t>(c)];
        };
        const size_t index =
            options.nhwc
                ? (static_cast<size_t>(y) * static_cast<size_t>(w) + static_cast<size_t>(x)) *
                          static_cast<size_t>(channels) +
                      static_cast<size_t>(c)
                : (static_cast<size_t>(c) * static_cast<size_t>(h) + static_cast<size_t>(y)) *
                          static_cast<size_t>(w) +
                      static_cast<size_t>(x);
        array.data<float>()[index] =
            (value / 255.0f - of_channel(options.mean)) / of_channel(options.std);
      }
    }
  }
  return array;
}

}  // namespace linnet
