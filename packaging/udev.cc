// libudev as it answers where there is none: no context. hwloc asks it for the names of disks and network cards
// only, which src/probe/topology.cc leaves out, and reads /run/udev itself when there is no context
// (hwloc 2.9, topology-linux.c). Debian has no static libudev, and the portable program must not need the shared one.
struct udev;
struct udev_device;

extern "C" {
udev* udev_new();
udev* udev_unref(udev* context);
udev_device* udev_device_new_from_subsystem_sysname(udev* context, const char* subsystem, const char* name);
const char* udev_device_get_property_value(udev_device* device, const char* key);
udev_device* udev_device_unref(udev_device* device);

udev* udev_new() {
  return nullptr;
}
udev* udev_unref(udev*) {
  return nullptr;
}
udev_device* udev_device_new_from_subsystem_sysname(udev*, const char*, const char*) {
  return nullptr;
}
const char* udev_device_get_property_value(udev_device*, const char*) {
  return nullptr;
}
udev_device* udev_device_unref(udev_device*) {
  return nullptr;
}
}
