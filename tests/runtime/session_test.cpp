#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <limits>
#include <string>

#include "tests/support/session_fixture.h"

using namespace linnet;
using namespace linnet::test;

namespace {

linnet_status set_shape(const SessionPtr& session, std::vector<int32_t> dims) {
  return linnet_session_set_input_shape(session.get(), 0, dims.data(),
                                        static_cast<int32_t>(dims.size()));
}

// max(0, x * [1 2 3 4] + [0.5 -1 0 1]), as small_model() computes it.
std::vector<float> expected(const std::vector<float>& x) {
  const float w[4] = {1, 2, 3, 4}, b[4] = {0.5f, -1, 0, 1};
  std::vector<float> y(x.size());
  for (size_t i = 0; i < x.size(); ++i) y[i] = std::max(0.0f, x[i] * w[i % 4] + b[i % 4]);
  return y;
}

std::vector<float> ramp(size_t count) {
  std::vector<float> x(count);
  for (size_t i = 0; i < count; ++i) x[i] = static_cast<float>(i) * 0.25f - 1.0f;
  return x;
}

// x [-1, 4] -> `length` additions of 1 -> y.
ModelBuilder chain(int length, std::vector<int32_t> shape) {
  ModelBuilder builder;
  const int32_t one = builder.add_f32("one", {1}, {1});
  int32_t at = builder.add_input("x", fb::DType::f32, shape);
  for (int i = 0; i < length; ++i) {
    const int32_t next = builder.add_tensor("t" + std::to_string(i), fb::DType::f32, shape);
    builder.add_node(fb::OpType::add, "add" + std::to_string(i), {at, one}, {next},
                     fb::BinaryOptionsT());
    at = next;
  }
  builder.add_output(at);
  return builder;
}

linnet_memory memory_of(const SessionPtr& session) {
  linnet_memory memory;
  REQUIRE(linnet_session_memory(session.get(), &memory) == LINNET_OK);
  return memory;
}

}  // namespace

TEST_CASE("a session of known shapes is planned when it is made") {
  const AlignedBytes file = small_model(3).seal();
  const ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  CHECK(linnet_session_step_count(session.get()) == 2);
  const std::vector<float> x = ramp(12);
  write_input(session, 0, x);
  run(session);
  CHECK(read_output<float>(session, 0) == expected(x));
  run(session);  // the input is still there
  CHECK(read_output<float>(session, 0) == expected(x));
}

TEST_CASE("input shapes may change, and an impossible one leaves the session usable") {
  ModelBuilder builder = small_model(-1);
  const int32_t rows = builder.add_f32("rows", {2, 4}, std::vector<float>(8, 1.0f));
  builder.graph().outputs.clear();
  const int32_t z = builder.add_tensor("z", fb::DType::f32, {-1, 4});
  builder.add_node(fb::OpType::add, "rows", {4, rows}, {z}, fb::BinaryOptionsT());
  builder.add_output(z);
  const AlignedBytes file = builder.seal();
  const ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  CHECK(linnet_session_step_count(session.get()) == 0);
  CHECK(linnet_session_run(session.get(), 0) == LINNET_INVALID_ARGUMENT);
  CHECK(error_has("input 0 'x': dimension 0 is not known"));
  linnet_tensor tensor;
  REQUIRE(linnet_session_input(session.get(), 0, &tensor) == LINNET_OK);
  CHECK(tensor.dims[0] == -1);
  CHECK(tensor.data == nullptr);
  linnet_memory memory;
  CHECK(linnet_session_memory(session.get(), &memory) == LINNET_INVALID_ARGUMENT);

  for (const int32_t batch : {2, 3, 1, 4, 2}) {
    INFO("batch " << batch);
    REQUIRE(set_shape(session, {batch, 4}) == LINNET_OK);
    const std::vector<float> x = ramp(static_cast<size_t>(batch) * 4);
    if (batch > 2) {  // [3, 4] + [2, 4] does not broadcast
      CHECK(linnet_session_plan(session.get()) == LINNET_BAD_MODEL);
      CHECK(error_has("add 'rows'"));
      CHECK(linnet_session_step_count(session.get()) == 0);
      CHECK(linnet_session_write(session.get(), 0, x.data(), x.size() * 4) == LINNET_BAD_MODEL);
      continue;
    }
    write_input(session, 0, x);
    run(session);
    std::vector<float> y = expected(x);
    if (batch == 1) y.insert(y.end(), y.begin(), y.begin() + 4);
    for (float& value : y) value += 1;
    CHECK(read_output<float>(session, 0) == y);
  }
}

TEST_CASE("wrong shapes, indices and sizes are refused") {
  const AlignedBytes file = small_model(-1).seal();
  const ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  CHECK(set_shape(session, {2, 5}) == LINNET_INVALID_ARGUMENT);
  CHECK(error_has("dimension 1 must be 4, not 5"));
  CHECK(set_shape(session, {2}) == LINNET_INVALID_ARGUMENT);
  CHECK(error_has("has rank 2, not 1"));
  CHECK(set_shape(session, {0, 4}) == LINNET_INVALID_ARGUMENT);
  CHECK(set_shape(session, {-1, 4}) == LINNET_INVALID_ARGUMENT);
  const int32_t dims[2] = {1, 4};
  CHECK(linnet_session_set_input_shape(session.get(), 1, dims, 2) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_set_input_shape(session.get(), -1, dims, 2) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_set_input_shape(session.get(), 0, dims, 7) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_set_input_shape(session.get(), 0, nullptr, 2) == LINNET_INVALID_ARGUMENT);
  REQUIRE(set_shape(session, {1, 4}) == LINNET_OK);
  float values[8] = {};
  CHECK(linnet_session_write(session.get(), 0, values, 12) == LINNET_INVALID_ARGUMENT);
  CHECK(error_has("takes 16 bytes, not 12"));
  CHECK(linnet_session_read(session.get(), 0, values, 32) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_read(session.get(), 1, values, 16) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_run(session.get(), std::numeric_limits<double>::quiet_NaN()) ==
        LINNET_INVALID_ARGUMENT);
  linnet_step step;
  CHECK(linnet_session_step(session.get(), 2, &step) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_session_step(session.get(), -1, &step) == LINNET_INVALID_ARGUMENT);
}

TEST_CASE("an input too large for the address space is refused") {
  ModelBuilder builder = chain(1, {-1, -1, -1});
  const AlignedBytes file = builder.seal();
  const ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  REQUIRE(set_shape(session, {INT32_MAX, INT32_MAX, INT32_MAX}) == LINNET_OK);
  CHECK(linnet_session_plan(session.get()) == LINNET_INVALID_ARGUMENT);
  CHECK(error_has("too large"));
  REQUIRE(set_shape(session, {1, 2, 3}) == LINNET_OK);
  CHECK(linnet_session_plan(session.get()) == LINNET_OK);
}

TEST_CASE("shape arithmetic vanishes from the run") {
  ModelBuilder builder;
  const int32_t x = builder.add_input("x", fb::DType::f32, {-1, 4});
  const int32_t two = builder.add_s32("two", {2}, {2, 2});
  const int32_t shape = builder.add_tensor("shape", fb::DType::s32, {2});
  const int32_t batch = builder.add_tensor("batch", fb::DType::s32, {1});
  const int32_t target = builder.add_tensor("target", fb::DType::s32, {3});
  const int32_t y = builder.add_tensor("y", fb::DType::f32, {-1, 2, 2});
  builder.add_node(fb::OpType::shape, "shape_of", {x}, {shape}, fb::ShapeOptionsT());
  fb::SliceOptionsT first;
  first.starts = {0};
  first.ends = {1};
  first.axes = {0};
  first.steps = {1};
  builder.add_node(fb::OpType::slice, "first", {shape}, {batch}, first);
  builder.add_node(fb::OpType::concat, "join", {batch, two}, {target}, fb::AxisOptionsT());
  fb::ReshapeOptionsT from_input;
  from_input.from_input = true;
  builder.add_node(fb::OpType::reshape, "fold", {x, target}, {y}, from_input);
  builder.add_output(y);
  builder.add_output(target);
  const AlignedBytes file = builder.seal();
  const ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  for (const int32_t n : {3, 5}) {
    REQUIRE(set_shape(session, {n, 4}) == LINNET_OK);
    const std::vector<float> values = ramp(static_cast<size_t>(n) * 4);
    write_input(session, 0, values);
    run(session);
    CHECK(read_output<float>(session, 0) == values);
    CHECK(read_output<int32_t>(session, 1) == std::vector<int32_t>{n, 2, 2});
    linnet_tensor out;
    REQUIRE(linnet_session_output(session.get(), 0, &out) == LINNET_OK);
    CHECK(out.rank == 3);
    CHECK(out.dims[0] == n);
    linnet_step step;
    for (int i = 0; i < 3; ++i) {
      REQUIRE(linnet_session_step(session.get(), i, &step) == LINNET_OK);
      CHECK(std::string(step.kernel) == "plan");
    }
    REQUIRE(linnet_session_step(session.get(), 3, &step) == LINNET_OK);
    CHECK(std::string(step.kernel) != "plan");
    CHECK(std::string(step.op) == "reshape");
    CHECK(std::string(step.node) == "fold");
    REQUIRE(step.output_count == 1);
    CHECK(step.outputs[0].dims[0] == n);
    CHECK(step.outputs[0].data == nullptr);
  }
}

TEST_CASE("buffers are shared along a chain, and not with keep_all") {
  const AlignedBytes file = chain(20, {1024}).seal();
  const ModelPtr model = open_model(file);
  const SessionPtr shared = open_session(model);
  // Input, output, and at most two in between.
  CHECK(memory_of(shared).arena <= 4 * (4096 + 64));
  linnet_session_options options = session_options();
  options.keep_all = 1;
  const SessionPtr kept = open_session(model, options);
  CHECK(memory_of(kept).arena >= 21 * 4096);
  CHECK(memory_of(kept).arena == memory_of(kept).without_reuse);
  CHECK(memory_of(kept).weights == 4);

  const std::vector<float> x = ramp(1024);
  std::vector<float> y = x;
  for (float& value : y) value += 20;
  for (const SessionPtr* session : {&shared, &kept}) {
    write_input(*session, 0, x);
    run(*session);
    CHECK(read_output<float>(*session, 0) == y);
    run(*session);
    CHECK(read_output<float>(*session, 0) == y);
  }
}

TEST_CASE("inputs and constants may be outputs") {
  ModelBuilder builder = small_model(1);
  builder.add_output(0);
  builder.add_output(1);
  const AlignedBytes file = builder.seal();
  const ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  const std::vector<float> x = ramp(4);
  write_input(session, 0, x);
  run(session);
  CHECK(read_output<float>(session, 0) == expected(x));
  CHECK(read_output<float>(session, 1) == x);
  CHECK(read_output<float>(session, 2) == std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("a memory limit is kept") {
  const AlignedBytes file = chain(4, {-1}).seal();
  const ModelPtr model = open_model(file);
  linnet_session_options options = session_options();
  options.memory_limit = 256 * 1024;
  const SessionPtr session = open_session(model, options);
  REQUIRE(set_shape(session, {1 << 20}) == LINNET_OK);
  CHECK(linnet_session_plan(session.get()) == LINNET_OUT_OF_MEMORY);
  CHECK(error_has("limit of 262144"));
  REQUIRE(set_shape(session, {1 << 10}) == LINNET_OK);
  CHECK(linnet_session_plan(session.get()) == LINNET_OK);
  const linnet_memory memory = memory_of(session);
  CHECK(memory.arena + memory.prepared <= options.memory_limit);

  options.memory_limit = 1;
  linnet_session* none = nullptr;
  CHECK(linnet_session_create(model.get(), &options, &none) == LINNET_OUT_OF_MEMORY);
  CHECK(none == nullptr);
}

TEST_CASE("a session keeps its model") {
  const AlignedBytes file = small_model(1).seal();
  ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  model.reset();
  write_input(session, 0, ramp(4));
  run(session);
  CHECK(read_output<float>(session, 0) == expected(ramp(4)));
}

TEST_CASE("an error of planning names op and node") {
  ModelBuilder builder = small_model(1);
  builder.node(1).inputs.pop_back();
  const AlignedBytes file = builder.seal();
  const ModelPtr model = open_model(file);
  linnet_session* session = nullptr;
  CHECK(linnet_session_create(model.get(), nullptr, &session) == LINNET_BAD_MODEL);
  CHECK(error_has("add 'shift': it has 1 inputs"));
  CHECK(session == nullptr);
}

TEST_CASE("instruction sets are chosen by option, then environment") {
  const AlignedBytes file = small_model(1).seal();
  const ModelPtr model = open_model(file);
  linnet_session_options options = session_options();
  linnet_session* session = nullptr;
  options.isa = "sse17";
  CHECK(linnet_session_create(model.get(), &options, &session) == LINNET_INVALID_ARGUMENT);
  CHECK(error_has("unknown instruction set 'sse17'; there are scalar, neon"));
#if defined(__x86_64__)
  options.isa = "neon";
  CHECK(linnet_session_create(model.get(), &options, &session) == LINNET_UNSUPPORTED);
  CHECK(error_has("this machine lacks neon"));
#elif defined(__aarch64__)
  options.isa = "avx2";
  CHECK(linnet_session_create(model.get(), &options, &session) == LINNET_UNSUPPORTED);
#endif
  // Two sessions of one model with different sets, side by side.
  options.isa = "scalar";
  const SessionPtr plain = open_session(model, options);
  options.isa = linnet_cpu_isa();
  const SessionPtr rich = open_session(model, options);
  for (const SessionPtr* each : {&plain, &rich}) write_input(*each, 0, ramp(4));
  run(plain);
  run(rich);
  CHECK(read_output<float>(plain, 0) == read_output<float>(rich, 0));
  linnet_step step;
  REQUIRE(linnet_session_step(plain.get(), 0, &step) == LINNET_OK);
  CHECK(std::string(step.kernel).find("scalar") != std::string::npos);

  const char* before = std::getenv("LINNET_ISA");
  const std::string saved = before ? before : "";
  setenv("LINNET_ISA", "nonsense", 1);
  options.isa = nullptr;
  CHECK(linnet_session_create(model.get(), &options, &session) == LINNET_INVALID_ARGUMENT);
  CHECK(error_has("LINNET_ISA"));
  options.isa = "scalar";
  CHECK(linnet_session_create(model.get(), &options, &session) == LINNET_OK);
  linnet_session_close(session);
  if (before) {
    setenv("LINNET_ISA", saved.c_str(), 1);
  } else {
    unsetenv("LINNET_ISA");
  }
}
