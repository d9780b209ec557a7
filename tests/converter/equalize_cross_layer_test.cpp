#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "tests/converter/compress_fixture.h"

namespace linnet::test {

namespace {

std::vector<float> values_of(const ir::Graph& graph, int id) {
  return {graph.tensor(id).values<float>().begin(), graph.tensor(id).values<float>().end()};
}

// Results before and after must agree to 1e-5.
void equalize_and_compare(GraphBuilder& b, int pairs) {
  const Feeds feeds = random_feeds(b.graph);
  const auto before = run_graph(b.graph, feeds);
  REQUIRE(equalize_cross_layer(b.graph) == pairs);
  const auto after = run_graph(b.graph, feeds);
  for (size_t o = 0; o < before.size(); ++o) {
    float largest = 0;
    for (float v : before[o]) largest = std::max(largest, std::fabs(v));
    for (size_t i = 0; i < before[o].size(); ++i)
      REQUIRE(std::fabs(after[o][i] - before[o][i]) <= 1e-5f * largest);
  }
}

// A pair of layers with `between` applied to the first's result.
template <typename Between>
int pairs_with(Between between) {
  GraphBuilder b;
  const int x = b.input("x", {1, 5, 5, 3});
  const int y = b.conv(x, b.random({4, 3, 3, 3}), b.random({4}), 1);
  b.output(b.conv(between(b, y), b.random({2, 1, 1, 4})));
  return equalize_cross_layer(b.graph);
}

}  // namespace

TEST_CASE("equalization gives both layers' channels the range sqrt(r1·r2)", "[compress]") {
  GraphBuilder b;
  const int w1 = b.f32({3, 2}, {4, -1, 0.5f, 0.25f, 0, 0});
  const int w2 = b.f32({2, 3}, {1, 8, 5, -1, 2, 5});
  const int bias = b.f32({3}, {2, 3, 1});
  b.output(b.fully_connected(b.fully_connected(b.input("x", {1, 2}), w1, bias), w2));
  equalize_and_compare(b, 1);
  // r1 = 4, 0.5, 0; r2 = 1, 8, 5: s = sqrt(r1·r2)/r2 = 2, 0.25; the dead channel stays.
  REQUIRE(values_of(b.graph, w1) == std::vector<float>{2, -0.5f, 2, 1, 0, 0});
  REQUIRE(values_of(b.graph, bias) == std::vector<float>{1, 12, 1});
  REQUIRE(values_of(b.graph, w2) == std::vector<float>{2, 2, 5, -2, 0.5f, 5});
}

TEST_CASE("equalization goes through chains with depthwise layers", "[compress]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 6, 6, 3});
  const int w1 = b.random({4, 1, 1, 3}, -8, 8);
  const int wd = b.random({3, 3, 4}, -0.01f, 0.01f);
  const int w2 = b.random({5, 1, 1, 4}, -2, 2);
  const int y = b.depthwise(b.conv(x, w1, b.random({4})), wd, b.random({4}), 1);
  b.output(b.conv(y, w2, b.random({5})));
  b.graph.nodes[0].as<fb::Conv2dOptionsT>().clamp_min = 0;
  b.graph.nodes[1].as<fb::DepthwiseConv2dOptionsT>().clamp_min = 0;
  equalize_and_compare(b, 2);
  // At rest the three ranges of each channel are equal.
  for (size_t c = 0; c < 4; ++c) {
    float r1 = 0, rd = 0, r2 = 0;
    for (size_t i = 0; i < 3; ++i) r1 = std::max(r1, std::fabs(values_of(b.graph, w1)[c * 3 + i]));
    for (size_t i = 0; i < 9; ++i) rd = std::max(rd, std::fabs(values_of(b.graph, wd)[i * 4 + c]));
    for (size_t i = 0; i < 5; ++i) r2 = std::max(r2, std::fabs(values_of(b.graph, w2)[i * 4 + c]));
    REQUIRE(rd == Catch::Approx(r1).epsilon(0.03));
    REQUIRE(rd == Catch::Approx(r2).epsilon(0.03));
  }
}

TEST_CASE("equalization passes what is homogeneous, and nothing else", "[compress]") {
  const auto with_clamp = [](float low, float high) {
    return pairs_with([&](GraphBuilder& b, int y) {
      auto& options = b.graph.nodes.back().as<fb::Conv2dOptionsT>();
      options.clamp_min = low;
      options.clamp_max = high;
      return y;
    });
  };
  const float inf = std::numeric_limits<float>::infinity();
  REQUIRE(with_clamp(-inf, inf) == 1);
  REQUIRE(with_clamp(0, inf) == 1);
  REQUIRE(with_clamp(0, 6) == 0);
  REQUIRE(with_clamp(-1, inf) == 0);
  REQUIRE(pairs_with([](GraphBuilder& b, int y) { return b.node(OpType::hard_swish, {y}); }) == 0);
  REQUIRE(pairs_with([](GraphBuilder& b, int y) { return b.add(y, b.random({4})); }) == 0);
}

TEST_CASE("equalization leaves values with a second reader alone", "[compress]") {
  REQUIRE(pairs_with([](GraphBuilder& b, int y) {
            b.output(b.node(OpType::abs, {y}));
            return y;
          }) == 0);
  REQUIRE(pairs_with([](GraphBuilder& b, int y) {
            b.output(y);
            return y;
          }) == 0);
}

TEST_CASE("equalization leaves shared weights and biases alone", "[compress]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 4}), w = b.random({4, 4});
  b.output(b.fully_connected(b.fully_connected(x, w), w));
  const int bias = b.random({4});
  const int first = b.fully_connected(x, b.random({4, 4}), bias);
  b.output(b.fully_connected(first, b.random({4, 4}), bias));
  REQUIRE(equalize_cross_layer(b.graph) == 0);
}

TEST_CASE("equalization keeps ranges finite whose product is none in float", "[compress]") {
  GraphBuilder b;
  const int w1 = b.random({4, 3}, -1e-30f, 1e-30f), w2 = b.random({2, 4}, -1e-20f, 1e-20f);
  b.output(b.fully_connected(b.fully_connected(b.input("x", {1, 3}), w1), w2));
  equalize_cross_layer(b.graph);
  for (const int id : {w1, w2}) {
    for (float v : values_of(b.graph, id)) REQUIRE(std::isfinite(v));
  }
}

}  // namespace linnet::test
