#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <random>

#include "converter/error.h"
#include "converter/import/onnx/onnx_importer.h"
#include "tests/converter/onnx_builder.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

// y = relu(x·W), with a few attributes and constants to damage.
void small_model(OnnxBuilder& b) {
  b.input("x", {1, 3, 5, 5});
  b.floats("w", {4, 3, 3, 3}, std::vector<float>(108, 0.1f));
  b.ints("shape", {1, 4, 9});
  auto& conv = b.node("Conv", {"x", "w"}, {"c"});
  set_attribute(conv, "pads", std::vector<int64_t>{0, 0, 0, 0});
  set_attribute(conv, "strides", std::vector<int64_t>{1, 1});
  b.node("Relu", {"c"}, {"r"});
  b.node("Reshape", {"r", "shape"}, {"y"});
  b.output("y");
}

}  // namespace

TEST_CASE("the importer names what is wrong with a file", "[import]") {
  REQUIRE_THAT(import_error("/nonexistent/model.onnx"),
               ContainsSubstring("/nonexistent/model.onnx"));
  OnnxBuilder b;
  small_model(b);
  REQUIRE(import_error(b.save()).empty());
  const size_t size = b.model.SerializeAsString().size();
  REQUIRE_THAT(import_error(b.save(0)), ContainsSubstring("is empty"));
  REQUIRE_THAT(import_error(b.save(size / 2)), ContainsSubstring("cut short"));
  write_text(b.folder() / "text.onnx", "this is no protobuf message at all");
  REQUIRE_THAT(import_error((b.folder() / "text.onnx").string()),
               ContainsSubstring("not an ONNX model"));
}

TEST_CASE("every cut of a file is an error, never a crash", "[import]") {
  OnnxBuilder b;
  small_model(b);
  const size_t size = b.model.SerializeAsString().size();
  for (size_t cut = 0; cut < size; ++cut) {
    INFO(cut << " of " << size << " bytes");
    REQUIRE_FALSE(import_error(b.save(cut)).empty());
  }
}

TEST_CASE("flipped bits give an error or another model, never a crash", "[import]") {
  OnnxBuilder b;
  small_model(b);
  const std::string whole = b.model.SerializeAsString();
  std::mt19937 generator(1);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = whole;
    for (int flips = 1 + i % 3; flips > 0; --flips) {
      bytes[generator() % bytes.size()] ^= static_cast<char>(1 << generator() % 8);
    }
    write_text(b.folder() / "flipped.onnx", bytes);
    import_error((b.folder() / "flipped.onnx").string());
  }
  SUCCEED();
}

TEST_CASE("operator sets outside 7 to 22 are refused", "[import]") {
  for (const int opset : {6, 23}) {
    OnnxBuilder b(opset);
    small_model(b);
    REQUIRE_THAT(import_error(b.save()),
                 ContainsSubstring("operator set " + std::to_string(opset)));
  }
}

TEST_CASE("all unsupported nodes are listed at once, with name, op and advice", "[import]") {
  OnnxBuilder b;
  b.input("x", {1, 4});
  b.node("Sin", {"x"}, {"a"}).set_name("first");
  b.node("Cos", {"a"}, {"s"}).set_name("second");
  b.node("Relu", {"s"}, {"t"});
  b.node("TopK", {"t", "k"}, {"v", "i"}).set_name("third");
  b.ints("k", {2});
  b.output("v");
  try {
    import_onnx(b.save());
    FAIL("imported");
  } catch (const UnsupportedError& error) {
    REQUIRE(error.problems().size() == 3);
    REQUIRE(error.problems()[0].where == "node 'first' (Sin, opset 17)");
    REQUIRE(error.problems()[1].where == "node 'second' (Cos, opset 17)");
    REQUIRE(error.problems()[2].where == "node 'third' (TopK, opset 17)");
    REQUIRE_FALSE(error.problems()[0].advice.empty());
  }
}

TEST_CASE("ops of other domains are named with them", "[import]") {
  OnnxBuilder b;
  b.input("x", {1, 4});
  auto* custom = b.model.add_opset_import();
  custom->set_domain("acme");
  custom->set_version(1);
  b.node("Relu", {"x"}, {"y"}).set_domain("acme");
  b.output("y");
  REQUIRE_THAT(import_error(b.save()), ContainsSubstring("Relu of domain acme"));
}

TEST_CASE("models that contradict themselves are refused", "[import]") {
  OnnxBuilder channels;
  channels.input("x", {1, 2, 5, 5});
  channels.floats("w", {4, 3, 3, 3}, std::vector<float>(108, 0.1f));
  channels.node("Conv", {"x", "w"}, {"y"});
  channels.output("y");
  REQUIRE_THAT(import_error(channels.save()), ContainsSubstring("channels"));

  OnnxBuilder missing;
  missing.input("x", {1, 4});
  missing.node("Add", {"x", "nowhere"}, {"y"});
  missing.output("y");
  REQUIRE_THAT(import_error(missing.save()), ContainsSubstring("nowhere"));

  OnnxBuilder stride;
  stride.input("x", {1, 3, 5, 5});
  stride.floats("w", {4, 3, 3, 3}, std::vector<float>(108, 0.1f));
  set_attribute(stride.node("Conv", {"x", "w"}, {"y"}), "strides", std::vector<int64_t>{0, 1});
  stride.output("y");
  REQUIRE_FALSE(import_error(stride.save()).empty());

  OnnxBuilder little;
  little.input("x", {1, 4});
  little.floats("c", {4}, {1, 2});
  little.node("Add", {"x", "c"}, {"y"});
  little.output("y");
  REQUIRE_THAT(import_error(little.save()), ContainsSubstring("name: c"));
}

TEST_CASE("inputs that are no tensors of known rank are refused", "[import]") {
  OnnxBuilder unknown;
  auto* info = unknown.model.mutable_graph()->add_input();
  info->set_name("x");
  info->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  unknown.node("Relu", {"x"}, {"y"});
  unknown.output("y");
  REQUIRE_THAT(import_error(unknown.save()), ContainsSubstring("input 'x': its rank is unknown"));

  OnnxBuilder words;
  words.input("x", {3});
  words.input("words", {3}, onnx::TensorProto::STRING);
  words.node("Relu", {"x"}, {"y"});
  words.output("y");
  REQUIRE_THAT(import_error(words.save()), ContainsSubstring("STRING"));
}

}  // namespace linnet::test
