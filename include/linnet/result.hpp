#ifndef LINNET_RESULT_HPP_
#define LINNET_RESULT_HPP_

#include <optional>
#include <string>
#include <utility>

#include "linnet/linnet.h"

// What fallible calls of linnet.hpp return. Nothing here throws.
//
//   linnet::Result<linnet::Model> model = linnet::Model::open("face.lnt");
//   if (!model) return fail(model.status().text());
//   use(*model);

namespace linnet {
inline namespace api {

// A linnet_status with the sentence that explains it.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(linnet_status code, std::string text) : code_(code), text_(std::move(text)) {}
  // The outcome of a C call that this thread has just made.
  static Status of(linnet_status code) {
    return code == LINNET_OK ? Status() : Status(code, linnet_last_error());
  }
  bool ok() const { return code_ == LINNET_OK; }
  explicit operator bool() const { return ok(); }
  linnet_status code() const { return code_; }
  const std::string& text() const { return text_; }  // "" if ok

 private:
  linnet_status code_ = LINNET_OK;
  std::string text_;
};

// A value, or the Status that says why there is none. Ask (`if (result)`) before taking the value.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Status error) : status_(std::move(error)) {}
  explicit operator bool() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace api
}  // namespace linnet
#endif  // LINNET_RESULT_HPP_
