#include <cmath>
#include <nlohmann/json.hpp>

#include "converter/report/layer_report.h"

namespace linnet {
namespace {

// JSON has no infinity: exact layers say "exact", unmeasured ones null.
nlohmann::ordered_json decibel(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return "exact";
  return value;
}

}  // namespace

std::string report_json(const ConvertReport& report) {
  nlohmann::ordered_json json;
  json["model"] = report.model;
  json["scheme"] = report.scheme;
  json["file_bytes"] = report.file_bytes;
  json["float_bytes"] = report.float_bytes;
  json["calibration_samples"] = report.calibration_samples;
  json["warnings"] = report.warnings;
  json["layers"] = nlohmann::ordered_json::array();
  for (const LayerReport& layer : report.layers) {
    json["layers"].push_back({{"name", layer.name},
                              {"op", layer.op},
                              {"scheme", layer.scheme},
                              {"reason", layer.reason},
                              {"parameters", layer.parameters},
                              {"bytes_float", layer.bytes_float},
                              {"bytes", layer.bytes},
                              {"weight_snr_db", decibel(layer.weight_snr_db)},
                              {"output_snr_db", decibel(layer.output_snr_db)}});
  }
  // The model's path need not be UTF-8.
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace linnet
