#include "cli/data_calendar.h"

#include <algorithm>
#include <filesystem>

#include "base/suggest.h"

namespace trd {
namespace {

constexpr std::string_view extension = ".calendar";

// The user's own first. Beside the program: PREFIX/share/trd/config of an installation, config/ of a checkout.
std::vector<std::string> calendar_folders(const Context& context) {
    std::vector<std::string> folders;
    if (const auto places = places_from(context.host.environment)) folders.push_back(places->config + "/calendars");
    std::error_code problem;
    std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", problem).parent_path();
    for (; !problem && folder.has_relative_path(); folder = folder.parent_path())
        for (const char* below : {"/share/trd/config/calendars", "/config/calendars"})
            folders.push_back(folder.string() + below);
    return folders;
}

Result<std::string> path_of(const std::string& name, const std::vector<std::string>& folders) {
    if (name.find('/') != std::string::npos || name.ends_with(extension) || file_exists(name)) return name;
    std::vector<std::string> known;
    for (const std::string& folder : folders) {
        const std::string path = folder + "/" + name + std::string(extension);
        if (file_exists(path)) return path;
        TRD_TRY(const auto files, list_folder(folder));
        for (const std::string& file : files)
            if (file.ends_with(extension)) known.push_back(file.substr(0, file.size() - extension.size()));
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    std::string names;
    for (const std::string& each : known) names.append(names.empty() ? "" : ", ").append(each);
    return Fail{
        Error{ExitCode::not_found, "E_CALENDAR",
              "there is no calendar '" + name + "'" +
                  did_you_mean(name, std::vector<std::string_view>(known.begin(), known.end())),
              names.empty() ? "give the path of a calendar's file" : "there are " + names + "; or give a file"}};
}

}  // namespace

Result<Calendar> calendar_meant(const Context& context) {
    return calendar_named(context, *context.arguments.value("--calendar"));
}

Result<Calendar> calendar_named(const Context& context, const std::string& name) {
    TRD_TRY(const std::string path, path_of(name, calendar_folders(context)));
    TRD_TRY(const std::string text, read_file(path));
    const auto calendar = Calendar::parse(text);
    if (calendar) return *calendar;
    return Fail{Error{ExitCode::data, "E_DATA_CALENDAR",
                      path + ":" + std::to_string(calendar.error().line) + ": " + calendar.error().what, ""}};
}

TradingHours hours_meant(const Arguments& arguments) {
    return arguments.value("--hours") == "extended" ? TradingHours::extended : TradingHours::regular;
}

}  // namespace trd
