#include "history/instrument_store.h"

#include <algorithm>

#include "base/suggest.h"
#include "history/catalogue.h"
#include "history/checksum.h"

namespace trd {
namespace {

// The file's last line; TOML takes it for a comment.
constexpr std::string_view checksum_line = "# checksum ";
constexpr std::string_view former_name = "/former-instruments.toml";

ByteSpan bytes_of(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

std::string with_checksum(std::string text) {
    const uint64_t sum = checksum64(bytes_of(text));
    return std::move(text.append(checksum_line).append(std::to_string(sum)).append("\n"));
}

Error damaged(const std::string& path, const std::string& what) {
    const bool is_former = path.ends_with(former_name);
    return {ExitCode::data, "E_DATA_CORRUPT", path + " " + what,
            is_former ? "put it back from a copy, or remove it: only what the instruments said before is lost"
                      : "remove the file and import the instruments again: trd data import --kind instruments"};
}

// The text above the checksum; empty when there is no file.
Result<std::string> load_text(const std::string& path) {
    if (!file_exists(path)) return std::string();
    TRD_TRY(std::string text, read_file(path));
    const size_t last = text.rfind(checksum_line);
    if (last == std::string::npos) return Fail{damaged(path, "has no checksum")};
    if (with_checksum(text.substr(0, last)) != text) return Fail{damaged(path, "does not match its checksum")};
    text.resize(last);
    return text;
}

Result<std::vector<Instrument>> parse_own(const std::string& path, std::string_view text) {
    if (text.empty()) return std::vector<Instrument>{};
    InstrumentFile parsed = parse_instruments(text, path);
    if (!parsed.faults.empty()) return Fail{damaged(path, "makes no sense: " + parsed.faults.front())};
    return std::move(parsed.instruments);
}

Status<> save_former(const std::string& root, const std::vector<Instrument>& former) {
    if (former.empty() && !file_exists(former_instruments_path(root))) return done;
    return replace_file(former_instruments_path(root), with_checksum(format_instruments(former)));
}

void forget(std::vector<Instrument>& former, const std::string& symbol) {
    std::erase_if(former, [&](const Instrument& each) { return each.symbol == symbol; });
}

const Instrument* newest_of(const std::vector<Instrument>& former, const std::string& symbol) {
    for (auto each = former.rbegin(); each != former.rend(); ++each)
        if (each->symbol == symbol) return &*each;
    return nullptr;
}

auto place_of(std::vector<Instrument>& instruments, const std::string& symbol) {
    return std::lower_bound(instruments.begin(), instruments.end(), symbol,
                            [](const Instrument& i, const std::string& s) { return i.symbol < s; });
}

Status<> save(const std::string& root, const std::vector<Instrument>& instruments) {
    return replace_file(instruments_path(root), with_checksum(format_instruments(instruments)));
}

// `former` takes what is changed. A new symbol begins without a past: what is there of one was removed.
Status<> merge(std::vector<Instrument>& known, std::vector<Instrument> added, const std::string& root, bool replace,
               std::vector<Instrument>& former, InstrumentsImport& report) {
    for (Instrument& instrument : added) {
        const auto place = place_of(known, instrument.symbol);
        if (place == known.end() || place->symbol != instrument.symbol) {
            report.added.push_back(instrument.symbol);
            forget(former, instrument.symbol);
            known.insert(place, std::move(instrument));
            continue;
        }
        const bool is_same = says_the_same(*place, instrument);
        if (!is_same && !replace)
            return Fail{Error{ExitCode::refused, "E_DATA_EXISTS",
                              "the catalogue " + root + " says something else of instrument " + instrument.symbol,
                              "see it with trd data show " + instrument.symbol +
                                  " --kind instruments; use --replace to put the new one in its place"}};
        (is_same ? report.unchanged : report.changed).push_back(instrument.symbol);
        if (const Instrument* newest = newest_of(former, instrument.symbol);
            !is_same && (newest == nullptr || !says_the_same(*newest, *place)))
            former.push_back(*place);
        *place = std::move(instrument);
    }
    return done;
}

}  // namespace

std::string instruments_path(const std::string& root) { return root + "/instruments.toml"; }
std::string former_instruments_path(const std::string& root) { return root + std::string(former_name); }

Result<std::vector<Instrument>> load_instruments(const std::string& root) {
    TRD_TRY(const std::string text, load_text(instruments_path(root)));
    return parse_own(instruments_path(root), text);
}

// One symbol is there as often as it was changed, so each is read by itself.
Result<std::vector<Instrument>> load_former_instruments(const std::string& root) {
    const std::string path = former_instruments_path(root);
    TRD_TRY(const std::string text, load_text(path));
    std::vector<Instrument> former;
    for (size_t begin = 0; begin < text.size();) {
        const size_t end = std::min(text.find("\n[[instrument]]\n", begin), text.size() - 1) + 1;
        TRD_TRY(auto one, parse_own(path, std::string_view(text).substr(begin, end - begin)));
        former.insert(former.end(), one.begin(), one.end());
        begin = end;
    }
    return former;
}

Result<std::optional<Instrument>> find_instrument(const std::string& root, const std::string& symbol) {
    TRD_TRY(const std::string text, load_text(instruments_path(root)));
    // We wrote the file, so each begins with these two lines.
    Instrument wanted;
    wanted.symbol = symbol;
    const std::string sample = format_instruments(std::span(&wanted, 1));
    const std::string head = sample.substr(0, sample.find('\n', sample.find("symbol")) + 1);
    const size_t begin = text.starts_with(head) ? 0 : text.find("\n" + head);
    if (begin == std::string::npos) return std::optional<Instrument>();
    const size_t end = text.find("\n[[instrument]]\n", begin + 1);
    TRD_TRY(auto found, parse_own(instruments_path(root), std::string_view(text).substr(begin, end - begin)));
    return std::optional(std::move(found.front()));
}

Result<InstrumentsImport> import_instruments(const std::string& root, const std::string& path, bool replace,
                                             bool dry_run) {
    TRD_TRY(const std::string text, read_file(path));
    InstrumentFile parsed = parse_instruments(text, path);
    if (!parsed.faults.empty()) return Fail{to_error(parsed)};
    InstrumentsImport report;
    if (dry_run) {
        TRD_TRY(auto known, load_instruments(root));
        std::vector<Instrument> former;
        TRD_CHECK(merge(known, std::move(parsed.instruments), root, replace, former, report));
        return report;
    }
    TRD_TRY(const CatalogueWriter lock, CatalogueWriter::open(root));
    TRD_TRY(auto known, load_instruments(root));
    TRD_TRY(auto former, load_former_instruments(root));
    TRD_CHECK(merge(known, std::move(parsed.instruments), root, replace, former, report));
    TRD_CHECK(save_former(root, former));
    TRD_CHECK(save(root, known));
    return report;
}

Status<> remove_instrument(const std::string& root, const std::string& symbol) {
    TRD_TRY(const CatalogueWriter lock, CatalogueWriter::open(root));
    TRD_TRY(auto known, load_instruments(root));
    const auto place = place_of(known, symbol);
    if (place == known.end() || place->symbol != symbol) return Fail{missing_instrument(root, symbol, known)};
    TRD_TRY(auto former, load_former_instruments(root));
    known.erase(place);
    forget(former, symbol);
    TRD_CHECK(save(root, known));
    return save_former(root, former);
}

// A writer that died between its two files left the newest of the former ones the same as the one that holds.
size_t revision_count(const std::vector<Instrument>& former, const Instrument& current) {
    const auto count = std::count_if(former.begin(), former.end(),
                                     [&](const Instrument& each) { return each.symbol == current.symbol; });
    const Instrument* newest = newest_of(former, current.symbol);
    const bool died_between = newest != nullptr && says_the_same(*newest, current);
    return static_cast<size_t>(count) + (died_between ? 0 : 1);
}

Result<std::vector<Instrument>> instrument_revisions(const std::string& root, const std::string& symbol) {
    TRD_TRY(const auto current, find_instrument(root, symbol));
    if (!current) {
        TRD_TRY(const auto all, load_instruments(root));
        return Fail{missing_instrument(root, symbol, all)};
    }
    TRD_TRY(auto revisions, load_former_instruments(root));
    std::erase_if(revisions, [&](const Instrument& each) { return each.symbol != symbol; });
    if (!revisions.empty() && says_the_same(revisions.back(), *current)) revisions.pop_back();
    revisions.push_back(*current);
    return revisions;
}

Error missing_instrument(const std::string& root, const std::string& symbol,
                         const std::vector<Instrument>& instruments) {
    std::vector<std::string_view> symbols;
    for (const Instrument& instrument : instruments) symbols.push_back(instrument.symbol);
    return {ExitCode::not_found, "E_DATA_MISSING",
            "the catalogue " + root + " has no instrument " + symbol + did_you_mean(symbol, symbols),
            "trd data ls lists what there is; trd data import --kind instruments adds to it"};
}

}  // namespace trd
