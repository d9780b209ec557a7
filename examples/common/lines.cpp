#include "lines.h"

#include <cstdio>

linnet::Result<std::vector<std::string>> read_lines(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return linnet::Status(LINNET_IO_ERROR, path + ": cannot be opened");
  std::vector<std::string> lines(1);
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
    if (c == '\n') {
      lines.emplace_back();
    } else if (c != '\r') {
      lines.back() += static_cast<char>(c);
    }
  }
  std::fclose(file);
  if (lines.back().empty()) lines.pop_back();
  return lines;
}
