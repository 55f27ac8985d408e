// What trd init writes: the files of a new project as texts, made from a few answers. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trd {

// What a kind of project starts with.
struct ProjectTemplate {
    std::string_view name, kind, currency, fees, fees_remark, symbol, quantity;
    std::string_view days_of_demo;   // rows of days for some years, on the days on which such a thing trades
    std::string_view flags_of_demo;  // of the first run, where its prices, of about 100, are no such thing's
};
std::span<const ProjectTemplate> project_templates();
// Precondition: the name is one of them.
const ProjectTemplate& project_template_named(std::string_view name);

struct ProjectPlan {
    const ProjectTemplate* kind = nullptr;
    std::string symbol;
    std::string cash;
};

struct ProjectFile {
    std::string_view path;  // below the project's folder
    std::string text;
};
std::vector<ProjectFile> project_files(const ProjectPlan& plan);

}  // namespace trd
