#include "text_boxes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace {

constexpr float kText = 0.3f;     // a pixel of text
constexpr float kMinMean = 0.6f;  // of a line's pixels
constexpr float kGrow = 1.5f;     // outwards by kGrow · area / perimeter
constexpr float kMinHeight = 3.0f;

struct Group {
  std::vector<Point> edge;  // the first and last pixel centre of each of its rows, by row
  float mean = 0;
};

// Takes the group of pixels around `start` out of `open` (1: text, not yet taken).
Group take_group(std::span<const float> map, std::vector<uint8_t>& open, int width, int height,
                 int start) {
  std::vector<int> stack = {start}, first(static_cast<size_t>(height), width),
                   last(static_cast<size_t>(height), -1);
  open[static_cast<size_t>(start)] = 0;
  size_t count = 0;
  Group group;
  while (!stack.empty()) {
    const int at = stack.back(), x = at % width, y = at / width;
    stack.pop_back();
    group.mean += map[static_cast<size_t>(at)];
    ++count;
    int& low = first[static_cast<size_t>(y)];
    int& high = last[static_cast<size_t>(y)];
    low = std::min(low, x);
    high = std::max(high, x);
    for (int next_y = std::max(y - 1, 0); next_y <= std::min(y + 1, height - 1); ++next_y) {
      for (int next_x = std::max(x - 1, 0); next_x <= std::min(x + 1, width - 1); ++next_x) {
        const int next = next_y * width + next_x;
        if (open[static_cast<size_t>(next)] == 0) continue;
        open[static_cast<size_t>(next)] = 0;
        stack.push_back(next);
      }
    }
  }
  group.mean /= static_cast<float>(count);
  for (int y = 0; y < height; ++y) {
    const int low = first[static_cast<size_t>(y)], high = last[static_cast<size_t>(y)];
    if (high < 0) continue;
    const float row = static_cast<float>(y) + 0.5f;
    group.edge.push_back({static_cast<float>(low) + 0.5f, row});
    if (high > low) group.edge.push_back({static_cast<float>(high) + 0.5f, row});
  }
  return group;
}

// Convex hull of points that are sorted by (y, x): Andrew's monotone chain (1979).
std::vector<Point> convex_hull(const std::vector<Point>& points) {
  std::vector<Point> hull;
  const auto extend = [&](Point p, size_t keep) {
    while (hull.size() > keep) {
      const Point a = hull.back() - hull[hull.size() - 2], b = p - hull.back();
      if (a.x * b.y - a.y * b.x > 0) break;
      hull.pop_back();
    }
    hull.push_back(p);
  };
  for (const Point& p : points) extend(p, 1);
  const size_t half = hull.size();
  for (size_t i = points.size() - 1; i-- > 0;) extend(points[i], half);
  return hull;
}

// The rectangle of least area around a group's pixels. One of its sides lies on a side of the hull
// (Freeman and Shapira 1975). `right` is the direction of the text.
Frame smallest_rectangle(const std::vector<Point>& hull) {
  Frame best{};
  float least = std::numeric_limits<float>::max();
  for (size_t i = 0; i < hull.size(); ++i) {
    const Point side = hull[(i + 1) % hull.size()] - hull[i];
    const float length = std::sqrt(dot(side, side));
    Point along = length > 0 ? side * (1 / length) : Point{1, 0};
    if (std::fabs(along.x) < std::fabs(along.y)) along = {along.y, -along.x};
    if (along.x < 0) along = along * -1;
    const Point across = {-along.y, along.x};
    Point low = {dot(hull[0], along), dot(hull[0], across)}, high = low;
    for (const Point& p : hull) {
      low = {std::min(low.x, dot(p, along)), std::min(low.y, dot(p, across))};
      high = {std::max(high.x, dot(p, along)), std::max(high.y, dot(p, across))};
    }
    const Point size = high - low + Point{1, 1};  // from pixel centres to their outer sides
    if (size.x * size.y >= least) continue;
    least = size.x * size.y;
    const Point corner = along * (low.x - 0.5f) + across * (low.y - 0.5f);
    best = {corner, along * size.x, across * size.y};
  }
  return best;
}

float length(Point p) { return std::sqrt(dot(p, p)); }

Frame grow(const Frame& frame) {
  const float w = length(frame.right), h = length(frame.down);
  const float by = kGrow * w * h / (2 * (w + h));
  const Point right = frame.right * (by / w), down = frame.down * (by / h);
  return {frame.origin - right - down, frame.right + right * 2, frame.down + down * 2};
}

}  // namespace

std::vector<Frame> text_boxes(std::span<const float> map, int width, int height, Point pixel) {
  std::vector<uint8_t> open(map.size());
  for (size_t i = 0; i < map.size(); ++i) open[i] = map[i] > kText ? 1 : 0;
  std::vector<Frame> frames;
  for (int start = 0; start < width * height; ++start) {
    if (open[static_cast<size_t>(start)] == 0) continue;
    const Group group = take_group(map, open, width, height, start);
    const Frame core = smallest_rectangle(convex_hull(group.edge));
    if (group.mean < kMinMean || length(core.down) < kMinHeight) continue;
    Frame frame = grow(core);
    if (length(frame.down) > 1.5f * length(frame.right)) {  // a column: read it downwards
      frame = {frame.origin + frame.right, frame.down, frame.right * -1};
    }
    for (Point* p : {&frame.origin, &frame.right, &frame.down}) {
      *p = {p->x * pixel.x, p->y * pixel.y};
    }
    frames.push_back(frame);
  }
  return frames;
}

int width_for(const Frame& frame, int height) {
  const float ratio = length(frame.right) / length(frame.down);
  return std::clamp(static_cast<int>(std::lround(static_cast<float>(height) * ratio)), 8, 4096);
}

void sort_for_reading(std::vector<Frame>& frames) {
  const auto centre = [](const Frame& f) { return f.origin + (f.right + f.down) * 0.5f; };
  std::stable_sort(frames.begin(), frames.end(),
                   [&](const Frame& a, const Frame& b) { return centre(a).y < centre(b).y; });
  for (size_t i = 1; i < frames.size(); ++i) {
    for (size_t j = i; j > 0; --j) {
      const Point a = centre(frames[j - 1]), b = centre(frames[j]);
      const bool beside = std::fabs(b.y - a.y) <
                          0.5f * std::min(length(frames[j].down), length(frames[j - 1].down));
      if (!beside || a.x <= b.x) break;
      std::swap(frames[j - 1], frames[j]);
    }
  }
}
