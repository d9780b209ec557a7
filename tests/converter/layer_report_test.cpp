#include "converter/report/layer_report.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "converter/emit/emit_model.h"
#include "schema/file_format.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

namespace {

ConvertReport report_of(const ir::Graph& reference, const ir::Graph& graph, const Recipe& recipe,
                        const Reasons& reasons, const std::vector<Sample>& samples = {}) {
  return report_layers(reference, graph, recipe, reasons, samples, {});
}

// Bytes of all constants in the emitted file, without what aligns them.
uint64_t stored_bytes(const ir::Graph& graph) {
  const AlignedBytes file = emit_model(graph);
  uint64_t bytes = 0;
  for (const fb::Tensor* tensor : *fb::GetModel(file.data() + kHeaderOffset)->graph()->tensors())
    bytes += tensor->size();
  return bytes;
}

uint64_t reported_bytes(const ConvertReport& report) {
  uint64_t bytes = 0;
  for (const LayerReport& layer : report.layers) bytes += layer.bytes;
  return bytes;
}

}  // namespace

TEST_CASE("a report has every layer and its bytes sum to those of the file", "[report]") {
  for (const WeightType type :
       {WeightType::f32, WeightType::f16, WeightType::int8, WeightType::int4}) {
    GraphBuilder b;
    const int shared = b.random({40, 40});
    int x = b.conv(b.input("x", {1, 5, 5, 3}), b.random({40, 3, 3, 3}), b.random({40}));
    x = b.depthwise(x, b.random({3, 3, 40}), b.random({40}));
    x = b.reshape(x, {1, 40});
    x = b.fully_connected(x, shared, b.random({40}));
    b.output(b.fully_connected(x, shared));
    const ir::Graph reference = b.graph;
    Reasons reasons;
    const Recipe recipe(options_of(type));
    compress_weights(b.graph, recipe, {}, reasons);
    const ConvertReport report = report_of(reference, b.graph, recipe, reasons);
    REQUIRE(report.layers.size() == 4);
    REQUIRE(reported_bytes(report) == stored_bytes(b.graph));
    // The second of the layers that share weights adds nothing.
    REQUIRE(report.layers[3].bytes == 0);
    REQUIRE(report.layers[3].parameters == 0);
    REQUIRE(report.float_bytes == 4 * (40 * 27 + 40 + 9 * 40 + 40 + 1600 + 40));
  }
}

TEST_CASE("a report names schemes, ratios and reasons", "[report]") {
  GraphBuilder b;
  int x = b.fully_connected(b.input("x", {2, 64}), b.random({64, 64}));
  x = b.fully_connected(x, b.random({64, 64}));
  b.graph.nodes.back().name = "second";
  b.output(b.node(OpType::abs, {x}));
  const ir::Graph reference = b.graph;
  Reasons reasons = {{"abs", "it was kept float"}};
  const Recipe recipe = recipe_of(R"({"layers": [{"match": "second", "weights": "f32"}]})",
                                  options_of(WeightType::int4));
  compress_weights(b.graph, recipe, {}, reasons);
  const ConvertReport report = report_of(reference, b.graph, recipe, reasons);
  REQUIRE(report.layers.size() == 3);
  REQUIRE(report.layers[0].scheme == "int4 block 32");
  REQUIRE(report.layers[0].weight_snr_db > 18);
  REQUIRE(std::isnan(report.layers[0].output_snr_db));
  REQUIRE(std::accumulate(report.layers[0].histogram.begin(), report.layers[0].histogram.end(),
                          0u) == 64 * 64);
  REQUIRE(report.layers[1].scheme == "f32");
  REQUIRE(std::isinf(report.layers[1].weight_snr_db));
  // An op without weights stands there when it did not get what was asked for.
  REQUIRE(report.layers[2].name == "abs");
  REQUIRE(report.layers[2].reason == "it was kept float");
  REQUIRE(report.layers[2].bytes == 0);
  REQUIRE(std::isnan(report.layers[2].weight_snr_db));
}

TEST_CASE("a report measures results on samples", "[report]") {
  GraphBuilder b;
  const int w = b.random({8, 64});
  b.output(b.fully_connected(b.input("x", {2, 64}), w));
  const ir::Graph reference = b.graph;
  Reasons reasons;
  const Recipe recipe(options_of(WeightType::int8));
  compress_weights(b.graph, recipe, {}, reasons);
  const Feeds feeds = random_feeds(reference);
  const std::vector<Sample> samples = {{{"x", Array{LINNET_F32, {2, 64}, feeds[0]}}}};
  const ConvertReport report = report_of(reference, b.graph, recipe, reasons, samples);
  REQUIRE(report.calibration_samples == 1);
  const double expected = snr_db(run_graph(reference, feeds)[0], run_graph(b.graph, feeds)[0]);
  REQUIRE(report.layers[0].output_snr_db == Catch::Approx(expected).epsilon(1e-3));
}

}  // namespace linnet::test
