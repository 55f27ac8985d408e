# Every package comes from Debian 12 (scripts/install-deps). The pitfalls of each are noted where they bite.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

pkg_check_modules(LUAJIT REQUIRED IMPORTED_TARGET luajit>=2.1)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(date REQUIRED)  # targets date::date and date::date-tz
if(TRD_BUILD_TESTS)
  find_package(Catch2 2 REQUIRED)
endif()
