// detect-faces MODEL.lnt PICTURE [-o OUT.png] [--threshold 0.75]
//
// Finds faces with BlazeFace (Bazarevsky et al. 2019), front (128 x 128) or back (256 x 256), and
// prints "score left top right bottom" in pixels, one line a face.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <linnet/linnet.hpp>
#include <string>
#include <vector>

#include "picture.h"

namespace {

constexpr int kKeypoints = 6;  // eyes, nose, mouth, ears
constexpr int kValues = 4 + 2 * kKeypoints;
constexpr float kSameFace = 0.3f;  // overlap from which two boxes are one face

// In shares of the network's square input.
struct Face {
  float score = 0;
  Point centre, size;
  Point keypoints[kKeypoints];
};

struct Arguments {
  std::string model, picture, output;
  float threshold = 0.75f;
};

bool read_arguments(int argc, char** argv, Arguments& arguments) {
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word[0] != '-') {
      names.push_back(word);
    } else if (word == "-o" && i + 1 < argc) {
      arguments.output = argv[++i];
    } else if (word == "--threshold" && i + 1 < argc) {
      arguments.threshold = std::strtof(argv[++i], nullptr);
    } else {
      return false;
    }
  }
  if (names.size() != 2) return false;
  arguments.model = names[0];
  arguments.picture = names[1];
  return true;
}

// The square around the picture that the network sees.
Frame square_around(const Picture& picture) {
  const float w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
  const float side = std::max(w, h);
  return {{(w - side) / 2, (h - side) / 2}, {side, 0}, {0, side}};
}

// Each cell of the network's two grids proposes several faces around its centre: 16 x 16 cells two
// of them, then 8 x 8 cells six. Positions and sizes are in pixels of the network's input.
void decode(std::span<const float> scores, std::span<const float> boxes, float input_size,
            float threshold, std::vector<Face>& faces) {
  const size_t grid = scores.size() == 512 ? 16 : 8;
  const size_t per_cell = scores.size() / (grid * grid);
  for (size_t i = 0; i < scores.size(); ++i) {
    Face face;
    face.score = 1.0f / (1.0f + std::exp(-scores[i]));
    if (face.score < threshold) continue;
    const size_t cell = i / per_cell;
    const Point anchor =
        Point{static_cast<float>(cell % grid) + 0.5f, static_cast<float>(cell / grid) + 0.5f} *
        (1.0f / static_cast<float>(grid));
    const auto value = [&](size_t k) {
      return Point{boxes[i * kValues + k], boxes[i * kValues + k + 1]} * (1 / input_size);
    };
    face.centre = anchor + value(0);
    face.size = value(2);
    for (size_t k = 0; k < kKeypoints; ++k) face.keypoints[k] = anchor + value(4 + 2 * k);
    faces.push_back(face);
  }
}

float area(Point size) { return std::max(size.x, 0.0f) * std::max(size.y, 0.0f); }

// Intersection over union.
float overlap(const Face& a, const Face& b) {
  const Point a_low = a.centre - a.size * 0.5f, a_high = a.centre + a.size * 0.5f;
  const Point b_low = b.centre - b.size * 0.5f, b_high = b.centre + b.size * 0.5f;
  const float common = area({std::min(a_high.x, b_high.x) - std::max(a_low.x, b_low.x),
                             std::min(a_high.y, b_high.y) - std::max(a_low.y, b_low.y)});
  const float all = area(a.size) + area(b.size) - common;
  return all > 0 ? common / all : 0;
}

// The mean of proposals of one face, weighted by score: steadier in video than the best alone.
Face blend(const std::vector<Face>& same) {
  Face mean;
  float weights = 0;
  for (const Face& face : same) weights += face.score;
  for (const Face& face : same) {
    const float weight = face.score / weights;
    mean.score = std::max(mean.score, face.score);
    mean.centre = mean.centre + face.centre * weight;
    mean.size = mean.size + face.size * weight;
    for (int k = 0; k < kKeypoints; ++k) {
      mean.keypoints[k] = mean.keypoints[k] + face.keypoints[k] * weight;
    }
  }
  return mean;
}

std::vector<Face> merge(std::vector<Face> proposals) {
  std::stable_sort(proposals.begin(), proposals.end(),
                   [](const Face& a, const Face& b) { return a.score > b.score; });
  std::vector<Face> faces;
  while (!proposals.empty()) {
    std::vector<Face> same, rest;
    for (const Face& face : proposals) {
      const bool joins = same.empty() || overlap(same.front(), face) > kSameFace;
      (joins ? same : rest).push_back(face);
    }
    faces.push_back(blend(same));
    proposals = std::move(rest);
  }
  return faces;
}

linnet::Result<std::vector<Face>> detect(linnet::Session& session, const Picture& picture,
                                         float threshold) {
  const linnet::Result<linnet::Tensor> input = session.input(0);
  if (!input) return input.status();
  const std::span<float> pixels = input->mutable_values<float>();
  const int32_t size = input->rank == 4 ? input->dims[1] : 0;  // [1, size, size, 3]
  const std::vector<float> colors = cut(picture, square_around(picture), size, size);
  if (pixels.empty() || pixels.size() != colors.size()) {
    return linnet::Status(LINNET_INVALID_ARGUMENT,
                          "the model's input is not f32 [1, size, size, 3]");
  }
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = colors[i] / 127.5f - 1.0f;
  if (linnet::Status status = session.run(); !status) return status;

  linnet::Tensor outputs[4];  // scores of both grids, then boxes of both
  for (int32_t i = 0; i < 4; ++i) {
    const linnet::Result<linnet::Tensor> output = session.output(i);
    if (!output) return output.status();
    outputs[i] = *output;
  }
  std::vector<Face> proposals;
  for (int i = 0; i < 2; ++i) {
    const std::span<const float> scores = outputs[i].values<float>();
    const std::span<const float> boxes = outputs[i + 2].values<float>();
    if ((scores.size() != 512 && scores.size() != 384) || boxes.size() != scores.size() * kValues) {
      return linnet::Status(LINNET_INVALID_ARGUMENT, "the model's outputs are not BlazeFace's");
    }
    decode(scores, boxes, static_cast<float>(size), threshold, proposals);
  }
  return merge(std::move(proposals));
}

int fail(const linnet::Status& status) {
  std::fprintf(stderr, "detect-faces: %s\n", status.text().c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::fprintf(stderr, "usage: detect-faces MODEL.lnt PICTURE [-o OUT.png] [--threshold 0.75]\n");
    return 1;
  }
  linnet::Result<linnet::Model> model = linnet::Model::open(arguments.model.c_str());
  if (!model) return fail(model.status());
  linnet::Result<linnet::Session> session = linnet::Session::create(*model);
  if (!session) return fail(session.status());
  linnet::Result<Picture> picture = load_picture(arguments.picture);
  if (!picture) return fail(picture.status());
  linnet::Result<std::vector<Face>> faces = detect(*session, *picture, arguments.threshold);
  if (!faces) return fail(faces.status());

  const Frame square = square_around(*picture);
  const float side = square.right.x;
  for (const Face& face : *faces) {
    const Point low = square.origin + (face.centre - face.size * 0.5f) * side;
    const Point high = low + face.size * side;
    std::printf("%.3f %.0f %.0f %.0f %.0f\n", face.score, low.x, low.y, high.x, high.y);
    draw_frame(*picture, {low, {high.x - low.x, 0}, {0, high.y - low.y}}, {40, 220, 80});
    for (const Point& keypoint : face.keypoints) {
      const Point at = square.origin + keypoint * side;
      draw_line(*picture, at - Point{2, 0}, at + Point{2, 0}, {255, 60, 60});
    }
  }
  if (arguments.output.empty()) return 0;
  const linnet::Status saved = save_png(*picture, arguments.output);
  return saved ? 0 : fail(saved);
}
