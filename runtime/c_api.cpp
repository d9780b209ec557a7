#include <algorithm>
#include <cstring>

#include "kernels/isa.h"
#include "linnet/linnet.h"
#include "runtime/session.h"

// The C functions: null and range checks of their arguments, then Model and Session.

namespace linnet {
namespace {

Model* unwrap(linnet_model* model) { return reinterpret_cast<Model*>(model); }
const Model* unwrap(const linnet_model* model) { return reinterpret_cast<const Model*>(model); }
Session* unwrap(linnet_session* session) { return reinterpret_cast<Session*>(session); }
const Session* unwrap(const linnet_session* session) {
  return reinterpret_cast<const Session*>(session);
}

linnet_status null_error(const char* what) {
  return Status::error(LINNET_INVALID_ARGUMENT, "%s is null", what).code();
}

// Copies what the caller's struct has; a caller built against an older header leaves the new fields
// at their defaults, and fields that only a newer caller knows are not looked at.
template <typename T>
Status copy_options(const T* from, const char* what, T* to) {
  if (!from) return {};
  constexpr uint32_t kLeast = 2 * sizeof(uint32_t);
  if (from->struct_size < kLeast || from->struct_size > 4096) {
    return Status::error(LINNET_INVALID_ARGUMENT,
                         "%s: struct_size is %u; call its init function first", what,
                         from->struct_size);
  }
  std::memcpy(to, from, std::min<size_t>(from->struct_size, sizeof(T)));
  return {};
}

linnet_status open_model(const char* path, const void* data, size_t size,
                         const linnet_model_options* options, linnet_model** out) {
  if (!out) return null_error("model");
  *out = nullptr;
  linnet_model_options chosen;
  linnet_model_options_init(&chosen);
  if (const Status status = copy_options(options, "model options", &chosen); !status.ok())
    return status.code();
  Model* model = nullptr;
  const bool all = chosen.verify_all_segments != 0;
  const Status status =
      path ? Model::open_file(path, all, &model) : Model::open_memory(data, size, all, &model);
  *out = reinterpret_cast<linnet_model*>(model);
  return status.code();
}

linnet_status model_tensor(const Tensor& tensor, linnet_tensor* out) {
  *out = describe(tensor);
  return LINNET_OK;
}

linnet_status index_error(const char* what, int32_t i, int count) {
  return Status::error(LINNET_INVALID_ARGUMENT, "%s %d, but the model has %d", what, i, count)
      .code();
}

}  // namespace
}  // namespace linnet

using namespace linnet;

extern "C" {

const char* linnet_version(void) { return LINNET_VERSION_STRING; }

const char* linnet_last_error(void) { return last_error(); }

const char* linnet_status_name(linnet_status status) {
  switch (status) {
    case LINNET_OK:
      return "ok";
    case LINNET_INVALID_ARGUMENT:
      return "invalid argument";
    case LINNET_IO_ERROR:
      return "i/o error";
    case LINNET_BAD_MODEL:
      return "bad model";
    case LINNET_UNSUPPORTED:
      return "unsupported";
    case LINNET_OUT_OF_MEMORY:
      return "out of memory";
    case LINNET_CANCELLED:
      return "cancelled";
    case LINNET_DEADLINE:
      return "deadline";
    case LINNET_INTERNAL:
      return "internal error";
  }
  return "unknown status";
}

const char* linnet_dtype_name(linnet_dtype dtype) {
  switch (dtype) {
    case LINNET_F32:
      return "f32";
    case LINNET_F16:
      return "f16";
    case LINNET_S8:
      return "s8";
    case LINNET_U8:
      return "u8";
    case LINNET_S4:
      return "s4";
    case LINNET_S32:
      return "s32";
    case LINNET_BOOL:
      return "bool";
  }
  return "unknown dtype";
}

const char* linnet_cpu_isa(void) {
  const IsaSet available = detect_isa();
  int richest = kIsaCount - 1;
  while (richest > 0 && !available.has(static_cast<Isa>(richest))) --richest;
  return isa_name(static_cast<Isa>(richest));
}

void linnet_model_options_init(linnet_model_options* options) {
  if (options) *options = {sizeof(*options), 0};
}

void linnet_session_options_init(linnet_session_options* options) {
  if (!options) return;
  *options = {};
  options->struct_size = sizeof(*options);
  options->xnnpack = 1;
}

linnet_status linnet_model_open(const char* path, const linnet_model_options* options,
                                linnet_model** model) {
  clear_last_error();
  if (!path) return null_error("path");
  return open_model(path, nullptr, 0, options, model);
}

linnet_status linnet_model_open_memory(const void* data, size_t size,
                                       const linnet_model_options* options, linnet_model** model) {
  clear_last_error();
  if (!data) return null_error("data");
  return open_model(nullptr, data, size, options, model);
}

void linnet_model_close(linnet_model* model) {
  if (model) unwrap(model)->release();
}

int32_t linnet_model_input_count(const linnet_model* model) {
  return model ? unwrap(model)->input_count() : 0;
}

int32_t linnet_model_output_count(const linnet_model* model) {
  return model ? unwrap(model)->output_count() : 0;
}

linnet_status linnet_model_input(const linnet_model* model, int32_t i, linnet_tensor* out) {
  clear_last_error();
  if (!model || !out) return null_error(model ? "out" : "model");
  const int count = unwrap(model)->input_count();
  if (i < 0 || i >= count) return index_error("input", i, count);
  return model_tensor(unwrap(model)->input(i), out);
}

linnet_status linnet_model_output(const linnet_model* model, int32_t i, linnet_tensor* out) {
  clear_last_error();
  if (!model || !out) return null_error(model ? "out" : "model");
  const int count = unwrap(model)->output_count();
  if (i < 0 || i >= count) return index_error("output", i, count);
  return model_tensor(unwrap(model)->output(i), out);
}

const char* linnet_model_metadata(const linnet_model* model, const char* key) {
  return model && key ? unwrap(model)->metadata(key) : nullptr;
}

linnet_status linnet_session_create(linnet_model* model, const linnet_session_options* options,
                                    linnet_session** session) {
  clear_last_error();
  if (!session) return null_error("session");
  *session = nullptr;
  if (!model) return null_error("model");
  linnet_session_options chosen;
  linnet_session_options_init(&chosen);
  if (const Status status = copy_options(options, "session options", &chosen); !status.ok())
    return status.code();
  Session* made = nullptr;
  const Status status = Session::create(unwrap(model), chosen, &made);
  *session = reinterpret_cast<linnet_session*>(made);
  return status.code();
}

void linnet_session_close(linnet_session* session) {
  if (session) unwrap(session)->close();
}

linnet_status linnet_session_set_input_shape(linnet_session* session, int32_t i,
                                             const int32_t* dims, int32_t rank) {
  clear_last_error();
  if (!session) return null_error("session");
  if (rank < 0 || rank > LINNET_MAX_RANK) {
    return Status::error(LINNET_INVALID_ARGUMENT, "rank %d is outside 0 to %d", rank,
                         LINNET_MAX_RANK)
        .code();
  }
  if (!dims && rank > 0) return null_error("dims");
  return unwrap(session)->set_input_shape(i, {dims, static_cast<size_t>(rank)}).code();
}

linnet_status linnet_session_plan(linnet_session* session) {
  clear_last_error();
  return session ? unwrap(session)->plan().code() : null_error("session");
}

linnet_status linnet_session_input(linnet_session* session, int32_t i, linnet_tensor* out) {
  clear_last_error();
  return session && out ? unwrap(session)->input(i, out).code()
                        : null_error(session ? "out" : "session");
}

linnet_status linnet_session_output(linnet_session* session, int32_t i, linnet_tensor* out) {
  clear_last_error();
  return session && out ? unwrap(session)->output(i, out).code()
                        : null_error(session ? "out" : "session");
}

linnet_status linnet_session_write(linnet_session* session, int32_t i, const void* data,
                                   size_t size) {
  clear_last_error();
  if (!session) return null_error("session");
  if (!data && size > 0) return null_error("data");
  return unwrap(session)->write(i, data, size).code();
}

linnet_status linnet_session_read(linnet_session* session, int32_t i, void* data, size_t size) {
  clear_last_error();
  if (!session) return null_error("session");
  if (!data && size > 0) return null_error("data");
  return unwrap(session)->read(i, data, size).code();
}

linnet_status linnet_session_run(linnet_session* session, double seconds) {
  clear_last_error();
  return session ? unwrap(session)->run(seconds).code() : null_error("session");
}

void linnet_session_cancel(linnet_session* session) {
  if (session) unwrap(session)->cancel();
}

void linnet_session_set_observer(linnet_session* session, linnet_observer observer, void* user) {
  if (session) unwrap(session)->set_observer(observer, user);
}

int32_t linnet_session_step_count(const linnet_session* session) {
  return session ? unwrap(session)->step_count() : 0;
}

linnet_status linnet_session_step(const linnet_session* session, int32_t i, linnet_step* out) {
  clear_last_error();
  return session && out ? unwrap(session)->step(i, out).code()
                        : null_error(session ? "out" : "session");
}

linnet_status linnet_session_memory(const linnet_session* session, linnet_memory* out) {
  clear_last_error();
  return session && out ? unwrap(session)->memory(out).code()
                        : null_error(session ? "out" : "session");
}

}  // extern "C"
