#include <onnx/onnx_pb.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "converter/io/array.h"
#include "tests/tools/command_runner.h"

// Damaged files given to the command. It answers each with exit code 2 and a message; exit code 0
// is right only where the damage left a valid ONNX model. Never a signal, an internal error, a
// report of a sanitizer, a part of an output or memory out of proportion. LINNET_LONG=1
// (script/hostile) tries them by the thousand and prints the counts.

namespace linnet::test {
namespace {

// Resident, without sanitizers.
constexpr uint64_t kMostMemory = uint64_t{256} << 20;

bool long_run() {
  const char* value = std::getenv("LINNET_LONG");
  return value != nullptr && *value != '\0' && *value != '0';
}

int count_of(int few, int many) { return long_run() ? many : few; }

// How the commands of one test case ended.
class Tally {
 public:
  explicit Tally(const char* name) : name_(name), start_(std::chrono::steady_clock::now()) {}
  ~Tally() {
    if (!long_run()) return;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    std::printf(
        "hostile: %-28s %6d files, exit 0: %d, exit 2: %d, other: %d, most memory %.0f MB, %.0f "
        "s\n",
        name_, zero_ + two_ + other_, zero_, two_, other_, static_cast<double>(peak_) / 1e6,
        seconds);
    std::fflush(stdout);
  }
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  // Checks the promise and returns the exit code.
  int add(const CommandResult& result) {
    INFO("exit code " << result.exit_code << ", signal " << result.signal << "\n" << result.err);
    peak_ = std::max(peak_, result.peak_bytes);
    if (result.exit_code == 0) {
      ++zero_;
    } else if (result.exit_code == 2) {
      ++two_;
    } else {
      ++other_;
    }
    CHECK((result.exit_code == 0 || result.exit_code == 2));
    CHECK(!result.killed);
    CHECK((result.exit_code == 0) == result.err.empty());
    CHECK(result.err.find("Sanitizer") == std::string::npos);
    CHECK(result.err.find("runtime error") == std::string::npos);
    if (!kSanitized) CHECK(result.peak_bytes < kMostMemory);
    return result.exit_code;
  }

 private:
  const char* name_;
  std::chrono::steady_clock::time_point start_;
  int zero_ = 0, two_ = 0, other_ = 0;
  uint64_t peak_ = 0;
};

// `count` places to cut a file of `size` bytes: both ends, and evenly between them.
std::vector<size_t> cuts(size_t size, int count) {
  std::vector<size_t> places;
  const size_t n = static_cast<size_t>(count);
  for (size_t i = 0; i < n; ++i) {
    if (i < n / 4) {
      places.push_back(i * 3);
    } else if (i < n / 2) {
      places.push_back(size - 1 - (i - n / 4) * 3);
    } else {
      places.push_back((i - n / 2) * size / (n - n / 2));
    }
  }
  return places;
}

// A damaged model file, given to `linnet run`, must be refused by a message that names it.
class RunOfDamaged {
 public:
  RunOfDamaged(const char* name, const std::vector<std::string>& options) : tally_(name) {
    std::vector<std::string> arguments = {"convert", data_path("fashion_mnist.onnx"), "-o", path_};
    arguments.insert(arguments.end(), options.begin(), options.end());
    REQUIRE(run_linnet(arguments).exit_code == 0);
    whole_ = read_bytes(path_);
    REQUIRE(run().exit_code == 0);
  }
  const std::string& whole() const { return whole_; }

  void refuse(const std::string& damaged) {
    write_bytes(path_, damaged);
    const CommandResult result = run();
    CHECK(tally_.add(result) == 2);
    CHECK(result.err.find(path_) != std::string::npos);
  }

 private:
  CommandResult run() const {
    return run_linnet(
        {"run", path_, "--input", data_path("fashion_mnist_calibrate.npy"), "--threads", "1"});
  }

  Tally tally_;
  Folder folder_;
  std::string path_ = folder_.path("net.lnt");
  std::string whole_;
};

const std::vector<std::string> kStaticInt8 = {
    "--weights", "int8", "--activations", "int8",
    "--samples", "10",   "--calibrate",   data_path("fashion_mnist_calibrate.npy")};
const std::vector<std::string> kInt4 = {"--weights", "int4"};

void cut_model(const char* name, const std::vector<std::string>& options) {
  RunOfDamaged damaged(name, options);
  for (const size_t size : cuts(damaged.whole().size(), count_of(30, 1000))) {
    INFO("cut to " << size << " of " << damaged.whole().size() << " bytes");
    damaged.refuse(damaged.whole().substr(0, size));
  }
}

void flip_model(const char* name, const std::vector<std::string>& options, unsigned seed) {
  RunOfDamaged damaged(name, options);
  std::mt19937 random(seed);
  for (int i = count_of(50, 5'000); i > 0; --i) {
    std::string bytes = damaged.whole();
    const size_t bit = random() % (8 * bytes.size());
    INFO("bit " << bit << " of " << 8 * bytes.size());
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    damaged.refuse(bytes);
  }
}

// A damaged ONNX file, given to `linnet convert`. What is written all the same must be a sound
// model.
class ConversionOfDamaged {
 public:
  explicit ConversionOfDamaged(const char* name)
      : tally_(name), whole_(read_bytes(data_path("fashion_mnist.onnx"))) {}
  const std::string& whole() const { return whole_; }

  void convert(const std::string& damaged) {
    write_bytes(onnx_, damaged);
    const CommandResult result =
        run_linnet({"convert", onnx_, "-o", folder_.path("net.lnt"), "--json"}, {.seconds = 60});
    if (tally_.add(result) != 0) {
      CHECK(result.err.find(onnx_) != std::string::npos);
      CHECK(folder_.list() == std::vector<std::string>{"net.onnx"});
      return;
    }
    CHECK(folder_.list() == std::vector<std::string>{"net.lnt", "net.onnx"});
    const CommandResult inspected =
        run_linnet({"inspect", folder_.path("net.lnt"), "--json"}, {.seconds = 60});
    INFO(inspected.err);
    CHECK(inspected.exit_code == 0);
    std::filesystem::remove(folder_.path("net.lnt"));
  }

 private:
  Tally tally_;
  Folder folder_;
  std::string onnx_ = folder_.path("net.onnx");
  std::string whole_;
};

// Positions of the bytes of an ONNX file that are not values of weights: a hundredth of all, where
// everything but the values stands.
std::vector<size_t> structure(const std::string& onnx) {
  onnx::ModelProto model;
  REQUIRE(model.ParseFromString(onnx));
  std::vector<bool> values(onnx.size(), false);
  size_t at = 0;
  for (const auto& initializer : model.graph().initializer()) {
    at = onnx.find(initializer.raw_data(), at);
    REQUIRE(at != std::string::npos);
    std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(at), initializer.raw_data().size(),
                true);
    at += initializer.raw_data().size();
  }
  std::vector<size_t> places;
  for (size_t i = 0; i < onnx.size(); ++i) {
    if (!values[i]) places.push_back(i);
  }
  return places;
}

}  // namespace

// In this order the two halves take about as long (script/hostile runs them side by side).

TEST_CASE("a cut int8 model is refused", "[hostile]") { cut_model("cut int8 .lnt", kStaticInt8); }

TEST_CASE("an int8 model with a flipped bit is refused", "[hostile]") {
  flip_model("bit flips in int8 .lnt", kStaticInt8, 1);
}

TEST_CASE("a cut ONNX file is refused", "[hostile]") {
  ConversionOfDamaged damaged("cut .onnx");
  for (const size_t size : cuts(damaged.whole().size(), count_of(20, 1000))) {
    INFO("cut to " << size << " of " << damaged.whole().size() << " bytes");
    damaged.convert(damaged.whole().substr(0, size));
  }
}

TEST_CASE("a cut int4 model is refused", "[hostile]") { cut_model("cut int4 .lnt", kInt4); }

TEST_CASE("an int4 model with a flipped bit is refused", "[hostile]") {
  flip_model("bit flips in int4 .lnt", kInt4, 2);
}

TEST_CASE("a corrupted ONNX file is refused or another model", "[hostile]") {
  ConversionOfDamaged damaged("corrupted .onnx");
  const std::vector<size_t> places = structure(damaged.whole());
  std::mt19937 random(3);
  for (int i = count_of(40, 5000); i > 0; --i) {
    std::string bytes = damaged.whole();
    std::string changes;
    for (int n = 1 + i % 3; n > 0; --n) {
      const size_t at = i % 8 == 0 ? random() % bytes.size() : places[random() % places.size()];
      bytes[at] = static_cast<char>(
          i % 2 == 0 ? random() : static_cast<unsigned>(bytes[at]) ^ 1u << random() % 8);
      changes +=
          " " + std::to_string(at) + "=" + std::to_string(static_cast<unsigned char>(bytes[at]));
    }
    INFO("bytes" << changes);
    damaged.convert(bytes);
  }
}

}  // namespace linnet::test
