#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "linnet/linnet.h"
#include "tests/support/model_builder.h"

// Owners for the C API's objects in tests, with checks that fail the test where a call must
// succeed.

namespace linnet::test {

struct CloseModel {
  void operator()(linnet_model* model) const { linnet_model_close(model); }
};
struct CloseSession {
  void operator()(linnet_session* session) const { linnet_session_close(session); }
};
using ModelPtr = std::unique_ptr<linnet_model, CloseModel>;
using SessionPtr = std::unique_ptr<linnet_session, CloseSession>;

// `file` must outlive the model.
inline ModelPtr open_model(const AlignedBytes& file) {
  linnet_model* model = nullptr;
  const linnet_status status = linnet_model_open_memory(file.data(), file.size(), nullptr, &model);
  INFO(linnet_last_error());
  REQUIRE(status == LINNET_OK);
  return ModelPtr(model);
}

inline linnet_session_options session_options(int threads = 1) {
  linnet_session_options options;
  linnet_session_options_init(&options);
  options.threads = threads;
  options.xnnpack = 0;
  return options;
}

inline SessionPtr open_session(const ModelPtr& model,
                               const linnet_session_options& options = session_options()) {
  linnet_session* session = nullptr;
  const linnet_status status = linnet_session_create(model.get(), &options, &session);
  INFO(linnet_last_error());
  REQUIRE(status == LINNET_OK);
  return SessionPtr(session);
}

template <typename T>
void write_input(const SessionPtr& session, int i, const std::vector<T>& values) {
  const linnet_status status =
      linnet_session_write(session.get(), i, values.data(), values.size() * sizeof(T));
  INFO(linnet_last_error());
  REQUIRE(status == LINNET_OK);
}

template <typename T>
std::vector<T> read_output(const SessionPtr& session, int i) {
  linnet_tensor tensor;
  REQUIRE(linnet_session_output(session.get(), i, &tensor) == LINNET_OK);
  std::vector<T> values(tensor.size / sizeof(T));
  REQUIRE(linnet_session_read(session.get(), i, values.data(), tensor.size) == LINNET_OK);
  return values;
}

inline void run(const SessionPtr& session) {
  const linnet_status status = linnet_session_run(session.get(), 0);
  INFO(linnet_last_error());
  REQUIRE(status == LINNET_OK);
}

// The last error holds `part`.
inline bool error_has(const std::string& part) {
  return std::string(linnet_last_error()).find(part) != std::string::npos;
}

}  // namespace linnet::test
