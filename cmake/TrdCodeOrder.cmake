# How a release is put together: what a bar or an order runs through is optimised as one and laid out together.
# It is more code than the nearest cache of instructions holds, in functions that are called from one place each. File by file
# it would be spread over a hundred pages, more than processors keep at hand; together it fits into half of them.
set(TRD_CODE_ORDER OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT (TRD_SANITIZE OR TRD_COVERAGE OR TRD_FUZZ))
  execute_process(COMMAND "${CMAKE_CXX_COMPILER}" -Wl,--version OUTPUT_VARIABLE linker ERROR_QUIET)
  if(linker MATCHES "GNU ld")  # others have no INSERT
    set(TRD_CODE_ORDER ON)
  endif()
endif()

if(TRD_CODE_ORDER)
  target_compile_options(trd_options INTERFACE -ffunction-sections)
  # What is not a program for users is linked as it was compiled: a second or less instead of ten.
  target_link_options(trd_options INTERFACE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:TRD_AS_ONE>>>:-fno-lto>)
  set(code_order "${PROJECT_SOURCE_DIR}/cmake/code_order.txt")  # scripts/code-order writes it
  set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${code_order}")
  file(STRINGS "${code_order}" functions)
  list(TRANSFORM functions REPLACE "(.+)" "    *(.text.hot.\\1 .text.\\1)\n")
  list(JOIN functions "" functions)
  set(TRD_CODE_ORDER_SCRIPT "${PROJECT_BINARY_DIR}/code_order.ld")
  file(CONFIGURE OUTPUT "${TRD_CODE_ORDER_SCRIPT}" @ONLY CONTENT
       "SECTIONS {\n  .text.in_order : {\n@functions@  }\n}\nINSERT BEFORE .text;\n")
endif()

# trd_open_to_linker(FILE...): in a program that is put together so their functions can be inlined into one another.
function(trd_open_to_linker)
  if(TRD_CODE_ORDER AND ARGN)
    set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS -flto -ffat-lto-objects)
  endif()
endfunction()

# trd_as_one(TARGET): the program TARGET is put together so.
function(trd_as_one target)
  if(TRD_CODE_ORDER)
    set_property(TARGET ${target} PROPERTY TRD_AS_ONE ON)
    target_link_options(${target} PRIVATE "LINKER:-T,${TRD_CODE_ORDER_SCRIPT}" -flto=auto -ffunction-sections
                        $<TARGET_PROPERTY:trd_options,INTERFACE_COMPILE_OPTIONS>)
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${TRD_CODE_ORDER_SCRIPT}")
  endif()
endfunction()
