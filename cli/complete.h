// What a shell offers when Tab is pressed, from the table of verbs and from what is there now.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/verb.h"

namespace trd {

struct Candidate {
    std::string word;
    std::string what;  // beside it, in shells that show it
    friend bool operator==(const Candidate&, const Candidate&) = default;
};

struct Completion {
    std::vector<Candidate> candidates;    // each begins with the word at the cursor
    Completes also = Completes::nothing;  // files or strategies: the shell knows how to offer those
    bool goes_on = false;                 // a candidate is the beginning of a word: no blank behind it
};

// What is there now, of symbols, runs, names or parameters; asked only where such a word is expected.
using LiveCandidates = std::function<std::vector<Candidate>(Completes)>;

// `words` after the program's name, the last one being the one at the cursor, empty when it has not begun.
Completion complete(std::span<const std::string> words, const LiveCandidates& live);

// One candidate a line, a tab and what it is; then ":open" where a word goes on, and ":files" or ":strategies" where
// the shell does.
std::string completion_lines(const Completion& completion);

// The script for bash, zsh or fish; empty for another name.
std::string_view completion_script(std::string_view shell);

}  // namespace trd
