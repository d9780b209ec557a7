#include "converter/import/onnx/onnx_importer.h"

#include "converter/import/onnx/onnx_graph.h"

namespace linnet {

ir::Graph import_onnx(const std::string& path, const OnnxImportOptions& options) {
  onnx_import::OnnxFile file(path, options.input_shapes);
  ir::Graph graph = onnx_import::OnnxGraph(file).build();
  for (const auto& entry : file.model().metadata_props()) {
    graph.metadata.emplace_back(entry.key(), entry.value());
  }
  return graph;
}

}  // namespace linnet
