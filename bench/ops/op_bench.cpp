#include "bench/ops/op_bench.h"

#include <memory>

#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/pack_winograd_f32.h"
#include "kernels/pack/panels.h"
#include "linnet/linnet.h"

namespace linnet::bench {
namespace {

struct CloseModel {
  void operator()(linnet_model* model) const { linnet_model_close(model); }
};
struct CloseSession {
  void operator()(linnet_session* session) const { linnet_session_close(session); }
};

// Values that keep every function finite: reals in 0.1…6, bytes of all kinds, small integers.
std::vector<uint8_t> input_bytes(const linnet_tensor& info) {
  std::vector<uint8_t> bytes(info.size);
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(info.dtype == LINNET_BOOL ? i & 1u : i * 37 + i / 251);
  }
  for (size_t i = 0; i < info.size / 4; ++i) {
    const float real = 0.1f + static_cast<float>(i % 59) * 0.1f;
    const int32_t integer = static_cast<int32_t>(i % 50);
    if (info.dtype == LINNET_F32) std::memcpy(bytes.data() + 4 * i, &real, 4);
    if (info.dtype == LINNET_S32) std::memcpy(bytes.data() + 4 * i, &integer, 4);
  }
  return bytes;
}

void report(benchmark::State& state, linnet_session* session) {
  linnet_step step;
  if (linnet_session_step_count(session) < 1 || linnet_session_step(session, 0, &step) != LINNET_OK)
    return;
  state.SetLabel(step.kernel);
  if (step.macs != 0) {
    state.counters["GMAC/s"] = benchmark::Counter(static_cast<double>(step.macs) * 1e-9,
                                                  benchmark::Counter::kIsIterationInvariantRate);
    return;
  }
  int64_t elements = 1;
  linnet_tensor y;
  if (linnet_session_output(session, 0, &y) != LINNET_OK) return;
  for (int32_t d = 0; d < y.rank; ++d) elements *= y.dims[d];
  state.SetItemsProcessed(state.iterations() * elements);
}

// False, with the reason in linnet_last_error(), if anything fails.
bool time_runs(benchmark::State& state, const test::AlignedBytes& file, int32_t xnnpack) {
  linnet_model* opened = nullptr;
  if (linnet_model_open_memory(file.data(), file.size(), nullptr, &opened) != LINNET_OK)
    return false;
  const std::unique_ptr<linnet_model, CloseModel> model(opened);
  linnet_session_options options;
  linnet_session_options_init(&options);
  options.threads = 1;
  options.xnnpack = xnnpack;
  linnet_session* created = nullptr;
  if (linnet_session_create(model.get(), &options, &created) != LINNET_OK) return false;
  const std::unique_ptr<linnet_session, CloseSession> session(created);
  for (int32_t i = 0; i < linnet_model_input_count(model.get()); ++i) {
    linnet_tensor info;
    if (linnet_model_input(model.get(), i, &info) != LINNET_OK) return false;
    const std::vector<uint8_t> bytes = input_bytes(info);
    if (linnet_session_write(session.get(), i, bytes.data(), bytes.size()) != LINNET_OK)
      return false;
  }
  bool ok = linnet_session_run(session.get(), 0) == LINNET_OK;
  for (auto _ : state) ok = ok && linnet_session_run(session.get(), 0) == LINNET_OK;
  if (ok) report(state, session.get());
  return ok;
}

bool add_benchmark(const std::string& name, void (*build)(OpGraph&), int32_t xnnpack) {
  benchmark::RegisterBenchmark(name.c_str(), [build, xnnpack](benchmark::State& state) {
    OpGraph graph;
    build(graph);
    if (!time_runs(state, graph.seal(), xnnpack)) state.SkipWithError(linnet_last_error());
  })->Unit(benchmark::kMicrosecond);
  return true;
}

}  // namespace

void OpGraph::quantize_activation(int32_t tensor, fb::DType dtype) {
  if (dtype == fb::DType::s8 || dtype == fb::DType::u8) quantize(tensor, {0.05f}, {3});
}

int32_t OpGraph::activation(fb::DType dtype, const Shape32& shape) {
  const int32_t id = add_input("x" + std::to_string(graph().inputs.size()), dtype, shape);
  quantize_activation(id, dtype);
  return id;
}

int32_t OpGraph::output(fb::DType dtype, const Shape32& shape) {
  const int32_t id = add_tensor("y" + std::to_string(graph().outputs.size()), dtype, shape);
  quantize_activation(id, dtype);
  add_output(id);
  return id;
}

int32_t OpGraph::zeros(fb::DType dtype, const Shape32& shape, size_t bytes) {
  const std::vector<uint8_t> data(bytes);
  return add_constant("c" + std::to_string(graph().tensors.size()), dtype, shape, data.data(),
                      bytes);
}

int32_t OpGraph::panels(fb::DType dtype, const Shape32& shape) {
  const size_t n = static_cast<size_t>(shape[0]);
  size_t k = 1;
  for (size_t d = 1; d < shape.size(); ++d) k *= static_cast<size_t>(shape[d]);
  size_t bytes = panels_f32_elements(n, k) * (dtype == fb::DType::f32 ? 4 : 2);
  if (dtype == fb::DType::s8) bytes = panels_size_s8(n, k);
  if (dtype == fb::DType::s4) bytes = panels_size_s4(n, k, 32);
  const int32_t id = zeros(dtype, shape, bytes);
  tensor(id).layout = fb::Layout::panels;
  if (dtype == fb::DType::s8) quantize(id, std::vector<float>(n, 0.01f), {}, 0);
  if (dtype == fb::DType::s4) {
    quantize(id, {}, {}, -1);
    tensor(id).quantization->block = 32;
  }
  return id;
}

int32_t OpGraph::winograd(int tile, const Shape32& shape) {
  const uint64_t bytes = winograd_weights_size(
      static_cast<size_t>(tile), static_cast<uint64_t>(shape[0]), static_cast<uint64_t>(shape[3]));
  const int32_t id = zeros(fb::DType::f32, shape, static_cast<size_t>(bytes));
  tensor(id).layout = tile == 2 ? fb::Layout::winograd_2x2 : fb::Layout::winograd_4x4;
  return id;
}

fb::Window window(int kernel, int stride, int pad) {
  return fb::Window(kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad);
}

bool time_op(const std::string& name, void (*build)(OpGraph&)) {
  return add_benchmark("ops/" + name, build, 0);
}

bool time_op_on_both(const std::string& name, void (*build)(OpGraph&)) {
  return time_op(name, build) && add_benchmark("ops/" + name + "/xnnpack", build, 2);
}

}  // namespace linnet::bench
