// classify MODEL.lnt LABELS.txt PICTURE [--mean R,G,B] [--std R,G,B] [--crop 0.875] [--invert]
//
// Prints the five likeliest labels as "share label". The network's input is f32 [1, channels,
// height, width] or [1, height, width, channels] with 1 or 3 channels, filled with (value / 255 -
// mean) / std. What the command line does not say is taken from the model's metadata "image.mean"
// and "image.std" (as `linnet convert --recipe` writes them), else mean is 0 and std 1.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <linnet/linnet.hpp>
#include <numeric>

#include "lines.h"
#include "picture.h"

namespace {

using linnet::Result;
using linnet::Status;

struct Arguments {
  std::string model, labels, picture, mean, std;
  float crop = 1;       // share of the shorter side that the network sees
  bool invert = false;  // for networks that were trained with light on dark
};

bool read_arguments(int argc, char** argv, Arguments& arguments) {
  std::string* const places[] = {&arguments.model, &arguments.labels, &arguments.picture};
  size_t named = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--mean" && more) {
      arguments.mean = argv[++i];
    } else if (word == "--std" && more) {
      arguments.std = argv[++i];
    } else if (word == "--crop" && more) {
      arguments.crop = std::strtof(argv[++i], nullptr);
    } else if (word == "--invert") {
      arguments.invert = true;
    } else if (word[0] != '-' && named < 3) {
      *places[named++] = word;
    } else {
      return false;
    }
  }
  return named == 3 && arguments.crop > 0 && arguments.crop <= 1;
}

// "0.5,0.4,0.3" -> three numbers, "0.5" -> three times the same.
Result<std::vector<float>> three_numbers(const std::string& text) {
  std::vector<float> numbers;
  const char* at = text.c_str();
  while (*at != 0) {
    char* end = nullptr;
    numbers.push_back(std::strtof(at, &end));
    if (end == at) break;
    at = *end == ',' ? end + 1 : end;
  }
  if (numbers.size() == 1) numbers.assign(3, numbers[0]);
  if (*at == 0 && numbers.size() == 3) return numbers;
  return Status(LINNET_INVALID_ARGUMENT,
                "'" + text + "': one number or three, separated by commas");
}

// What the command line says, else the model's metadata, else `otherwise`.
Result<std::vector<float>> scaling(const linnet::Model& model, const std::string& given,
                                   const char* key, const char* otherwise) {
  if (!given.empty()) return three_numbers(given);
  const char* metadata = model.metadata(key);
  return three_numbers(metadata != nullptr ? metadata : otherwise);
}

// The middle of the picture, as a square.
Frame middle_square(const Picture& picture, float share) {
  const float w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
  const float side = share * std::min(w, h);
  return {{(w - side) / 2, (h - side) / 2}, {side, 0}, {0, side}};
}

// Fills the session's input with the picture.
Status write_picture(linnet::Session& session, const Picture& picture, const Arguments& arguments,
                     const std::vector<float>& mean, const std::vector<float>& std) {
  Result<linnet::Tensor> input = session.input(0);
  if (input && input->rank == 4 && input->dims[0] < 1) {  // any number of pictures: one
    Status status = session.set_input_shape(0, {1, input->dims[1], input->dims[2], input->dims[3]});
    if (!status) return status;
    input = session.input(0);
  }
  if (!input) return input.status();
  const std::span<float> values = input->mutable_values<float>();
  const bool nhwc = input->rank == 4 && (input->dims[3] == 1 || input->dims[3] == 3);
  const int channels = input->rank == 4 ? input->dims[nhwc ? 3 : 1] : 0;
  if (values.empty() || (channels != 1 && channels != 3)) {
    return {LINNET_INVALID_ARGUMENT, "the model's input is not f32 pictures with 1 or 3 channels"};
  }
  const int height = input->dims[nhwc ? 1 : 2], width = input->dims[nhwc ? 2 : 3];
  const std::vector<float> rgb =
      cut(picture, middle_square(picture, arguments.crop), width, height);
  const size_t pixels = rgb.size() / 3, depth = static_cast<size_t>(channels);
  for (size_t i = 0; i < pixels; ++i) {
    const float* color = &rgb[i * 3];
    const float grey = 0.299f * color[0] + 0.587f * color[1] + 0.114f * color[2];
    for (size_t c = 0; c < depth; ++c) {
      const float level = channels == 1 ? grey : color[c];
      const float value = (arguments.invert ? 255 - level : level) / 255;
      values[nhwc ? i * depth + c : c * pixels + i] = (value - mean[c]) / std[c];
    }
  }
  return {};
}

// Shares that add up to 1. Networks that end in softmax give them already.
std::vector<float> shares_of(std::span<const float> scores) {
  std::vector<float> shares(scores.begin(), scores.end());
  const float sum = std::accumulate(shares.begin(), shares.end(), 0.0f);
  const bool are_shares =
      std::fabs(sum - 1) < 0.01f && *std::min_element(shares.begin(), shares.end()) >= 0;
  if (are_shares) return shares;
  const float top = *std::max_element(shares.begin(), shares.end());
  float total = 0;
  for (float& share : shares) total += share = std::exp(share - top);
  for (float& share : shares) share /= total;
  return shares;
}

Status classify(const Arguments& arguments) {
  const Result<linnet::Model> model = linnet::Model::open(arguments.model.c_str());
  if (!model) return model.status();
  const Result<std::vector<float>> mean = scaling(*model, arguments.mean, "image.mean", "0");
  if (!mean) return mean.status();
  const Result<std::vector<float>> std = scaling(*model, arguments.std, "image.std", "1");
  if (!std) return std.status();
  const Result<std::vector<std::string>> labels = read_lines(arguments.labels);
  if (!labels) return labels.status();
  const Result<Picture> picture = load_picture(arguments.picture);
  if (!picture) return picture.status();

  Result<linnet::Session> session = linnet::Session::create(*model);
  if (!session) return session.status();
  if (Status status = write_picture(*session, *picture, arguments, *mean, *std); !status)
    return status;
  if (Status status = session->run(); !status) return status;
  const Result<linnet::Tensor> output = session->output(0);
  if (!output) return output.status();
  const std::span<const float> scores = output->values<float>();
  if (scores.empty() || scores.size() != labels->size()) {
    return {LINNET_INVALID_ARGUMENT, "the model has " + std::to_string(scores.size()) +
                                         " f32 scores, the label file " +
                                         std::to_string(labels->size()) + " lines"};
  }
  const std::vector<float> shares = shares_of(scores);
  std::vector<size_t> order(shares.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return shares[a] > shares[b]; });
  for (size_t i = 0; i < std::min<size_t>(5, order.size()); ++i) {
    std::printf("%.3f %s\n", shares[order[i]], (*labels)[order[i]].c_str());
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::fprintf(stderr,
                 "usage: classify MODEL.lnt LABELS.txt PICTURE [--mean R,G,B] [--std R,G,B] "
                 "[--crop 0.875] [--invert]\n");
    return 1;
  }
  const Status status = classify(arguments);
  if (!status) std::fprintf(stderr, "classify: %s\n", status.text().c_str());
  return status ? 0 : 2;
}
