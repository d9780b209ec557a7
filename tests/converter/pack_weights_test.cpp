#include "converter/emit/pack_weights.h"

#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/pack_panels_s4.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

TEST_CASE("only the weights of matrix layers are packed", "[emit]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 4, 4, 8});
  b.conv(x, b.random({8, 1, 1, 8}), b.random({8}));
  b.depthwise(x, b.random({3, 3, 8}));
  const ir::Node& conv = b.graph.nodes[0];
  REQUIRE_FALSE(reads_panels(conv, 0));
  REQUIRE(reads_panels(conv, 1));
  REQUIRE_FALSE(reads_panels(conv, 2));
  REQUIRE_FALSE(reads_panels(b.graph.nodes[1], 1));
}

TEST_CASE("packed f32 weights unpack to the same values, group by group", "[emit]") {
  for (const int group : {1, 3}) {
    GraphBuilder b;
    const int w = b.random({9, 3, 3, 2});
    b.conv(b.input("x", {1, 5, 5, 2 * group}), w, -1, 0, group);
    const ir::Tensor& weights = b.graph.tensor(w);
    const std::vector<std::byte> packed = pack_weights(weights, b.graph.nodes[0]);
    REQUIRE(packed.size() == packed_weights_size(weights, b.graph.nodes[0]));
    const size_t n = 9 / static_cast<size_t>(group), k = 18;
    size_t at = 0;
    for (size_t g = 0; g < static_cast<size_t>(group); ++g) {
      at = (at + 63) / 64 * 64;
      std::vector<float> panels(panels_f32_elements(n, k)), back(n * k);
      std::memcpy(panels.data(), packed.data() + at, panels.size() * sizeof(float));
      unpack_panels_f32(panels.data(), n, k, back.data());
      REQUIRE(std::memcmp(back.data(), weights.values<float>().data() + g * n * k,
                          back.size() * sizeof(float)) == 0);
      at += panels.size() * sizeof(float);
    }
    REQUIRE(at == packed.size());
  }
}

TEST_CASE("packed int4 weights unpack to the same codes and scales, tails included", "[emit]") {
  for (const int32_t k : {40, 64, 576}) {
    GraphBuilder b;
    const int w = b.random({10, k});
    b.fully_connected(b.input("x", {1, k}), w);
    const ir::Tensor stored = quantize_weights_int4(b.graph.tensor(w), 64);
    const std::vector<std::byte> packed = pack_weights(stored, b.graph.nodes[0]);
    REQUIRE(packed.size() == packed_weights_size(stored, b.graph.nodes[0]));
    const size_t columns = static_cast<size_t>(k), blocks = (columns + 63) / 64;
    std::vector<uint8_t> codes(10 * columns);
    std::vector<uint16_t> scales(10 * blocks);
    unpack_panels_s4(packed.data(), 10, columns, 64, codes.data(), columns, scales.data(), blocks);
    REQUIRE(std::memcmp(codes.data(), stored.bytes.data(), codes.size()) == 0);
    for (size_t i = 0; i < scales.size(); ++i)
      REQUIRE(float_from_half(scales[i]) == stored.quantization.scale[i]);
  }
}

}  // namespace linnet::test
