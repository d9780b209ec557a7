#ifndef LINNET_LINNET_HPP_
#define LINNET_LINNET_HPP_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <type_traits>

#include "linnet/linnet.h"
#include "linnet/result.hpp"

// Linnet for C++20: the functions of linnet.h with owners, views and results. All contracts
// (threads, lifetimes, units) are those of linnet.h. Nothing here throws; objects move but do not
// copy.

namespace linnet {
inline namespace api {

using ModelOptions = linnet_model_options;      // make with model_options()
using SessionOptions = linnet_session_options;  // make with session_options()
using Step = linnet_step;
using Memory = linnet_memory;

inline ModelOptions model_options() {
  ModelOptions options;
  linnet_model_options_init(&options);
  return options;
}
inline SessionOptions session_options() {
  SessionOptions options;
  linnet_session_options_init(&options);
  return options;
}

// The dtype whose values have the C++ type T. bool is kept as one byte; s4 and f16 have no C++
// type.
template <typename T>
constexpr bool holds(linnet_dtype dtype) {
  using U = std::remove_const_t<T>;
  if constexpr (std::is_same_v<U, float>) return dtype == LINNET_F32;
  if constexpr (std::is_same_v<U, int8_t>) return dtype == LINNET_S8;
  if constexpr (std::is_same_v<U, uint8_t>) return dtype == LINNET_U8 || dtype == LINNET_BOOL;
  if constexpr (std::is_same_v<U, int32_t>) return dtype == LINNET_S32;
  return std::is_same_v<U, std::byte>;
}

// A view of a tensor: linnet_tensor with its data as a span. Valid as long as what it was taken
// from.
class Tensor : public linnet_tensor {
 public:
  Tensor() : linnet_tensor{} {}
  explicit Tensor(const linnet_tensor& tensor) : linnet_tensor(tensor) {}
  std::span<const int32_t> shape() const { return {dims, static_cast<size_t>(rank)}; }
  // The values; empty if there is no data or T is not the dtype's type (std::byte always fits).
  template <typename T>
  std::span<const T> values() const {
    if (!data || !holds<T>(dtype)) return {};
    return {static_cast<const T*>(data), size / sizeof(T)};
  }
  // The same to be written; only for tensors of Session::input().
  template <typename T>
  std::span<T> mutable_values() const {
    const std::span<const T> all = values<T>();
    return {const_cast<T*>(all.data()), all.size()};
  }
};

// The result of a C function whose last parameter is where its answer goes.
template <typename T, typename Function, typename... Arguments>
Result<T> fetch(Function* function, Arguments... arguments) {
  T value{};
  if (Status status = Status::of(function(arguments..., &value)); !status) return status;
  return value;
}

// A verified model file; shared by its sessions, which keep it alive.
class Model {
 public:
  static Result<Model> open(const char* path, const ModelOptions& options = model_options()) {
    linnet_model* model = nullptr;
    if (Status status = Status::of(linnet_model_open(path, &options, &model)); !status)
      return status;
    return Model(model);
  }
  // `data`, aligned to 64, must outlive the model and its sessions.
  static Result<Model> open(std::span<const std::byte> data,
                            const ModelOptions& options = model_options()) {
    linnet_model* model = nullptr;
    if (Status status =
            Status::of(linnet_model_open_memory(data.data(), data.size(), &options, &model));
        !status)
      return status;
    return Model(model);
  }
  int32_t input_count() const { return linnet_model_input_count(get()); }
  int32_t output_count() const { return linnet_model_output_count(get()); }
  Result<Tensor> input(int32_t i) const { return fetch<Tensor>(linnet_model_input, get(), i); }
  Result<Tensor> output(int32_t i) const { return fetch<Tensor>(linnet_model_output, get(), i); }
  // Null if the model does not have the key.
  const char* metadata(const char* key) const { return linnet_model_metadata(get(), key); }
  linnet_model* get() const { return model_.get(); }

 private:
  struct Close {
    void operator()(linnet_model* model) const { linnet_model_close(model); }
  };
  explicit Model(linnet_model* model) : model_(model) {}
  std::unique_ptr<linnet_model, Close> model_;
};

// One thread's way to run a model.
class Session {
 public:
  static Result<Session> create(const Model& model,
                                const SessionOptions& options = session_options()) {
    linnet_session* session = nullptr;
    if (Status status = Status::of(linnet_session_create(model.get(), &options, &session)); !status)
      return status;
    return Session(session);
  }
  Status set_input_shape(int32_t i, std::span<const int32_t> dims) {
    return Status::of(
        linnet_session_set_input_shape(get(), i, dims.data(), static_cast<int32_t>(dims.size())));
  }
  Status set_input_shape(int32_t i, std::initializer_list<int32_t> dims) {
    return set_input_shape(i, std::span<const int32_t>(dims.begin(), dims.size()));
  }
  Status plan() { return Status::of(linnet_session_plan(get())); }
  // Views of the session's own buffers, valid until the next plan.
  Result<Tensor> input(int32_t i) { return fetch<Tensor>(linnet_session_input, get(), i); }
  Result<Tensor> output(int32_t i) {
    Tensor tensor;
    if (Status status = Status::of(linnet_session_output(get(), i, &tensor)); !status)
      return status;
    return tensor;
  }
  template <typename T>
  Status write(int32_t i, std::span<const T> values) {
    return Status::of(linnet_session_write(get(), i, values.data(), values.size_bytes()));
  }
  template <typename T>
  Status read(int32_t i, std::span<T> values) {
    return Status::of(linnet_session_read(get(), i, values.data(), values.size_bytes()));
  }
  // `seconds` > 0: a deadline from now.
  Status run(double seconds = 0) { return Status::of(linnet_session_run(get(), seconds)); }
  void cancel() { linnet_session_cancel(get()); }
  // Calls observer(step), which returns false to cancel the run, after each step. The session keeps
  // a pointer to the observer, which must outlive it or be taken back with clear_observer().
  template <typename Observer>
  void set_observer(Observer& observer) {
    linnet_session_set_observer(
        get(),
        [](void* user, const Step* step) { return (*static_cast<Observer*>(user))(*step) ? 0 : 1; },
        &observer);
  }
  void clear_observer() { linnet_session_set_observer(get(), nullptr, nullptr); }
  int32_t step_count() const { return linnet_session_step_count(get()); }
  Result<Step> step(int32_t i) const { return fetch<Step>(linnet_session_step, get(), i); }
  Result<Memory> memory() const { return fetch<Memory>(linnet_session_memory, get()); }
  linnet_session* get() const { return session_.get(); }

 private:
  struct Close {
    void operator()(linnet_session* session) const { linnet_session_close(session); }
  };
  explicit Session(linnet_session* session) : session_(session) {}
  std::unique_ptr<linnet_session, Close> session_;
};

}  // namespace api
}  // namespace linnet
#endif  // LINNET_LINNET_HPP_
