# edgefit_fmt and edgefit_hwloc: what the rooms link. Shared as the system has them, but inside of edgefit_portable,
# which is linked from the same objects and needs nothing but glibc.
set(portable $<BOOL:$<TARGET_PROPERTY:EDGEFIT_PORTABLE>>)
add_library(edgefit_fmt INTERFACE)
add_library(edgefit_hwloc INTERFACE)
if(NOT EDGEFIT_PORTABLE)
  target_link_libraries(edgefit_fmt INTERFACE fmt::fmt)
  target_link_libraries(edgefit_hwloc INTERFACE PkgConfig::HWLOC)
  return()
endif()

find_library(HWLOC_ARCHIVE libhwloc.a REQUIRED)
add_library(edgefit_portable_fmt STATIC ${PROJECT_SOURCE_DIR}/packaging/fmt.cc)
target_include_directories(edgefit_portable_fmt SYSTEM PRIVATE $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
add_library(edgefit_portable_udev STATIC ${PROJECT_SOURCE_DIR}/packaging/udev.cc)
target_link_libraries(edgefit_fmt INTERFACE $<IF:${portable},edgefit_portable_fmt,fmt::fmt>)
target_link_libraries(edgefit_hwloc INTERFACE $<IF:${portable},${HWLOC_ARCHIVE},PkgConfig::HWLOC> $<${portable}:edgefit_portable_udev>
  $<${portable}:${CMAKE_DL_LIBS}>)
