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

Result<std::vector<std::string>> names_in(const std::vector<std::string>& folders) {
    std::vector<std::string> known;
    for (const std::string& folder : folders) {
        TRD_TRY(const auto files, list_folder(folder));
        for (const std::string& file : files)
            if (file.ends_with(extension)) known.push_back(file.substr(0, file.size() - extension.size()));
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    return known;
}

// A program that was copied somewhere else without what belongs to it has none.
std::string choice_text(const Context& context, const std::vector<std::string>& known) {
    std::string names;
    for (const std::string& each : known) names.append(names.empty() ? "" : ", ").append(each);
    if (!names.empty()) return "there are " + names + "; or give a file";
    const auto places = places_from(context.host.environment);
    return "no calendar is installed: give the path of a calendar's file" +
           (places ? ", or put the files of trd's folder config/calendars into " + places->config + "/calendars"
                   : std::string());
}

Result<std::string> path_of(const Context& context, const std::string& name) {
    if (name.find('/') != std::string::npos || name.ends_with(extension) || file_exists(name)) return name;
    const auto folders = calendar_folders(context);
    for (const std::string& folder : folders)
        if (std::string path = folder + "/" + name + std::string(extension); file_exists(path)) return path;
    TRD_TRY(const auto known, names_in(folders));
    return Fail{Error{ExitCode::not_found, "E_CALENDAR",
                      "there is no calendar '" + name + "'" +
                          did_you_mean(name, std::vector<std::string_view>(known.begin(), known.end())),
                      choice_text(context, known)}};
}

}  // namespace

Result<Calendar> calendar_meant(const Context& context) {
    return calendar_named(context, *context.arguments.value("--calendar"));
}

Result<Calendar> calendar_named(const Context& context, const std::string& name) {
    TRD_TRY(const std::string path, path_of(context, name));
    TRD_TRY(const std::string text, read_file(path));
    const auto calendar = Calendar::parse(text);
    if (calendar) return *calendar;
    return Fail{Error{ExitCode::data, "E_DATA_CALENDAR",
                      path + ":" + std::to_string(calendar.error().line) + ": " + calendar.error().what, ""}};
}

std::string calendar_choice(const Context& context) {
    const auto known = names_in(calendar_folders(context));
    return choice_text(context, known ? *known : std::vector<std::string>());
}

TradingHours hours_meant(const Arguments& arguments) {
    return arguments.value("--hours") == "extended" ? TradingHours::extended : TradingHours::regular;
}

}  // namespace trd
