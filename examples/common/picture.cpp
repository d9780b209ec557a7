#include "picture.h"

#include <algorithm>
#include <cmath>
#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>

linnet::Result<Picture> load_picture(const std::string& path) {
  Picture picture;
  int channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load(path.c_str(), &picture.width, &picture.height, &channels, 3), stbi_image_free);
  if (!pixels) return linnet::Status(LINNET_IO_ERROR, path + ": " + stbi_failure_reason());
  const size_t bytes = static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height) * 3;
  picture.rgb.assign(pixels.get(), pixels.get() + bytes);
  return picture;
}

linnet::Status save_png(const Picture& picture, const std::string& path) {
  const int stride = picture.width * 3;
  if (stbi_write_png(path.c_str(), picture.width, picture.height, 3, picture.rgb.data(), stride))
    return {};
  return {LINNET_IO_ERROR, path + ": cannot be written"};
}

namespace {

// Index of a pixel's red value.
size_t pixel(const Picture& picture, int x, int y) {
  return 3 * (static_cast<size_t>(y) * static_cast<size_t>(picture.width) + static_cast<size_t>(x));
}

// Weights of four neighbours at distance t after the second: Keys's cubic convolution (1981), a =
// -1/2.
void cubic_weights(float t, float (&w)[4]) {
  w[0] = ((-0.5f * t + 1.0f) * t - 0.5f) * t;
  w[1] = (1.5f * t - 2.5f) * t * t + 1.0f;
  w[2] = ((-1.5f * t + 2.0f) * t + 0.5f) * t;
  w[3] = (0.5f * t - 0.5f) * t * t;
}

// Adds the colour at `at` to sum[3].
void add_sample(const Picture& picture, Point at, float* sum) {
  const float left = std::floor(at.x - 0.5f), top = std::floor(at.y - 0.5f);
  float wx[4], wy[4];
  cubic_weights(at.x - 0.5f - left, wx);
  cubic_weights(at.y - 0.5f - top, wy);
  for (int j = 0; j < 4; ++j) {
    const int y = std::clamp(static_cast<int>(top) + j - 1, 0, picture.height - 1);
    for (int i = 0; i < 4; ++i) {
      const int x = std::clamp(static_cast<int>(left) + i - 1, 0, picture.width - 1);
      const uint8_t* color = &picture.rgb[pixel(picture, x, y)];
      for (int c = 0; c < 3; ++c) sum[c] += wx[i] * wy[j] * static_cast<float>(color[c]);
    }
  }
}

}  // namespace

std::vector<float> cut(const Picture& picture, const Frame& frame, int width, int height) {
  std::vector<float> values(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
  const Point step_x = frame.right * (1.0f / static_cast<float>(width));
  const Point step_y = frame.down * (1.0f / static_cast<float>(height));
  const float shrink = std::sqrt(std::max(dot(step_x, step_x), dot(step_y, step_y)));
  const int points = std::clamp(static_cast<int>(std::lround(shrink)), 1, 16);  // in each direction
  float* out = values.data();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x, out += 3) {
      float sum[3] = {};
      for (int j = 0; j < points; ++j) {
        for (int i = 0; i < points; ++i) {
          const float u =
              static_cast<float>(x) + (static_cast<float>(i) + 0.5f) / static_cast<float>(points);
          const float v =
              static_cast<float>(y) + (static_cast<float>(j) + 0.5f) / static_cast<float>(points);
          add_sample(picture, frame.origin + step_x * u + step_y * v, sum);
        }
      }
      for (int c = 0; c < 3; ++c)
        out[c] = std::clamp(sum[c] / static_cast<float>(points * points), 0.0f, 255.0f);
    }
  }
  return values;
}

void draw_line(Picture& picture, Point a, Point b, Color color) {
  const Point d = b - a;
  const int steps = std::max(1, static_cast<int>(std::max(std::fabs(d.x), std::fabs(d.y))));
  for (int s = 0; s <= steps; ++s) {
    const Point p = a + d * (static_cast<float>(s) / static_cast<float>(steps));
    for (int j = -1; j <= 1; ++j) {
      for (int i = -1; i <= 1; ++i) {
        const int x = static_cast<int>(p.x) + i, y = static_cast<int>(p.y) + j;
        if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) continue;
        uint8_t* to = &picture.rgb[pixel(picture, x, y)];
        to[0] = color.r, to[1] = color.g, to[2] = color.b;
      }
    }
  }
}

void draw_frame(Picture& picture, const Frame& frame, Color color) {
  const Point a = frame.origin, b = a + frame.right, c = b + frame.down, d = a + frame.down;
  draw_line(picture, a, b, color);
  draw_line(picture, b, c, color);
  draw_line(picture, c, d, color);
  draw_line(picture, d, a, color);
}
