#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/diagnosis.h"

namespace edgefit {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Origin kSeen{Origin::Kind::os, "/proc"};

/// A plan, its answer and a healthy box; rows of the table change one thing each.
struct Deployed {
  Case plan;
  Assessment predicted;
  Signs seen;
  std::shared_ptr<Model> model = std::make_shared<Model>();
  std::shared_ptr<Host> host = std::make_shared<Host>();

  explicit Deployed(Backend backend = Backend::cpu) {
    model->precision = "q4_k_m";
    model->weight_bytes = {Bytes{5e9}, kSeen};
    host->memory.channels = {2.0, kSeen};
    host->memory.peak_bandwidth = {BytesPerSecond{80e9}, kSeen};
    host->cpu.cores = {8.0, kSeen};
    if (backend != Backend::cpu) {
      Gpu gpu;
      gpu.bdf = "0000:01:00.0";
      gpu.pool = "gpu0";
      gpu.name = {"Card", kSeen};
      gpu.power_limit = gpu.power_default = {Watts{300}, kSeen};
      gpu.vram_used = {Bytes{6e9}, kSeen};
      gpu.vram_total = {Bytes{24e9}, kSeen};
      host->gpus.push_back(gpu);
    }
    predicted.placement.layers = 33;
    predicted.placement.gpu_layers = backend == Backend::cpu ? 0 : 33;
    plan.runtime.backend = backend;
    plan.model = model;
    plan.host = host;
    plan.workload.context = {8192.0, kSeen};
    seen.host = *host;
    seen.before.load1 = 0.1;
    seen.before.ticks = 1000;
    seen.before.steal = 0;
    seen.before.swapped_in = seen.before.throttles = seen.before.memory_stall = 0;
    seen.before.clock_share = 0.95;
    seen.before.governor = "performance";
    ServerProcess server;
    server.pid = 7;
    server.threads = 8;
    server.gpu_layers = 99;
    server.major_faults = 10;
    seen.before.servers = {server};
    seen.before.link_width = seen.before.link_width_max = {{"0000:01:00.0", 16}};
    if (backend != Backend::cpu) seen.before.card_hot = {{"0000:01:00.0", 3}};
    seen.during = seen.after = seen.before;
    seen.after.ticks = 2000;
    seen.served = {5e9, 5e9, 8192, "Q4_K_M", ""};
    seen.seconds = 100;
  }
  Diagnosis run(double share) const {
    return diagnose(plan, predicted, seen, {measured_figure("decode", "tok/s", 10 * share, 10, 9, 11, true)});
  }
  std::vector<std::string> causes(double share) const {
    std::vector<std::string> out;
    for (const auto& cause : run(share).causes) {
      out.emplace_back(cause.id);
      EXPECT_FALSE(cause.evidence.empty()) << cause.id;
      EXPECT_NE(std::string(cause.fix), "");
    }
    return out;
  }
};

TEST(MeasuredFigure, InsideSlowerFaster) {
  EXPECT_EQ(measured_figure("d", "", 9, 10, 9, 11, true).status, CheckStatus::pass);
  EXPECT_EQ(measured_figure("d", "", 8.9, 10, 9, 11, true).status, CheckStatus::fail);
  EXPECT_EQ(measured_figure("d", "", 11.1, 10, 9, 11, true).status, CheckStatus::warn);
  EXPECT_EQ(measured_figure("t", "s", 1.2, 1, 0.9, 1.1, false).status, CheckStatus::fail);
  EXPECT_EQ(measured_figure("t", "s", 0.8, 1, 0.9, 1.1, false).status, CheckStatus::warn);
  EXPECT_EQ(measured_figure("t", "s", 0, 1, 0.9, 1.1, false).status, CheckStatus::unknown);
  EXPECT_DOUBLE_EQ(measured_figure("t", "s", 2, 1, 0.9, 1.1, false).speed(), 0.5);
}

TEST(Diagnosis, SlownessAloneNamesNothing) {
  for (const Backend backend : {Backend::cpu, Backend::cuda})
    for (const double share : {0.05, 0.2, 0.5, 0.85}) {
      const Diagnosis found = Deployed(backend).run(share);
      EXPECT_THAT(found.causes, IsEmpty()) << share;
      EXPECT_EQ(found.status, CheckStatus::fail);
    }
}

/// One sign each, on a box that is healthy otherwise.
struct Row {
  const char* cause;
  Backend backend;
  double share;
  void (*change)(Deployed&);
};
const Row kRows[] = {
    {"single_channel", Backend::cpu, 0.5,
     [](Deployed& s) {
       s.seen.host.memory.channels = {1.0, kSeen};
     }},
    {"single_channel", Backend::cpu, 0.5,
     [](Deployed& s) {
       s.seen.host.memory.channels = Fact<double>::unknown("root only");
       s.seen.host.memory.measured_bandwidth = {BytesPerSecond{38e9}, kSeen};
     }},
    {"low_clock", Backend::cpu, 0.6,
     [](Deployed& s) {
       s.seen.during.clock_share = 0.4;
       s.seen.during.governor = "powersave";
     }},
    {"low_clock", Backend::cuda, 0.7,
     [](Deployed& s) {
       s.seen.during.clock_share = 0.7;
       s.seen.during.boost = false;
     }},
    {"power_cap", Backend::cuda, 0.7,
     [](Deployed& s) {
       s.seen.host.gpus[0].power_limit = {Watts{200}, kSeen};
     }},
    {"power_cap", Backend::cuda, 0.7,
     [](Deployed& s) {
       s.seen.during.power_cap["0000:01:00.0"] = 150;
       s.seen.during.power_cap_default["0000:01:00.0"] = 300;
     }},
    {"thermal", Backend::cpu, 0.8, [](Deployed& s) { s.seen.after.throttles = 5; }},
    {"thermal", Backend::cuda, 0.8, [](Deployed& s) { s.seen.after.card_hot["0000:01:00.0"] = 8; }},
    {"no_offload", Backend::cuda, 0.1, [](Deployed& s) { s.seen.served.vram_bytes = 0; }},
    {"no_offload", Backend::cuda, 0.1,
     [](Deployed& s) {
       s.seen.served.vram_bytes.reset();
       s.seen.during.servers[0].gpu_layers = 0;
     }},
    {"no_offload", Backend::cuda, 0.1,
     [](Deployed& s) {
       s.seen.served.vram_bytes.reset();
       s.seen.host.gpus[0].vram_used = {Bytes{1e8}, kSeen};
     }},
    {"no_offload", Backend::cuda, 0.1,
     [](Deployed& s) {
       s.seen.served.vram_bytes.reset();
       s.seen.host.gpus[0].state = GpuState::version_mismatch;
       s.seen.host.gpus[0].state_text = "driver and library differ";
     }},
    {"partial_offload", Backend::cuda, 0.3, [](Deployed& s) { s.seen.served.vram_bytes = 2.5e9; }},
    {"partial_offload", Backend::cuda, 0.3,
     [](Deployed& s) {
       s.seen.served.vram_bytes.reset();
       s.seen.during.servers[0].gpu_layers = 12;
     }},
    {"narrow_link", Backend::cuda, 0.7,
     [](Deployed& s) {
       s.seen.host.gpus.push_back(s.seen.host.gpus[0]);
       s.seen.during.link_width["0000:01:00.0"] = 4;
     }},
    {"swapping", Backend::cpu, 0.05, [](Deployed& s) { s.seen.after.swapped_in = 10000; }},
    {"swapping", Backend::cpu, 0.05, [](Deployed& s) { s.seen.after.servers[0].major_faults = 50000; }},
    {"swapping", Backend::cpu, 0.05, [](Deployed& s) { s.seen.after.memory_stall = 20; }},
    {"threads", Backend::cpu, 0.7, [](Deployed& s) { s.seen.during.servers[0].threads = 16; }},
    {"threads", Backend::cpu, 0.7,
     [](Deployed& s) {
       s.seen.during.servers[0].node_pages = {{0, 60}, {1, 40}};
     }},
    {"other_model", Backend::cpu, 0.6, [](Deployed& s) { s.seen.served.model_bytes = 8.5e9; }},
    {"other_model", Backend::cpu, 0.6,
     [](Deployed& s) {
       s.seen.served = {{}, {}, {}, "", "/models/x-Q8_0.gguf"};
     }},
    {"other_context", Backend::cpu, 0.6, [](Deployed& s) { s.seen.served.context = 131072; }},
};

TEST(Diagnosis, ACauseIsNamedByASecondSign) {
  for (const auto& row : kRows) {
    Deployed setup(row.backend);
    row.change(setup);
    EXPECT_EQ(setup.causes(row.share), std::vector<std::string>{row.cause}) << row.cause;
    EXPECT_THAT(setup.causes(1.0), IsEmpty()) << row.cause << ": what is fast enough has no cause";
  }
}

/// A sign that does not go with this much slowness, or with this backend, is no cause.
TEST(Diagnosis, ASignThatDoesNotFitIsNoCause) {
  Deployed memory;
  memory.seen.host.memory.channels = {1.0, kSeen};
  EXPECT_THAT(memory.causes(0.1), IsEmpty()) << "half the channels do not make a tenth of the speed";
  Deployed card(Backend::cuda);
  card.seen.host.memory.channels = {1.0, kSeen};
  card.seen.during.link_width["0000:01:00.0"] = 4;
  EXPECT_THAT(card.causes(0.5), IsEmpty()) << "one card that holds all waits neither for RAM nor for its link";
}

TEST(Diagnosis, PowersaveOfASelfDrivenProcessorIsNormal) {
  Deployed setup;
  setup.seen.during.governor = "powersave";
  setup.seen.during.driver = "intel_pstate";
  setup.seen.during.clock_share.reset();
  EXPECT_THAT(setup.causes(0.6), IsEmpty());
  setup.seen.during.driver = "acpi-cpufreq";
  EXPECT_THAT(setup.causes(0.6), Contains("low_clock"));
}

TEST(Diagnosis, WhatCannotBeSeenIsSaidAndNeverNamed) {
  Deployed setup(Backend::cuda);
  setup.seen.during = setup.seen.before = setup.seen.after = {};
  setup.seen.served = {};
  setup.seen.host.memory = {};
  setup.seen.host.gpus[0].power_default = Fact<Watts>::unknown("no driver");
  setup.seen.host.gpus[0].vram_used = Fact<Bytes>::unknown("no driver");
  const Diagnosis found = setup.run(0.4);
  EXPECT_THAT(found.causes, IsEmpty());
  for (const char* id :
       {"low_clock", "power_cap", "thermal", "no_offload", "partial_offload", "swapping", "other_model"})
    EXPECT_THAT(found.not_seen, Contains(id));
}

TEST(Diagnosis, ACardsHeatCountsAboveAHundredthOfTheRun) {
  Deployed setup(Backend::cuda);
  setup.seen.after.card_hot["0000:01:00.0"] = 3.9;
  EXPECT_THAT(setup.causes(0.8), IsEmpty()) << "0.9 of 100 s";
  setup.seen.after.card_hot.clear();
  EXPECT_THAT(setup.run(0.8).not_seen, Contains("thermal")) << "cool cores say nothing of a card";
}

TEST(Diagnosis, OtherLoadRefusesToCertify) {
  Deployed setup;
  setup.seen.before.load1 = 6;
  EXPECT_THAT(setup.run(1.0).refused, HasSubstr("load 6.0 on 8"));
  EXPECT_EQ(setup.run(1.0).status, CheckStatus::unknown);
  EXPECT_EQ(setup.run(0.3).status, CheckStatus::unknown);
  Deployed stolen;
  stolen.seen.after.steal = 100;
  EXPECT_EQ(stolen.run(1.0).status, CheckStatus::unknown);
  stolen.seen.local = false;
  EXPECT_EQ(stolen.run(1.0).status, CheckStatus::pass) << "this box is not the server's";
}

TEST(Diagnosis, AServerElsewhereIsOnlyJudgedByWhatItSays) {
  Deployed setup;
  setup.seen.local = false;
  setup.seen.host.memory.channels = {1.0, kSeen};
  setup.seen.after.swapped_in = 1e6;
  EXPECT_THAT(setup.causes(0.5), IsEmpty());
  setup.seen.served.model_bytes = 9e9;
  EXPECT_EQ(setup.causes(0.5), std::vector<std::string>{"other_model"});
}

}  // namespace
}  // namespace edgefit
