#include "probe/xml.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "edgefit/probe.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

// As lstopo --of xml writes it, cut to one processor and two cards.
constexpr const char* kXml = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE topology SYSTEM "hwloc2.dtd">
<topology version="2.0">
  <object type="Machine" os_index="0" cpuset="0x00000003" complete_cpuset="0x00000003" allowed_cpuset="0x00000003" nodeset="0x00000001" complete_nodeset="0x00000001" allowed_nodeset="0x00000001" gp_index="1">
    <info name="OSName" value="Linux"/>
    <info name="OSRelease" value="6.1.0"/>
    <info name="HostName" value="secret-host"/>
    <info name="Architecture" value="x86_64"/>
    <object type="Package" os_index="0" cpuset="0x00000003" complete_cpuset="0x00000003" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="2">
      <info name="CPUModel" value="Testium 3000"/>
      <object type="NUMANode" os_index="0" cpuset="0x00000003" complete_cpuset="0x00000003" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="3" local_memory="8589934592"/>
      <object type="Core" os_index="0" cpuset="0x00000001" complete_cpuset="0x00000001" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="4">
        <object type="PU" os_index="0" cpuset="0x00000001" complete_cpuset="0x00000001" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="5"/>
      </object>
      <object type="Core" os_index="1" cpuset="0x00000002" complete_cpuset="0x00000002" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="6">
        <object type="PU" os_index="1" cpuset="0x00000002" complete_cpuset="0x00000002" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="7"/>
      </object>
    </object>
    <object type="Bridge" gp_index="8" bridge_type="0-1" depth="0" bridge_pci="0000:[00-ff]">
      <object type="PCIDev" gp_index="9" pci_busid="0000:01:00.0" pci_type="0302 [10de:1db8] [10de:12ab] a1" pci_link_speed="15.753846">
        <object type="OSDev" gp_index="10" name="cuda0" osdev_type="5" subtype="CUDA">
          <info name="GPUModel" value="Tesla V100-SXM3-32GB"/>
          <info name="CUDAGlobalMemorySize" value="33079296KiB"/>
        </object>
      </object>
      <object type="PCIDev" gp_index="11" pci_busid="0000:02:00.0" pci_type="0300 [102b:0538] [0000:0000] 01" pci_link_speed="0.000000"/>
    </object>
  </object>
</topology>
)";

Host probe_xml(const std::string& text) {
  const test::TempDir folder;
  folder.write("box.xml", text);
  ProbeOptions options;
  options.hwloc_xml = folder.at("box.xml");
  return Probe(options).finish();
}

TEST(Xml, ProcessorsNodesAndCards) {
  const auto host = probe_xml(kXml);
  EXPECT_EQ(host.mode, Host::Mode::xml);
  ASSERT_TRUE(host.cpu.cores) << (host.errors.empty() ? "" : host.errors[0].text);
  EXPECT_EQ(*host.cpu.cores, 2);
  EXPECT_EQ(*host.cpu.model, "Testium 3000");
  EXPECT_EQ(*host.os.kernel, "6.1.0");
  EXPECT_EQ(*host.cpu.architecture, "x86_64");
  EXPECT_EQ(host.memory.os_total->value, 8 * kGiB);
  EXPECT_FALSE(host.memory.available);
  ASSERT_EQ(host.gpus.size(), 2U);
  EXPECT_EQ(*host.gpus[0].name, "Tesla V100-SXM3-32GB");
  EXPECT_EQ(host.gpus[0].vram_total->value, 33079296.0 * 1024);
  EXPECT_EQ(host.gpus[0].state, GpuState::driver_not_recorded);
  EXPECT_EQ(host.gpus[1].state, GpuState::display_only);
  EXPECT_EQ(write_host_json(host).find("secret"), std::string::npos);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Xml, AMacHasOnePool) {
  const auto mac =
      replaced(replaced(replaced(kXml, "\"Linux\"", "\"Darwin\""), "x86_64", "arm64"), "Testium 3000", "Apple M2 Max");
  const auto host = probe_xml(mac);
  EXPECT_EQ(*host.os.name, "macos");
  EXPECT_EQ(*host.cpu.architecture, "aarch64");
  const auto gpu = std::find_if(host.gpus.begin(), host.gpus.end(), [](const Gpu& g) { return g.vendor == "Apple"; });
  ASSERT_NE(gpu, host.gpus.end());
  EXPECT_EQ(*gpu->name, "Apple M2 Max");
  EXPECT_EQ(gpu->pool, "ram");
  EXPECT_FALSE(gpu->vram_total);  // neither all of main memory nor a share that nobody told
  EXPECT_FALSE(gpu->shared_max);
  const auto guest = probe_xml(replaced(mac, "Apple M2 Max", "Apple M2 (Virtual)"));
  EXPECT_TRUE(std::none_of(guest.gpus.begin(), guest.gpus.end(), [](const Gpu& g) { return g.vendor == "Apple"; }));
}

TEST(Xml, SourcesAreTheFilesOwn) {
  const auto host = probe_xml(kXml);
  EXPECT_EQ(*host.os.name, "linux");
  EXPECT_EQ(host.os.name.origin.text, "hwloc: OSName");
  EXPECT_EQ(host.cpu.model.origin.text, "hwloc XML");
  EXPECT_EQ(host.memory.usable.origin.text, "hwloc: sum of NUMA nodes");
  EXPECT_EQ(host.gpus.at(0).driver.why, "this recording does not tell the driver");
}

TEST(Xml, NoLiveFactSlipsIn) {
  const auto host = probe_xml(kXml);
  EXPECT_FALSE(host.os.distro);
  EXPECT_FALSE(host.os.libc);
  EXPECT_FALSE(host.memory.swap_total);
  EXPECT_FALSE(host.memory.limit);
}

TEST(Xml, OtherFilesAreAnErrorOfHwloc) {
  for (const std::string text :
       {"", "no xml", "<topology version=\"9.0\"></topology>", "<?xml version=\"1.0\"?><a/>"}) {
    const auto host = probe_xml(text);
    EXPECT_FALSE(host.cpu.cores) << text;
    EXPECT_FALSE(host.errors.empty()) << text;
  }
}

TEST(Xml, AMemoryThatNoMachineHas) {
  const test::TempDir folder;
  std::string text = kXml;
  const std::string size = "8589934592";
  text.replace(text.find(size), size.size(), "999999999999999999");
  folder.write("absurd.xml", text);
  ProbeOptions options;
  options.hwloc_xml = folder.at("absurd.xml");
  const auto host = Probe(options).finish();
  EXPECT_EQ(*host.cpu.pus, 2);
  EXPECT_FALSE(host.memory.os_total);
  EXPECT_FALSE(host.memory.hwloc_total);
  EXPECT_FALSE(host.memory.usable);
  EXPECT_FALSE(host.conflicts.empty());
}

}  // namespace
}  // namespace edgefit
