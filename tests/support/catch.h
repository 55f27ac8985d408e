// The one place that names the test framework, so that Catch2 version 2 can become version 3 in one line.
#pragma once

#include <catch2/catch.hpp>
