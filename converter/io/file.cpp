#include "converter/io/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "converter/error.h"

namespace linnet {

std::vector<std::byte> read_file(const std::string& path) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code))
    throw ConvertError(fmt::format("'{}' is a folder", path));
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) throw ConvertError(fmt::format("cannot open '{}': {}", path, std::strerror(errno)));
  std::vector<std::byte> bytes(static_cast<size_t>(in.tellg()));
  in.seekg(0);
  if (!bytes.empty() &&
      !in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) {
    throw ConvertError(fmt::format("cannot read '{}'", path));
  }
  return bytes;
}

NewFile::NewFile(const std::string& path)
    : path_(path), temporary_(fmt::format("{}.tmp-{}", path, getpid())) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    throw ConvertError(fmt::format("cannot write '{}': it is {}", path,
                                   S_ISDIR(info.st_mode) ? "a folder" : "no plain file"));
  }
  // Made anew: whatever stands under this name, a link perhaps, is not ours to write through.
  unlink(temporary_.c_str());
  fd_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd_ < 0) fail(errno);
}

NewFile::~NewFile() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(temporary_.c_str());
}

void NewFile::fail(int error) const {
  throw ConvertError(fmt::format("cannot write '{}': {}", path_, std::strerror(error)));
}

void NewFile::write_at(uint64_t offset, const void* data, size_t size) {
  const char* bytes = static_cast<const char*>(data);
  while (size != 0) {
    const ssize_t n = pwrite(fd_, bytes, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail(n < 0 ? errno : EIO);
    bytes += n;
    offset += static_cast<uint64_t>(n);
    size -= static_cast<size_t>(n);
  }
}

void NewFile::commit() {
  if (fsync(fd_) != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0) fail(errno);
  close(std::exchange(fd_, -1));
  // Makes the rename durable. Some file systems refuse to sync folders; the file is safe by then.
  const size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

void write_file(const std::string& path, const void* data, size_t size) {
  NewFile file(path);
  file.write_at(0, data, size);
  file.commit();
}

}  // namespace linnet
