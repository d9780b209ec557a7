#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace linnet {

// The whole file. Throws ConvertError with the path and the system's reason.
std::vector<std::byte> read_file(const std::string& path);

// A file that takes the place of `path` when it is complete: written as <path>.tmp-<pid>, synced
// and renamed by commit(), so that a failure or a killed process leaves the old file or none.
// Without commit() it is removed. A folder, device or pipe at `path` is an error: it would be lost.
// Every failure is a ConvertError with the path and the system's reason.
class NewFile {
 public:
  explicit NewFile(const std::string& path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write_at(uint64_t offset, const void* data, size_t size);
  // Where it can be read until it is complete.
  const std::string& temporary_path() const { return temporary_; }
  void commit();

 private:
  [[noreturn]] void fail(int error) const;

  std::string path_, temporary_;
  int fd_ = -1;
};

// Replaces the file by way of NewFile.
void write_file(const std::string& path, const void* data, size_t size);

}  // namespace linnet
