#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>

#include "tests/ops/op_case.h"

namespace linnet::test {

// The reduction of a list of values, in double.
using RealList = std::function<double(const std::vector<double>&)>;

inline OpCase reduce_case(fb::OpType op, const Array& x, const std::vector<int32_t>& axes,
                          bool keep, const Array& y) {
  fb::ReduceOptionsT o;
  o.axes = axes;
  o.keep_dims = keep;
  return op_case(op, std::move(o), {x}, {y});
}

inline std::vector<double> reduce_reference(const Array& x, unsigned set, const RealList& f) {
  const std::vector<double> values = real(x);
  std::vector<std::vector<double>> lists;
  size_t count = 1;
  for (size_t d = 0; d < x.shape.size(); ++d) {
    if (!(set >> d & 1)) count *= static_cast<size_t>(x.shape[d]);
  }
  lists.resize(count);
  for (size_t i = 0; i < values.size(); ++i) {
    size_t rest = i, at = 0, step = 1;
    for (size_t d = x.shape.size(); d-- > 0;) {
      const size_t size = static_cast<size_t>(x.shape[d]);
      if (!(set >> d & 1)) {
        at += rest % size * step;
        step *= size;
      }
      rest /= size;
    }
    lists[at].push_back(values[i]);
  }
  std::vector<double> result;
  for (const auto& list : lists) result.push_back(f(list));
  return result;
}

// Every set of axes of f32, s8 and s32 tensors.
inline void check_reduce(fb::OpType op, const RealList& f, float y_scale) {
  for (const Shape32& shape : {Shape32{2, 3, 5, 70}, {2, 9, 8, 4}, {1, 3, 1, 2}, {40, 3, 300}}) {
    const Array x = random_f32(shape, -2, 3, 1), q = random_s8(shape, 0.03f, -5, 2);
    for (unsigned set = 1; set < 1u << shape.size(); ++set) {
      std::vector<int32_t> axes;
      Shape32 kept, dropped;
      for (size_t d = 0; d < shape.size(); ++d) {
        const bool reduced = set >> d & 1;
        if (reduced)
          axes.insert(axes.begin(),
                      static_cast<int32_t>(d) - (d % 2 ? static_cast<int32_t>(shape.size()) : 0));
        if (!reduced) dropped.push_back(shape[d]);
        kept.push_back(reduced ? 1 : shape[d]);
      }
      require_close(run_one(reduce_case(op, x, axes, true, out(LINNET_F32))), kept,
                    reduce_reference(x, set, f), 1e-4);
      require_quantized(run_one(reduce_case(op, q, axes, false, out_s8(y_scale, 9))), dropped,
                        reduce_reference(q, set, f), 1e-2);
    }
  }
  const Array x = random_f32({3, 4}, 0, 1, 1);
  require_close(run_one(reduce_case(op, x, {}, false, out(LINNET_F32))), {},
                reduce_reference(x, 3, f), 1e-5);
  OpCase from_input = reduce_case(op, x, {}, false, out(LINNET_F32));
  from_input.inputs.push_back(s32_list({-1}));
  require_close(run_one(from_input), {3}, reduce_reference(x, 2, f), 1e-5);
  const Array whole = s32({2, 3}, {1, -7, 3, 9, 5, 4});
  const auto truncated = [&](const std::vector<double>& v) { return std::trunc(f(v)); };
  require_close(run_one(reduce_case(op, whole, {0}, false, out(LINNET_S32))), {3},
                reduce_reference(whole, 1, truncated));
  require_close(run_one(reduce_case(op, f32({0, 3}, {}), {1}, true, out(LINNET_F32))), {0, 1}, {});
  for (const std::vector<int32_t>& axes : {std::vector<int32_t>{2}, {-3}, {0, 0}, {1, -1}}) {
    CHECK(plan_status(reduce_case(op, x, axes, true, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  CHECK(plan_status(reduce_case(op, x, {0}, true, out_s8(1, 0))) == LINNET_BAD_MODEL);
  CHECK(plan_status(reduce_case(op, random_s8({3}, 1, 0, 1), {0}, true, out(LINNET_S8))) ==
        LINNET_BAD_MODEL);
}

}  // namespace linnet::test
