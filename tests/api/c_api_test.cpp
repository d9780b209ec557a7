#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <string>

#include "linnet/linnet.h"

// What the C functions do with nulls and nonsense, before any model exists.

namespace {

bool says(const char* words) { return std::strstr(linnet_last_error(), words) != nullptr; }

}  // namespace

TEST_CASE("null pointers are refused by name") {
  linnet_model* model = reinterpret_cast<linnet_model*>(1);
  CHECK(linnet_model_open(nullptr, nullptr, &model) == LINNET_INVALID_ARGUMENT);
  CHECK(says("path is null"));
  CHECK(linnet_model_open("x", nullptr, nullptr) == LINNET_INVALID_ARGUMENT);
  CHECK(says("model is null"));
  CHECK(linnet_model_open_memory(nullptr, 0, nullptr, &model) == LINNET_INVALID_ARGUMENT);
  CHECK(says("data is null"));
  CHECK(linnet_model_open("/nonexistent/model.lnt", nullptr, &model) == LINNET_IO_ERROR);
  CHECK(model == nullptr);
  CHECK(says("/nonexistent/model.lnt"));

  linnet_tensor tensor;
  CHECK(linnet_model_input_count(nullptr) == 0);
  CHECK(linnet_model_output_count(nullptr) == 0);
  CHECK(linnet_model_input(nullptr, 0, &tensor) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_model_output(nullptr, 0, &tensor) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_model_metadata(nullptr, "key") == nullptr);
  linnet_model_close(nullptr);

  linnet_session* session = nullptr;
  CHECK(linnet_session_create(nullptr, nullptr, &session) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_create(nullptr, nullptr, nullptr) == LINNET_INVALID_ARGUMENT);
  const int32_t dims[1] = {1};
  float value = 0;
  linnet_step step;
  linnet_memory memory;
  CHECK(linnet_session_set_input_shape(nullptr, 0, dims, 1) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_plan(nullptr) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_input(nullptr, 0, &tensor) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_output(nullptr, 0, &tensor) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_write(nullptr, 0, &value, 4) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_read(nullptr, 0, &value, 4) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_run(nullptr, 0) == LINNET_INVALID_ARGUMENT);
  CHECK(says("session is null"));
  CHECK(linnet_session_step_count(nullptr) == 0);
  CHECK(linnet_session_step(nullptr, 0, &step) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_memory(nullptr, &memory) == LINNET_INVALID_ARGUMENT);
  linnet_session_cancel(nullptr);
  linnet_session_set_observer(nullptr, nullptr, nullptr);
  linnet_session_close(nullptr);
  linnet_model_options_init(nullptr);
  linnet_session_options_init(nullptr);
}

TEST_CASE("options that were not initialised are refused") {
  linnet_model_options options = {};
  linnet_model* model = nullptr;
  CHECK(linnet_model_open("x", &options, &model) == LINNET_INVALID_ARGUMENT);
  CHECK(says("struct_size is 0"));
  linnet_session_options session_options;
  linnet_session_options_init(&session_options);
  CHECK(session_options.struct_size == sizeof(session_options));
  CHECK(session_options.xnnpack == 1);
}

TEST_CASE("every status and dtype has a name") {
  for (int i = 0; i <= LINNET_INTERNAL; ++i)
    CHECK(std::string(linnet_status_name(static_cast<linnet_status>(i))) != "unknown status");
  for (int i = 0; i <= LINNET_BOOL; ++i)
    CHECK(std::string(linnet_dtype_name(static_cast<linnet_dtype>(i))) != "unknown dtype");
  CHECK(std::string(linnet_version()).find('.') != std::string::npos);
  CHECK(linnet_cpu_isa()[0] != '\0');
}
