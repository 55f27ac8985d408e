#include "cli/annotations.h"

#include "base/file.h"
#include "script/annotations.h"

namespace trd {

Status<> write_annotations(const std::string& folder) {
    TRD_CHECK(replace_file(folder + "/" + annotations_file, editor_annotations()));
    const std::string settings = folder + "/" + editor_settings_file;
    if (file_exists(settings)) return done;
    return replace_file(settings, editor_settings());
}

}  // namespace trd
