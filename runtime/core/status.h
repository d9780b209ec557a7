#pragma once

#include <cstdarg>

#include "linnet/linnet.h"

namespace linnet {

// The outcome of a fallible call inside the runtime: a linnet_status, its text kept per thread.
class [[nodiscard]] Status {
 public:
  constexpr Status() = default;
  constexpr bool ok() const { return code_ == LINNET_OK; }
  constexpr linnet_status code() const { return code_; }

  // Formats the text (printf rules, truncated at 511 bytes) into the thread's last error.
  [[gnu::format(printf, 2, 3)]] static Status error(linnet_status code, const char* format, ...);
  static Status verror(linnet_status code, const char* format, va_list args);
  // Puts "<text>: " before the thread's last error: callers add where it happened.
  [[gnu::format(printf, 2, 3)]] Status prefixed(const char* format, ...) const;

 private:
  constexpr explicit Status(linnet_status code) : code_(code) {}
  linnet_status code_ = LINNET_OK;
};

// The calling thread's last error text, "" if none.
const char* last_error();
void clear_last_error();

}  // namespace linnet

// Returns from the enclosing function if `expr` is a Status that is not ok.
#define LINNET_TRY(expr) \
  if (::linnet::Status linnet_try_ = (expr); !linnet_try_.ok()) return linnet_try_
