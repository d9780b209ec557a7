#pragma once

#include <vector>

#include "converter/calibrate/dataset.h"
#include "converter/compress/compress.h"
#include "converter/convert.h"

namespace linnet {

// Compares the compressed graph with the float one, layer by layer (matched by node name). The
// outputs are measured on the first few samples; without samples, output_snr_db is NaN.
ConvertReport report_layers(const ir::Graph& reference, const ir::Graph& graph,
                            const Recipe& recipe, const Reasons& reasons,
                            const std::vector<Sample>& samples, const ConvertOptions& options);

// The report as one self-contained HTML page (inline SVG, no network) and as JSON. The file is
// replaced as a whole. Throw ConvertError.
void write_report_html(const ConvertReport& report, const std::string& path);
std::string report_json(const ConvertReport& report);

}  // namespace linnet
