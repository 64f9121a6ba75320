#include "probe/visible.h"

#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using namespace std::string_literals;
using test::Machine;

/// Cards of one vendor; letters are different models.
Host cards(const std::string& vendor, const std::string& models) {
  Host host;
  for (size_t i = 0; i < models.size(); ++i) {
    Gpu gpu;
    gpu.id = gpu.bdf = "0000:0" + std::to_string(i) + ":00.0";
    gpu.vendor = vendor;
    gpu.pci = std::string("model ") + models[i];
    gpu.uuid = "GPU-0000000" + std::to_string(i);
    host.gpus.push_back(gpu);
  }
  return host;
}

/// "1" for a card in use, "0" for a hidden one, "?" when it cannot be told.
std::string usable(Host host, const Environment& environment) {
  apply_visibility(environment, host);
  std::string out;
  for (const auto& gpu : host.gpus) out += !gpu.visible && !gpu.visible.why.empty() ? '?' : gpu.usable() ? '1' : '0';
  return out;
}

TEST(Visible, IndicesOfEqualCards) {
  const auto host = cards("NVIDIA", "aaa");
  EXPECT_EQ(usable(host, {}), "111");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "1"}}), "010");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "2,0"}}), "101");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", ""}}), "000");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "-1"}}), "000");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "0,7,1"}}), "100");  // the first bad entry ends the list
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "NoDevFiles"}}), "000");
}

TEST(Visible, OrderOfDifferentCardsIsCudasSecret) {
  const auto host = cards("NVIDIA", "ab");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "0"}}), "??");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "0"}, {"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}}), "10");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", ""}}), "00");
}

TEST(Visible, AnIndexDoesNotTellTheInstance) {
  auto host = cards("NVIDIA", "aa");
  for (auto& gpu : host.gpus) gpu.id = (gpu.bdf = "0000:01:00.0") + "/mig" + gpu.uuid.back();
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "1"}, {"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}}), "??");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "GPU-00000001"}}), "01");
}

TEST(Visible, IdsOfCards) {
  const auto host = cards("NVIDIA", "ab");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "GPU-00000001"}}), "01");
  EXPECT_EQ(usable(host, {{"CUDA_VISIBLE_DEVICES", "GPU-0000"}}), "??");  // shortened: the rest is not kept
}

TEST(Visible, OtherVendors) {
  EXPECT_EQ(usable(cards("AMD", "ab"), {{"ROCR_VISIBLE_DEVICES", "1"}}), "01");
  EXPECT_EQ(usable(cards("AMD", "abc"), {{"ROCR_VISIBLE_DEVICES", "1,2"}, {"HIP_VISIBLE_DEVICES", "0"}}), "010");
  EXPECT_EQ(usable(cards("Intel", "ab"), {{"ZE_AFFINITY_MASK", "0.1"}}), "10");
  EXPECT_EQ(usable(cards("Intel", "ab"), {{"CUDA_VISIBLE_DEVICES", ""}}), "11");
}

TEST(Visible, HiddenCardsSayByWhat) {
  auto host = cards("NVIDIA", "aa");
  apply_visibility({{"CUDA_VISIBLE_DEVICES", "0"}, {"NVIDIA_VISIBLE_DEVICES", "all"}}, host);
  EXPECT_EQ(host.gpus[1].state, GpuState::not_exposed);
  EXPECT_NE(host.gpus[1].state_text.find("CUDA_VISIBLE_DEVICES=0"), std::string::npos);
  ASSERT_EQ(host.os.limits.size(), 2U);
  EXPECT_EQ(host.os.limits[0].source, "CUDA_VISIBLE_DEVICES=0");
}

TEST(Visible, OnlyKnownVariablesAreKept) {
  Machine machine;
  machine.file("/proc/self/environ",
               "SECRET=1\0CUDA_VISIBLE_DEVICES=GPU-3f2b8c1d-0a4e-4c7b-9d11-5e6f7a8b9c0d\0"
               "KUBERNETES_SERVICE_HOST=10.0.0.1\0HOME=/home/bob\0"s);
  const auto environment = read_environment(machine.root());
  ASSERT_EQ(environment.size(), 2U);
  EXPECT_EQ(environment.at("CUDA_VISIBLE_DEVICES").size(), 12U);
  EXPECT_EQ(environment.at("KUBERNETES_SERVICE_HOST"), "set");
}

TEST(Visible, RecordedVariablesHideCards) {
  Machine machine;
  machine.small_box().pci("0000:01:00.0", "0x030000", "0x10de", "0x2684", "nvidia");
  machine.file("/proc/self/environ", "CUDA_VISIBLE_DEVICES=-1\0"s);
  EXPECT_EQ(machine.probe().gpus.at(0).state, GpuState::not_exposed);
}

}  // namespace
}  // namespace edgefit
