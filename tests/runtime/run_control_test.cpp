#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "tests/support/session_fixture.h"

// Observer, cancel, deadline, and sessions in many threads.

using namespace linnet;
using namespace linnet::test;

namespace {

// A long run: `length` exponentials of `count` values, clipped so that they stay finite.
AlignedBytes long_model(int length, int32_t count) {
  ModelBuilder builder;
  int32_t at = builder.add_input("x", fb::DType::f32, {count});
  for (int i = 0; i < length; ++i) {
    const int32_t next = builder.add_tensor("t" + std::to_string(i), fb::DType::f32, {count});
    builder.add_node(i % 2 == 0 ? fb::OpType::sigmoid : fb::OpType::tanh, "n" + std::to_string(i),
                     {at}, {next});
    at = next;
  }
  builder.add_output(at);
  return builder.seal();
}

struct Record {
  std::vector<linnet_step> steps;
  std::vector<float> first_values;
  int cancel_at = -1;
  linnet_session* cancel_session = nullptr;
};

int record(void* user, const linnet_step* step) {
  Record& record = *static_cast<Record*>(user);
  record.steps.push_back(*step);
  record.first_values.push_back(static_cast<const float*>(step->outputs[0].data)[0]);
  if (record.cancel_session) linnet_session_cancel(record.cancel_session);
  return step->index == record.cancel_at ? 1 : 0;
}

}  // namespace

TEST_CASE("the observer sees each step with its outputs and times") {
  const AlignedBytes file = small_model(1).seal();
  const ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  write_input<float>(session, 0, {2, 2, 2, 2});
  Record seen;
  linnet_session_set_observer(session.get(), record, &seen);
  run(session);
  REQUIRE(seen.steps.size() == 2);
  CHECK(seen.first_values == std::vector<float>{2, 2.5f});
  CHECK(std::string(seen.steps[0].op) == "mul");
  CHECK(std::string(seen.steps[1].node) == "shift");
  CHECK(seen.steps[1].start_ns >= seen.steps[0].start_ns + seen.steps[0].duration_ns);
  CHECK(seen.steps[1].outputs[0].data == nullptr);  // only inside the call

  seen = {};
  seen.cancel_at = 0;
  CHECK(linnet_session_run(session.get(), 0) == LINNET_CANCELLED);
  CHECK(seen.steps.size() == 1);
  CHECK(error_has("observer cancelled the run at step 0"));
  linnet_session_set_observer(session.get(), nullptr, nullptr);
  run(session);
  CHECK(seen.steps.size() == 1);
}

TEST_CASE("cancel ends the current or the next run, once") {
  const AlignedBytes file = small_model(1).seal();
  const ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  write_input<float>(session, 0, {2, 2, 2, 2});
  linnet_session_cancel(session.get());
  CHECK(linnet_session_run(session.get(), 0) == LINNET_CANCELLED);
  run(session);
  Record seen;
  seen.cancel_session = session.get();
  linnet_session_set_observer(session.get(), record, &seen);
  CHECK(linnet_session_run(session.get(), 0) == LINNET_CANCELLED);
  CHECK(seen.steps.size() == 1);
  linnet_session_set_observer(session.get(), nullptr, nullptr);
  run(session);
  CHECK(read_output<float>(session, 0) == std::vector<float>{2.5f, 3, 6, 9});
}

TEST_CASE("a plan made while a cancel waits computes its constants in full") {
  ModelBuilder builder = small_model(-1);
  const int32_t doubled = builder.add_tensor("doubled", fb::DType::f32, {4});
  builder.add_node(fb::OpType::add, "fold", {1, 1}, {doubled}, fb::BinaryOptionsT());
  builder.add_output(doubled);
  const AlignedBytes file = builder.seal();
  const ModelPtr model = open_model(file);
  const SessionPtr session = open_session(model);
  linnet_session_cancel(session.get());
  const int32_t dims[2] = {1, 4};
  REQUIRE(linnet_session_set_input_shape(session.get(), 0, dims, 2) == LINNET_OK);
  CHECK(linnet_session_run(session.get(), 0) == LINNET_CANCELLED);
  run(session);
  CHECK(read_output<float>(session, 1) == std::vector<float>{2, 4, 6, 8});
}

TEST_CASE("cancel from another thread and deadline end long runs soon") {
  using Clock = std::chrono::steady_clock;
  const AlignedBytes file = long_model(4000, 1 << 16);
  const ModelPtr model = open_model(file);
  for (const int threads : {1, 2}) {
    const SessionPtr session = open_session(model, session_options(threads));
    write_input(session, 0, std::vector<float>(1 << 16, 0.5f));
    CHECK(linnet_session_run(session.get(), 1e-9) == LINNET_DEADLINE);
    CHECK(error_has("the run's time was over at node 'n0'"));
    Clock::time_point begin = Clock::now();
    CHECK(linnet_session_run(session.get(), 0.05) == LINNET_DEADLINE);
    CHECK(Clock::now() - begin < std::chrono::seconds(2));

    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      linnet_session_cancel(session.get());
    });
    begin = Clock::now();
    CHECK(linnet_session_run(session.get(), 0) == LINNET_CANCELLED);
    CHECK(Clock::now() - begin < std::chrono::seconds(2));
    canceller.join();
  }
}

TEST_CASE("sessions in many threads share one model and give the same bits") {
  const AlignedBytes file = long_model(6, 5000);
  const ModelPtr model = open_model(file);
  const SessionPtr alone = open_session(model);
  std::vector<float> x(5000);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) * 0.001f - 2;
  write_input(alone, 0, x);
  run(alone);
  const std::vector<float> want = read_output<float>(alone, 0);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 10; ++round) {
        linnet_session_options options = session_options(1 + (t + round) % 3);
        linnet_session* session = nullptr;
        std::vector<float> got(want.size());
        const bool good = linnet_session_create(model.get(), &options, &session) == LINNET_OK &&
                          linnet_session_write(session, 0, x.data(), x.size() * 4) == LINNET_OK &&
                          linnet_session_run(session, 0) == LINNET_OK &&
                          linnet_session_read(session, 0, got.data(), got.size() * 4) == LINNET_OK;
        if (!good || std::memcmp(got.data(), want.data(), want.size() * 4) != 0) ++wrong;
        linnet_session_close(session);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}
