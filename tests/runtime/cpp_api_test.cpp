#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "linnet/linnet.hpp"
#include "tests/support/model_builder.h"

// linnet.hpp from end to end. It must not share a file with the runtime's own headers.

using linnet::test::AlignedBytes;

namespace {

linnet::Result<linnet::Model> open(const AlignedBytes& file) {
  return linnet::Model::open(std::as_bytes(std::span(file.data(), file.size())));
}

}  // namespace

TEST_CASE("C++: a model runs") {
  const AlignedBytes file = linnet::test::small_model(-1).seal();
  linnet::Result<linnet::Model> model = open(file);
  REQUIRE(model);
  CHECK(model->input_count() == 1);
  CHECK(model->output_count() == 1);
  REQUIRE(model->input(0));
  CHECK(model->input(0)->shape()[0] == -1);
  CHECK(std::string(model->output(0)->name) == "y");
  CHECK(model->metadata("none") == nullptr);

  linnet::SessionOptions options = linnet::session_options();
  options.threads = 1;
  linnet::Result<linnet::Session> session = linnet::Session::create(*model, options);
  REQUIRE(session);
  REQUIRE(session->set_input_shape(0, {1, 4}).ok());
  REQUIRE(session->plan());
  linnet::Result<linnet::Tensor> input = session->input(0);
  REQUIRE(input);
  REQUIRE(input->mutable_values<float>().size() == 4);
  for (float& value : input->mutable_values<float>()) value = 2;
  CHECK(input->values<int32_t>().empty());  // not its type
  CHECK(input->values<std::byte>().size() == 16);

  int steps = 0;
  auto observer = [&](const linnet::Step& step) {
    CHECK(step.index == steps);
    return ++steps < 2 || step.index == 1;
  };
  session->set_observer(observer);
  REQUIRE(session->run());
  CHECK(steps == 2);
  session->clear_observer();
  REQUIRE(session->output(0));
  CHECK(session->output(0)->values<float>()[3] == 9.0f);

  const std::array<float, 4> x = {1, 1, 1, 1};
  std::array<float, 4> y{};
  REQUIRE(session->write(0, std::span<const float>(x)));
  REQUIRE(session->run(10));
  REQUIRE(session->read(0, std::span<float>(y)));
  CHECK(y == std::array<float, 4>{1.5f, 1, 3, 5});
  CHECK(session->step_count() == 2);
  CHECK(std::string(session->step(1)->op) == "add");
  CHECK(session->memory()->arena > 0);
  session->cancel();
  CHECK(session->run().code() == LINNET_CANCELLED);
  linnet::Session moved = *std::move(session);
  CHECK(moved.run());
}

TEST_CASE("C++: errors carry their text") {
  linnet::Result<linnet::Model> none = linnet::Model::open("/nonexistent.lnt");
  REQUIRE_FALSE(none);
  CHECK(none.status().code() == LINNET_IO_ERROR);
  CHECK(none.status().text().find("nonexistent") != std::string::npos);
  const AlignedBytes file = linnet::test::small_model(-1).seal();
  linnet::Result<linnet::Model> model = open(file);
  REQUIRE(model);
  linnet::Result<linnet::Session> session = linnet::Session::create(*model);
  REQUIRE(session);
  const linnet::Status status = session->run();
  CHECK(linnet_version() != nullptr);
  CHECK(status.code() == LINNET_INVALID_ARGUMENT);
  CHECK(status.text().find("dimension 0 is not known") != std::string::npos);
  CHECK_FALSE(model->input(3));
  CHECK_FALSE(session->step(0));
  CHECK_FALSE(session->memory());
}
