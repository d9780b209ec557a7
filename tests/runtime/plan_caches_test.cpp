#include <limits>
#include <vector>

#include "kernels/pack/pack_panels_s8.h"
#include "runtime/plan.h"
#include "tests/support/session_fixture.h"

using namespace linnet;
using namespace linnet::test;

namespace {

constexpr int32_t kSide = 30, kIn = 40, kOut = 100, kTaps = 9;

// A padded 3x3 convolution of floats with int8 weights: x is quantized while running.
AlignedBytes one_convolution() {
  constexpr int32_t k = kTaps * kIn;
  std::vector<int8_t> weights(kOut * k);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<int8_t>(i * 7 % 101) - 50;
  std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s8(kOut, k)) / 8);
  REQUIRE(pack_panels_s8(weights.data(), k, kOut, k, packed.data()));
  ModelBuilder builder;
  const int32_t x = builder.add_input("x", fb::DType::f32, {1, kSide, kSide, kIn});
  const int32_t w =
      builder.add_constant("w", fb::DType::s8, {kOut, 3, 3, kIn}, packed.data(), packed.size() * 8);
  builder.tensor(w).layout = fb::Layout::panels;
  builder.quantize(w, {0.01f}, {0});
  const int32_t y = builder.add_tensor("y", fb::DType::f32, {1, kSide, kSide, kOut});
  fb::Conv2dOptionsT options;
  options.window = std::make_unique<fb::Window>(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
  options.clamp_min = -std::numeric_limits<float>::infinity();
  options.clamp_max = std::numeric_limits<float>::infinity();
  builder.add_node(fb::OpType::conv_2d, "conv", {x, w}, {y}, std::move(options));
  builder.add_output(y);
  return builder.seal();
}

// The results of a plan for caches of this size, and what its arena takes.
std::vector<float> run_with_cache(const Model& model, size_t l2, size_t threads, uint64_t* arena) {
  ThreadPool pool;
  REQUIRE(pool.start(threads).ok());
  MemoryAccount account;
  PlanOptions options;
  options.isa = detect_isa();
  options.caches.l2 = l2;
  options.xnnpack = false;
  options.account = &account;
  options.pool = &pool;
  Plan plan;
  const Shape shape = model.input(0).shape;
  REQUIRE(plan.build(model, {&shape, 1}, options).ok());
  *arena = plan.memory().arena;
  const Step& step = plan.steps()[0];
  float* x = static_cast<float*>(step.inputs[0]->data);
  for (size_t i = 0; i < kSide * kSide * kIn; ++i) x[i] = static_cast<float>(i * 31 % 97) - 40.0f;
  step.run({step.inputs, step.outputs, step.params, step.scratch, pool});
  const float* y = static_cast<const float*>(step.outputs[0]->data);
  return {y, y + kSide * kSide * kOut};
}

}  // namespace

TEST_CASE("the caches of this machine have sane sizes") {
  const CacheSizes caches = detect_caches();
  CHECK(caches.l2 >= size_t{128} << 10);
  CHECK(caches.l2 <= size_t{2} << 20);
}

TEST_CASE("plans for several cache sizes give the same bits") {
  const AlignedBytes file = one_convolution();
  const ModelPtr owner = open_model(file);
  const Model& model = *reinterpret_cast<Model*>(owner.get());
  uint64_t arena = 0, least = 0, most = 0;
  const std::vector<float> expected = run_with_cache(model, size_t{512} << 10, 1, &arena);
  for (const size_t threads : {1, 3}) {
    CHECK(run_with_cache(model, 0, threads, &least) == expected);
    for (const size_t l2 : {size_t{10} << 10, size_t{128} << 10, size_t{2} << 20}) {
      CHECK(run_with_cache(model, l2, threads, &most) == expected);
    }
    CHECK(least < most);  // the tiles differ
  }
}
