#include "converter/import/onnx/onnx_text.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>

#include "schema/file_text.h"

namespace linnet::onnx_import {
namespace {

// Passes add to the names that they find; the rest is room for that.
constexpr size_t kMostNameBytes = kMaxNameSize / 2;
constexpr size_t kMostProblems = 20;

class TextCheck {
 public:
  // `what` and `index` say where: the name itself cannot be shown.
  void name(const std::string& text, const char* what, int index) {
    if (text.size() > kMostNameBytes) {
      add(fmt::format("{} {}", what, index),
          fmt::format("a name of {} bytes, the most is {}", text.size(), kMostNameBytes));
    } else {
      clean(text, fmt::format("{} {}", what, index));
    }
  }

  void clean(const std::string& text, const std::string& where) {
    if (!is_clean_utf8(text.data(), text.size())) add(where, "not UTF-8 text");
  }

  void graph(const onnx::GraphProto& graph) {
    name(graph.name(), "graph", 0);
    for (int i = 0; i < graph.initializer_size(); ++i)
      name(graph.initializer(i).name(), "constant", i);
    for (int i = 0; i < graph.input_size(); ++i) name(graph.input(i).name(), "input", i);
    for (int i = 0; i < graph.output_size(); ++i) name(graph.output(i).name(), "output", i);
    for (int i = 0; i < graph.node_size(); ++i) node(graph.node(i), i);
  }

  void add(const std::string& where, const std::string& why) {
    if (problems.size() < kMostProblems) problems.push_back({where, why, "rename it"});
  }

  std::vector<Problem> problems;

 private:
  void node(const onnx::NodeProto& node, int index) {
    name(node.name(), "node", index);
    name(node.op_type(), "the op of node", index);
    name(node.domain(), "the domain of node", index);
    for (const std::string& input : node.input()) name(input, "an input of node", index);
    for (const std::string& output : node.output()) name(output, "an output of node", index);
    for (const auto& attribute : node.attribute()) {
      name(attribute.name(), "an attribute of node", index);
      if (attribute.has_g()) graph(attribute.g());
    }
  }
};

}  // namespace

std::vector<Problem> text_problems(const onnx::ModelProto& model) {
  TextCheck check;
  check.graph(model.graph());
  std::set<std::string> keys;
  for (int i = 0; i < model.metadata_props_size(); ++i) {
    const auto& entry = model.metadata_props(i);
    check.name(entry.key(), "metadata entry", i);
    check.clean(entry.value(), fmt::format("the value of metadata entry {}", i));
    if (entry.key().empty() || !keys.insert(entry.key()).second) {
      check.add(fmt::format("metadata entry {}", i),
                entry.key().empty() ? "it has no key" : "its key stands twice");
    }
  }
  return std::move(check.problems);
}

}  // namespace linnet::onnx_import
