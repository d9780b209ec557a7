#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "linnet/result.hpp"

// What the examples do with pictures besides running networks: read, cut and scale, draw, write.

struct Point {
  float x = 0, y = 0;
};
inline Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
inline Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
inline Point operator*(Point a, float k) { return {a.x * k, a.y * k}; }
inline float dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }

// A parallelogram in a picture, in pixels; (0, 0) is the picture's upper left corner.
struct Frame {
  Point origin, right, down;  // a corner, and the edges that start there
};

struct Color {
  uint8_t r, g, b;
};

// 8-bit RGB, rows from the top.
struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;

  Frame whole() const {
    return {{0, 0}, {static_cast<float>(width), 0}, {0, static_cast<float>(height)}};
  }
};

// Any format that stb_image reads: PNG, JPEG, BMP, PNM, …
linnet::Result<Picture> load_picture(const std::string& path);
linnet::Status save_png(const Picture& picture, const std::string& path);

// The content of `frame` scaled to width x height: values 0…255 as [height][width][3]. Cubic
// interpolation, averaged over several points a pixel where the frame is scaled down. Outside of
// the picture, the nearest pixel of its edge counts.
std::vector<float> cut(const Picture& picture, const Frame& frame, int width, int height);

void draw_line(Picture& picture, Point a, Point b, Color color);  // three pixels wide
void draw_frame(Picture& picture, const Frame& frame, Color color);
