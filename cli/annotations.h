// Writes what editors need to know about scripts.
#pragma once

#include <string>

#include "base/error.h"
#include "base/result.h"

namespace trd {

// trd.d.lua, always anew, and .luarc.json, unless there is one, which is somebody's own.
Status<> write_annotations(const std::string& folder);

}  // namespace trd
