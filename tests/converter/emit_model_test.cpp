#include "converter/emit/emit_model.h"
#include "converter/error.h"

#include <sys/resource.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "schema/file_format.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string bytes_of(const AlignedBytes& file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};
}

// Constants of every kind and of sizes that are no multiples of 64.
ir::Graph mixed_graph() {
  GraphBuilder b;
  int x = b.conv(b.input("x", {1, 5, 5, 3}), b.random({5, 3, 3, 3}), b.random({5}));
  x = b.depthwise(x, b.random({3, 3, 5}), b.random({5}));
  x = b.fully_connected(b.reshape(x, {1, 5}), b.random({70, 5}), b.random({70}));
  x = b.fully_connected(x, b.random({33, 70}));
  b.output(b.add(x, b.random({33})));
  Reasons reasons;
  const Recipe recipe = recipe_of(R"({"layers": [{"match": "fully*", "weights": "int4"}]})",
                                  options_of(WeightType::f16));
  compress_weights(b.graph, recipe, {}, reasons);
  return b.graph;
}

// The message of the std::system_error that writing there throws; "" when it throws none.
std::string write_error(const ir::Graph& graph, const std::string& path) {
  try {
    emit_model_file(graph, path);
  } catch (const ConvertError& error) {
    return error.what();
  }
  return "";
}

// While it lives, no file can grow beyond `size`, as on a full disk.
class FileLimit {
 public:
  explicit FileLimit(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {size, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("the same graph gives the same bytes, in memory and in a file", "[emit]") {
  const ir::Graph graph = mixed_graph();
  const std::string bytes = bytes_of(emit_model(graph));
  REQUIRE(bytes_of(emit_model(mixed_graph())) == bytes);
  REQUIRE(emitted_size(graph) == bytes.size());
  const ScratchFolder folder;
  emit_model_file(graph, folder.path("a.lnt"));
  REQUIRE(content(folder.path("a.lnt")) == bytes);
  REQUIRE(folder.names() == std::vector<std::string>{"a.lnt"});
}

TEST_CASE("segments and constants stand at multiples of 64, with zeros between", "[emit]") {
  const AlignedBytes file = emit_model(mixed_graph());
  REQUIRE(reinterpret_cast<uintptr_t>(file.data()) % kSegmentAlignment == 0);
  const fb::Model* model = fb::GetModel(file.data() + kHeaderOffset);
  REQUIRE(model->segments()->size() == 1);
  const fb::Segment* segment = model->segments()->Get(0);
  REQUIRE(segment->offset() % kSegmentAlignment == 0);
  std::vector<bool> used(file.size(), false);
  size_t constants = 0;
  for (const fb::Tensor* tensor : *model->graph()->tensors()) {
    if (tensor->segment() < 0) continue;
    ++constants;
    INFO(tensor->name()->c_str());
    REQUIRE(tensor->offset() % kSegmentAlignment == 0);
    REQUIRE(tensor->offset() + tensor->size() <= segment->size());
    const auto begin =
        used.begin() + static_cast<std::ptrdiff_t>(segment->offset() + tensor->offset());
    const auto end = begin + static_cast<std::ptrdiff_t>(tensor->size());
    REQUIRE(std::find(begin, end, true) == end);
    std::fill(begin, end, true);
  }
  REQUIRE(constants == 8);
  for (uint64_t i = segment->offset(); i < file.size(); ++i) {
    if (!used[i]) REQUIRE(file.data()[i] == std::byte{0});
  }
}

TEST_CASE("a file that cannot be written whole leaves the old one and no other", "[emit]") {
  const ScratchFolder folder;
  const std::string path = folder.write("net.lnt", "the old model");
  const ir::Graph graph = mixed_graph();
  const uint64_t size = emitted_size(graph);
  const auto limited = [&](uint64_t most) {
    const FileLimit limit(most);
    return write_error(graph, path);
  };
  for (const uint64_t most : {uint64_t{1}, uint64_t{4096}, size - 1}) {
    REQUIRE_THAT(limited(most), ContainsSubstring("cannot write '" + path + "'"));
    REQUIRE(content(path) == "the old model");
    REQUIRE(folder.names() == std::vector<std::string>{"net.lnt"});
  }
  REQUIRE(limited(size).empty());
  REQUIRE(content(path) == bytes_of(emit_model(graph)));
}

TEST_CASE("a place that takes no file is an error that names it", "[emit]") {
  const ScratchFolder folder;
  const ir::Graph graph = mixed_graph();
  const std::string missing = folder.path("no/such/folder/net.lnt");
  REQUIRE_THAT(write_error(graph, missing), ContainsSubstring("cannot write '" + missing + "'") &&
                                                ContainsSubstring("No such file or directory"));
  const std::string file = folder.write("file", "");
  REQUIRE_THAT(write_error(graph, file + "/net.lnt"), ContainsSubstring("Not a directory"));
  std::filesystem::create_directories(folder.path("busy/inside"));
  REQUIRE_THAT(write_error(graph, folder.path("busy")), ContainsSubstring("busy'"));
  REQUIRE(folder.names() == std::vector<std::string>{"busy", "file"});
}

TEST_CASE("4-bit values that no layer reads packed are a mistake of the converter", "[emit]") {
  GraphBuilder b;
  const int w = b.random({4, 32});
  b.graph.tensor(w) = quantize_weights_int4(b.graph.tensor(w), 32);
  b.output(b.add(b.input("x", {4, 32}), w));
  REQUIRE_THROWS_AS(emit_model(b.graph), std::logic_error);
}

}  // namespace linnet::test
