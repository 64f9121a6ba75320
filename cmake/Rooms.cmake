# A room is a folder of src/ and one library. It sees the public vocabulary (include/edgefit), itself, and the
# rooms named under ROOMS; any other include does not compile, because no path leads there.
#
#   edgefit_room(read ROOMS base LIBS nlohmann_json::nlohmann_json)

add_library(edgefit_flags INTERFACE)
target_include_directories(edgefit_flags INTERFACE ${PROJECT_SOURCE_DIR}/include)
# GCC 12 sees overlapping copies in `"(" + std::string` at -O2 that are not there (GCC bug 105329).
target_compile_options(edgefit_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -Wall -Wextra -Wconversion $<$<BOOL:${EDGEFIT_WERROR}>:-Werror>)

# The folder through which others write `#include "room/header.h"`.
function(edgefit_door room)
  set(door ${PROJECT_BINARY_DIR}/doors/${room})
  if(NOT EXISTS ${door}/${room})
    file(MAKE_DIRECTORY ${door})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${room} ${door}/${room} SYMBOLIC)
  endif()
endfunction()

function(edgefit_room room)
  cmake_parse_arguments(ARG "" "" "ROOMS;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${room}/*.cc)
  add_library(edgefit_${room} STATIC ${sources})
  edgefit_door(${room})
  target_include_directories(edgefit_${room} PRIVATE ${PROJECT_BINARY_DIR}/doors/${room})
  foreach(other ${ARG_ROOMS})
    target_include_directories(edgefit_${room} PRIVATE ${PROJECT_BINARY_DIR}/doors/${other})
    target_link_libraries(edgefit_${room} PRIVATE edgefit_${other})
  endforeach()
  target_link_libraries(edgefit_${room} PUBLIC edgefit_flags PRIVATE ${ARG_LIBS})
endfunction()
