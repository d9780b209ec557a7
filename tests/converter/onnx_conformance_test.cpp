#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>

#include "converter/emit/emit_model.h"
#include "converter/error.h"
#include "converter/import/onnx/onnx_importer.h"
#include "converter/io/array.h"
#include "converter/passes/passes.h"
#include "linnet/linnet.h"

// Every case of tests/data/ops, made by tests/reference with ONNX Runtime and the ONNX reference
// evaluator: imported, with and without the passes, and run through the public API.

namespace linnet::test {

namespace {

const std::map<std::string, std::string> kUnsupported = {
    {"cast_float_float16", "f16 values are computed in f32"},
    {"constantofshape_input", "a shape that is an input's value, not known before the run"},
    {"resize_linear_crop", "tf_crop_and_resize"},
    {"resize_linear_crop_outside", "tf_crop_and_resize"},
    {"resize_nearest_crop", "tf_crop_and_resize"},
    {"resize_not_smaller_opset18", "a kept aspect ratio whose size is rounded up"},
};

// Stored as f64, f16 or wide integers where ONNX has them; Linnet gives f32 and s32.
std::string mismatch(const linnet_tensor& got, const Array& want) {
  if (got.dtype != want.dtype) return std::string("is ") + linnet_dtype_name(got.dtype);
  if (std::vector<int32_t>(got.dims, got.dims + got.rank) != want.shape) return "has another shape";
  const size_t count = want.elements();
  for (size_t i = 0; i < count; ++i) {
    if (got.dtype == LINNET_F32) {
      const double a = static_cast<const float*>(got.data)[i], b = want.data<float>()[i];
      const bool same = a == b || (std::isnan(a) && std::isnan(b));
      if (!same && !(std::fabs(a - b) <= 1e-5 + 1e-4 * std::fabs(b))) {
        return "element " + std::to_string(i) + " is " + std::to_string(a) + ", must be " +
               std::to_string(b);
      }
    } else {
      const size_t size = want.bytes.size() / count;
      const auto* bytes = static_cast<const std::byte*>(got.data);
      if (!std::equal(bytes + i * size, bytes + (i + 1) * size,
                      want.bytes.begin() + static_cast<std::ptrdiff_t>(i * size))) {
        return "element " + std::to_string(i) + " differs";
      }
    }
  }
  return "";
}

struct CloseModel {
  void operator()(linnet_model* model) const { linnet_model_close(model); }
};
struct CloseSession {
  void operator()(linnet_session* session) const { linnet_session_close(session); }
};

std::string run_case(const ir::Graph& graph, const std::map<std::string, Array>& arrays) {
  const AlignedBytes file = emit_model(graph);
  linnet_model* raw_model = nullptr;
  if (linnet_model_open_memory(file.data(), file.size(), nullptr, &raw_model) != LINNET_OK)
    return linnet_last_error();
  const std::unique_ptr<linnet_model, CloseModel> model(raw_model);
  linnet_session* raw_session = nullptr;
  if (linnet_session_create(raw_model, nullptr, &raw_session) != LINNET_OK)
    return linnet_last_error();
  const std::unique_ptr<linnet_session, CloseSession> session(raw_session);
  for (int32_t i = 0; i < linnet_model_input_count(raw_model); ++i) {
    linnet_tensor input;
    linnet_model_input(raw_model, i, &input);
    const Array array = convert_array(arrays.at(std::string("in_") + input.name), input.dtype);
    if (linnet_session_set_input_shape(raw_session, i, array.shape.data(),
                                       static_cast<int32_t>(array.shape.size())) != LINNET_OK ||
        linnet_session_plan(raw_session) != LINNET_OK ||
        linnet_session_write(raw_session, i, array.bytes.data(), array.bytes.size()) != LINNET_OK) {
      return linnet_last_error();
    }
  }
  if (linnet_session_run(raw_session, 0) != LINNET_OK) return linnet_last_error();
  for (int32_t i = 0; i < linnet_model_output_count(raw_model); ++i) {
    linnet_tensor output;
    if (linnet_session_output(raw_session, i, &output) != LINNET_OK) return linnet_last_error();
    const std::string wrong = mismatch(output, arrays.at(std::string("out_") + output.name));
    if (!wrong.empty()) return std::string("output '") + output.name + "' " + wrong;
  }
  return "";
}

std::string run_file(const std::filesystem::path& path, bool passes) {
  try {
    ir::Graph graph = import_onnx(path.string());
    if (passes) {
      optimize(graph);
    } else {
      while (fold_constants(graph) || fold_dequantize(graph)) {
      }
    }
    return run_case(graph,
                    read_npz(std::filesystem::path(path).replace_extension(".npz").string()));
  } catch (const std::exception& error) {
    return error.what();
  }
}

void run_all(bool passes) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(LINNET_TESTS_DIR "/data/ops")) {
    if (entry.path().extension() == ".onnx") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() > 400);
  for (const auto& file : files) {
    const std::string name = file.stem().string(), error = run_file(file, passes);
    const auto listed = kUnsupported.find(name);
    if (listed == kUnsupported.end()) {
      INFO(name << ": " << error);
      CHECK(error.empty());
    } else {
      INFO(name << " works and must leave the list");
      CHECK_FALSE(error.empty());
    }
  }
}

}  // namespace

TEST_CASE("operator conformance with all passes", "[conformance]") { run_all(true); }

TEST_CASE("operator conformance as imported", "[conformance]") { run_all(false); }

}  // namespace linnet::test
