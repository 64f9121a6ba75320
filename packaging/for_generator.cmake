# Read by cpack for each kind of package: a .deb takes the program that Debian's own libraries serve, an archive the
# one that needs nothing but glibc.
if(CPACK_GENERATOR STREQUAL "DEB")
  set(CPACK_COMPONENTS_ALL program shared debian)
else()
  set(CPACK_COMPONENTS_ALL portable shared)
  set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
endif()
