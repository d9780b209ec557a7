#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "converter/io/array.h"
#include "linnet/linnet.h"

// What the subcommands of `linnet` share. Each subcommand is one file with one add_… function,
// which declares its options and the callback that runs it.

namespace linnet::tools {

// Exit codes of the command.
enum ExitCode { kOk = 0, kUsage = 1, kBadInput = 2, kInternal = 3 };

void add_convert(CLI::App& app);
void add_inspect(CLI::App& app);
void add_run(CLI::App& app);
void add_bench(CLI::App& app);
void add_compare(CLI::App& app);

// A failed call of the runtime: what() is its text, code() the exit code that fits.
class RuntimeError : public std::runtime_error {
 public:
  explicit RuntimeError(linnet_status status) : RuntimeError(status, linnet_last_error()) {}
  RuntimeError(const RuntimeError& error, const std::string& path)
      : RuntimeError(error.status_, "'" + path + "': " + error.text_) {}
  ExitCode code() const { return status_ == LINNET_INTERNAL ? kInternal : kBadInput; }

 private:
  RuntimeError(linnet_status status, const std::string& text)
      : std::runtime_error(std::string(linnet_status_name(status)) + ": " + text),
        status_(status),
        text_(text) {}

  linnet_status status_;
  std::string text_;
};

// Puts the path of the model into what the runtime says about it while `body` runs.
template <typename Body>
void about_model(const std::string& path, Body body) {
  try {
    body();
  } catch (const RuntimeError& error) {
    throw RuntimeError(error, path);
  }
}

inline void check(linnet_status status) {
  if (status != LINNET_OK) throw RuntimeError(status);
}

struct ModelCloser {
  void operator()(linnet_model* model) const { linnet_model_close(model); }
};
struct SessionCloser {
  void operator()(linnet_session* session) const { linnet_session_close(session); }
};
using ModelPtr = std::unique_ptr<linnet_model, ModelCloser>;
using SessionPtr = std::unique_ptr<linnet_session, SessionCloser>;

ModelPtr open_model(const std::string& path);
SessionPtr create_session(linnet_model* model, const linnet_session_options& options);

// A check for numbers; CLI::Range lets "nan" pass.
CLI::Validator number_between(double low, double high);

// Options that every command which runs a model has.
struct RunOptions {
  int threads = 0;
  std::string isa;
  std::string xnnpack = "auto";     // or never, always
  std::vector<std::string> shapes;  // NAME=1,3,224,224

  void add_to(CLI::App& command);
  linnet_session_options session_options() const;
};

// "NAME=VALUE" -> {NAME, VALUE}; without "=", the name is empty. Throws CLI::ValidationError.
std::pair<std::string, std::string> split_assignment(const std::string& text);
std::map<std::string, std::vector<int32_t>> parse_shapes(
    const std::vector<std::string>& assignments);

// Index of the model's input `name`; an empty name is allowed when there is one input. Throws
// ConvertError that lists the inputs.
int32_t find_input(const linnet_model* model, const std::string& name);

// A value from a .npy, .npz (one member), .pb or raw file, or "random" / "zeros" / a number that
// fills `shape`.
Array read_input(const std::string& source, const linnet_tensor& info);

// Gives every input a shape (that of its value; else what `shapes` says; else the model's, with 1
// for free dimensions) and plans the session.
void plan_inputs(linnet_model* model, linnet_session* session,
                 const std::map<int32_t, Array>& values,
                 const std::map<std::string, std::vector<int32_t>>& shapes);

// Gives every input a shape and a value: the files of `assignments`, and for inputs without one
// (if fill_missing) deterministic random values, free dimensions being 1 or what `shapes` says.
void feed_inputs(linnet_model* model, linnet_session* session,
                 const std::vector<std::string>& assignments,
                 const std::map<std::string, std::vector<int32_t>>& shapes, bool fill_missing);

Array output_array(linnet_session* session, int32_t i, bool dequantize);
std::string shape_text(const linnet_tensor& tensor);  // "1x3x224x224", "?" for unknown
std::string bytes_text(uint64_t bytes);               // "12.3 MB"

// One line that is rewritten while long work runs; silent unless standard error is a terminal.
class Progress {
 public:
  ~Progress() { clear(); }
  void show(const std::string& stage, double done);
  void clear();

 private:
  bool shown_ = false;
};

}  // namespace linnet::tools
