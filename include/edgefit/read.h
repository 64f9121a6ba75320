// Reads model descriptors and model files. The format is recognised by content, never by name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/case.h"
#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

struct ModelProfile;

/// Sizes that the user gives to the inputs of a network: graphs may leave them open.
struct InputSizes {
  std::optional<int64_t> batch;                        ///< first dimension of every input that leaves it open
  std::map<std::string, std::vector<int64_t>> inputs;  ///< by name, all dimensions; each at least 1
};

/// A file, or a folder that holds a model. Hostile bytes end in a Problem, never in a crash or hang.
/// `sizes` count for ONNX graphs; other formats have none to state.
Result<Model> read_model(const std::string& path, const InputSizes& sizes = {});
/// A model of the catalog; its facts have the origin `catalog`.
Result<Model> read_model_profile(const ModelProfile& profile);
/// The same descriptor in edgefit's own format.
std::string write_model_json(const Model& model);

/// The parts of a case.json that other rooms read and write: the host and the engine's profile.
struct CaseParts {
  Case question;     ///< all the rest
  std::string host;  ///< a host.json
  Host::Mode host_mode = Host::Mode::recorded;
  std::string runtime;  ///< "llama.cpp@v0.5.0"
};
/// A whole question with the origin of every number; `host` is its host as host.json. See edgefit/case_file.h.
std::string write_case_parts(const Case& question, std::string_view host);
Result<CaseParts> read_case_parts(std::string_view text, const std::string& where);
/// The "format" that a JSON file states near its beginning: "edgefit.case"; empty for any other file.
std::string stated_format(const std::string& path);

}  // namespace edgefit
