#include <cstring>

#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase pad(const Array& x, fb::PadMode mode, const std::vector<int32_t>& pads, float value,
           const Array& y) {
  fb::PadOptionsT o;
  o.mode = mode;
  o.pads = pads;
  o.value = value;
  return op_case(fb::OpType::pad, std::move(o), {x}, {y});
}

Shape32 padded(const Shape32& shape, const std::vector<int32_t>& pads) {
  Shape32 result = shape;
  for (size_t i = 0; i < shape.size(); ++i) result[i] += pads[i] + pads[shape.size() + i];
  return result;
}

// Where one axis of the output reads, by walking from the edge as often as it bounces.
std::optional<int64_t> source(fb::PadMode mode, int64_t i, int64_t size) {
  if (i >= 0 && i < size) return i;
  if (mode == fb::PadMode::constant) return std::nullopt;
  if (mode == fb::PadMode::edge) return i < 0 ? 0 : size - 1;
  while (i < 0 || i >= size) {
    if (size == 1) return 0;
    i = i < 0 ? -i : 2 * (size - 1) - i;
  }
  return i;
}

TEST_CASE("pad", "[ops]") {
  const std::vector<std::vector<int32_t>> lists = {
      {0, 1, 2, 0, 0, 3, 1, 0},    {0, 0, 0, 2, 0, 0, 0, 3}, {1, 0, 0, 0, 0, 0, 0, 0},
      {0, -1, 2, 0, 0, -1, -3, 0}, {0, 9, 9, 9, 0, 9, 9, 9}, {0, 0, 0, 0, 0, 0, 0, 0}};
  for (const Array& x : movable({2, 4, 5, 3})) {
    for (const auto mode : {fb::PadMode::constant, fb::PadMode::reflect, fb::PadMode::edge}) {
      for (const auto& pads : lists) {
        if (x.dtype == LINNET_F16) continue;
        std::vector<std::byte> fill(dtype_size(x.dtype), std::byte{0});
        const float value = x.dtype == LINNET_F32 ? -1.25f : 1.0f;
        if (x.dtype == LINNET_F32) std::memcpy(fill.data(), &value, 4);
        if (x.dtype == LINNET_S32 || x.dtype == LINNET_BOOL) fill[0] = std::byte{1};
        if (x.dtype == LINNET_S8) fill[0] = std::byte{1 * 2 + 3};  // 1 at scale 0.5, zero point 3
        const Array want = moved(
            x, padded(x.shape, pads),
            [&](const Index& y) {
              Index from(4);
              for (size_t d = 0; d < 4; ++d) {
                const auto at = source(mode, y[d] - pads[d], x.shape[d]);
                if (!at) return std::optional<Index>();
                from[d] = *at;
              }
              return std::optional(from);
            },
            fill);
        require_same(run_one(pad(x, mode, pads, value, like(x))), want);
      }
    }
  }
  // From an input; an empty tensor may only be filled.
  require_close(run_one(op_case(fb::OpType::pad, fb::PadOptionsT(),
                                {f32({2}, {1, 2}), s32_list({1, 2})}, {out(LINNET_F32)})),
                {5}, {0, 1, 2, 0, 0});
  require_close(
      run_one(pad(f32({2, 0}, {}), fb::PadMode::constant, {0, 1, 0, 1}, 4, out(LINNET_F32))),
      {2, 2}, {4, 4, 4, 4});
  require_close(run_one(pad(f32({}, {3}), fb::PadMode::edge, {}, 4, out(LINNET_F32))), {}, {3});
}

TEST_CASE("pad refuses bad pads", "[ops]") {
  const Array x = random_f32({2, 3}, 0, 1, 1);
  for (const std::vector<int32_t>& pads : {std::vector<int32_t>{},
                                           {1, 1},
                                           {0, 0, 0, 0, 0},
                                           {-3, 0, 0, 0},
                                           {INT32_MAX, 0, INT32_MAX, 0},
                                           {INT32_MIN, 0, INT32_MIN, 0},
                                           {INT32_MAX - 2, INT32_MAX - 3, 0, 0}}) {
    CHECK(plan_status(pad(x, fb::PadMode::constant, pads, 0, out(LINNET_F32))) != LINNET_OK);
  }
  CHECK(plan_status(pad(x, static_cast<fb::PadMode>(9), {0, 0, 0, 0}, 0, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(pad(f32({0}, {}), fb::PadMode::reflect, {1, 1}, 0, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(pad(s32({1}, {1}), fb::PadMode::constant, {1, 1}, 1e20f, out(LINNET_S32))) ==
        LINNET_BAD_MODEL);
  check_output_kind(
      [](const Array& a, const Array& b) {
        return pad(a, fb::PadMode::edge, {1, 1}, 0, b);
      },
      {2});
}

}  // namespace
}  // namespace linnet::test
