#include "ocr_lines.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace linnet::accuracy {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + " is missing: run script/accuracy, which makes it");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::vector<TextLine> rendered_lines() {
  std::vector<TextLine> lines;
  for (const std::string& line : lines_of(assets_folder() + "/ocr-lines/truth.txt")) {
    const size_t tab = line.find('\t');
    lines.push_back({line.substr(0, line.find('.')), line.substr(tab + 1)});
  }
  return lines;
}

std::vector<std::string> recognition_keys() {
  std::vector<std::string> keys = lines_of(assets_folder() + "/ocr/ppocr_keys_v1.txt");
  keys.insert(keys.begin(), "");
  keys.push_back(" ");
  return keys;
}

std::string decode_line(const Array& shares, const std::vector<std::string>& keys) {
  const size_t classes = keys.size();
  if (shares.shape.size() != 3 || static_cast<size_t>(shares.shape[2]) != classes) {
    throw std::runtime_error("the key file does not fit the network");
  }
  std::string text;
  size_t before = 0;
  for (size_t step = 0; step * classes < shares.elements(); ++step) {
    const float* row = shares.data<float>() + step * classes;
    const size_t key = static_cast<size_t>(std::max_element(row, row + classes) - row);
    if (key != before) text += keys[key];
    before = key;
  }
  const size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? ""
                                    : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

int exact_lines(Runner& runner, const std::vector<TextLine>& lines,
                const std::vector<std::string>& keys) {
  int exact = 0;
  for (const TextLine& line : lines) {
    const Array input = read_npy(assets_folder() + "/tensors/ppocr_rec/test/" + line.name + ".npy");
    exact += decode_line(runner.run(input).at(0), keys) == line.text;
  }
  return exact;
}

}  // namespace linnet::accuracy
