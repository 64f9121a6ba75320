// Every recorded machine's whole host.json, kept in a form that a person can read for truth: a line a known fact, and
// what is unknown once a reason. EDGEFIT_UPDATE_GOLDEN=1 writes the files anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "base/json.h"
#include "corpus.h"

namespace edgefit {
namespace {

namespace fs = std::filesystem;

struct Listing {
  std::string known;
  std::map<std::string, std::set<std::string>> gaps;  ///< reason -> facts; "*" stands for any number in a list
};

std::string any_item(const std::string& path) {
  std::stringstream parts(path);
  std::string out;
  for (std::string part; std::getline(parts, part, '.');)
    out += (out.empty() ? "" : ".") + (part.find_first_not_of("0123456789") == std::string::npos ? "*" : part);
  return out;
}

void list_facts(const Json& value, const std::string& path, Listing& out) {
  if (value.is_object() && value.contains("v") && value.contains("conf")) {
    const std::string why = value["why"].is_string() ? value["why"].get<std::string>() : "";
    if (value["v"].is_null()) {
      out.gaps[why].insert(any_item(path));
      return;
    }
    out.known += path + " = " + value["v"].dump() + "  [" + value["conf"].get<std::string>() + "] " +
                 (value["src"].is_string() ? value["src"].get<std::string>() : "") + (why.empty() ? "" : " ! " + why) +
                 "\n";
    return;
  }
  const auto inside = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) list_facts(item, inside(key), out);
  } else if (value.is_array() && !value.empty() && value[0].is_object()) {
    for (size_t i = 0; i < value.size(); ++i) list_facts(value[i], inside(std::to_string(i)), out);
  } else if (value.is_null()) {
    out.gaps["null"].insert(any_item(path));
  } else {
    out.known += path + " = " + value.dump() + "\n";
  }
}

std::string listing_of(const Host& host) {
  auto document = *parse_json(write_host_json(host), "host.json");
  document.erase("tool");
  Listing listing;
  list_facts(document, "", listing);
  for (const auto& [reason, facts] : listing.gaps) {
    listing.known += "\nunknown: " + reason + "\n ";
    for (const auto& fact : facts) listing.known += " " + fact;
    listing.known += "\n";
  }
  return listing.known;
}

std::string text_of_file(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Corpus, HostsAreAsTheirGoldenFilesSay) {
  if (const auto why = test::no_hosts_because(); !why.empty()) GTEST_SKIP() << why;
  const fs::path golden = fs::path(EDGEFIT_SOURCE_DIR) / "tests/probe/golden_hosts";
  const bool update = std::getenv("EDGEFIT_UPDATE_GOLDEN") != nullptr;
  for (const auto& row : test::csv_file(test::corpus_hosts() / "manifest.csv")) {
    const auto& file = row.at("file");
    SCOPED_TRACE(file);
    const test::TempDir folder;
    const auto host = test::probe_row(row, test::corpus_hosts() / file, folder);
    ASSERT_TRUE(host);
    const auto runtime = std::find_if(host->tools.begin(), host->tools.end(),
                                      [](const auto& tool) { return tool.first == "hwloc_runtime"; });
    if (runtime == host->tools.end() || !runtime->second.starts_with("2.8."))
      GTEST_SKIP() << "the golden files are those of hwloc 2.9, whose interface is 2.8";
    const fs::path path = golden / (file.substr(0, file.find(".tar")) + ".txt");
    if (update) {
      std::ofstream(path) << listing_of(*host);
    } else {
      EXPECT_EQ(text_of_file(path), listing_of(*host)) << "EDGEFIT_UPDATE_GOLDEN=1 writes " << path.filename();
    }
  }
}

}  // namespace
}  // namespace edgefit
