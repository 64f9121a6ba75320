# What is installed and where, and the packages of it: scripts/package.
include(GNUInstallDirs)
set(data ${CMAKE_INSTALL_DATADIR})
set(doc ${CMAKE_INSTALL_DOCDIR})

# edgefit_page(FILE DESTINATION WORDS...): what `edgefit WORDS` prints is installed; .gz is packed as Debian wants it.
function(edgefit_page file destination)
  set(out ${PROJECT_BINARY_DIR}/pages/${file})
  get_filename_component(folder ${out} DIRECTORY)
  set(pack)
  if(file MATCHES "[.]gz$")
    set(pack | gzip -9n)
  endif()
  add_custom_command(OUTPUT ${out} COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND edgefit ${ARGN} ${pack} > ${out} DEPENDS edgefit COMMENT "Page ${file}")
  install(FILES ${out} DESTINATION ${destination} COMPONENT shared)
  set_property(GLOBAL APPEND PROPERTY EDGEFIT_PAGES ${out})
endfunction()

edgefit_page(man/edgefit.1.gz ${CMAKE_INSTALL_MANDIR}/man1 --lang en man)
edgefit_page(man/de/edgefit.1.gz ${CMAKE_INSTALL_MANDIR}/de/man1 --lang de man)
edgefit_page(bash/edgefit ${data}/bash-completion/completions --lang en completions bash)
edgefit_page(zsh/_edgefit ${data}/zsh/vendor-completions --lang en completions zsh)
edgefit_page(fish/edgefit.fish ${data}/fish/vendor_completions.d --lang en completions fish)
get_property(pages GLOBAL PROPERTY EDGEFIT_PAGES)
add_custom_target(edgefit_pages ALL DEPENDS ${pages})

install(TARGETS edgefit RUNTIME COMPONENT program)
if(EDGEFIT_PORTABLE)
  install(TARGETS edgefit_portable RUNTIME COMPONENT portable EXCLUDE_FROM_ALL)
endif()
# As in the checkout, so that the documents' links hold. The program holds the catalog; profiles/ shows what --catalog takes.
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${doc} COMPONENT shared)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs ${PROJECT_SOURCE_DIR}/profiles DESTINATION ${doc} COMPONENT shared)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${doc} COMPONENT portable EXCLUDE_FROM_ALL)
# Of the libraries whose code is inside of the programs, as far as Debian's packages tell them.
foreach(library libcli11-dev libfmt-dev libhwloc-dev libprotobuf-dev libre2-dev libstdc++6 libutf8proc-dev nlohmann-json3-dev)
  if(EXISTS /usr/share/doc/${library}/copyright)
    install(FILES /usr/share/doc/${library}/copyright DESTINATION ${doc}/libraries RENAME ${library} COMPONENT shared)
  endif()
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/packaging/copyright DESTINATION ${doc} COMPONENT debian EXCLUDE_FROM_ALL)
set(changelog ${PROJECT_BINARY_DIR}/pages/changelog.gz)
add_custom_command(OUTPUT ${changelog} COMMAND gzip -9nc ${PROJECT_SOURCE_DIR}/packaging/changelog > ${changelog}
  DEPENDS ${PROJECT_SOURCE_DIR}/packaging/changelog)
target_sources(edgefit_pages PRIVATE ${changelog})
install(FILES ${changelog} DESTINATION ${doc} COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/lintian-overrides DESTINATION ${data}/lintian/overrides RENAME edgefit COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/packaging/for_generator.cmake)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGE_VENDOR "the makers of edgefit")
set(CPACK_PACKAGE_CONTACT "edgefit maintainers <maintainers@edgefit.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "tells whether, how fast and on what an AI model runs")
set(CPACK_PACKAGE_DESCRIPTION "edgefit reads a model file or a short description, looks at the machine
or at one that is described, and answers with a bill of memory, an
expected speed and a verdict: as text, as JSON and as an exit code.
.
When the answer is no, it shows which change of settings or hardware
turns it into yes; it audits the machine and measures running servers.")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_SYSTEM_NAME ${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Opened by edgefit verify alone.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libcurl4 | libcurl3-gnutls")
include(CPack)
