#include "kernels/xnnpack/xnnpack_weights.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "kernels/pack/pack_panels_f32.h"
#include "runtime/model/model.h"
#include "tests/support/session_fixture.h"

using namespace linnet;
using namespace linnet::test;

#if LINNET_XNNPACK

namespace {

// y = x times W [n][k], twice, with different biases.
AlignedBytes two_layers(int32_t n, int32_t k) {
  const auto rows = static_cast<size_t>(n), columns = static_cast<size_t>(k);
  std::vector<float> weights(rows * columns), packed(panels_f32_elements(rows, columns));
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i % 17) * 0.1f;
  pack_panels_f32(weights.data(), columns, 1, rows, columns, packed.data());
  ModelBuilder builder;
  const int32_t x = builder.add_input("x", fb::DType::f32, {3, k});
  const int32_t w = builder.add_constant("w", fb::DType::f32, {n, k}, packed.data(),
                                         packed.size() * sizeof(float));
  builder.tensor(w).layout = fb::Layout::panels;
  for (const float value : {1.0f, -2.0f}) {
    const std::vector<float> bias(rows, value);
    const std::string name = value > 0 ? "a" : "b";
    const int32_t b = builder.add_constant("bias_" + name, fb::DType::f32, {n}, bias.data(),
                                           bias.size() * sizeof(float));
    const int32_t y = builder.add_tensor(name, fb::DType::f32, {3, n});
    builder.add_node(fb::OpType::fully_connected, "fc_" + name, {x, w, b}, {y},
                     fb::FullyConnectedOptionsT());
    builder.add_output(y);
  }
  return builder.seal();
}

}  // namespace

TEST_CASE("sessions of a model share what XNNPACK packs") {
  const AlignedBytes file = two_layers(40, 24);
  const ModelPtr model = open_model(file);
  const auto packed_bytes = [&] {
    return xnnpack_weights_bytes(reinterpret_cast<Model*>(model.get())->xnnpack_weights());
  };
  linnet_session_options options = session_options();
  std::vector<float> results[4];
  size_t after_first = 0;
  for (int i = 0; i < 4; ++i) {
    options.xnnpack = i == 0 ? 0 : 2;
    const SessionPtr session = open_session(model, options);
    write_input<float>(session, 0, std::vector<float>(3 * 24, 0.5f));
    run(session);
    for (int output : {0, 1}) {
      const std::vector<float> y = read_output<float>(session, output);
      results[i].insert(results[i].end(), y.begin(), y.end());
    }
    if (i == 1) after_first = packed_bytes();
  }
  CHECK(after_first > 2 * 40 * 24 * sizeof(float));  // one block for each bias
  CHECK(packed_bytes() == after_first);
  CHECK(results[1] == results[2]);
  CHECK(results[1] == results[3]);
  REQUIRE(results[0].size() == results[1].size());
  for (size_t i = 0; i < results[0].size(); ++i) {
    CHECK(std::abs(results[0][i] - results[1][i]) < 1e-4f);
  }
  CHECK(results[1][0] - results[1][3 * 40] == 3.0f);
}

#endif
