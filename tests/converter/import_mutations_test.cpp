#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "converter/convert.h"
#include "converter/error.h"
#include "linnet/linnet.h"
#include "tests/converter/onnx_builder.h"
#include "tests/converter/protobuf_mutator.h"

// The models of tests/data/ops with numbers, names and bytes changed: each gives a ConvertError or
// a file that the runtime accepts, and which then runs or fails cleanly. LINNET_LONG=1 tries 100
// times as many, LINNET_SEED others.

namespace linnet::test {
namespace {

std::vector<std::string> op_models() {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(LINNET_TESTS_DIR) + "/data/ops")) {
    if (entry.path().extension() == ".onnx") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

unsigned number(const char* variable, unsigned fallback) {
  const char* text = std::getenv(variable);
  return text == nullptr ? fallback : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// Plans and runs what was written, if its inputs have known shapes; both may fail.
void run_model(const std::string& path) {
  linnet_model* model = nullptr;
  const linnet_status opened = linnet_model_open(path.c_str(), nullptr, &model);
  INFO(linnet_last_error());
  REQUIRE(opened == LINNET_OK);
  linnet_session_options options;
  linnet_session_options_init(&options);
  options.threads = 1;
  options.memory_limit = uint64_t{64} << 20;
  linnet_session* session = nullptr;
  if (linnet_session_create(model, &options, &session) == LINNET_OK) {
    (void)linnet_session_run(session, 0.5);
  }
  linnet_session_close(session);
  linnet_model_close(model);
}

}  // namespace

TEST_CASE("a changed ONNX file gives an error or a sound model", "[import]") {
  const std::vector<std::string> paths = op_models();
  REQUIRE(paths.size() > 400);
  const OnnxBuilder folder;
  const std::string onnx = (folder.folder() / "net.onnx").string();
  ConvertOptions options;
  options.input = onnx;
  options.output = (folder.folder() / "net.lnt").string();
  ProtobufMutator mutator(number("LINNET_SEED", 1));
  unsigned errors = 0, models = 0;
  const size_t rounds = number("LINNET_LONG", 0) != 0 ? 200 : 2;
  for (size_t i = 0; i < rounds * paths.size(); ++i) {
    const std::string& source = paths[i % paths.size()];
    const std::string bytes = mutator.mutate(read_text(source));
    write_text(onnx, bytes);
    options.weights = static_cast<WeightType>(i % 4);
    INFO("mutation " << i << " of " << source);
    const auto start = std::chrono::steady_clock::now();
    try {
      convert(options);
      ++models;
    } catch (const ConvertError& error) {
      ++errors;
      INFO(error.what());
      CHECK(std::string(error.what()).find(onnx) != std::string::npos);
      CHECK_FALSE(std::filesystem::exists(options.output));
      continue;
    } catch (const std::exception& error) {
      FAIL_CHECK(error.what());
      std::filesystem::copy_file(onnx,
                                 std::filesystem::temp_directory_path() /
                                     ("linnet-mutation-" + std::to_string(i) + ".onnx"),
                                 std::filesystem::copy_options::overwrite_existing);
      continue;
    }
    run_model(options.output);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
    std::filesystem::remove(options.output);
  }
  // The changes leave some models sound and spoil others.
  CHECK(errors > rounds * paths.size() / 20);
  CHECK(models > rounds * paths.size() / 20);
}

}  // namespace linnet::test
