#pragma once

#include "networks.h"

namespace linnet::accuracy {

struct TextLine {
  std::string name;  // line_000
  std::string text;
};

std::vector<TextLine> rendered_lines();       // truth of <assets>/ocr-lines
std::vector<std::string> recognition_keys();  // text of each of the network's classes; 0 is ""

// Greedy CTC decoding of shares [1, steps, classes]; spaces at the ends are dropped.
std::string decode_line(const Array& shares, const std::vector<std::string>& keys);

// Lines that are read without an error.
int exact_lines(Runner& runner, const std::vector<TextLine>& lines,
                const std::vector<std::string>& keys);

}  // namespace linnet::accuracy
