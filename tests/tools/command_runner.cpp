#include "tests/tools/command_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

extern char** environ;

namespace linnet::test {
namespace {

using Clock = std::chrono::steady_clock;

void require_zero(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

// Both ends are closed by the destructor unless that happened before.
struct Pipe {
  int read_end = -1, write_end = -1;

  Pipe() {
    int ends[2];
    require_zero(pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno, "pipe2");
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  static void close_end(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
};

// While it lives, new processes inherit a limit to the length of files, and fail to write rather
// than die from it.
class FileLimit {
 public:
  explicit FileLimit(uint64_t bytes) : limited_(bytes != UINT64_MAX) {
    if (!limited_) return;
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    require_zero(getrlimit(RLIMIT_FSIZE, &old_) == 0 ? 0 : errno, "getrlimit");
    const rlimit limit{bytes, old_.rlim_max};
    require_zero(setrlimit(RLIMIT_FSIZE, &limit) == 0 ? 0 : errno, "setrlimit");
  }
  ~FileLimit() {
    if (!limited_) return;
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  bool limited_;
  void (*handler_)(int) = SIG_DFL;
  rlimit old_{};
};

pid_t spawn(const std::vector<std::string>& arguments, const Pipe& out, const Pipe& err) {
  std::vector<char*> argv = {const_cast<char*>(LINNET_COMMAND)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  require_zero(posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write_end, STDERR_FILENO);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, LINNET_COMMAND, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  require_zero(error, LINNET_COMMAND);
  return pid;
}

// Appends what is there to read; closes the end when there will be no more.
void drain(int& end, std::string& text) {
  char piece[1 << 14];
  const ssize_t n = read(end, piece, sizeof(piece));
  if (n > 0) {
    text.append(piece, static_cast<size_t>(n));
  } else if (n == 0 || errno != EINTR) {
    Pipe::close_end(end);
  }
}

// Reads until both pipes are closed, which is when the process has ended, or kills it.
void watch(pid_t pid, Pipe& out, Pipe& err, const CommandLimits& limits, CommandResult& result) {
  const Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                   std::chrono::duration<double>(limits.seconds));
  while (out.read_end >= 0 || err.read_end >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(end - Clock::now()).count();
    if (!result.killed && (left <= 0 || (limits.kill_when && limits.kill_when()))) {
      kill(pid, SIGKILL);
      result.killed = true;
    }
    pollfd ends[2] = {{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}};
    const long wait_us = result.killed || limits.kill_when ? 100 : std::min<long>(left, 1'000'000);
    const timespec wait = {wait_us / 1'000'000, wait_us % 1'000'000 * 1000};
    if (ppoll(ends, 2, &wait, nullptr) <= 0) continue;
    if (ends[0].revents != 0) drain(out.read_end, result.out);
    if (ends[1].revents != 0) drain(err.read_end, result.err);
  }
}

}  // namespace

CommandResult run_linnet(const std::vector<std::string>& arguments, const CommandLimits& limits) {
  // A block out of all proportion is a failure under the sanitizer too.
  if (kSanitized)
    setenv("ASAN_OPTIONS", "max_allocation_size_mb=512:allocator_may_return_null=1", 0);
  CommandResult result;
  Pipe out, err;
  pid_t pid = -1;
  {
    const FileLimit limit(limits.file_bytes);
    pid = spawn(arguments, out, err);
  }
  Pipe::close_end(out.write_end);
  Pipe::close_end(err.write_end);
  watch(pid, out, err, limits, result);
  int status = 0;
  rusage usage{};
  while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.killed = result.killed && result.signal == SIGKILL;  // it may have ended just then
#if defined(__APPLE__)
  result.peak_bytes = static_cast<uint64_t>(usage.ru_maxrss);
#else
  result.peak_bytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
#endif
  return result;
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "linnet-tools-XXXXXX").string();
  require_zero(mkdtemp(pattern.data()) != nullptr ? 0 : errno, pattern.c_str());
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> Folder::list() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string data_path(const std::string& name) {
  return std::string(LINNET_TESTS_DIR) + "/data/" + name;
}

std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot open " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path);
}

}  // namespace linnet::test
