#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "converter/io/array.h"
#include "tests/converter/onnx_builder.h"
#include "tests/tools/command_runner.h"

// `linnet convert`: what it writes, and what is left behind when it fails or is killed.

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

namespace {

const char* const kOldFile = "what stood here before";

Arguments convert(const std::string& onnx, const std::string& output,
                  const Arguments& options = {}) {
  Arguments arguments = {"convert", onnx, "-o", output};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return arguments;
}

Arguments static_int8(const std::string& threads = "0") {
  return {"--weights", "int8",        "--activations",
          "int8",      "--calibrate", data_path("fashion_mnist_calibrate.npy"),
          "--samples", "20",          "--threads",
          threads};
}

std::string converted(const Folder& folder, const Arguments& options) {
  const std::string path = folder.path("net.lnt");
  const CommandResult result = run_linnet(convert(data_path("fashion_mnist.onnx"), path, options));
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  REQUIRE(folder.list() == Arguments{"net.lnt"});
  return read_bytes(path);
}

// A conversion that must fail with exit code 2 and leave the folder as it was. Returns the message.
std::string refused(const Folder& folder, const Arguments& arguments,
                    const CommandLimits& limits = {}) {
  const Arguments before = folder.list();
  const CommandResult result = run_linnet(arguments, limits);
  INFO(result.out << result.err);
  CHECK(result.exit_code == 2);
  CHECK(result.err != "");
  CHECK(folder.list() == before);
  return result.err;
}

}  // namespace

TEST_CASE("convert writes every scheme, each smaller than the one before, and all of them run") {
  const std::pair<const char*, Arguments> schemes[] = {
      {"f32", {}},
      {"f16", {"--weights", "f16"}},
      {"int8", {"--weights", "int8"}},
      {"int8, int8 activations", static_int8()},
      {"int4", {"--weights", "int4"}},
  };
  std::map<std::string, size_t> sizes;
  for (const auto& [name, options] : schemes) {
    INFO(name);
    const Folder folder;
    sizes[name] = converted(folder, options).size();
    const CommandResult result =
        run_linnet({"compare", "--json", data_path("fashion_mnist.onnx"), folder.path("net.lnt"),
                    "--input", data_path("fashion_mnist_calibrate.npy")});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    const Json row = Json::parse(result.out).at(0);
    CHECK(row.at("top1") >= 0.95);
  }
  CHECK(sizes["f16"] < sizes["f32"]);
  CHECK(sizes["int8"] < sizes["f16"]);
  CHECK(sizes["int4"] < sizes["int8"]);
}

TEST_CASE("a conversion is the same byte for byte, repeated or with other threads") {
  const Folder folder;
  const Arguments schemes[] = {{"--weights", "int4", "--threads", "2"}, static_int8("1")};
  for (Arguments options : schemes) {
    const std::string once = converted(folder, options);
    CHECK(converted(folder, options) == once);
    for (const char* threads : {"2", "3"}) {
      options.back() = threads;
      CHECK(converted(folder, options) == once);
    }
  }
}

TEST_CASE("convert reports as text, JSON and a page") {
  const Folder folder;
  const std::string onnx = data_path("fashion_mnist.onnx");
  Arguments arguments = convert(onnx, folder.path("net.lnt"), static_int8());
  const CommandResult text = run_linnet(arguments);
  CHECK_THAT(text.out, ContainsSubstring("times smaller") && ContainsSubstring("depthwise_0"));

  arguments.insert(arguments.end(), {"--json", "--report", folder.path("net.html")});
  const CommandResult result = run_linnet(arguments);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const Json json = Json::parse(result.out);
  CHECK(json.at("file_bytes") == std::filesystem::file_size(folder.path("net.lnt")));
  CHECK(json.at("calibration_samples") == 20);
  REQUIRE(json.at("layers").size() >= 16);  // 15 convolutions and the classifier
  const std::string page = read_bytes(folder.path("net.html"));
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.ends_with("</html>\n"));
  for (const Json& layer : json.at("layers")) {
    CHECK_THAT(page, ContainsSubstring(layer.at("name").get<std::string>()));
    const Json& output = layer.at("output_snr_db");  // null where nothing was measured
    CHECK((output.is_null() || output > 5));
  }
  CHECK(folder.list() == Arguments{"net.html", "net.lnt"});

  const CommandResult only = run_linnet({"convert", onnx, "--report", folder.path("only.html")});
  CHECK(only.exit_code == 0);
  CHECK(folder.list() == Arguments{"net.html", "net.lnt", "only.html"});
}

TEST_CASE("convert lists all that it does not support at once and writes nothing") {
  OnnxBuilder b;
  b.input("x", {1, 4});
  b.node("Sin", {"x"}, {"a"}).set_name("first");
  b.node("Relu", {"a"}, {"r"});
  b.node("Cos", {"r"}, {"y"}).set_name("second");
  b.output("y");
  const Folder folder;
  const std::string path = b.save();
  const std::string message = refused(folder, convert(path, folder.path("net.lnt")));
  CHECK_THAT(message, ContainsSubstring(path));
  CHECK_THAT(message, ContainsSubstring("'first' (Sin"));
  CHECK_THAT(message, ContainsSubstring("'second' (Cos"));
  CHECK_THAT(message, !ContainsSubstring("Relu"));
  CHECK_THAT(message, ContainsSubstring("--list-ops"));
}

TEST_CASE("a conversion that fails leaves an existing file as it was and nothing beside it") {
  const std::string onnx = data_path("fashion_mnist.onnx");
  const Folder folder, inputs;
  const std::string old = folder.path("net.lnt");
  write_bytes(old, kOldFile);
  write_bytes(inputs.path("cut.onnx"), read_bytes(onnx).substr(0, 100'000));
  write_bytes(inputs.path("recipe.json"), R"({"weights": "int8", "colour": "blue"})");
  write_bytes(inputs.path("broken.json"), R"({"weights": )");
  write_npy(inputs.path("wide.npy"),
            {LINNET_F32, {1, 1, 28, 29}, std::vector<std::byte>(28 * 29 * 4)});
  std::filesystem::create_directory(inputs.path("none"));
  const std::pair<Arguments, std::string> failures[] = {
      {convert(inputs.path("cut.onnx"), old), "cut.onnx"},
      {convert(onnx, old, {"--recipe", inputs.path("recipe.json")}), "colour"},
      {convert(onnx, old, {"--recipe", inputs.path("broken.json")}), "broken.json"},
      {convert(onnx, old, {"--recipe", inputs.path("missing.json")}), "missing.json"},
      {convert(onnx, old, {"--activations", "int8"}), "--calibrate"},
      {convert(onnx, old, {"--activations", "int8", "--calibrate", inputs.path("wide.npy")}),
       "wide.npy"},
      {convert(onnx, old, {"--activations", "int8", "--calibrate", inputs.path("none")}), "none"},
      {convert(onnx, old, {"--activations", "int8", "--calibrate", inputs.path("missing")}),
       "missing"},
      {convert(onnx, old, {"--input-shape", "image=1,3,28,28"}), "image"},
      {convert(onnx, old, {"--input-shape", "picture=1,1,28,28"}), "picture"},
  };
  for (const auto& [arguments, words] : failures) {
    CHECK_THAT(refused(folder, arguments), ContainsSubstring(words));
    CHECK(read_bytes(old) == kOldFile);
  }
}

TEST_CASE("an output that cannot be written is named; what is no plain file is left alone") {
  const Folder folder;
  const std::string onnx = data_path("fashion_mnist.onnx");
  std::filesystem::create_directory(folder.path("folder"));
  REQUIRE(mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  for (const std::string& path :
       {folder.path("nowhere/net.lnt"), folder.path("folder"), folder.path("pipe")}) {
    CHECK_THAT(refused(folder, convert(onnx, path)), ContainsSubstring(path));
    CHECK_THAT(refused(folder, {"convert", onnx, "--report", path}), ContainsSubstring(path));
  }
  CHECK(std::filesystem::is_fifo(folder.path("pipe")));
  // The report is not to blame on the model: that one is whole.
  CHECK(run_linnet(
            convert(onnx, folder.path("net.lnt"), {"--report", folder.path("nowhere/net.html")}))
            .exit_code == 2);
  CHECK(run_linnet({"inspect", folder.path("net.lnt")}).exit_code == 0);
}

TEST_CASE("on a full disk a conversion fails and leaves the old file") {
  const Folder folder;
  const std::string old = folder.path("net.lnt");
  write_bytes(old, kOldFile);
  for (const uint64_t room : {0u, 1000u, 100'000u}) {
    CommandLimits limits;
    limits.file_bytes = room;
    CHECK_THAT(refused(folder, convert(data_path("fashion_mnist.onnx"), old), limits),
               ContainsSubstring(old));
    CHECK(read_bytes(old) == kOldFile);
  }
}

TEST_CASE("a killed conversion leaves the old file, the new one or none, never a part") {
  const std::string onnx = data_path("fashion_mnist.onnx");
  const Folder reference;
  const auto start = std::chrono::steady_clock::now();
  const std::string whole = converted(reference, static_int8());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const Folder folder;
  const std::string path = folder.path("net.lnt");
  const auto writes = [&] {
    const Arguments names = folder.list();
    return std::any_of(names.begin(), names.end(),
                       [](const auto& name) { return name.find(".tmp") != std::string::npos; });
  };
  const int moments = std::getenv("LINNET_LONG") != nullptr ? 200 : 12;
  int killed = 0;
  for (int i = 0; i < 2 * moments; ++i) {
    const std::string old = i % 3 == 0 ? "" : kOldFile;
    if (!old.empty()) write_bytes(path, old);
    // Half of the moments are spread over the whole run, half are right in the writing.
    CommandLimits limits;
    if (i % 2 == 0) {
      limits.seconds = seconds * i / (2 * moments);
    } else {
      limits.kill_when = writes;
    }
    const CommandResult result = run_linnet(convert(onnx, path, static_int8()), limits);
    killed += result.signal == SIGKILL;
    INFO("moment " << i << " of " << 2 * moments);
    const std::string left = std::filesystem::exists(path) ? read_bytes(path) : "";
    CHECK((left == old || left == whole));
    for (const std::string& name : folder.list()) std::filesystem::remove(folder.path(name));
  }
  CHECK(killed >= moments / 2);
}

}  // namespace linnet::test
