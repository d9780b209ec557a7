#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase resize(const Array& x, const fb::ResizeOptionsT& options, const Array& y) {
  return op_case(fb::OpType::resize, options, {x}, {y});
}

fb::ResizeOptionsT options_of(fb::ResizeMode mode, fb::CoordinateMode coordinate,
                              fb::NearestMode nearest, std::vector<int32_t> sizes,
                              float scale_h = 0, float scale_w = 0) {
  fb::ResizeOptionsT o;
  o.mode = mode;
  o.coordinate = coordinate;
  o.nearest = nearest;
  o.sizes = std::move(sizes);
  o.scale_h = scale_h;
  o.scale_w = scale_w;
  return o;
}

// The position on the input, by the table of ONNX Resize.
double position(fb::CoordinateMode mode, double i, double in, double out, double scale) {
  switch (mode) {
    case fb::CoordinateMode::half_pixel:
      return (i + 0.5) / scale - 0.5;
    case fb::CoordinateMode::pytorch_half_pixel:
      return out > 1 ? (i + 0.5) / scale - 0.5 : 0;
    case fb::CoordinateMode::align_corners:
      return out > 1 ? i * (in - 1) / (out - 1) : 0;
    case fb::CoordinateMode::asymmetric:
      return i / scale;
    default:
      return in / 2 * (1 - out / (in * scale)) + (i + 0.5) / scale - 0.5;
  }
}

double nearest(fb::NearestMode mode, double x) {
  switch (mode) {
    case fb::NearestMode::floor:
      return std::floor(x);
    case fb::NearestMode::ceil:
      return std::ceil(x);
    case fb::NearestMode::round_prefer_floor:
      return std::ceil(x - 0.5);
    default:
      return std::floor(x + 0.5);
  }
}

constexpr fb::CoordinateMode kCoordinates[] = {
    fb::CoordinateMode::half_pixel, fb::CoordinateMode::pytorch_half_pixel,
    fb::CoordinateMode::align_corners, fb::CoordinateMode::asymmetric,
    fb::CoordinateMode::half_pixel_symmetric};

// Sizes whose ratios are exact in binary, so that no rounding decides between neighbours.
const std::vector<std::vector<int32_t>> kSizes = {{8, 12}, {2, 3}, {4, 6}, {1, 24}, {16, 1}};

TEST_CASE("resize to the nearest", "[ops]") {
  for (const Array& x : movable({2, 4, 6, 5})) {
    for (const auto coordinate : kCoordinates) {
      for (const auto mode : fb::EnumValuesNearestMode()) {
        for (const auto& sizes : kSizes) {
          // Thirds and fifths land on halves only by rounding.
          if (coordinate == fb::CoordinateMode::align_corners && sizes[0] == 8) continue;
          const auto index = [&](int64_t i, size_t axis) {
            const double in = x.shape[axis + 1], out = sizes[axis];
            const double at =
                nearest(mode, position(coordinate, static_cast<double>(i), in, out, out / in));
            return static_cast<int64_t>(std::min(std::max(at, 0.0), in - 1));
          };
          const Array want = moved(x, {2, sizes[0], sizes[1], 5}, [&](const Index& y) {
            return std::optional(Index{y[0], index(y[1], 0), index(y[2], 1), y[3]});
          });
          require_same(
              run_one(
                  resize(x, options_of(fb::ResizeMode::nearest, coordinate, mode, sizes), like(x))),
              want);
        }
      }
    }
  }
}

std::vector<double> bilinear(const Array& x, fb::CoordinateMode mode, int oh, int ow,
                             double scale_h, double scale_w) {
  const std::vector<double> in = real(x);
  const int h = x.shape[1], w = x.shape[2], c = x.shape[3];
  std::vector<double> result;
  for (int n = 0; n < x.shape[0]; ++n)
    for (int i = 0; i < oh; ++i)
      for (int j = 0; j < ow; ++j) {
        const double row = std::min(std::max(position(mode, i, h, oh, scale_h), 0.0), h - 1.0);
        const double col = std::min(std::max(position(mode, j, w, ow, scale_w), 0.0), w - 1.0);
        const int r0 = static_cast<int>(row), c0 = static_cast<int>(col);
        const int r1 = std::min(r0 + 1, h - 1), c1 = std::min(c0 + 1, w - 1);
        for (int k = 0; k < c; ++k) {
          const auto at = [&](int r, int s) {
            return in[static_cast<size_t>(((n * h + r) * w + s) * c + k)];
          };
          const double top = at(r0, c0) * (1 - (col - c0)) + at(r0, c1) * (col - c0);
          const double bottom = at(r1, c0) * (1 - (col - c0)) + at(r1, c1) * (col - c0);
          result.push_back(top * (1 - (row - r0)) + bottom * (row - r0));
        }
      }
  return result;
}

TEST_CASE("resize linearly", "[ops]") {
  const Array x = random_f32({2, 4, 6, 5}, -1, 1, 1), q = random_s8({2, 4, 6, 5}, 0.02f, 9, 2);
  for (const auto mode : kCoordinates) {
    for (const std::vector<int32_t>& sizes :
         std::vector<std::vector<int32_t>>{{8, 12}, {3, 7}, {4, 6}, {1, 1}, {40, 50}}) {
      const auto o = options_of(fb::ResizeMode::linear, mode, fb::NearestMode::floor, sizes);
      const Shape32 shape = {2, sizes[0], sizes[1], 5};
      require_close(run_one(resize(x, o, out(LINNET_F32))), shape,
                    bilinear(x, mode, sizes[0], sizes[1], sizes[0] / 4.0, sizes[1] / 6.0), 1e-5);
      require_quantized(run_one(resize(q, o, out_s8(0.03f, -5))), shape,
                        bilinear(q, mode, sizes[0], sizes[1], sizes[0] / 4.0, sizes[1] / 6.0),
                        1e-2);
    }
    // Scales: the output size is rounded down, the scale stays as given.
    const auto o =
        options_of(fb::ResizeMode::linear, mode, fb::NearestMode::floor, {}, 1.625f, 0.75f);
    require_close(run_one(resize(x, o, out(LINNET_F32))), {2, 6, 4, 5},
                  bilinear(x, mode, 6, 4, 1.625, 0.75), 1e-5);
  }
  OpCase from_input =
      resize(x, options_of(fb::ResizeMode::linear, kCoordinates[0], fb::NearestMode::floor, {}),
             out(LINNET_F32));
  from_input.inputs.push_back(s32_list({8, 9}));
  require_close(run_one(from_input), {2, 8, 9, 5}, bilinear(x, kCoordinates[0], 8, 9, 2, 1.5),
                1e-5);
}

TEST_CASE("resize refuses bad sizes and scales", "[ops]") {
  const Array x = random_f32({1, 4, 6, 5}, -1, 1, 1);
  const auto status = [&](std::vector<int32_t> sizes, float scale_h, float scale_w,
                          const Array& in) {
    return plan_status(
        resize(in,
               options_of(fb::ResizeMode::linear, kCoordinates[0], fb::NearestMode::floor,
                          std::move(sizes), scale_h, scale_w),
               like(in)));
  };
  CHECK(status({}, 2, 2, x) == LINNET_OK);
  for (const float scale : {0.0f, -1.0f, NAN, INFINITY, 1e30f}) {
    CHECK(status({}, scale, 1, x) == LINNET_BAD_MODEL);
    CHECK(status({}, 1, scale, x) == LINNET_BAD_MODEL);
  }
  CHECK(status({4}, 1, 1, x) == LINNET_BAD_MODEL);
  CHECK(status({4, 4, 4}, 1, 1, x) == LINNET_BAD_MODEL);
  CHECK(status({-1, 4}, 1, 1, x) == LINNET_BAD_MODEL);
  CHECK(status({INT32_MAX, INT32_MAX}, 1, 1, random_f32({1, 1, 1, 3000}, 0, 1, 1)) != LINNET_OK);
  CHECK(status({4, 4}, 1, 1, random_f32({4, 6, 5}, -1, 1, 1)) == LINNET_BAD_MODEL);
  CHECK(status({4, 4}, 1, 1, f32({1, 0, 6, 5}, {})) == LINNET_BAD_MODEL);
  CHECK(status({4, 4}, 1, 1, s32({1, 1, 1, 1}, {1})) == LINNET_BAD_MODEL);
  for (int field = 0; field < 3; ++field) {
    auto o = options_of(fb::ResizeMode::nearest, kCoordinates[0], fb::NearestMode::floor, {4, 4});
    if (field == 0) o.mode = static_cast<fb::ResizeMode>(5);
    if (field == 1) o.coordinate = static_cast<fb::CoordinateMode>(9);
    if (field == 2) o.nearest = static_cast<fb::NearestMode>(9);
    CHECK(plan_status(resize(x, o, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
}

}  // namespace
}  // namespace linnet::test
