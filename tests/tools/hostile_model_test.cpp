#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "converter/io/array.h"
#include "tests/support/model_builder.h"
#include "tests/tools/command_runner.h"

// Model files whose hashes fit, made to trip the commands that show what is in a file.

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

void write_model(const std::string& path, const AlignedBytes& file) {
  write_bytes(path, {reinterpret_cast<const char*>(file.data()), file.size()});
}

// x -> `nodes` times reduce_max -> y; all nodes share one list of `length` axes, so that the file
// is small and its description would be large.
AlignedBytes shared_list_model(int nodes, size_t length) {
  flatbuffers::FlatBufferBuilder builder;
  const auto axes = builder.CreateVector(std::vector<int32_t>(length, 0));
  const auto options = fb::CreateReduceOptions(builder, axes).Union();
  std::vector<flatbuffers::Offset<fb::Tensor>> tensors;
  std::vector<flatbuffers::Offset<fb::Node>> list;
  for (int i = 0; i <= nodes; ++i) {
    const auto shape = builder.CreateVector(std::vector<int32_t>{1});
    const auto name = builder.CreateString("t" + std::to_string(i));
    fb::TensorBuilder tensor(builder);
    tensor.add_name(name);
    tensor.add_dtype(fb::DType::f32);
    tensor.add_shape(shape);
    tensor.add_segment(-1);
    tensors.push_back(tensor.Finish());
  }
  for (int i = 0; i < nodes; ++i) {
    const auto inputs = builder.CreateVector(std::vector<int32_t>{i});
    const auto outputs = builder.CreateVector(std::vector<int32_t>{i + 1});
    list.push_back(fb::CreateNode(builder, fb::OpType::reduce_max, 0, inputs, outputs,
                                  fb::OpOptions::ReduceOptions, options));
  }
  const auto graph =
      fb::CreateGraph(builder, 0, builder.CreateVector(tensors), builder.CreateVector(list),
                      builder.CreateVector(std::vector<int32_t>{0}),
                      builder.CreateVector(std::vector<int32_t>{nodes}));
  fb::FinishModelBuffer(builder, fb::CreateModel(builder, 1, 0, graph));
  return seal_file({builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()},
                   {});
}

}  // namespace

TEST_CASE("the command shows or refuses a file whose texts are no text") {
  ModelBuilder builder = small_model(2);
  builder.model.producer = "\xff\xfe";
  const Folder folder;
  const std::string path = folder.path("net.lnt");
  write_model(path, builder.seal());
  const CommandResult result =
      run_linnet({"inspect", path, "--json", "--netron", folder.path("net.json")});
  INFO(result.err);
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, ContainsSubstring(path));
}

TEST_CASE("a description is not larger than the file accounts for") {
  const Folder folder;
  const std::string path = folder.path("net.lnt");
  write_model(path, shared_list_model(2, 1));
  CHECK(run_linnet({"inspect", path, "--json"}).exit_code == 0);
  write_model(path, shared_list_model(4000, 100'000));
  const CommandResult result = run_linnet({"inspect", path, "--json"}, {.seconds = 60});
  INFO(result.err);
  CHECK(!result.killed);
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, ContainsSubstring(path));
  if (!kSanitized) CHECK(result.peak_bytes < uint64_t{256} << 20);
}

TEST_CASE("outputs whose names are alike as file names get a file each") {
  ModelBuilder builder = small_model(2);
  for (const char* name : {"a/b", "a_b", "../y"}) {
    const int32_t output = builder.add_tensor(name, fb::DType::f32, {2, 4});
    builder.add_node(fb::OpType::abs, name, {0}, {output});
    builder.add_output(output);
  }
  const Folder folder;
  write_model(folder.path("net.lnt"), builder.seal());
  write_npy(folder.path("x.npy"), {LINNET_F32, {2, 4}, std::vector<std::byte>(32)});
  const CommandResult result =
      run_linnet({"run", folder.path("net.lnt"), "--input", folder.path("x.npy"), "--output-dir",
                  folder.path("out"), "--json"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  std::set<std::string> files;
  for (const auto& output : nlohmann::json::parse(result.out)) files.insert(output.at("file"));
  CHECK(files.size() == 4);
  for (const std::string& file : files) {
    CHECK(std::filesystem::exists(file));
    CHECK(std::filesystem::path(file).parent_path() == folder.path("out"));
  }
  CHECK(folder.list() == std::vector<std::string>{"net.lnt", "out", "x.npy"});
}

}  // namespace linnet::test
