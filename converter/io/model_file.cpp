#include "converter/io/model_file.h"

#include <flatbuffers/minireflect.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "converter/error.h"
#include "converter/io/file.h"
#include "schema/file_format.h"
#include "schema/model_generated.h"

namespace linnet {
namespace {

using Json = nlohmann::ordered_json;

// Turns a FlatBuffers object into JSON by its type table: enums by name, infinities as text.
// A file whose tables share one list many times describes more than it holds: `budget` is how many
// values may still be listed, at most one for each byte of the file. Nothing is listed after that.
class JsonVisitor : public flatbuffers::IterationVisitor {
 public:
  explicit JsonVisitor(size_t& budget) : budget_(budget) {}
  void StartSequence() override { stack_.push_back(Json::object()); }
  void EndSequence() override { close(); }
  void StartVector() override { stack_.push_back(Json::array()); }
  void EndVector() override { close(); }
  void Field(size_t, size_t, flatbuffers::ElementaryType, bool, const flatbuffers::TypeTable*,
             const char* name, const uint8_t*) override {
    keys_.resize(stack_.size());
    keys_.back() = name;
  }
  void UType(uint8_t value, const char* name) override { integer(value, name); }
  void Bool(bool value) override { put(value); }
  void Char(int8_t value, const char* name) override { integer(value, name); }
  void UChar(uint8_t value, const char* name) override { integer(value, name); }
  void Short(int16_t value, const char* name) override { integer(value, name); }
  void UShort(uint16_t value, const char* name) override { integer(value, name); }
  void Int(int32_t value, const char* name) override { integer(value, name); }
  void UInt(uint32_t value, const char* name) override { integer(value, name); }
  void Long(int64_t value) override { put(value); }
  void ULong(uint64_t value) override { put(value); }
  void Float(float value) override {
    put(std::isfinite(value) ? Json(value) : Json(value > 0 ? "inf" : "-inf"));
  }
  void Double(double value) override { put(value); }
  void String(const flatbuffers::String* value) override { put(value->str()); }

  const Json& result() const { return result_; }

 private:
  template <typename T>
  void integer(T value, const char* name) {
    put(name != nullptr ? Json(name) : Json(value));
  }
  void put(Json value) {
    if (budget_ == 0) return;
    --budget_;
    if (stack_.empty()) {
      result_ = std::move(value);
    } else if (stack_.back().is_array()) {
      stack_.back().push_back(std::move(value));
    } else {
      stack_.back()[keys_[stack_.size() - 1]] = std::move(value);
    }
  }
  void close() {
    Json done = std::move(stack_.back());
    stack_.pop_back();
    put(std::move(done));
  }

  size_t& budget_;
  std::vector<Json> stack_;
  std::vector<std::string> keys_;
  Json result_;
};

std::string options_json(const fb::Node& node, size_t& budget) {
  JsonVisitor visitor(budget);
  flatbuffers::IterateObject(reinterpret_cast<const uint8_t*>(&node), fb::NodeTypeTable(),
                             &visitor);
  const auto options = visitor.result().find("options");
  return options == visitor.result().end() ? "{}" : options->dump();
}

template <typename T>
std::vector<T> to_vector(const flatbuffers::Vector<T>* values) {
  return values != nullptr ? std::vector<T>(values->begin(), values->end()) : std::vector<T>();
}

std::string scheme_name(const fb::Tensor& tensor) {
  const bool plain = tensor.layout() == fb::Layout::plain;
  const std::string packed = plain ? "" : fmt::format(" {}", fb::EnumNameLayout(tensor.layout()));
  switch (tensor.dtype()) {
    case fb::DType::s8:
      return "int8" + packed;
    case fb::DType::s4:
      return fmt::format("int4 block {}",
                         tensor.quantization() != nullptr ? tensor.quantization()->block() : 0);
    default:
      return fb::EnumNameDType(tensor.dtype()) + packed;
  }
}

FileTensor read_tensor(const fb::Tensor& tensor) {
  FileTensor result;
  result.name = tensor.name()->str();
  result.dtype = tensor.dtype() == fb::DType::boolean ? "bool" : fb::EnumNameDType(tensor.dtype());
  result.shape = to_vector(tensor.shape());
  result.constant = tensor.segment() >= 0;
  result.scheme = scheme_name(tensor);
  result.size = tensor.size();
  if (const fb::Quantization* q = tensor.quantization()) {
    result.scale = to_vector(q->scale());
    result.zero_point = to_vector(q->zero_point());
    result.axis = q->axis();
  }
  return result;
}

}  // namespace

ModelFile read_model_file(const std::string& path) {
  const std::vector<std::byte> bytes = read_file(path);
  FilePreamble preamble;
  if (bytes.size() < sizeof(preamble))
    throw ConvertError(fmt::format("'{}' is no model file", path));
  std::memcpy(&preamble, bytes.data(), sizeof(preamble));
  if (preamble.header_size > bytes.size() - kHeaderOffset)
    throw ConvertError(fmt::format("'{}' is cut off", path));
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(bytes.data()) + kHeaderOffset,
                                 static_cast<size_t>(preamble.header_size));
  if (!fb::VerifyModelBuffer(verifier))
    throw ConvertError(fmt::format("the header of '{}' is damaged", path));
  const fb::Model& model = *fb::GetModel(bytes.data() + kHeaderOffset);

  ModelFile file;
  file.file_size = bytes.size();
  file.version = model.version();
  if (model.producer() != nullptr) file.producer = model.producer()->str();
  if (model.graph()->name() != nullptr) file.graph_name = model.graph()->name()->str();
  if (model.metadata() != nullptr) {
    for (const fb::KeyValue* entry : *model.metadata())
      file.metadata.emplace_back(entry->key()->str(), entry->value()->str());
  }
  for (const fb::Tensor* tensor : *model.graph()->tensors())
    file.tensors.push_back(read_tensor(*tensor));
  size_t budget = bytes.size();
  for (const fb::Node* node : *model.graph()->nodes()) {
    file.nodes.push_back(
        {fb::EnumNameOpType(node->op()), node->name() != nullptr ? node->name()->str() : "",
         to_vector(node->inputs()), to_vector(node->outputs()), options_json(*node, budget)});
    if (budget == 0) throw ConvertError(fmt::format("'{}' lists more values than it holds", path));
  }
  file.inputs = to_vector(model.graph()->inputs());
  file.outputs = to_vector(model.graph()->outputs());
  return file;
}

std::string describe(const FileTensor& tensor) {
  std::string text =
      fmt::format("{} {} [{}]", tensor.name, tensor.dtype, fmt::join(tensor.shape, ","));
  if (tensor.scale.size() == 1) {
    text += fmt::format(" scale {:.6g} zero point {}", tensor.scale[0],
                        tensor.zero_point.empty() ? 0 : tensor.zero_point[0]);
  }
  return text;
}

}  // namespace linnet
