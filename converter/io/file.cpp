#include "converter/io/file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

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

void write_file(const std::string& path, const void* data, size_t size) {
  const std::string temporary = path + ".tmp";
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  out.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
  out.close();
  if (!out || std::rename(temporary.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    std::remove(temporary.c_str());
    throw ConvertError(fmt::format("cannot write '{}': {}", path, std::strerror(reason)));
  }
}

}  // namespace linnet
