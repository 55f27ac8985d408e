#include "cli/further_errors.h"

#include <iterator>
#include <utility>

namespace trd {
namespace {

std::vector<Error>& further() {
    static std::vector<Error> errors;
    return errors;
}

}  // namespace

void add_further_errors(std::vector<Error> errors) {
    std::move(errors.begin(), errors.end(), std::back_inserter(further()));
}

std::vector<Error> take_further_errors() { return std::exchange(further(), {}); }

}  // namespace trd
