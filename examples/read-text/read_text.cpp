// read-text DETECTION.lnt RECOGNITION.lnt KEYS.txt PICTURE [-o OUT.png] [--direction DIRECTION.lnt]
//
// Finds and reads lines of text with PP-OCRv4: "confidence text", one line each, in reading order.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <linnet/linnet.hpp>
#include <optional>

#include "lines.h"
#include "text_boxes.h"

namespace {

using linnet::Result;
using linnet::Session;
using linnet::Status;
using linnet::Tensor;

struct Arguments {
  std::string detection, recognition, keys, picture, output, direction;
};
struct Line {
  std::string text;
  float confidence = 0;
};

bool read_arguments(int argc, char** argv, Arguments& arguments) {
  std::string* const places[] = {&arguments.detection, &arguments.recognition, &arguments.keys,
                                 &arguments.picture};
  size_t named = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if ((word == "-o" || word == "--direction") && i + 1 < argc) {
      (word == "-o" ? arguments.output : arguments.direction) = argv[++i];
    } else if (word[0] != '-' && named < 4) {
      *places[named++] = word;
    } else {
      return false;
    }
  }
  return named == 4;
}

// A session keeps its model alive.
Result<Session> open_session(const std::string& path) {
  Result<linnet::Model> model = linnet::Model::open(path.c_str());
  if (!model) return model.status();
  return Session::create(*model);
}

// Class 0 is "nothing", the last one a space; the file has the others, one a line.
Result<std::vector<std::string>> read_keys(const std::string& path) {
  Result<std::vector<std::string>> keys = read_lines(path);
  if (!keys) return keys;
  keys->insert(keys->begin(), "");
  keys->push_back(" ");
  return keys;
}

// Runs a network on `frame` scaled to width x height, in BGR, (value / 255 - mean) / std; columns
// from `width` to `padded` are 0. The network's input is [1, 3, height, padded], whatever was run
// before.
Result<Tensor> run(Session& session, const Picture& picture, const Frame& frame, int width,
                   int padded, int height, Point3 mean, Point3 std) {
  if (Status status = session.set_input_shape(0, {1, 3, height, padded}); !status) return status;
  const Result<Tensor> input = session.input(0);
  if (!input) return input.status();
  const std::span<float> values = input->mutable_values<float>();
  if (values.empty()) return Status(LINNET_INVALID_ARGUMENT, "the model's input is not f32");
  std::fill(values.begin(), values.end(), 0.0f);
  const std::vector<float> rgb = cut(picture, frame, width, height);
  const size_t w = static_cast<size_t>(width), p = static_cast<size_t>(padded);
  const size_t plane = p * static_cast<size_t>(height);
  for (size_t i = 0; i < rgb.size(); i += 3) {
    const size_t at = i / 3 / w * p + i / 3 % w;
    for (size_t c = 0; c < 3; ++c) {
      values[c * plane + at] = (rgb[i + 2 - c] / 255 - mean[c]) / std[c];
    }
  }
  if (Status status = session.run(); !status) return status;
  const Result<Tensor> output = session.output(0);
  if (output && output->values<float>().empty()) {
    return Status(LINNET_INVALID_ARGUMENT, "the model's output is not f32");
  }
  return output;
}

// Frames of text lines in the picture. The short side is enlarged to 384 pixels at least, the long
// one reduced to 1,600 at most; the network wants multiples of 32.
Result<std::vector<Frame>> find_lines(Session& detection, const Picture& picture) {
  const float w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
  const float scale = std::min(std::max(1.0f, 384 / std::min(w, h)), 1600 / std::max(w, h));
  const auto round32 = [](float v) {
    return std::max(1, static_cast<int>(std::lround(v / 32))) * 32;
  };
  const int width = round32(w * scale), height = round32(h * scale);
  const Result<Tensor> map = run(detection, picture, picture.whole(), width, width, height,
                                 {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f});
  if (!map) return map.status();
  const Point pixel = {w / static_cast<float>(width), h / static_cast<float>(height)};
  std::vector<Frame> frames = text_boxes(map->values<float>(), width, height, pixel);
  sort_for_reading(frames);
  return frames;
}

// Turns a frame whose text stands on its head, judged by its first 192 columns.
Status set_upright(Session& direction, const Picture& picture, Frame& frame) {
  const int all = width_for(frame, 48), width = std::min(all, 192);
  const float share = static_cast<float>(width) / static_cast<float>(all);
  const Frame first = {frame.origin, frame.right * share, frame.down};
  const Result<Tensor> output =
      run(direction, picture, first, width, 192, 48, {0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f});
  if (!output) return output.status();
  const std::span<const float> turned = output->values<float>();
  if (turned.size() != 2) return {LINNET_INVALID_ARGUMENT, "the direction model has other outputs"};
  if (turned[1] > 0.5f) {
    frame = {frame.origin + frame.right + frame.down, frame.right * -1, frame.down * -1};
  }
  return {};
}

// Greedy decoding (Graves et al. 2006, section 3.2): the best class of each step, repeats merged,
// class 0 dropped. Confidence is the mean share of the classes that were kept.
Result<Line> read_line(Session& recognition, const Picture& picture, const Frame& frame,
                       const std::vector<std::string>& keys) {
  const int width = width_for(frame, 48);
  const Result<Tensor> output = run(recognition, picture, frame, width, std::max(width, 320), 48,
                                    {0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f});
  if (!output) return output.status();
  const std::span<const float> shares = output->values<float>();  // [1, steps, classes]
  const size_t classes = keys.size();
  if (output->rank != 3 || static_cast<size_t>(output->dims[2]) != classes) {
    return Status(LINNET_INVALID_ARGUMENT, "the key file does not fit the recognition model");
  }
  Line line;
  size_t before = 0, kept = 0;
  for (size_t step = 0; step * classes < shares.size(); ++step) {
    const auto row = shares.begin() + static_cast<std::ptrdiff_t>(step * classes);
    const auto best = std::max_element(row, row + static_cast<std::ptrdiff_t>(classes));
    const size_t key = static_cast<size_t>(best - row);
    if (key != 0 && key != before) {
      line.text += keys[key];
      line.confidence += *best;
      ++kept;
    }
    before = key;
  }
  if (kept > 0) line.confidence /= static_cast<float>(kept);
  return line;
}

// Opens everything, reads the picture, prints its lines.
Status read_text(const Arguments& arguments) {
  Result<Session> detection = open_session(arguments.detection);
  if (!detection) return detection.status();
  Result<Session> recognition = open_session(arguments.recognition);
  if (!recognition) return recognition.status();
  std::optional<Session> direction;
  if (!arguments.direction.empty()) {
    Result<Session> opened = open_session(arguments.direction);
    if (!opened) return opened.status();
    direction = *std::move(opened);
  }
  const Result<std::vector<std::string>> keys = read_keys(arguments.keys);
  if (!keys) return keys.status();
  const Result<Picture> picture = load_picture(arguments.picture);
  if (!picture) return picture.status();

  Result<std::vector<Frame>> frames = find_lines(*detection, *picture);
  if (!frames) return frames.status();
  Picture drawn = *picture;
  for (Frame& frame : *frames) {
    if (direction) {
      if (Status status = set_upright(*direction, *picture, frame); !status) return status;
    }
    const Result<Line> line = read_line(*recognition, *picture, frame, *keys);
    if (!line) return line.status();
    if (line->text.empty()) continue;
    std::printf("%.3f %s\n", line->confidence, line->text.c_str());
    draw_frame(drawn, frame, {230, 60, 40});
  }
  return arguments.output.empty() ? Status() : save_png(drawn, arguments.output);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::fputs(
        "usage: read-text DETECTION.lnt RECOGNITION.lnt KEYS.txt PICTURE [-o OUT.png] "
        "[--direction DIRECTION.lnt]\n",
        stderr);
    return 1;
  }
  const Status status = read_text(arguments);
  if (!status) std::fprintf(stderr, "read-text: %s\n", status.text().c_str());
  return status ? 0 : 2;
}
