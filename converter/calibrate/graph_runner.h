#pragma once

#include <functional>
#include <map>
#include <string>

#include "converter/calibrate/dataset.h"
#include "converter/emit/emit_model.h"
#include "converter/io/array.h"
#include "linnet/linnet.h"

namespace linnet {

// Runs a converter graph through the public API, showing every value that is computed.
class GraphRunner {
 public:
  // `threads` 0: all cores. Throws ConvertError with the runtime's text when the graph does not
  // load.
  GraphRunner(const ir::Graph& graph, int threads);
  ~GraphRunner();
  GraphRunner(const GraphRunner&) = delete;
  GraphRunner& operator=(const GraphRunner&) = delete;

  // Called for every output of every step with its name and value.
  using Observer = std::function<void(const linnet_tensor& value)>;

  // Runs with inputs by name (converted to the input's dtype). The observer may be null.
  void run(const std::map<std::string, Array>& inputs, const Observer& observer);

  // The graph's outputs of the last run, by name.
  std::map<std::string, Array> outputs() const;

  // The inputs as the model has them, dimensions -1 where unknown.
  static std::map<std::string, InputType> input_types(const ir::Graph& graph);

 private:
  AlignedBytes file_;
  linnet_model* model_ = nullptr;
  linnet_session* session_ = nullptr;
};

}  // namespace linnet
