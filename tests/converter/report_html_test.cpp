#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <iterator>
#include <limits>

#include "converter/report/layer_report.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("the HTML report has every layer, escaped, and loads nothing", "[report]") {
  ConvertReport report;
  report.model = "net<1>.onnx";
  report.scheme = "int4 weights, f32 activations";
  report.file_bytes = 4321;
  report.float_bytes = 43210;
  report.warnings = {"pattern 'a&b' matches no layer"};
  for (int i = 0; i < 30; ++i) {
    LayerReport layer;
    layer.name = "block/" + std::to_string(i) + "<conv>";
    layer.op = "conv_2d";
    layer.scheme = i % 2 == 0 ? "int4 block 32" : "f32";
    layer.bytes = 1000 + static_cast<uint64_t>(i);
    layer.weight_snr_db = i % 2 == 0 ? 20.0 + i : std::numeric_limits<double>::infinity();
    layer.output_snr_db = std::numeric_limits<double>::quiet_NaN();
    if (i % 2 == 0) layer.histogram.assign(33, 5);
    report.layers.push_back(layer);
  }
  report.layers[7].reason = "kept \"float\"";
  report.layers[9].weight_snr_db = std::numeric_limits<double>::quiet_NaN();
  const ScratchFolder folder;
  write_report_html(report, folder.path("report.html"));
  std::ifstream in(folder.path("report.html"));
  const std::string html = {std::istreambuf_iterator<char>(in), {}};
  for (int i = 0; i < 30; ++i) {
    REQUIRE_THAT(html, ContainsSubstring("<td>block/" + std::to_string(i) + "&lt;conv&gt;</td>"));
    REQUIRE_THAT(html, ContainsSubstring(">" + std::to_string(1000 + i) + "</td>"));
  }
  REQUIRE_THAT(html, ContainsSubstring("kept &quot;float&quot;"));
  REQUIRE_THAT(html, ContainsSubstring("<title>net&lt;1&gt;.onnx</title>"));
  REQUIRE_THAT(html, ContainsSubstring("'a&amp;b'"));
  REQUIRE_THAT(html, ContainsSubstring("4321 bytes (10.00 times smaller)"));
  for (const char* outside : {"http:", "https:", "<script", "nan", "inf"})
    REQUIRE_THAT(html, !ContainsSubstring(outside));
  REQUIRE(folder.names() == std::vector<std::string>{"report.html"});
}

TEST_CASE("an HTML report that cannot be written is an error that names the file", "[report]") {
  REQUIRE_THAT(convert_error([] { write_report_html({}, "/nonexistent/report.html"); }),
               ContainsSubstring("/nonexistent/report.html"));
}

}  // namespace linnet::test
