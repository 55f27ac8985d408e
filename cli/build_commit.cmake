# cmake -DROOT=checkout -DOUT=header -P build_commit.cmake: writes the commit of the checkout into a header, which is
# left alone when it already says so.
execute_process(COMMAND git -C "${ROOT}" rev-parse --short=12 HEAD OUTPUT_VARIABLE commit ERROR_QUIET
                OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  set(commit unknown)
endif()
file(CONFIGURE OUTPUT "${OUT}" CONTENT "#define TRD_COMMIT \"${commit}\"\n")
