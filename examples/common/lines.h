#pragma once

#include <string>
#include <vector>

#include "linnet/result.hpp"

// The lines of a text file without their ends; a last empty line does not count.
linnet::Result<std::vector<std::string>> read_lines(const std::string& path);
