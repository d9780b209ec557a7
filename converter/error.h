#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// What the converter throws when its input is at fault (exit code 2 of the command). Mistakes of
// the converter itself are std::logic_error.

namespace linnet {

// One thing that is wrong: where it is ("node 'lstm_1' (LSTM, opset 14)"), why it is a problem, and
// what the user can do about it (may be empty).
struct Problem {
  std::string where;
  std::string why;
  std::string advice;
};

// The input cannot be converted: unreadable, damaged, inconsistent. what() is the summary followed
// by one line per problem.
class ConvertError : public std::runtime_error {
 public:
  explicit ConvertError(const std::string& summary, std::vector<Problem> problems = {})
      : std::runtime_error(text(summary, problems)),
        summary_(summary),
        problems_(std::move(problems)) {}

  const std::string& summary() const { return summary_; }
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  static std::string text(const std::string& summary, const std::vector<Problem>& problems) {
    std::string out = summary;
    for (const Problem& p : problems) {
      out += "\n  " + p.where + ": " + p.why;
      if (!p.advice.empty()) out += "; " + p.advice;
    }
    return out;
  }

  std::string summary_;
  std::vector<Problem> problems_;
};

// The input is sound, but uses what Linnet lacks. Carries every such place at once.
class UnsupportedError : public ConvertError {
 public:
  using ConvertError::ConvertError;
};

}  // namespace linnet
