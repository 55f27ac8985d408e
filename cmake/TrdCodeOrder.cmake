# Where the code of a release lies. What a bar or an order runs through is spread over a hundred pages of a program that is
# laid out file by file, which is more than processors keep at hand; together it fits into a third of them.
set(TRD_CODE_ORDER OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT (TRD_SANITIZE OR TRD_COVERAGE OR TRD_FUZZ))
  execute_process(COMMAND "${CMAKE_CXX_COMPILER}" -Wl,--version OUTPUT_VARIABLE linker ERROR_QUIET)
  if(linker MATCHES "GNU ld")  # others have no INSERT
    set(TRD_CODE_ORDER ON)
  endif()
endif()

if(TRD_CODE_ORDER)
  target_compile_options(trd_options INTERFACE -ffunction-sections)
  set(code_order "${PROJECT_SOURCE_DIR}/cmake/code_order.txt")  # scripts/code-order writes it
  set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${code_order}")
  file(STRINGS "${code_order}" functions)
  list(TRANSFORM functions REPLACE "(.+)" "    *(.text.\\1)\n")
  list(JOIN functions "" functions)
  set(TRD_CODE_ORDER_SCRIPT "${PROJECT_BINARY_DIR}/code_order.ld")
  file(CONFIGURE OUTPUT "${TRD_CODE_ORDER_SCRIPT}" @ONLY CONTENT
       "SECTIONS {\n  .text.in_order : {\n@functions@  }\n}\nINSERT BEFORE .text;\n")
endif()

# trd_in_code_order(TARGET): the program TARGET is laid out so.
function(trd_in_code_order target)
  if(TRD_CODE_ORDER)
    target_link_options(${target} PRIVATE "LINKER:-T,${TRD_CODE_ORDER_SCRIPT}")
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${TRD_CODE_ORDER_SCRIPT}")
  endif()
endfunction()
