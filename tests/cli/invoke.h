// Runs the whole program inside the test: exit code, stdout and stderr as the shell would see them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/cli.h"

namespace edgefit::test {

struct Outcome {
  int code = -1;
  std::string out, err;
};

inline Outcome invoke(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "edgefit");
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  Outcome outcome;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  outcome.code = run_cli(static_cast<int>(arguments.size()), pointers.data());
  outcome.out = ::testing::internal::GetCapturedStdout();
  outcome.err = ::testing::internal::GetCapturedStderr();
  return outcome;
}

inline std::string fixture(const char* path) {
  return std::string(EDGEFIT_SOURCE_DIR) + "/tests/" + path;
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace edgefit::test
