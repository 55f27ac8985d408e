# cmake --install DIR --prefix P copies what a machine needs that only runs trd; cpack in the build folder makes the
# Debian package of the same files.
include(GNUInstallDirs)

set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # nobody who installs needs the tests built

# What shells complete, as the program that is installed prints it.
function(trd_install_completion shell destination name)
  set(file "${PROJECT_BINARY_DIR}/completion/${name}")
  install(CODE "file(MAKE_DIRECTORY \"${PROJECT_BINARY_DIR}/completion\")
execute_process(COMMAND \"$<TARGET_FILE:trd>\" completion ${shell} OUTPUT_FILE \"${file}\" COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES "${file}" DESTINATION "${destination}")
endfunction()

if(TARGET trd)
  install(TARGETS trd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  trd_install_completion(bash ${CMAKE_INSTALL_DATADIR}/bash-completion/completions trd)
  trd_install_completion(zsh ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions _trd)
  trd_install_completion(fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d trd.fish)
endif()
# Of the libraries that are compiled into the program; the others have packages of their own.
foreach(library IN ITEMS libcli11-dev nlohmann-json3-dev libfast-float-dev)
  if(EXISTS "/usr/share/doc/${library}/copyright")
    install(FILES "/usr/share/doc/${library}/copyright" DESTINATION ${CMAKE_INSTALL_DOCDIR}/licences RENAME ${library})
  endif()
endforeach()

# trd_install_folder(FOLDER DESTINATION PATTERN...): the files of a folder of the checkout that match, if there is one.
function(trd_install_folder folder destination)
  if(NOT IS_DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}")
    return()
  endif()
  set(patterns "")
  foreach(pattern IN LISTS ARGN)
    list(APPEND patterns PATTERN "${pattern}")
  endforeach()
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}/" DESTINATION "${destination}" FILES_MATCHING ${patterns})
endfunction()

trd_install_folder(lua ${CMAKE_INSTALL_DATADIR}/trd/lua "*.lua")
trd_install_folder(strategies ${CMAKE_INSTALL_DATADIR}/trd/strategies "*.lua" "*.md")
trd_install_folder(config ${CMAKE_INSTALL_DATADIR}/trd/config "*.toml" "*.md" "*.calendar")
trd_install_folder(man ${CMAKE_INSTALL_MANDIR}/man1 "*.1")
trd_install_folder(docs ${CMAKE_INSTALL_DOCDIR} "*.md")
foreach(page IN ITEMS README.md CHANGELOG.md LICENSE)
  if(EXISTS "${PROJECT_SOURCE_DIR}/${page}")
    install(FILES "${PROJECT_SOURCE_DIR}/${page}" DESTINATION ${CMAKE_INSTALL_DOCDIR})
  endif()
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME trd)
set(CPACK_PACKAGE_CONTACT "The trd developers <trd@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)       # the libraries, as dpkg-shlibdeps finds them in the binary
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tzdata")  # zones are read at run time; no linker knows
include(CPack)
