#include "runtime/core/status.h"

#include <cstdio>
#include <cstring>

namespace linnet {
namespace {

constexpr size_t kTextSize = 512;
thread_local char text[kTextSize];

}  // namespace

Status Status::verror(linnet_status code, const char* format, va_list args) {
  // Through a second buffer, because arguments may point into the text.
  char next[kTextSize];
  std::vsnprintf(next, sizeof(next), format, args);
  std::memcpy(text, next, sizeof(next));
  return Status(code);
}

Status Status::error(linnet_status code, const char* format, ...) {
  va_list args;
  va_start(args, format);
  const Status status = verror(code, format, args);
  va_end(args);
  return status;
}

Status Status::prefixed(const char* format, ...) const {
  char next[kTextSize];
  va_list args;
  va_start(args, format);
  std::vsnprintf(next, sizeof(next), format, args);
  va_end(args);
  const size_t used = std::strlen(next);
  const size_t left = sizeof(next) - used;
  if (left > 3) {
    std::memcpy(next + used, ": ", 2);
    std::memcpy(next + used + 2, text, left - 2);
    next[sizeof(next) - 1] = '\0';
  }
  std::memcpy(text, next, sizeof(next));
  return *this;
}

const char* last_error() { return text; }

void clear_last_error() { text[0] = '\0'; }

}  // namespace linnet
