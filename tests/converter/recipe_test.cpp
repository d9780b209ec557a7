#include "converter/compress/recipe.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/converter/compress_fixture.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

std::string recipe_error(const std::string& json) {
  return convert_error([&] { recipe_of(json); });
}

// Requires that the recipe fails and that the message names the file and all of `texts`.
void check_error(const std::string& json, const std::vector<std::string>& texts) {
  const std::string error = recipe_error(json);
  INFO(json);
  REQUIRE_THAT(error, ContainsSubstring("recipe.json"));
  for (const std::string& text : texts) REQUIRE_THAT(error, ContainsSubstring(text));
}

}  // namespace

TEST_CASE("a recipe reads every documented key", "[compress]") {
  const Recipe recipe = recipe_of(R"({
      "weights": "int4", "activations": "int8", "block": 64, "range": "mse", "percentile": 99.9,
      "winograd": "always", "bias_correction": false, "cross_layer_equalization": true,
      "image": {"mean": [0.5, 0.25, 0], "std": [0.5], "order": "bgr", "layout": "nhwc"},
      "layers": [{"match": "head/*", "weights": "f32", "activations": "f32", "block": 128,
                  "range": "entropy", "percentile": 99, "winograd": "never"}]})");
  const LayerScheme& scheme = recipe.default_scheme();
  REQUIRE(scheme.weights == WeightType::int4);
  REQUIRE(scheme.activations == ActivationType::int8);
  REQUIRE(scheme.block == 64);
  REQUIRE(scheme.range == RangeMethod::mse);
  REQUIRE(scheme.percentile == 99.9);
  REQUIRE(scheme.winograd == WinogradUse::always);
  REQUIRE_FALSE(recipe.bias_correction());
  REQUIRE(recipe.cross_layer_equalization());
  REQUIRE(recipe.images().mean == std::vector<float>{0.5f, 0.25f, 0});
  REQUIRE(recipe.images().std == std::vector<float>{0.5f});
  REQUIRE(recipe.images().bgr);
  REQUIRE(recipe.images().nhwc);
  REQUIRE(recipe.image_metadata().at(0) ==
          std::pair<std::string, std::string>{"image.mean", "0.5,0.25,0"});
  const LayerScheme head = recipe.scheme("head/conv/1");
  REQUIRE(head.weights == WeightType::f32);
  REQUIRE(head.activations == ActivationType::f32);
  REQUIRE(head.block == 128);
  REQUIRE(head.range == RangeMethod::entropy);
  REQUIRE(head.percentile == 99);
  REQUIRE(head.winograd == WinogradUse::never);
  REQUIRE(recipe.scheme("neck").weights == WeightType::int4);
}

TEST_CASE("an empty recipe keeps the options, and no recipe has no picture", "[compress]") {
  ConvertOptions options = options_of(WeightType::f16);
  options.block = 128;
  for (const Recipe& recipe : {Recipe(options), recipe_of("{}", options)}) {
    REQUIRE(recipe.scheme("any").weights == WeightType::f16);
    REQUIRE(recipe.scheme("any").block == 128);
    REQUIRE(recipe.bias_correction());
    REQUIRE(recipe.image_metadata().empty());
    REQUIRE_FALSE(recipe.any_int8_activations());
    REQUIRE_FALSE(recipe.any_integer_weights());
  }
}

TEST_CASE("later entries win and change only what they name", "[compress]") {
  const Recipe recipe = recipe_of(R"({"layers": [
      {"match": "*", "weights": "int8"}, {"match": "conv[1-3]", "block": 64},
      {"match": "conv2", "weights": "int4", "activations": "int8"}]})");
  REQUIRE(recipe.scheme("conv1").weights == WeightType::int8);
  REQUIRE(recipe.scheme("conv1").block == 64);
  REQUIRE(recipe.scheme("conv2").weights == WeightType::int4);
  REQUIRE(recipe.scheme("conv2").block == 64);
  REQUIRE(recipe.scheme("conv4").block == 32);
  REQUIRE(recipe.any_int8_activations());
  REQUIRE(recipe.any_integer_weights());
  REQUIRE(recipe.names_weights("conv4"));
  REQUIRE_FALSE(recipe_of(R"({"layers": [{"match": "*", "block": 64}]})").names_weights("conv4"));
}

TEST_CASE("a recipe knows its patterns that match nothing", "[compress]") {
  GraphBuilder b;
  b.output(b.node(OpType::abs, {b.input("x", {1})}));
  const Recipe recipe = recipe_of(R"({"layers": [{"match": "a*"}, {"match": "conv"}]})");
  REQUIRE(recipe.unmatched(b.graph) == std::vector<std::string>{"conv"});
}

TEST_CASE("unknown keys are errors that name the key and the file", "[compress]") {
  check_error(R"({"wieghts": "int8"})", {"\"wieghts\"", "weights"});
  check_error(R"({"image": {"means": [1]}})", {"image", "\"means\""});
  check_error(R"({"layers": [{"match": "a"}, {"match": "b", "calibrate": 1}]})",
              {"layers[1]", "\"calibrate\""});
  check_error(R"({"layers": [{"match": "a", "bias_correction": true}]})", {"\"bias_correction\""});
}

TEST_CASE("values of the wrong type are errors that say what is expected", "[compress]") {
  check_error(R"({"weights": 8})", {"\"weights\" is 8", "text"});
  check_error(R"({"block": 32.5})", {"\"block\" is 32.5", "whole number"});
  check_error(R"({"block": -32})", {"\"block\" is -32", "whole number"});
  check_error(R"({"block": "32"})", {"whole number"});
  check_error(R"({"percentile": "99"})", {"\"percentile\"", "number"});
  check_error(R"({"bias_correction": 1})", {"true or false"});
  check_error(R"({"cross_layer_equalization": "yes"})", {"true or false"});
  check_error(R"({"image": [1]})", {"\"image\"", "object"});
  check_error(R"({"image": {"mean": 0.5}})", {"\"mean\"", "list of numbers"});
  check_error(R"({"image": {"mean": [0.5, true]}})", {"\"mean\"", "list of numbers"});
  check_error(R"({"layers": {"match": "a"}})", {"\"layers\"", "list"});
  check_error(R"({"layers": ["a"]})", {"layers[0]", "object"});
  check_error(R"([])", {"object"});
}

TEST_CASE("values that do not exist are errors that list those that do", "[compress]") {
  check_error(R"({"weights": "int3"})", {"'int3'", "f32, f16, int8, int4"});
  check_error(R"({"activations": "f16"})", {"'f16'", "f32, int8"});
  check_error(R"({"range": "max"})",
              {"'max'", "min_max, moving_average, percentile, mse, entropy"});
  check_error(R"({"block": 48})", {"48", "32, 64 or 128"});
  check_error(R"({"percentile": 50})", {"50", "above 50"});
  check_error(R"({"percentile": 100.5})", {"100.5"});
  check_error(R"({"image": {"order": "grb"}})", {"\"order\"", "rgb or bgr"});
  check_error(R"({"image": {"layout": "chwn"}})", {"\"layout\"", "nchw or nhwc"});
  check_error(R"({"image": {"std": [1, 0, 1]}})", {"\"std\"", "0"});
  check_error(R"({"image": {"mean": []}})", {"\"mean\""});
}

TEST_CASE("patterns that can match nothing are errors", "[compress]") {
  check_error(R"({"layers": [{"weights": "f32"}]})", {"layers[0]", "\"match\" is missing"});
  check_error(R"({"layers": [{"match": ""}]})", {"layers[0]", "matches no name"});
  check_error(R"({"layers": [{"match": "conv[1"}]})", {"not closed"});
  check_error(R"({"layers": [{"match": "conv\\"}]})", {"it ends within"});
  check_error(R"({"layers": [{"match": 3}]})", {"\"match\" is 3"});
  REQUIRE(recipe_error(R"({"layers": [{"match": "a[]]b"}, {"match": "a\\[1"}, {"match": "[!a]"}]})")
              .empty());
}

TEST_CASE("damaged and missing recipes are errors that name the file", "[compress]") {
  check_error("{\"weights\": ", {"recipe.json"});
  check_error("", {"recipe.json"});
  check_error(R"({"percentile": 1e999})", {"1e999"});
  ConvertOptions options;
  options.recipe = "/nonexistent/recipe.json";
  REQUIRE_THAT(convert_error([&] { Recipe recipe(options); }),
               ContainsSubstring("/nonexistent/recipe.json"));
}

TEST_CASE("options are checked as recipes are", "[compress]") {
  ConvertOptions options;
  options.block = 0;
  REQUIRE_THAT(convert_error([&] { Recipe recipe(options); }), ContainsSubstring("32, 64 or 128"));
}

}  // namespace linnet::test
