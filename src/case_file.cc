// case.json where its rooms meet: host.json from probe, models and the load from read, the engine from catalog.
#include "edgefit/case_file.h"

#include <memory>

#include "edgefit/catalog.h"
#include "edgefit/probe.h"
#include "edgefit/read.h"
#include "edgefit/size.h"

namespace edgefit {
namespace {

/// A file that someone wrote by hand may leave out what a prepared model has.
void complete(std::shared_ptr<const Model>& model) {
  if (!model || model->encoder) return;
  Model out = *model;
  prepare(out);
  model = std::make_shared<const Model>(std::move(out));
}

}  // namespace

std::string write_case(const Case& question) {
  return write_case_parts(question, write_host_json(*question.host));
}

Result<Case> read_case(std::string_view text, const std::string& where) {
  auto parts = read_case_parts(text, where);
  if (!parts) return parts.error();
  auto host = read_host_json(parts->host, where + "#/host");
  if (!host) return host.error();
  const auto profile = find_runtime(parts->runtime);
  if (!profile) {
    Problem problem = profile.error();
    problem.where = where + "#/runtime";
    return problem;
  }
  Case question = std::move(parts->question);
  host->mode = parts->host_mode;
  question.host = std::make_shared<const Host>(std::move(*host));
  question.runtime.profile = *profile;
  complete(question.model);
  for (auto& adapter : question.adapters) complete(adapter);
  complete(question.draft);
  question.workload = resolve(question.workload, *question.model);
  return question;
}

}  // namespace edgefit
