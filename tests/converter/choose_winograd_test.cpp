#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "converter/emit/emit_model.h"
#include "converter/emit/pack_weights.h"
#include "kernels/pack/pack_winograd_f32.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {
namespace {

// A 3×3 layer of `channels` to `channels` on size × size.
GraphBuilder layer(int32_t size, int32_t channels, int group = 1) {
  GraphBuilder b;
  const int x = b.input("x", {1, size, size, channels});
  b.output(b.conv(x, b.random({channels, 3, 3, channels / group}), b.random({channels}), 1, group));
  return b;
}

int chosen(GraphBuilder b, const std::string& json) {
  choose_winograd(b.graph, recipe_of(json));
  return b.graph.nodes[0].winograd;
}

}  // namespace

TEST_CASE("layers take Winograd's method where it pays", "[compress][winograd]") {
  CHECK(chosen(layer(56, 64), "{}") == 4);
  CHECK(chosen(layer(28, 128), "{}") == 4);
  CHECK(chosen(layer(56, 8), "{}") == 0);
  CHECK(chosen(layer(7, 64), "{}") == 0);
  CHECK(chosen(layer(56, 64), R"({"winograd": "never"})") == 0);
  CHECK(chosen(layer(14, 32), "{}") == 2);
  CHECK(chosen(layer(7, 8), R"({"winograd": "always"})") == 2);
  CHECK(chosen(layer(56, 8), R"({"winograd": "always"})") == 4);
  CHECK(chosen(layer(56, 64), R"({"layers": [{"match": "*", "winograd": "never"}]})") == 0);
  CHECK(chosen(layer(56, 64, 2), R"({"winograd": "always"})") == 0);
  for (const char* weights : {"f16", "int8", "int4"})
    CHECK(chosen(layer(56, 64), R"({"weights": ")" + std::string(weights) + "\"}") == 0);
  GraphBuilder unknown;
  const int x = unknown.input("x", {1, -1, -1, 64});
  unknown.output(unknown.conv(x, unknown.random({64, 3, 3, 64}), -1, 1));
  CHECK(chosen(unknown, "{}") == 0);
  CHECK(chosen(unknown, R"({"winograd": "always"})") == 4);
  GraphBuilder infinite;
  std::vector<float> weights(64 * 9 * 64, 1.0f);
  weights[5] = INFINITY;
  infinite.output(infinite.conv(infinite.input("x", {1, 56, 56, 64}),
                                infinite.f32({64, 3, 3, 64}, weights), -1, 1));
  CHECK(chosen(infinite, R"({"winograd": "always"})") == 0);
}

TEST_CASE("a model with Winograd layers gives the same results", "[compress][winograd]") {
  for (const int tile : {2, 4}) {
    GraphBuilder b;
    const int x = b.input("x", {1, 10, 11, 12});
    const int shared = b.random({12, 3, 3, 12});
    const int y = b.conv(x, shared, b.random({12}), 1);
    b.output(b.conv(y, shared, -1, 0));
    const Feeds feeds = random_feeds(b.graph);
    const std::vector<std::vector<float>> want = run_graph(b.graph, feeds);
    const uint64_t plain_size = emitted_size(b.graph);
    // The other layer goes on reading the same weights plain.
    b.graph.nodes[0].winograd = static_cast<uint8_t>(tile);
    const size_t t = static_cast<size_t>(tile);
    CHECK(packed_size(b.graph, b.graph.nodes[0], 1) == winograd_weights_size(t, 12, 12));
    CHECK(packed_layout(b.graph.nodes[1]) == fb::Layout::panels);
    CHECK(emitted_size(b.graph) >= plain_size + winograd_weights_size(t, 12, 12));
    const std::vector<std::vector<float>> got = run_graph(b.graph, feeds);
    REQUIRE(got[0].size() == want[0].size());
    CHECK(snr_db(want[0], got[0]) > 110);
  }
}

}  // namespace linnet::test
