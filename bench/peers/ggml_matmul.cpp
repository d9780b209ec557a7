#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <ggml.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#ifdef GGML_IQK
#include <iqk_quantize.h>
#else
#include <ggml-cpu.h>
#endif

// Times a chain of matrix multiplications N -> N on ggml, llama.cpp's or ik_llama.cpp's:
//
//   ggml_matmul WEIGHTS INPUT f32|q8_0|q4_0|q4_K LAYERS THREADS SECONDS [OUTPUT]
//
// WEIGHTS holds one layer's N x N floats, INPUT rows of N floats, OUTPUT receives as many. Each of
// the LAYERS has a copy of the weights, laid out as each project does when it loads a model for the
// CPU: llama.cpp's first buffer type that takes the multiplication, ik_llama.cpp's interleaved rows
// (its option -rtr). Prints one JSON object.

#ifdef GGML_IQK
// Attention is left out of the build, for it takes long to compile; the library still names these.
extern "C" {
[[noreturn]] void iqk_flash_attn_noalibi() { std::abort(); }
[[noreturn]] void iqk_fa_work_buffer_size() { std::abort(); }
}
#endif

namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
  std::string weights, input, type, output;
  int layers, threads;
  double seconds;
};

std::vector<float> read_floats(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error("cannot open " + path);
  std::vector<float> values(static_cast<size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

ggml_type parse_type(const std::string& name) {
  static const std::map<std::string, ggml_type> types = {{"f32", GGML_TYPE_F32},
                                                         {"q8_0", GGML_TYPE_Q8_0},
                                                         {"q4_0", GGML_TYPE_Q4_0},
                                                         {"q4_K", GGML_TYPE_Q4_K}};
  return types.at(name);
}

ggml_context* new_context(size_t tensors) {
  const size_t size = tensors * ggml_tensor_overhead() + ggml_graph_overhead();
  return ggml_init({size, nullptr, true});
}

#ifdef GGML_IQK
ggml_backend_buffer_type_t choose_buffer_type(ggml_type, int64_t, int64_t) {
  return ggml_backend_cpu_buffer_type();
}
#else
// The first of the CPU's special buffer types that takes w x, as llama.cpp chooses when it loads.
ggml_backend_buffer_type_t choose_buffer_type(ggml_type type, int64_t n, int64_t rows) {
  ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  const auto extra =
      reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
          ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts"));
  for (auto* next = extra ? extra(device) : nullptr; next && *next; ++next) {
    ggml_context* context = new_context(3);
    ggml_tensor* w = ggml_new_tensor_2d(context, type, n, n);
    ggml_tensor* y = ggml_mul_mat(context, w, ggml_new_tensor_2d(context, GGML_TYPE_F32, n, rows));
    w->buffer = ggml_backend_buft_alloc_buffer(*next, 0);
    const bool taken = ggml_backend_dev_supports_op(device, y);
    ggml_backend_buffer_free(w->buffer);
    ggml_free(context);
    if (taken) return *next;
  }
  return ggml_backend_cpu_buffer_type();
}
#endif

std::vector<ggml_tensor*> load_weights(const Arguments& args, ggml_context* context,
                                       ggml_backend_buffer_type_t buffer_type, int64_t n,
                                       const std::vector<float>& values) {
  const ggml_type type = parse_type(args.type);
  std::vector<ggml_tensor*> weights;
  for (int i = 0; i < args.layers; ++i) weights.push_back(ggml_new_tensor_2d(context, type, n, n));
  if (!ggml_backend_alloc_ctx_tensors_from_buft(context, buffer_type))
    throw std::runtime_error("no memory for the weights");
  std::vector<char> packed(ggml_row_size(type, n) * static_cast<size_t>(n));
  ggml_quantize_chunk(type, values.data(), packed.data(), 0, n, n, nullptr);
  for (ggml_tensor* w : weights) {
    ggml_backend_tensor_set(w, packed.data(), 0, packed.size());
#ifdef GGML_IQK
    iqk_repack_tensor(w);
#endif
  }
  return weights;
}

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void compute(ggml_backend_t backend, ggml_cgraph* graph) {
  if (ggml_backend_graph_compute(backend, graph) != GGML_STATUS_SUCCESS)
    throw std::runtime_error("the graph failed");
}

// Two runs to warm up, then at least three.
std::vector<double> time_runs(ggml_backend_t backend, ggml_cgraph* graph, double seconds) {
  for (int i = 0; i < 2; ++i) compute(backend, graph);
  std::vector<double> times;
  const Clock::time_point begin = Clock::now();
  while (times.size() < 3 || ms_since(begin) < seconds * 1e3) {
    const Clock::time_point start = Clock::now();
    compute(backend, graph);
    times.push_back(ms_since(start));
  }
  std::sort(times.begin(), times.end());
  return times;
}

void run(const Arguments& args) {
  const std::vector<float> values = read_floats(args.weights), input = read_floats(args.input);
  const auto n = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(values.size()))));
  const auto rows = static_cast<int64_t>(input.size()) / n;
  const auto layers = static_cast<size_t>(args.layers);
  ggml_backend_t backend = ggml_backend_cpu_init();
  ggml_backend_cpu_set_n_threads(backend, args.threads);
  ggml_backend_buffer_type_t buffer_type = choose_buffer_type(parse_type(args.type), n, rows);

  ggml_context* context = new_context(layers);
  const std::vector<ggml_tensor*> weights = load_weights(args, context, buffer_type, n, values);
  ggml_context* activations = new_context(layers + 1);
  ggml_tensor* x = ggml_new_tensor_2d(activations, GGML_TYPE_F32, n, rows);
  ggml_set_input(x);
  ggml_tensor* y = x;
  for (ggml_tensor* w : weights) y = ggml_mul_mat(activations, w, y);
  ggml_set_output(y);
  ggml_cgraph* graph = ggml_new_graph(activations);
  ggml_build_forward_expand(graph, y);
  ggml_gallocr_t allocator = ggml_gallocr_new(ggml_backend_cpu_buffer_type());
  if (!ggml_gallocr_alloc_graph(allocator, graph)) throw std::runtime_error("no memory");
  ggml_backend_tensor_set(x, input.data(), 0, input.size() * sizeof(float));

  const std::vector<double> times = time_runs(backend, graph, args.seconds);
  if (!args.output.empty()) {
    std::vector<float> output(input.size());
    ggml_backend_tensor_get(y, output.data(), 0, output.size() * sizeof(float));
    std::ofstream(args.output, std::ios::binary)
        .write(reinterpret_cast<const char*>(output.data()),
               static_cast<std::streamsize>(output.size() * sizeof(float)));
  }
  std::printf("{\"median_ms\": %.4f, \"min_ms\": %.4f, \"runs\": %zu, \"layout\": \"%s %s\"}\n",
              times[times.size() / 2], times.front(), times.size(),
              ggml_backend_buft_name(buffer_type), ggml_type_name(weights[0]->type));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(stderr,
                 "usage: ggml_matmul WEIGHTS INPUT f32|q8_0|q4_0|q4_K LAYERS THREADS SECONDS "
                 "[OUTPUT]\n");
    return 1;
  }
  try {
    run({argv[1], argv[2], argv[3], argc > 7 ? argv[7] : "", std::stoi(argv[4]), std::stoi(argv[5]),
         std::stod(argv[6])});
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ggml_matmul: %s\n", error.what());
    return 2;
  }
}
