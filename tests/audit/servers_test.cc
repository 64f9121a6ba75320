#include "audit/servers.h"

#include <gtest/gtest.h>

#include "audit/fixtures_services.h"

namespace edgefit {
namespace {

using test::FakeBox;

TEST(Servers, KnownByNameAndArgumentsNotByPort) {
  FakeBox fake;
  fake.process("10", {"/usr/local/bin/ollama", "serve"}).process("11", {"ollama", "run", "llama3"});
  fake.process("12", {"/usr/bin/python3", "-m", "vllm.entrypoints.openai.api_server"});
  fake.process("13", {"vim", "llama-server.md"}).process("14", {"/opt/llama.cpp/llama-server", "-m", "x.gguf"});
  const Box box = fake.box();
  const auto servers = read_servers(box);
  std::vector<std::string> names;
  for (const auto& server : servers.list) names.push_back(server.pid + " " + server.name);
  EXPECT_EQ(names, (std::vector<std::string>{"10 Ollama", "12 vLLM", "14 llama-server"}));
}

TEST(Servers, AddressesReachAsFarAsTheyDo) {
  FakeBox fake;
  fake.process("10", {"ollama", "serve"});
  fake.listen("", "0100007F", 1).listen("", "00000000", 2).listen("", "0A00A8C0", 3);
  fake.file("/proc/net/tcp6",
            "  sl\n   0: 00000000000000000000000000000000:0004 0:0 0A 0:0 0:0 0 0 0 4 1\n"
            "   1: 00000000000000000000000001000000:0005 0:0 0A 0:0 0:0 0 0 0 5 1\n"
            "   2: 0000000000000000FFFF00000100007F:0006 0:0 0A 0:0 0:0 0 0 0 6 1\n"
            "   3: 000080FE00000000FF565002BD69B1FE:0007 0:0 0A 0:0 0:0 0 0 0 7 1\n"
            "   4: 00000000000000000000000000000000:0008 0:0 01 0:0 0:0 0 0 0 8 1\n");
  const Box box = fake.box();
  std::vector<Reach> reaches;
  for (const auto& listener : read_servers(box).listeners) reaches.push_back(listener.reach);
  EXPECT_EQ(reaches, (std::vector<Reach>{Reach::loopback, Reach::everywhere, Reach::local_address, Reach::everywhere,
                                         Reach::loopback, Reach::loopback, Reach::local_address}));
}

TEST(Servers, FlagsAndVariables) {
  FakeBox fake;
  fake.process(
      "10", {"llama-server", "--host=0.0.0.0", "--port", "80", "--ssl-key-file", "/k.pem", "--api-key-file", "/keys"});
  fake.variables("10", "LLAMA_API_KEY=hunter2").process("11", {"ollama", "serve"}).variables("11", "HOME=/root");
  const Box box = fake.box();
  const auto servers = read_servers(box).list;
  ASSERT_EQ(servers.size(), 2U);
  EXPECT_EQ(servers[0].value_of("--host"), "0.0.0.0");
  EXPECT_EQ(servers[0].value_of("--port"), "80");
  EXPECT_EQ(servers[0].value_of("--ssl-key-file"), "/k.pem") << "the path of a key is no secret";
  EXPECT_FALSE(servers[0].has_flag("--hos"));
  EXPECT_EQ(servers[0].variable("LLAMA_API_KEY"), "***");
  EXPECT_FALSE(servers[1].variable("HOME"));
}

TEST(Servers, HiddenProcessesAreNotNone) {
  FakeBox fake;
  fake.folder("/proc/77");
  const Box box = fake.box();
  EXPECT_NE(read_servers(box).processes, Access::ok);
  FakeBox closed;
  closed.process("77", {"ollama", "serve"}).deny("/proc/77/cmdline");
  const Box other = closed.box();
  EXPECT_EQ(read_servers(other).processes, Access::denied);
}

}  // namespace
}  // namespace edgefit
