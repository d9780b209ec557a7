#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>

#include "converter/import/onnx/onnx_importer.h"
#include "tests/converter/onnx_builder.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

// y = x + c, c of two floats in `location`.
void model_with(OnnxBuilder& b, const std::string& location, const std::string& offset,
                const std::string& length) {
  b.input("x", {2});
  b.external("c", {2}, location, offset, length);
  b.node("Add", {"x", "c"}, {"y"});
  b.output("y");
}

std::string error_of(const std::string& location, const std::string& offset,
                     const std::string& length) {
  OnnxBuilder b;
  write_text(b.folder() / "data.bin", std::string(16, '\0'));
  model_with(b, location, offset, length);
  return import_error(b.save());
}

}  // namespace

TEST_CASE("external data is read at its offset, aligned or not", "[import]") {
  for (const size_t offset : {size_t{0}, size_t{4}, size_t{3}}) {
    OnnxBuilder b;
    const float values[] = {1.5f, -2.0f};
    std::string bytes(offset, 'x');
    bytes.append(reinterpret_cast<const char*>(values), sizeof values);
    write_text(b.folder() / "data.bin", bytes + "behind");
    model_with(b, "data.bin", std::to_string(offset), "8");
    const ir::Graph graph = import_onnx(b.save());
    const auto constant = graph.tensor(graph.nodes.at(0).inputs.at(1)).values<float>();
    REQUIRE(std::vector<float>(constant.begin(), constant.end()) ==
            std::vector<float>{1.5f, -2.0f});
  }
}

TEST_CASE("external data must lie inside its file", "[import]") {
  REQUIRE(error_of("data.bin", "8", "8").empty());
  REQUIRE_THAT(error_of("data.bin", "9", "8"), ContainsSubstring("offset 9"));
  REQUIRE_THAT(error_of("data.bin", "0", "4"), ContainsSubstring("'c'"));
  REQUIRE_THAT(error_of("data.bin", "18446744073709551615", "8"), ContainsSubstring("'c'"));
  REQUIRE_THAT(error_of("data.bin", "-1", "8"), ContainsSubstring("offset '-1'"));
  REQUIRE_THAT(error_of("missing.bin", "0", "8"), ContainsSubstring("missing.bin"));
}

TEST_CASE("external data must lie inside the model's folder", "[import]") {
  REQUIRE_FALSE(error_of("../data.bin", "0", "8").empty());
  REQUIRE_FALSE(error_of("sub/../../data.bin", "0", "8").empty());
  REQUIRE_FALSE(error_of("/etc/hostname", "0", "8").empty());
  REQUIRE_FALSE(error_of("", "0", "8").empty());
  REQUIRE_FALSE(error_of(".", "0", "8").empty());
}

TEST_CASE("external data may not be a link", "[import]") {
  OnnxBuilder outside, b;
  write_text(outside.folder() / "secret.bin", std::string(8, 's'));
  std::filesystem::create_symlink(outside.folder() / "secret.bin", b.folder() / "data.bin");
  model_with(b, "data.bin", "0", "8");
  REQUIRE_FALSE(import_error(b.save()).empty());
  OnnxBuilder c;
  std::filesystem::create_directory_symlink(outside.folder(), c.folder() / "sub");
  model_with(c, "sub/secret.bin", "0", "8");
  REQUIRE_FALSE(import_error(c.save()).empty());
}

}  // namespace linnet::test
