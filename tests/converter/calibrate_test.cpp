#include "converter/calibrate/calibrate.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>
#include <limits>

#include "tests/converter/compress_fixture.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

Sample sample_of(const std::string& name, std::vector<int32_t> shape,
                 const std::vector<float>& values) {
  Array array{LINNET_F32, std::move(shape), {}};
  array.bytes.resize(values.size() * sizeof(float));
  std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  return {{name, std::move(array)}};
}

}  // namespace

TEST_CASE("calibration sees inputs and every float value", "[calibrate]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 2});
  const int y = b.fully_connected(x, b.f32({2, 2}, {1, 0, 0, -2}));
  b.output(b.clip(y, 0, 6));
  const Calibration calibration = calibrate(
      b.graph, {sample_of("x", {1, 2}, {1, 2}), sample_of("x", {1, 2}, {3, -4})}, 1, [](double) {});
  REQUIRE(calibration.at("x").samples == 2);
  REQUIRE(calibration.at("x").max == 3.0f);
  REQUIRE(calibration.at("x").channel_mean() == std::vector<double>{2, -1});
  const std::string name = b.graph.tensor(y).name;
  REQUIRE(calibration.at(name).min == -4.0f);
  REQUIRE(calibration.at(name).max == 8.0f);
  REQUIRE(calibration.at(b.graph.tensor(b.graph.outputs[0]).name).max == 6.0f);
}

TEST_CASE("calibration does not depend on the number of threads", "[calibrate]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 16, 16, 8});
  b.output(b.conv(b.depthwise(x, b.random({3, 3, 8}), -1, 1), b.random({24, 3, 3, 8}), -1, 1));
  std::vector<Sample> samples;
  for (unsigned s = 0; s < 3; ++s)
    samples.push_back(sample_of("x", {1, 16, 16, 8}, bell(16 * 16 * 8, s + 1)));
  const Calibration one = calibrate(b.graph, samples, 1, [](double) {});
  const Calibration three = calibrate(b.graph, samples, 3, [](double) {});
  REQUIRE(one.size() == three.size());
  for (const auto& [name, statistics] : one) {
    REQUIRE(statistics.histogram.counts() == three.at(name).histogram.counts());
    REQUIRE(statistics.channel_sum == three.at(name).channel_sum);
    REQUIRE(statistics.average_max == three.at(name).average_max);
  }
}

TEST_CASE("values that are not finite are an error that names the tensor", "[calibrate]") {
  GraphBuilder b;
  b.output(b.node(OpType::log, {b.input("x", {1, 2})}));
  const auto run = [&](float value) {
    return convert_error([&] {
      calibrate(b.graph, {sample_of("x", {1, 2}, {value, 1})}, 1, [](double) {});
    });
  };
  REQUIRE(run(1).empty());
  REQUIRE_THAT(run(-1), ContainsSubstring("'log'"));
  REQUIRE_THAT(run(std::numeric_limits<float>::infinity()), ContainsSubstring("'x'"));
  REQUIRE_THAT(run(std::numeric_limits<float>::quiet_NaN()), ContainsSubstring("'x'"));
}

TEST_CASE("int8 activations without calibration data say what to do", "[calibrate]") {
  GraphBuilder b;
  b.output(b.fully_connected(b.input("x", {1, 2}), b.random({2, 2})));
  const ConvertOptions options = options_of(WeightType::int8, ActivationType::int8);
  const Recipe recipe(options);
  REQUIRE_THAT(convert_error([&] { read_calibration_samples(b.graph, recipe, options); }),
               ContainsSubstring("--calibrate"));
}

}  // namespace linnet::test
