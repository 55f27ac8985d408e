#include "match/models.h"

#include <array>

#include "match/model_text.h"

namespace trd {
namespace {

using model_text::Halves;
using model_text::refusal;
using model_text::split;

constexpr std::array<std::string_view, 3> fill_names = {"next_open", "close", "quote"};
constexpr std::array<std::string_view, 4> path_names = {"nearest", "open_high_low_close", "open_low_high_close",
                                                        "pessimistic"};
constexpr std::array<std::string_view, 3> queue_names = {"pessimistic", "proportional", "optimistic"};
constexpr std::array<std::string_view, 3> semantics_names = {"trd", "backtrader", "lean"};

template <class Enum, size_t count>
Result<Enum> named(std::string_view what, std::string_view text, const std::array<std::string_view, count>& names,
                   std::string_view forms) {
    for (size_t i = 0; i < count; ++i)
        if (names[i] == text) return static_cast<Enum>(i);
    return Fail{model_text::unknown(what, text, names, forms)};
}

constexpr std::string_view latency_forms =
    "none, constant:TIME, constant:THERE/BACK or jitter:SHORTEST..LONGEST, for example constant:5ms";
constexpr Duration latency_max = hours(1);

Result<Duration> latency_time(std::string_view text, std::string_view part) {
    const auto parsed = parse_duration(part);
    if (!parsed.ok())
        return Fail{refusal("latency model", text, "\"" + std::string(part) + "\" is no time", latency_forms)};
    if (*parsed > latency_max)
        return Fail{refusal("latency model", text, std::string(part) + " is above one hour", latency_forms)};
    return *parsed;
}

}  // namespace

Result<FillModel> parse_fill_model(std::string_view text) {
    return named<FillModel>("fill model", text, fill_names, "next_open, close or quote");
}
std::string_view name_of(FillModel model) { return fill_names[static_cast<size_t>(model)]; }

Result<BarPath> parse_bar_path(std::string_view text) {
    return named<BarPath>("bar path", text, path_names,
                          "nearest, open_high_low_close, open_low_high_close or pessimistic");
}
std::string_view name_of(BarPath path) { return path_names[static_cast<size_t>(path)]; }

bool goes_low_first(BarPath path, const Bar& bar, Quantity held) {
    if (path == BarPath::open_high_low_close) return false;
    if (path == BarPath::open_low_high_close) return true;
    if (path == BarPath::pessimistic && !held.is_zero()) return held.is_positive();
    const Price above = bar.high - bar.open, below = bar.open - bar.low;
    return above == below ? bar.close >= bar.open : below < above;
}

Result<QueueModel> parse_queue_model(std::string_view text) {
    return named<QueueModel>("queue model", text, queue_names, "pessimistic, proportional or optimistic");
}
std::string_view name_of(QueueModel model) { return queue_names[static_cast<size_t>(model)]; }

Result<Semantics> parse_semantics(std::string_view text) {
    return named<Semantics>("semantics", text, semantics_names, "trd, backtrader or lean");
}
std::string_view name_of(Semantics semantics) { return semantics_names[static_cast<size_t>(semantics)]; }

Result<Participation> Participation::parse(std::string_view text) {
    constexpr std::string_view forms = "none, or a share above 0 and at most 1, for example 0.1";
    if (text == "none") return Participation{};
    const auto share = model_text::amount<Decimal>(text);
    if (!share.ok()) return Fail{refusal("participation", text, share.error(), forms)};
    if (share->is_zero() || *share > Decimal::from_units(1))
        return Fail{refusal("participation", text, "a share is above 0 and at most 1", forms)};
    return Participation{*share};
}
std::string Participation::name() const { return is_limited() ? to_string(share_) : "none"; }

Result<LatencyModel> LatencyModel::parse(std::string_view text) {
    if (text == "none") return LatencyModel{};
    const Halves kind = split(text, ":");
    if (kind.first != "constant" && kind.first != "jitter") {
        constexpr std::array<std::string_view, 3> names = {"none", "constant", "jitter"};
        return Fail{model_text::unknown("latency model", text, names, latency_forms)};
    }
    const bool jitter = kind.first == "jitter";
    const Halves times = split(kind.second, jitter ? ".." : "/");
    if (jitter && !times.both) return Fail{refusal("latency model", text, "jitter has two times", latency_forms)};
    TRD_TRY(const Duration first, latency_time(text, times.first));
    if (!times.both) return LatencyModel({first, first}, {first, first});
    TRD_TRY(const Duration second, latency_time(text, times.second));
    if (!jitter) return LatencyModel({first, first}, {second, second});
    if (second < first)
        return Fail{refusal("latency model", text, "the longest time is below the shortest", latency_forms)};
    return LatencyModel({first, second}, {first, second});
}

std::string LatencyModel::name() const {
    if (is_none()) return "none";
    if (there_.shortest != there_.longest) return "jitter:" + to_text(there_.shortest) + ".." + to_text(there_.longest);
    const std::string there = "constant:" + to_text(there_.shortest);
    return there_ == back_ ? there : there + "/" + to_text(back_.shortest);
}

}  // namespace trd
