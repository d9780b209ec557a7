#include <onnx/onnx_pb.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "converter/io/array.h"
#include "tests/tools/command_runner.h"

// What a user of the command sees: exit codes, messages, files and JSON of every subcommand.

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using Json = nlohmann::json;

namespace {

const char* const kSubcommands[] = {"convert", "inspect", "run", "bench", "compare"};

// Runs a command that must succeed; returns what it printed.
std::string succeed(const std::vector<std::string>& arguments) {
  const CommandResult result = run_linnet(arguments);
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  REQUIRE(result.err == "");
  return result.out;
}

Json succeed_json(const std::vector<std::string>& arguments) {
  return Json::parse(succeed(arguments));
}

// Runs a command that must fail with `code` and one message; returns the message.
std::string fail(int code, const std::vector<std::string>& arguments) {
  const CommandResult result = run_linnet(arguments);
  std::string line;
  for (const std::string& argument : arguments) line += " " + argument;
  INFO("linnet" << line << "\n" << result.out << result.err);
  REQUIRE(result.exit_code == code);
  REQUIRE(result.err != "");
  REQUIRE(result.out == "");
  return result.err;
}

// The network of tests/data as a model file.
std::string model_in(const Folder& folder, const std::vector<std::string>& options = {}) {
  const std::string path = folder.path("net.lnt");
  std::vector<std::string> arguments = {"convert", data_path("fashion_mnist.onnx"), "-o", path};
  arguments.insert(arguments.end(), options.begin(), options.end());
  succeed(arguments);
  return path;
}

const std::vector<std::string> kStaticInt8 = {
    "--weights", "int8",        "--activations",
    "int8",      "--calibrate", data_path("fashion_mnist_calibrate.npy")};

// The first `count` calibration pictures as a file; returns the values too.
Array pictures_in(const std::string& path, int32_t count) {
  Array pictures = read_npy(data_path("fashion_mnist_calibrate.npy"));
  REQUIRE(pictures.shape == std::vector<int32_t>{100, 1, 28, 28});
  pictures.shape[0] = count;
  pictures.bytes.resize(static_cast<size_t>(count) * 28 * 28 * sizeof(float));
  write_npy(path, pictures);
  return pictures;
}

}  // namespace

TEST_CASE("--help explains with an example and succeeds") {
  REQUIRE_THAT(succeed({"--help"}), ContainsSubstring("Example: linnet convert"));
  REQUIRE_THAT(succeed({"--version"}), StartsWith("linnet "));
  for (const std::string subcommand : kSubcommands) {
    const std::string help = succeed({subcommand, "--help"});
    CHECK_THAT(help, ContainsSubstring("Example"));
    CHECK_THAT(help, ContainsSubstring("linnet " + subcommand + " "));
  }
}

TEST_CASE("wrong usage exits 1 and says how to get help") {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"fly"},
      {"convert"},
      {"convert", "net.onnx"},
      {"convert", "net.onnx", "-o"},
      {"convert", "net.onnx", "-o", "net.lnt", "--weights", "int5"},
      {"convert", "net.onnx", "-o", "net.lnt", "--block", "48"},
      {"convert", "net.onnx", "-o", "net.lnt", "--samples", "-1"},
      {"convert", "net.onnx", "-o", "net.lnt", "--percentile", "nan"},
      {"convert", "net.onnx", "-o", "net.lnt", "--input-shape", "x=1,1,1,1,1,1,1"},
      {"convert", "net.onnx", "-o", "net.lnt", "--input-shape", "x=1,a"},
      {"convert", "net.onnx", "-o", "net.lnt", "--input-shape", "x=1,-3"},
      {"convert", "net.onnx", "-o", "net.lnt", "--input-shape", "x=99999999999"},
      {"inspect"},
      {"inspect", "a.lnt", "b.lnt"},
      {"run"},
      {"run", "net.lnt", "--threads", "many"},
      {"run", "net.lnt", "--no-such-option"},
      {"bench"},
      {"bench", "net.lnt", "--seconds", "-1"},
      {"bench", "net.lnt", "--seconds", "nan"},
      {"compare"},
      {"compare", "a.lnt"},
      {"compare", "a.lnt", "b.lnt", "--threads", "-2"},
  };
  for (const auto& arguments : wrong)
    CHECK_THAT(fail(1, arguments), ContainsSubstring("Run with --help"));
}

TEST_CASE("a file that is missing, a folder or not a model exits 2 and is named") {
  const Folder folder;
  const std::string sound = model_in(folder);
  write_bytes(folder.path("text"),
              "not a model, but longer than the preamble of one: 64 bytes\n\n\n\n\n");
  write_bytes(folder.path("empty"), "");
  std::filesystem::create_directory(folder.path("folder"));
  for (const char* name : {"missing", "folder", "text", "empty"}) {
    for (const char* extension : {".lnt", ".onnx"}) {
      const std::string path = folder.path(name) + extension;
      if (std::filesystem::exists(folder.path(name))) {
        std::filesystem::rename(folder.path(name), path);
      }
      const std::vector<std::vector<std::string>> commands = {
          {"convert", path, "-o", folder.path("out.lnt")},
          {"inspect", path},
          {"run", path, "--input", "image.npy"},
          {"bench", path},
          {"compare", path, sound},
          {"compare", sound, path},
      };
      for (const auto& arguments : commands)
        CHECK_THAT(fail(2, arguments), ContainsSubstring(path));
      if (std::filesystem::exists(path)) std::filesystem::rename(path, folder.path(name));
    }
  }
  CHECK(folder.list() == std::vector<std::string>{"empty", "folder", "net.lnt", "text"});
}

TEST_CASE("inspect shows tensors, kernels and memory") {
  const Folder folder;
  const std::string model = model_in(folder, kStaticInt8);
  const std::string text = succeed({"inspect", model});
  for (const char* part :
       {"image f32 [-1,1,28,28]", "scores", "int8", "arena", "conv_2d", "depthwise"})
    CHECK_THAT(text, ContainsSubstring(part));
  const Json json = succeed_json({"inspect", model, "--json", "--input-shape", "image=2,1,28,28"});
  CHECK(json.at("file_bytes") == std::filesystem::file_size(model));
  CHECK(json.at("bytes_by_scheme").size() >= 2);
  CHECK(json.at("memory").at("arena") > 0);
  REQUIRE(json.at("steps").size() >= 17);  // 15 convolutions, the mean, the classifier
  REQUIRE(json.at("nodes").size() == json.at("steps").size());
  for (const Json& step : json.at("steps")) {
    INFO(step);
    CHECK(step.at("kernel") != "");
    CHECK(step.at("outputs").at(0).at(0) == 2);
  }
  const Json other =
      succeed_json({"inspect", model, "--json", "--isa", "scalar", "--xnnpack", "never"});
  for (const Json& step : other.at("steps"))
    CHECK_THAT(step.at("kernel").get<std::string>(),
               !ContainsSubstring("avx") && !ContainsSubstring("neon"));
  CHECK(run_linnet({"inspect", model, "--xnnpack", "sometimes"}).exit_code == 1);
}

TEST_CASE("inspect writes a graph for Netron") {
  const Folder folder;
  const std::string model = model_in(folder);
  succeed({"inspect", model, "--netron", folder.path("out.json")});
  const std::string text = read_bytes(folder.path("out.json"));
  // Netron reads the beginning only to tell the format.
  const auto json = nlohmann::ordered_json::parse(text);
  CHECK(json.begin().key() == "signature");
  CHECK_THAT(json.begin().value().get<std::string>(), StartsWith("netron:"));
  const auto& graph = json.at("modules").at(0);
  const size_t values = graph.at("values").size();
  REQUIRE(graph.at("nodes").size() >= 17);
  for (const auto& node : graph.at("nodes")) {
    for (const char* side : {"inputs", "outputs"}) {
      for (const auto& argument : node.at(side)) CHECK(argument.at("value").at(0) < values);
    }
  }
  CHECK_THAT(fail(2, {"inspect", model, "--netron", folder.path("nowhere/out.json")}),
             ContainsSubstring("nowhere/out.json"));
}

TEST_CASE("run writes an output as .npy and takes .npy, .npz and ONNX tensors") {
  const Folder folder;
  const std::string model = model_in(folder);
  const Array pictures = pictures_in(folder.path("pictures.npy"), 3);
  const auto run = [&](const std::string& input, const std::string& output) {
    const Json json = succeed_json(
        {"run", model, "--input", input, "--output-dir", folder.path(output), "--json"});
    REQUIRE(json.size() == 1);
    CHECK(json[0].at("name") == "scores");
    const Array scores = read_npy(json[0].at("file"));
    CHECK(json[0].at("shape") == scores.shape);
    CHECK(json[0].at("file") == folder.path(output + "/scores.npy"));
    return scores;
  };
  const Array scores = run("image=" + folder.path("pictures.npy"), "named");
  CHECK(scores.dtype == LINNET_F32);
  CHECK(scores.shape == std::vector<int32_t>{3, 10});

  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const int32_t d : pictures.shape) tensor.add_dims(d);
  tensor.set_raw_data(pictures.bytes.data(), pictures.bytes.size());
  write_bytes(folder.path("input_0.pb"), tensor.SerializeAsString());
  CHECK(run(folder.path("input_0.pb"), "tensor").bytes == scores.bytes);
  // Two 4-bit values a byte: more values than the file has bytes.
  tensor.set_data_type(onnx::TensorProto::INT4);
  tensor.set_raw_data(std::string(3 * 28 * 28 / 2, '\x71'));
  write_bytes(folder.path("int4.pb"), tensor.SerializeAsString());
  Array sevens{LINNET_F32, pictures.shape, std::vector<std::byte>(pictures.bytes.size())};
  for (size_t i = 0; i < sevens.elements(); ++i) sevens.data<float>()[i] = i % 2 == 0 ? 1 : 7;
  write_npy(folder.path("sevens.npy"), sevens);
  CHECK(run(folder.path("int4.pb"), "int4").bytes == run(folder.path("sevens.npy"), "f32").bytes);
  CHECK(run(folder.path("pictures.npy"), "unnamed").bytes == scores.bytes);
  CHECK_THAT(succeed({"run", model, "--input", folder.path("pictures.npy")}),
             ContainsSubstring("scores  f32 3x10"));
}

TEST_CASE("run refuses inputs that do not fit, and names them") {
  const Folder folder;
  const std::string model = model_in(folder);
  write_npy(folder.path("wide.npy"),
            {LINNET_F32, {1, 1, 28, 29}, std::vector<std::byte>(28 * 29 * 4)});
  write_bytes(folder.path("short.npy"),
              read_bytes(data_path("fashion_mnist_calibrate.npy")).substr(0, 1000));
  write_bytes(folder.path("short.npz"),
              read_bytes(data_path("fashion_mnist_200.npz")).substr(0, 1000));
  write_bytes(folder.path("bad.pb"), "no tensor");
  write_bytes(folder.path("image.raw"), "abcd");
  // A text that no recursive matcher survives.
  const std::string header =
      "'fortran_order': False, 'descr': '" + std::string(5'000'000, 'a') + "'";
  std::string npy("\x93NUMPY\x02\x00", 8);
  for (size_t i = 0; i < 4; ++i) npy += static_cast<char>(header.size() >> 8 * i);
  write_bytes(folder.path("long.npy"), npy + header);
  for (const char* name : {"long.npy", "short.npy", "short.npz", "bad.pb", "missing.npy",
                           "missing.pb", "missing.npz"}) {
    CHECK_THAT(fail(2, {"run", model, "--input", folder.path(name)}),
               ContainsSubstring(folder.path(name)));
  }
  CHECK_THAT(fail(2, {"run", model, "--input", folder.path("wide.npy")}),
             ContainsSubstring("image"));
  CHECK_THAT(fail(2, {"run", model}), ContainsSubstring("image"));
  CHECK_THAT(fail(2, {"run", model, "--input", folder.path("wide.npy")}), ContainsSubstring(model));
  CHECK_THAT(fail(2, {"bench", model, "--input-shape", "picture=1,1,28,28"}),
             ContainsSubstring("picture"));
  CHECK_THAT(fail(2, {"run", model, "--input", "picture=" + folder.path("wide.npy")}),
             ContainsSubstring("picture") && ContainsSubstring("image"));
  CHECK_THAT(fail(2, {"run", model, "--input", folder.path("image.raw"), "--input-shape",
                      "image=1,1,28,28"}),
             ContainsSubstring("image.raw"));
  CHECK_THAT(fail(2, {"run", model, "--input", folder.path("wide.npy"), "--isa", "punchcards"}),
             ContainsSubstring("punchcards"));
}

TEST_CASE("paths that are no text are no obstacle, nor are options before files") {
  const Folder folder;
  const std::string model = folder.path("\xff.lnt"), onnx = folder.path("\xfe.onnx");
  std::filesystem::copy_file(data_path("fashion_mnist.onnx"), onnx);
  succeed_json({"convert", "--input-shape", "image=1,1,28,28", onnx, "-o", model, "--json"});
  pictures_in(folder.path("image.npy"), 1);
  succeed_json({"run", "--input", folder.path("image.npy"), model, "--output-dir",
                folder.path("\xff"), "--json"});
  succeed_json({"bench", "--input", folder.path("image.npy"), model, "--seconds", "0", "--json"});
}

TEST_CASE("bench gives its figures as JSON and a trace for Chrome") {
  const Folder folder;
  const std::string model = model_in(folder, {"--weights", "int8"});
  const Json json = succeed_json({"bench", model, "--json", "--seconds", "0.05", "--threads", "1",
                                  "--profile", folder.path("trace.json")});
  for (const char* key : {"median_ms", "p90_ms", "min_ms", "first_ms", "load_ms", "plan_ms",
                          "peak_memory_mb", "arena_bytes", "weight_bytes"}) {
    INFO(key);
    REQUIRE(json.at(key).is_number());
    CHECK(json.at(key) > 0);
  }
  CHECK(json.at("min_ms") <= json.at("median_ms"));
  CHECK(json.at("median_ms") <= json.at("p90_ms"));
  CHECK(json.at("runs") >= 3);
  CHECK(json.at("ops").size() >= 3);

  const Json trace = Json::parse(read_bytes(folder.path("trace.json")));
  REQUIRE(trace.at("traceEvents").size() >= 17);
  double last = 0;
  for (const Json& event : trace.at("traceEvents")) {
    INFO(event);
    CHECK(event.at("ph") == "X");  // a complete event: a beginning and a duration, in microseconds
    CHECK(event.at("name").is_string());
    CHECK(event.at("pid").is_number_integer());
    CHECK(event.at("tid").is_number_integer());
    CHECK(event.at("ts") >= last);
    CHECK(event.at("dur") >= 0);
    last = event.at("ts");
  }
  const std::string text = succeed({"bench", model, "--seconds", "0"});
  for (const char* part : {"median", "p90", "min", "load", "first run", "peak of the process"})
    CHECK_THAT(text, ContainsSubstring(part));
}

TEST_CASE("compare measures how far two models part") {
  const Folder folder;
  const std::string onnx = data_path("fashion_mnist.onnx");
  const std::string exact = model_in(folder);
  pictures_in(folder.path("pictures.npy"), 5);
  const auto compare = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"compare", "--json", "--input",
                                          folder.path("pictures.npy")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Json::parse(succeed(arguments));
  };
  const Json same = compare({exact, exact});
  REQUIRE(same.size() == 1);
  CHECK(same[0].at("name") == "scores");
  CHECK(same[0].at("max_error") == 0);
  CHECK(same[0].at("snr_db") == "equal");
  CHECK(same[0].at("top1") == 1);

  const Json rounding = compare({onnx, exact});  // batch norm is folded in one of them
  CHECK(rounding.at(0).at("max_error") < 1e-3);

  const Json layers = compare({onnx, model_in(folder, kStaticInt8), "--per-layer"});
  REQUIRE(layers.size() >= 5);
  std::set<std::string> names;
  for (const Json& row : layers) {
    INFO(row);
    CHECK(names.insert(row.at("name")).second);
    CHECK(row.at("cosine") > 0.9);
    CHECK(row.at("snr_db") > 5);
  }
  CHECK(names.contains("scores"));
  CHECK_THAT(succeed({"compare", onnx, exact, "--per-layer"}), ContainsSubstring("SNR dB"));
}

}  // namespace linnet::test
