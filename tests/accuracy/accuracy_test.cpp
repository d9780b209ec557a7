#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>

#include "fashion_mnist.h"
#include "networks.h"
#include "ocr_lines.h"

// Accuracy of real networks after conversion, against ONNX Runtime and against the float model. The
// first test uses committed data only. Those with the tag [full] need what script/accuracy
// prepares, and print its table.

using namespace linnet;
using namespace linnet::accuracy;

namespace {

constexpr double kFashionInt8 = 0.003, kFashionInt4 = 0.007;  // of top-1 that may be lost
constexpr int kOcrLines = 3;                                  // fewer than float
constexpr int kOcrOnnxRuntime = 92;                           // lines, script/reference_accuracy.py
constexpr double kCosine = 0.99;
constexpr double kRelative = 1e-4;

void row(const std::string& what, const std::string& how, const char* format, double value,
         bool good) {
  std::printf("  %-22s %-42s ", what.c_str(), how.c_str());
  std::printf(format, value);
  std::printf("%s\n", good ? "" : "   BOUND BROKEN");
  std::fflush(stdout);
  CHECK(good);
}

// Cosine of int8 to float for each test input, all outputs together. The least one of each output
// alone is shown, without a bound: a detector's scores reach -288 where there is no face, which
// says nothing.
void measure_cosine(const std::string& name) {
  const Network network = packaged_network(name);
  Runner reference(converted(network, Precision::f32));
  Runner runner(converted(network, Precision::int8));
  std::vector<double> least;
  for (const Input& input : read_inputs(assets_folder() + "/tensors/" + name + "/test")) {
    const std::vector<Array> expected = reference.run(input.values);
    const std::vector<Array> found = runner.run(input.values);
    const double all = cosine(found, expected);
    row(name, "int8 to float, cosine, " + input.name, "%8.5f", all, all >= kCosine);
    least.resize(expected.size(), 1.0);
    for (size_t i = 0; i < expected.size(); ++i) {
      least[i] = std::min(least[i], cosine({found.at(i)}, {expected[i]}));
    }
  }
  for (size_t i = 0; least.size() > 1 && i < least.size(); ++i) {
    row("", "  least of output " + std::to_string(i), "%8.5f", least[i], true);
  }
}

// Largest relative error of the float model to ONNX Runtime over the test inputs.
void measure_float(const std::string& name) {
  const std::string folder = assets_folder() + "/tensors/" + name;
  Runner runner(converted(packaged_network(name), Precision::f32));
  double worst = 0;
  size_t compared = 0;
  for (const Input& input : read_inputs(folder + "/test", 20)) {
    const std::vector<Array> outputs = runner.run(input.values);
    for (size_t i = 0; i < outputs.size(); ++i) {
      const std::string expected =
          folder + "/expected/" + input.name + "." + std::to_string(i) + ".npy";
      worst = std::max(worst, relative_error(outputs[i], read_npy(expected)));
      ++compared;
    }
  }
  row(name, "float to ONNX Runtime, relative, " + std::to_string(compared), "%8.1e", worst,
      compared > 0 && worst <= kRelative);
}

}  // namespace

TEST_CASE("Fashion-MNIST keeps its accuracy on 200 images") {
  const LabelledImages images = committed_images();
  Runner f32(converted(fashion_mnist(), Precision::f32));
  Runner int8(converted(fashion_mnist(), Precision::int8));
  Runner int4(converted(fashion_mnist(), Precision::int4));
  CHECK(top1(f32, images) == 185.0 / 200);  // ONNX Runtime's figure
  CHECK(top1(int8, images) >= 183.0 / 200);
  CHECK(top1(int4, images) >= 181.0 / 200);
}

TEST_CASE("Fashion-MNIST, all 10,000 images", "[.full]") {
  const LabelledImages images = all_test_images();
  const Network network = fashion_mnist();
  Runner f32(converted(network, Precision::f32));
  const double reference = top1(f32, images);
  row(network.name, "float, top-1 %", "%8.2f", 100 * reference, reference >= 0.93);
  Runner int8(converted(network, Precision::int8));
  const double a = top1(int8, images);
  row("", "int8, top-1 %", "%8.2f", 100 * a, a >= reference - kFashionInt8);
  Runner int4(converted(network, Precision::int4));
  const double b = top1(int4, images);
  row("", "int4, top-1 %", "%8.2f", 100 * b, b >= reference - kFashionInt4);
}

TEST_CASE("OCR, 100 rendered lines", "[.full]") {
  const std::vector<TextLine> lines = rendered_lines();
  const std::vector<std::string> keys = recognition_keys();
  const Network network = packaged_network("ppocr_rec");
  int reference = 0;
  for (const Precision precision : kPrecisions) {
    Runner runner(converted(network, precision));
    const int exact = exact_lines(runner, lines, keys);
    if (precision == Precision::f32) reference = exact;
    const bool good =
        precision == Precision::f32 ? exact == kOcrOnnxRuntime : exact >= reference - kOcrLines;
    row(network.name,
        std::string(precision_name(precision)) + ", exact lines of " + std::to_string(lines.size()),
        "%8.0f", exact, good);
  }
}

TEST_CASE("int8 stays near float on photographs", "[.full]") {
  for (const char* name : {"blazeface_front", "blazeface_back", "efficientnet_lite0"})
    measure_cosine(name);
}

TEST_CASE("float equals ONNX Runtime", "[.full]") {
  for (const char* name : {"blazeface_front", "blazeface_back", "efficientnet_lite0", "ppocr_det",
                           "ppocr_rec", "ppocr_cls"}) {
    measure_float(name);
  }
}
