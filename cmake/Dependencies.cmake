# Debian 12's packages suffice; elsewhere vcpkg.json or FetchContent supplies the same libraries.
include(FetchContent)

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(HWLOC REQUIRED IMPORTED_TARGET hwloc>=2.5)

find_package(CURL 7.66 REQUIRED)

find_package(fmt QUIET)
if(NOT fmt_FOUND)
  FetchContent_Declare(fmt GIT_REPOSITORY https://github.com/fmtlib/fmt GIT_TAG 9.1.0)
  FetchContent_MakeAvailable(fmt)
endif()
find_package(nlohmann_json 3.11 QUIET)
if(NOT nlohmann_json_FOUND)
  FetchContent_Declare(json GIT_REPOSITORY https://github.com/nlohmann/json GIT_TAG v3.11.2)
  FetchContent_MakeAvailable(json)
endif()
find_package(CLI11 2.1 QUIET)
if(NOT CLI11_FOUND)
  FetchContent_Declare(cli11 GIT_REPOSITORY https://github.com/CLIUtils/CLI11 GIT_TAG v2.1.2)
  FetchContent_MakeAvailable(cli11)
endif()
# ONNX files: protobuf-lite, linked statically because it then costs no start-up time, and the schema as the onnx
# package ships it. Only the schema is used, so that libonnx's own start-up time is not paid.
set(Protobuf_USE_STATIC_LIBS ON)
find_package(Protobuf 3.21 REQUIRED)
find_file(ONNX_PROTO onnx/onnx.proto)
if(NOT ONNX_PROTO)
  FetchContent_Declare(onnx GIT_REPOSITORY https://github.com/onnx/onnx GIT_TAG v1.12.0 SOURCE_SUBDIR onnx)
  FetchContent_MakeAvailable(onnx)
  set(ONNX_PROTO ${onnx_SOURCE_DIR}/onnx/onnx.proto)
endif()
# Golden cases: regular expressions without backtracking and normal forms of Unicode. Static, because only one command
# needs them and every other would pay for loading them.
find_path(RE2_INCLUDE re2/re2.h REQUIRED)
find_library(RE2_LIBRARY NAMES libre2.a re2 REQUIRED)
find_path(UTF8PROC_INCLUDE utf8proc.h REQUIRED)
find_library(UTF8PROC_LIBRARY NAMES libutf8proc.a utf8proc REQUIRED)

# Translations: msgfmt checks and compiles them; nothing of gettext is needed at run time.
find_program(MSGFMT msgfmt REQUIRED)

if(EDGEFIT_TESTS)
  # JSON Schema validation, tests only; tests that need it are left out without it.
  find_path(VALIJSON_INCLUDE valijson/validator.hpp)
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    FetchContent_Declare(googletest GIT_REPOSITORY https://github.com/google/googletest GIT_TAG release-1.12.1)
    FetchContent_MakeAvailable(googletest)
  endif()
endif()
