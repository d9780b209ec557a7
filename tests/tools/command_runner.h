#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

// Runs the command `linnet` as a process of its own, as users and their scripts do.

namespace linnet::test {

// A sanitizer watches this build: memory figures say nothing then.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

struct CommandResult {
  int exit_code = -1;       // -1: a signal ended it
  int signal = 0;           // that signal
  bool killed = false;      // by us, for one of the reasons in CommandLimits
  std::string out, err;     // what it printed
  uint64_t peak_bytes = 0;  // largest resident size
};

struct CommandLimits {
  double seconds = 120;             // killed after that
  std::function<bool()> kill_when;  // asked all the time; killed when true
  // Longest file that it can write: a write behind that fails as on a full disk.
  uint64_t file_bytes = UINT64_MAX;
};

// Waits for the end of `linnet <arguments>`. Standard input is empty. Throws std::system_error when
// the command cannot be started.
CommandResult run_linnet(const std::vector<std::string>& arguments,
                         const CommandLimits& limits = {});

// A new folder that goes with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }
  // Names of what is in it, sorted.
  std::vector<std::string> list() const;

 private:
  std::filesystem::path path_;
};

// A file of tests/data/.
std::string data_path(const std::string& name);

std::string read_bytes(const std::string& path);
void write_bytes(const std::string& path, const std::string& bytes);

}  // namespace linnet::test
