# trd_embed_lua(TARGET FILE...): puts the text of lua/FILE.lua into TARGET, where lua_text("FILE") finds it.
# trd_embed_text(TARGET FUNCTION HEADER PATH...): the same for any files, by a function that HEADER declares.
# Also the script that does it: cmake -DOUT=... -DFUNCTION=... -DHEADER=... -DFILES="a.lua;b.lua" -P EmbedLua.cmake
if(CMAKE_SCRIPT_MODE_FILE)
  set(code "// Written by cmake/EmbedLua.cmake.\n#include \"${HEADER}\"\n\nnamespace trd {\n\n")
  string(APPEND code "std::string_view ${FUNCTION}(std::string_view name) {\n")
  foreach(file IN LISTS FILES)
    get_filename_component(name "${file}" NAME_WE)
    file(READ "${file}" text)
    string(APPEND code "    if (name == \"${name}\") return R\"trdtext(${text})trdtext\";\n")
  endforeach()
  string(APPEND code "    return {};\n}\n\n}  // namespace trd\n")
  file(WRITE "${OUT}" "${code}")
  return()
endif()

set(TRD_EMBED_LUA_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(trd_embed_text target function header)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${target}_${function}.cpp")
  add_custom_command(OUTPUT "${out}" DEPENDS ${ARGN} "${TRD_EMBED_LUA_SCRIPT}" VERBATIM
                     COMMAND "${CMAKE_COMMAND}" "-DOUT=${out}" "-DFUNCTION=${function}" "-DHEADER=${header}"
                             "-DFILES=${ARGN}" -P "${TRD_EMBED_LUA_SCRIPT}")
  target_sources(${target} PRIVATE "${out}")
endfunction()
function(trd_embed_lua target)
  list(TRANSFORM ARGN PREPEND "${PROJECT_SOURCE_DIR}/lua/" OUTPUT_VARIABLE files)
  list(TRANSFORM files APPEND ".lua")
  trd_embed_text(${target} lua_text script/lua_text.h ${files})
endfunction()
