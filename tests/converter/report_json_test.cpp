#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "converter/report/layer_report.h"

namespace linnet::test {

TEST_CASE("the JSON report has every layer and value", "[report]") {
  ConvertReport report;
  report.model = "net \"1\".onnx";
  report.scheme = "int8 weights, int8 activations";
  report.file_bytes = 1234;
  report.float_bytes = 5678;
  report.calibration_samples = 9;
  report.warnings = {"careful"};
  LayerReport layer;
  layer.name = "conv";
  layer.op = "conv_2d";
  layer.scheme = "int8 static";
  layer.reason = "none";
  layer.parameters = 10;
  layer.bytes_float = 40;
  layer.bytes = 12;
  layer.weight_snr_db = 41.5;
  layer.output_snr_db = std::numeric_limits<double>::quiet_NaN();
  report.layers = {layer, layer};
  report.layers[1].weight_snr_db = std::numeric_limits<double>::infinity();
  report.layers[1].output_snr_db = -3;

  const nlohmann::json json = nlohmann::json::parse(report_json(report));
  REQUIRE(json["model"] == "net \"1\".onnx");
  REQUIRE(json["scheme"] == "int8 weights, int8 activations");
  REQUIRE(json["file_bytes"] == 1234);
  REQUIRE(json["float_bytes"] == 5678);
  REQUIRE(json["calibration_samples"] == 9);
  REQUIRE(json["warnings"] == nlohmann::json({"careful"}));
  REQUIRE(json["layers"].size() == 2);
  const auto& first = json["layers"][0];
  REQUIRE(first["name"] == "conv");
  REQUIRE(first["op"] == "conv_2d");
  REQUIRE(first["scheme"] == "int8 static");
  REQUIRE(first["reason"] == "none");
  REQUIRE(first["parameters"] == 10);
  REQUIRE(first["bytes_float"] == 40);
  REQUIRE(first["bytes"] == 12);
  REQUIRE(first["weight_snr_db"] == 41.5);
  REQUIRE(first["output_snr_db"].is_null());
  REQUIRE(json["layers"][1]["weight_snr_db"] == "exact");
  REQUIRE(json["layers"][1]["output_snr_db"] == -3);
}

TEST_CASE("names that are not UTF-8 do not break the JSON report", "[report]") {
  ConvertReport report;
  report.layers.resize(1);
  report.layers[0].name = "conv\xff";
  REQUIRE(nlohmann::json::parse(report_json(report))["layers"].size() == 1);
}

}  // namespace linnet::test
