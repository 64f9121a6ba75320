#include "size/checks.h"

#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

using testing::kGiven;

CheckStatus status(const Case& c, FitCheck check) {
  for (const auto& f : assess(c).findings)
    if (f.check == check) return f.status;
  return CheckStatus::not_applicable;
}

Case with(void (*edit_model)(Model&), void (*edit_host)(Host&) = nullptr) {
  Model m = testing::llama_8b();
  edit_model(m);
  auto host = *testing::box(gib(64), 1);
  if (edit_host != nullptr) edit_host(host);
  return testing::question(testing::prepared(m), std::make_shared<Host>(host));
}

TEST(Checks, NothingAskedNothingJudged) {
  const Case c = with([](Model&) {});
  for (const auto check :
       {FitCheck::compute_capability, FitCheck::gpu_features, FitCheck::cpu_features, FitCheck::goal_decode,
        FitCheck::operating_system, FitCheck::minimum_vram, FitCheck::driver_version}) {
    EXPECT_EQ(status(c, check), CheckStatus::not_applicable) << static_cast<int>(check);
  }
}

TEST(Checks, ComputeCapabilityIsComparedOrUnknown) {
  const auto wants = [](Model& m) { m.requires_.min_compute_capability = 8.9; };
  EXPECT_EQ(status(with(wants), FitCheck::compute_capability), CheckStatus::unknown);
  EXPECT_EQ(status(with(wants,
                        [](Host& h) {
                          h.gpus[0].compute_capability = {8.6, kGiven};
                        }),
                   FitCheck::compute_capability),
            CheckStatus::fail);
  EXPECT_EQ(status(with(wants,
                        [](Host& h) {
                          h.gpus[0].compute_capability = {12.0, kGiven};
                        }),
                   FitCheck::compute_capability),
            CheckStatus::pass);
}

TEST(Checks, EveryRequiredFeatureMustBeThere) {
  const auto wants = [](Model& m) { m.requires_.gpu_features = {"bf16", "fp8"}; };
  EXPECT_EQ(status(with(wants), FitCheck::gpu_features), CheckStatus::unknown);
  EXPECT_EQ(status(with(wants,
                        [](Host& h) {
                          h.gpus[0].features = {"fp16", "bf16"};
                        }),
                   FitCheck::gpu_features),
            CheckStatus::fail);
  EXPECT_EQ(status(with(wants,
                        [](Host& h) {
                          h.gpus[0].features = {"bf16", "fp8"};
                        }),
                   FitCheck::gpu_features),
            CheckStatus::pass);
}

TEST(Checks, DriverVersionsAreComparedByNumber) {
  const auto wants = [](Model& m) { m.requires_.min_driver = "550.107"; };
  const auto live = [](Host& h) {
    h.mode = Host::Mode::recorded;
    h.gpus[0].state = GpuState::usable;
  };
  EXPECT_EQ(status(with(wants, live), FitCheck::driver_version), CheckStatus::unknown);
  EXPECT_EQ(status(with(wants,
                        [](Host& h) {
                          h.mode = Host::Mode::recorded;
                          h.gpus[0].driver = {"550.54.15", kGiven};
                        }),
                   FitCheck::driver_version),
            CheckStatus::fail);
  EXPECT_EQ(status(with(wants,
                        [](Host& h) {
                          h.mode = Host::Mode::recorded;
                          h.gpus[0].driver = {"580.65", kGiven};
                        }),
                   FitCheck::driver_version),
            CheckStatus::pass);
}

TEST(Checks, ARequiredGpuThatIsNotThereIsNotReady) {
  Case c = with([](Model& m) { m.requires_.gpu = Requirements::Gpu::required; }, [](Host& h) { h.gpus.clear(); });
  EXPECT_EQ(status(c, FitCheck::gpu_present), CheckStatus::fail);
  EXPECT_EQ(assess(c).verdict, Verdict::not_ready);
}

TEST(Checks, GoalsAreMetTightOrMissed) {
  const auto verdict_for = [](double tokens_per_second) {
    Case c = with([](Model&) {});
    c.goals.tokens_per_second = TokensPerSecond{tokens_per_second};
    return assess(c);
  };
  const auto decode = *verdict_for(1).speed.decode;
  EXPECT_EQ(verdict_for(decode.low.value * 0.9).verdict, Verdict::ready);
  EXPECT_EQ(verdict_for(decode.value.value).verdict, Verdict::tight);
  EXPECT_EQ(verdict_for(decode.high.value * 1.1).verdict, Verdict::not_ready);
}

TEST(Checks, UnknownFreeMemoryMakesTheVerdictUnknown) {
  const Case c = with([](Model&) {},
                      [](Host& h) {
                        h.mode = Host::Mode::live;
                        h.gpus.clear();
                      });
  EXPECT_EQ(status(c, FitCheck::host_memory), CheckStatus::unknown);
  EXPECT_EQ(assess(c).verdict, Verdict::unknown);
}

TEST(Checks, ADeviceThatCannotBeUsedIsAWarningOnly) {
  const Case c = with([](Model&) {},
                      [](Host& h) {
                        h.gpus[0].state = GpuState::no_driver;
                        h.gpus[0].state_text = "no kernel driver";
                      });
  EXPECT_EQ(status(c, FitCheck::unusable_device), CheckStatus::warn);
  EXPECT_EQ(assess(c).verdict, Verdict::ready);
}

TEST(Checks, AQuantisedValueCacheNeedsFlashAttention) {
  Case c = with([](Model&) {});
  c.workload.kv_type = {"q8_0", kGiven};
  EXPECT_EQ(status(c, FitCheck::engine_support), CheckStatus::pass);
  c.runtime.flash_attention = FlashAttention::off;
  EXPECT_EQ(status(c, FitCheck::engine_support), CheckStatus::fail);
}

TEST(Checks, ANamedFamilyWithoutARowIsAWarningWhenItsSizeIsKnown) {
  const auto foreign = [](Model& m) {
    m.architecture.family = "zorblax";
    m.architecture.family_known = false;
  };
  EXPECT_EQ(status(with(foreign), FitCheck::model_understood), CheckStatus::warn);
  Case unsized = with([](Model& m) {
    m = Model{};
    m.name = "x";
    m.architecture.family = "zorblax";
  });
  EXPECT_EQ(assess(unsized).verdict, Verdict::unknown);
}

TEST(Checks, MoreSequencesThanTheEngineTakesFail) {
  const auto status = [](double sequences) {
    const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(4096), 1, gib(4096)), 512,
                                     sequences);
    for (const Finding& f : assess(c).findings) {
      if (f.check == FitCheck::engine_support) return f.status;
    }
    return CheckStatus::not_applicable;
  };
  EXPECT_EQ(status(256), CheckStatus::pass);
  EXPECT_EQ(status(257), CheckStatus::fail);
}

TEST(Checks, MemoryThatOnlyOneOfTwoSourcesSees) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 0));
  const double need = best_fit(c).pools[0].need.high.value;
  Host host = *c.host;
  host.mode = Host::Mode::recorded;
  const auto judged = [&](double usable, std::optional<double> sure) {
    host.memory.os_total = host.memory.usable = {Bytes{usable}, kGiven};
    host.memory.available = {Bytes{usable}, kGiven};
    host.memory.usable_sure = sure ? Fact<Bytes>(Bytes{*sure}, kGiven) : Fact<Bytes>::unknown("they agree");
    c.host = std::make_shared<Host>(host);
    return assess(c);
  };
  const auto of_memory = [](const Assessment& a) { return a.findings.at(0); };
  EXPECT_EQ(judged(need + kGiB, std::nullopt).verdict, Verdict::ready);
  EXPECT_EQ(judged(need + kGiB, need + 1).verdict, Verdict::ready);  // it fits in the smaller
  const auto doubted = judged(need + kGiB, need - 1);
  EXPECT_EQ(doubted.verdict, Verdict::tight);
  EXPECT_EQ(of_memory(doubted).status, CheckStatus::warn);
  EXPECT_EQ(of_memory(doubted).detected_word, kSureMemory);
  EXPECT_EQ(*of_memory(doubted).detected, need - 1);
  const auto neither = judged(need / 2, need / 4);
  EXPECT_EQ(neither.verdict, Verdict::not_ready);
  EXPECT_TRUE(of_memory(neither).detected_word.empty());
  EXPECT_EQ(*of_memory(neither).detected, need / 2);
}

/// Less memory by either source never turns a no into a yes, nor a "probably" into a "surely".
TEST(Checks, LessMemoryNeverHelps) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 0));
  const double need = best_fit(c).pools[0].need.high.value;
  Host host = *c.host;
  host.mode = Host::Mode::recorded;
  constexpr int kSteps = 12;
  int grid[kSteps + 1][kSteps + 1] = {};
  for (int usable = 0; usable <= kSteps; ++usable) {
    for (int sure = 0; sure <= usable; ++sure) {
      host.memory.os_total = host.memory.usable = host.memory.available = {Bytes{need * usable / 8}, kGiven};
      host.memory.usable_sure = {Bytes{need * sure / 8}, kGiven};
      c.host = std::make_shared<Host>(host);
      grid[usable][sure] = static_cast<int>(assess(c).verdict);  // ready 0 ... not_ready 3
      if (usable > sure) {
        EXPECT_GE(grid[usable - 1][sure], grid[usable][sure]) << usable << " " << sure;
      }
      if (sure > 0) {
        EXPECT_GE(grid[usable][sure - 1], grid[usable][sure]) << usable << " " << sure;
      }
    }
  }
  EXPECT_EQ(grid[kSteps][kSteps], static_cast<int>(Verdict::ready));
  EXPECT_EQ(grid[kSteps][0], static_cast<int>(Verdict::tight));
  EXPECT_EQ(grid[4][4], static_cast<int>(Verdict::not_ready));
}

}  // namespace
}  // namespace edgefit
