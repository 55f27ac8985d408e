// A file for the targets that only make precompiled headers (TrdPrecompile.cmake); CMake wants one.
