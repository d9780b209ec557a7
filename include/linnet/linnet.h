/* Linnet's C interface, the only ABI. linnet.hpp is a header-only C++ layer over it.
 *
 * A model is opened once, verified, and shared; each thread that runs it has its own session.
 * Every function that can fail returns a linnet_status; linnet_last_error() then holds, for the
 * calling thread, a sentence that names the section, node or tensor, what was expected and found.
 * No function aborts, throws or prints. Null for a required pointer is LINNET_INVALID_ARGUMENT.
 * Structs that may grow begin with `struct_size`: set it with the matching _init function. */
#ifndef LINNET_LINNET_H_
#define LINNET_LINNET_H_

#include <stddef.h>
#include <stdint.h>

#include "linnet/export.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LINNET_MAX_RANK 6

typedef enum linnet_status {
  LINNET_OK = 0,
  LINNET_INVALID_ARGUMENT = 1, /* a caller's mistake: shape, size, index, option */
  LINNET_IO_ERROR = 2,         /* the file cannot be opened, read or mapped */
  LINNET_BAD_MODEL = 3,        /* truncated, corrupt or inconsistent file */
  LINNET_UNSUPPORTED = 4,      /* newer format, or a feature or op that this build lacks */
  LINNET_OUT_OF_MEMORY = 5,    /* allocation failed or the session's memory limit is reached */
  LINNET_CANCELLED = 6,        /* linnet_session_cancel() */
  LINNET_DEADLINE = 7,         /* the run's time was over */
  LINNET_INTERNAL = 8
} linnet_status;

/* s4 appears in weights only. Outputs of ONNX type int64 are s32 here. */
typedef enum linnet_dtype {
  LINNET_F32 = 0,
  LINNET_F16 = 1,
  LINNET_S8 = 2,
  LINNET_U8 = 3,
  LINNET_S4 = 4,
  LINNET_S32 = 5,
  LINNET_BOOL = 6
} linnet_dtype;

typedef struct linnet_model linnet_model;
typedef struct linnet_session linnet_session;

/* A tensor of a model or a session. `name` lives as long as the model. A dimension of -1 is not
 * known yet. real = scale * (q - zero_point) for s8 and u8 with scale > 0; scale is 0 otherwise.
 * `data` is null unless said otherwise; `size` is in bytes, 0 while a dimension is unknown. */
typedef struct linnet_tensor {
  const char* name;
  linnet_dtype dtype;
  int32_t rank;
  int32_t dims[LINNET_MAX_RANK];
  float scale;
  int32_t zero_point;
  size_t size;
  const void* data;
} linnet_tensor;

/* One prepared step of a session. Strings live as long as the session's plan. */
typedef struct linnet_step {
  int32_t index;
  const char* op;     /* "conv_2d" */
  const char* node;   /* name of the node in the model */
  const char* kernel; /* "gemm_s8s8 avx2", "xnnpack", "plan" (evaluated while planning) */
  const char* reason; /* why that kernel */
  uint64_t macs;      /* multiply-accumulates; 0 where the notion is void */
  int32_t output_count;
  const linnet_tensor* outputs;   /* with `data` only inside an observer call, after the step ran */
  uint64_t start_ns, duration_ns; /* inside an observer call; start counts from the run's begin */
} linnet_step;

/* Lends a session the app's threads: calls work(context, i) once for each i of 0 ... count - 1, at
 * the same time as far as it can and at least one of them on the calling thread, and returns when
 * all have returned. With a pthreadpool_t as `user` it is one line:
 *   pthreadpool_parallelize_1d((pthreadpool_t)user, work, context, count, 0); */
typedef void (*linnet_parallel)(void* user, void (*work)(void* context, size_t i), void* context,
                                size_t count);

typedef struct linnet_model_options {
  uint32_t struct_size;
  uint32_t verify_all_segments; /* 1: hash every segment, however large; 0: those up to 64 MiB */
} linnet_model_options;

typedef struct linnet_session_options {
  uint32_t struct_size;
  int32_t threads;          /* 0: one per core of the fastest cluster; at most 256 */
  linnet_parallel parallel; /* the app's threads, used during runs only; null: threads of its own */
  void* parallel_user;      /* handed to parallel */
  const char* isa;          /* upper limit such as "scalar" or "avx2"; null: LINNET_ISA, else all */
  uint64_t memory_limit;    /* bytes that the session may allocate; 0: no limit */
  int32_t xnnpack;  /* 1 (default): XNNPACK where it is faster, in float-only models; 0: own kernels
                       only; 2: XNNPACK for every float step that it can run, for tests */
  int32_t keep_all; /* 1: no buffer is reused, so that an observer sees every value */
} linnet_session_options;

typedef struct linnet_memory {
  uint64_t arena;         /* activations, after reuse */
  uint64_t prepared;      /* tables and operator objects made while planning */
  uint64_t without_reuse; /* what the arena would need without reuse */
  uint64_t weights;       /* bytes of the mapped file that the steps read */
  uint64_t shared;        /* tables that the model's sessions share so far; under no memory_limit */
} linnet_memory;

/* Called on the thread of linnet_session_run() after each step, also after those that were
 * evaluated while planning. A non-zero return cancels the run. It must not call the session, but
 * for _cancel. */
typedef int (*linnet_observer)(void* user, const linnet_step* step);

LINNET_API const char* linnet_version(void); /* "0.1.0" */
/* Of the calling thread, valid until its next call; "" if the last one that has a status succeeded.
 */
LINNET_API const char* linnet_last_error(void);
LINNET_API const char* linnet_status_name(linnet_status status);
LINNET_API const char* linnet_dtype_name(linnet_dtype dtype);
LINNET_API const char* linnet_cpu_isa(void); /* richest instruction set of this machine */

LINNET_API void linnet_model_options_init(linnet_model_options* options);
LINNET_API void linnet_session_options_init(linnet_session_options* options);

/* Maps and verifies a file. `options` may be null. Thread-safe. The file must not change while
 * open. */
LINNET_API linnet_status linnet_model_open(const char* path, const linnet_model_options* options,
                                           linnet_model** model);
/* The same over bytes that the caller keeps alive and unchanged, aligned to 64, until the model and
 * all its sessions are closed. */
LINNET_API linnet_status linnet_model_open_memory(const void* data, size_t size,
                                                  const linnet_model_options* options,
                                                  linnet_model** model);
/* Gives up the caller's hold; sessions keep theirs. Null is allowed. */
LINNET_API void linnet_model_close(linnet_model* model);
LINNET_API int32_t linnet_model_input_count(const linnet_model* model);
LINNET_API int32_t linnet_model_output_count(const linnet_model* model);
LINNET_API linnet_status linnet_model_input(const linnet_model* model, int32_t i,
                                            linnet_tensor* out);
LINNET_API linnet_status linnet_model_output(const linnet_model* model, int32_t i,
                                             linnet_tensor* out);
/* The value of a metadata key, living as long as the model, or null. */
LINNET_API const char* linnet_model_metadata(const linnet_model* model, const char* key);

/* Plans at once if all input shapes are known. One session belongs to one thread at a time; only
 * linnet_session_cancel() may be called from others. `options` may be null. */
LINNET_API linnet_status linnet_session_create(linnet_model* model,
                                               const linnet_session_options* options,
                                               linnet_session** session);
LINNET_API void linnet_session_close(linnet_session* session);
/* Sets the shape of input i; the next run, plan or buffer call plans anew. Dimensions that the
 * model fixes must match. */
LINNET_API linnet_status linnet_session_set_input_shape(linnet_session* session, int32_t i,
                                                        const int32_t* dims, int32_t rank);
LINNET_API linnet_status linnet_session_plan(linnet_session* session);
/* Current shape; `data` points to the session's own buffer once planned: an input may be written in
 * place, an output read, until the next plan. Inputs keep their content from run to run, but not
 * over a new plan. An output's content is that of the last run, undefined if that run did not end
 * well. */
LINNET_API linnet_status linnet_session_input(linnet_session* session, int32_t i,
                                              linnet_tensor* out);
LINNET_API linnet_status linnet_session_output(linnet_session* session, int32_t i,
                                               linnet_tensor* out);
/* Copies; `size` in bytes must be the tensor's. Any alignment. */
LINNET_API linnet_status linnet_session_write(linnet_session* session, int32_t i, const void* data,
                                              size_t size);
LINNET_API linnet_status linnet_session_read(linnet_session* session, int32_t i, void* data,
                                             size_t size);
/* Runs all steps, allocating nothing once planned; `seconds` > 0 is a deadline from now, checked
 * between steps and tiles. */
LINNET_API linnet_status linnet_session_run(linnet_session* session, double seconds);
/* Makes the current run (or, if none, the next) end with LINNET_CANCELLED. Any thread. */
LINNET_API void linnet_session_cancel(linnet_session* session);
LINNET_API void linnet_session_set_observer(linnet_session* session, linnet_observer observer,
                                            void* user);
LINNET_API int32_t linnet_session_step_count(const linnet_session* session); /* 0 until planned */
LINNET_API linnet_status linnet_session_step(const linnet_session* session, int32_t i,
                                             linnet_step* out);
LINNET_API linnet_status linnet_session_memory(const linnet_session* session, linnet_memory* out);

#ifdef __cplusplus
}
#endif
#endif /* LINNET_LINNET_H_ */
