#pragma once

#include <pthreadpool.h>
#include <xnnpack.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

// What xnnpack_networks and xnnpack_matmul share: running a subgraph with external values 0 (input)
// and 1 (output), and its times.

namespace {

inline void check(xnn_status status, const std::string& what) {
  if (status != xnn_status_success)
    throw std::runtime_error("XNNPACK status " + std::to_string(status) + " from " + what);
}

inline double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

// Milliseconds, ascending: two runs to warm up, then at least three. XNN_EXTRA_BYTES behind both
// arrays are readable.
inline std::vector<double> time_subgraph(xnn_subgraph_t subgraph, float* input, float* output,
                                         size_t threads, double seconds) {
  pthreadpool_t pool = threads > 1 ? pthreadpool_create(threads) : nullptr;
  xnn_runtime_t runtime = nullptr;
  check(xnn_create_runtime_v2(subgraph, pool, 0, &runtime), "xnn_create_runtime_v2");
  check(xnn_reshape_runtime(runtime), "xnn_reshape_runtime");
  const std::array<xnn_external_value, 2> external = {{{0, input}, {1, output}}};
  check(xnn_setup_runtime_v2(runtime, 2, external.data()), "xnn_setup_runtime_v2");
  for (int i = 0; i < 2; ++i) check(xnn_invoke_runtime(runtime), "xnn_invoke_runtime");
  std::vector<double> times;
  const auto begin = std::chrono::steady_clock::now();
  while (times.size() < 3 || ms_since(begin) < seconds * 1e3) {
    const auto start = std::chrono::steady_clock::now();
    check(xnn_invoke_runtime(runtime), "xnn_invoke_runtime");
    times.push_back(ms_since(start));
  }
  std::sort(times.begin(), times.end());
  xnn_delete_runtime(runtime);
  if (pool != nullptr) pthreadpool_destroy(pool);
  return times;
}

inline void print_times(const std::vector<double>& times) {
  std::printf("{\"median_ms\": %.4f, \"min_ms\": %.4f, \"runs\": %zu}\n", times[times.size() / 2],
              times.front(), times.size());
}

}  // namespace
