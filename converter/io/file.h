#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace linnet {

// The whole file. Throws ConvertError with the path and the system's reason.
std::vector<std::byte> read_file(const std::string& path);

// Replaces the file: written beside it and renamed, so that a failure leaves the old file or none.
void write_file(const std::string& path, const void* data, size_t size);

}  // namespace linnet
