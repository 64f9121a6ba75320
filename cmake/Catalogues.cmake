# Translations: po/LANGUAGE.po is compiled by msgfmt and becomes a string in the program; see src/base/catalogues.h.
#
#   edgefit_catalogue(de)
#
# As a script (cmake -DMO=de.mo -DNAME=de -DOUT=catalogue_de.cc -P Catalogues.cmake) it writes that string.

if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${MO} bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
  string(REGEX REPLACE "([^\n]+)" "    \"\\1\"" bytes "${bytes}")
  file(WRITE ${OUT} "#include \"base/catalogues.h\"\n
namespace edgefit {\n
std::string_view catalogue_${NAME}() {
  static constexpr char kBytes[] =\n${bytes};
  return {kBytes, sizeof kBytes - 1};
}\n
}  // namespace edgefit\n")
  return()
endif()

function(edgefit_catalogue language)
  set(mo ${CMAKE_CURRENT_BINARY_DIR}/${language}.mo)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/catalogue_${language}.cc)
  add_custom_command(OUTPUT ${out}
    COMMAND ${MSGFMT} --check-header --endianness=little --no-hash -o ${mo} ${PROJECT_SOURCE_DIR}/po/${language}.po
    COMMAND ${CMAKE_COMMAND} -DMO=${mo} -DNAME=${language} -DOUT=${out} -P ${PROJECT_SOURCE_DIR}/cmake/Catalogues.cmake
    DEPENDS ${PROJECT_SOURCE_DIR}/po/${language}.po ${PROJECT_SOURCE_DIR}/cmake/Catalogues.cmake
    COMMENT "Catalogue of po/${language}.po" VERBATIM)
  target_sources(edgefit_base PRIVATE ${out})
endfunction()
