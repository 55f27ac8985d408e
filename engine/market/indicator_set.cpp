#include "market/indicator_set.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "market/indicators/state.h"
#include "market/indicators/unknown.h"

namespace trd {

namespace {

std::vector<IndicatorTraits> gather_families() {
    std::vector<IndicatorTraits> all;
    for (const auto family : {indicators::averages, indicators::momentum, indicators::trend, indicators::volatility,
                              indicators::volume, indicators::ranks}) {
        const auto lines = family();
        all.insert(all.end(), lines.begin(), lines.end());
    }
    return all;
}

// A parameter that is left out, at the end or as a NaN, takes its fallback.
Result<double, IndicatorRefusal> checked(const IndicatorParameter& parameter, double given) {
    const double value = std::isnan(given) ? parameter.fallback : given;
    if (std::isnan(value)) return Fail{IndicatorRefusal::missing_parameter};
    if (value < parameter.minimum || value > parameter.maximum) return Fail{IndicatorRefusal::out_of_range};
    if (parameter.whole && value != std::floor(value)) return Fail{IndicatorRefusal::not_whole};
    return value;
}

Result<std::vector<double>, IndicatorError> complete(const IndicatorTraits& traits, std::span<const double> given) {
    if (given.size() > traits.parameters.size()) return Fail{IndicatorError{IndicatorRefusal::too_many_parameters}};
    std::vector<double> values;
    for (size_t i = 0; i < traits.parameters.size(); ++i) {
        const auto value = checked(traits.parameters[i], i < given.size() ? given[i] : indicators::nan);
        if (!value) return Fail{IndicatorError{value.error(), i}};
        values.push_back(*value);
    }
    return values;
}

// What a bar has as it is; null for what is computed from it.
double BarValues::*member_of(BarField field) {
    static constexpr double BarValues::*members[] = {&BarValues::open, &BarValues::high, &BarValues::low,
                                                     &BarValues::close, &BarValues::volume};
    const auto place = static_cast<size_t>(field);
    return place < std::size(members) ? members[place] : nullptr;
}

struct Entry {
    std::unique_ptr<Indicator> indicator;
    IndicatorInput input;
    double BarValues::*member = nullptr;      // of input.field, where the input is that and has one
    const IndicatorOutput* source = nullptr;  // of input.node
    std::unique_ptr<IndicatorOutput[]> outputs;
    uint32_t output_count = 0;
    const IndicatorTraits* traits = nullptr;  // none: one of the caller's own
    std::vector<double> parameters = {};

    std::span<IndicatorOutput> all_outputs() const { return {outputs.get(), output_count}; }
};

// What feeds a node that is not fed by a bar, or by something that a bar has as it is.
double value_for(const Entry& entry, const BarValues& bar) {
    const IndicatorOutput* const source = entry.source;
    return source != nullptr ? source->values[(source->count - 1) % IndicatorOutput::capacity]
                             : field_of(bar, entry.input.field);
}

void save_output(const IndicatorOutput& output, ByteWriter& out) {
    out.put(output.count);
    const uint64_t kept = std::min<uint64_t>(output.count, IndicatorOutput::capacity);
    for (uint64_t updates = kept; updates-- > 0;) {
        out.put(output.values[(output.count - 1 - updates) % IndicatorOutput::capacity]);
    }
}

void load_output(IndicatorOutput& output, ByteReader& in) {
    output.count = in.get<uint64_t>();
    const uint64_t kept = std::min<uint64_t>(output.count, IndicatorOutput::capacity);
    for (uint64_t updates = kept; updates-- > 0;) {
        output.values[(output.count - 1 - updates) % IndicatorOutput::capacity] = in.get<double>();
    }
}

}  // namespace

double field_of(const BarValues& bar, BarField field) {
    switch (field) {
        case BarField::open:
            return bar.open;
        case BarField::high:
            return bar.high;
        case BarField::low:
            return bar.low;
        case BarField::close:
            return bar.close;
        case BarField::volume:
            return bar.volume;
        case BarField::hl2:
            return hl2(bar);
        case BarField::hlc3:
            return hlc3(bar);
        case BarField::ohlc4:
            return ohlc4(bar);
    }
    return indicators::nan;
}

std::span<const IndicatorTraits> indicator_table() {
    static const std::vector<IndicatorTraits> all = gather_families();
    return all;
}

const IndicatorTraits* indicator_named(std::string_view name) {
    const auto all = indicator_table();
    const auto found = std::ranges::find(all, name, &IndicatorTraits::name);
    return found == all.end() ? nullptr : &*found;
}

struct IndicatorSet::Impl {
    std::vector<Entry> entries;
    std::vector<bool> warm;   // per output, in the order of creation
    uint32_t still_cold = 0;  // how many of them are false

    Status<IndicatorError> check(IndicatorInput input) const {
        if (input.kind != IndicatorInput::Kind::node) return done;
        if (input.node < entries.size() && input.output < entries[input.node].output_count) return done;
        return Fail{IndicatorError{IndicatorRefusal::unknown_input}};
    }

    bool is_cold(Node node) const {
        size_t first = 0;
        for (Node before = 0; before < node; ++before) first += entries[before].output_count;
        const auto begin = warm.begin() + static_cast<std::ptrdiff_t>(first);
        return std::find(begin, begin + entries[node].output_count, false) != begin + entries[node].output_count;
    }

    [[gnu::noinline]] void notice_warmth() {  // seldom: update() is shorter without it
        size_t index = 0;
        for (const Entry& entry : entries) {
            for (const IndicatorOutput& output : entry.all_outputs()) {
                if (!warm[index] && !std::isnan(output.ago(0))) {
                    warm[index] = true;
                    --still_cold;
                }
                ++index;
            }
        }
    }
};

namespace {

constexpr uint64_t trial_bars_max = 20'000;

// Prices that go up and down, each bar with a range and a volume.
BarValues ordinary_bar(uint64_t number) {
    constexpr int64_t minute_ns = 60'000'000'000;
    const double middle = 100 + static_cast<double>(number * 7919 % 101) / 10;
    const auto begin = static_cast<int64_t>(number) * minute_ns;
    return {begin,
            begin + minute_ns,
            middle - 0.25,
            middle + 1,
            middle - 1,
            middle + 0.25,
            1000 + static_cast<double>(number * 31 % 17)};
}

// 100000 and not 1e+05. What is too long for that is no period.
char* put_number(double value, std::span<char> room) {
    char* const end = room.data() + room.size();
    const auto plain = std::to_chars(room.data(), end, value, std::chars_format::fixed);
    return plain.ec == std::errc() ? plain.ptr : std::to_chars(room.data(), end, value).ptr;
}

// Of a node and of what it reads; 0: they have none.
double longest_period_of(std::span<const Entry> entries, uint32_t node) {
    double longest = 0;
    for (const Entry* entry = &entries[node];; entry = &entries[entry->input.node]) {
        for (size_t i = 0; i < entry->parameters.size(); ++i) {
            const IndicatorParameter& parameter = entry->traits->parameters[i];
            const bool is_period = parameter.whole && parameter.maximum == indicators::longest_period;
            if (is_period) longest = std::max(longest, entry->parameters[i]);
        }
        if (entry->input.kind != IndicatorInput::Kind::node) return longest;
    }
}

// "macd(12, 26, 9)"; what was left out at the end is left out here.
std::string name_of(const Entry& entry) {
    if (entry.traits == nullptr) return {};
    size_t count = entry.parameters.size();
    while (count > 1 && entry.parameters[count - 1] == entry.traits->parameters[count - 1].fallback) --count;
    std::string text(entry.traits->name);
    for (size_t i = 0; i < count; ++i) {
        char number[32];
        const char* const end = put_number(entry.parameters[i], number);
        const std::string_view digits(number, static_cast<size_t>(end - number));
        text.append(i == 0 ? "(" : ", ").append(digits);
    }
    return count == 0 ? text : text + ")";
}

}  // namespace

IndicatorSet::IndicatorSet() : impl_(std::make_unique<Impl>()) {}
IndicatorSet::~IndicatorSet() = default;
IndicatorSet::IndicatorSet(IndicatorSet&&) noexcept = default;
IndicatorSet& IndicatorSet::operator=(IndicatorSet&&) noexcept = default;

Result<IndicatorSet::Node, IndicatorError> IndicatorSet::add(std::string_view name, std::span<const double> parameters,
                                                             IndicatorInput input) {
    const IndicatorTraits* traits = indicator_named(name);
    if (traits == nullptr) return Fail{IndicatorError{IndicatorRefusal::unknown_name}};
    TRD_TRY(const std::vector<double> values, complete(*traits, parameters));
    if (traits->needs_bar != (input.kind == IndicatorInput::Kind::bar))
        return Fail{IndicatorError{IndicatorRefusal::input_kind}};
    std::unique_ptr<Indicator> indicator = traits->make(values);
    TRD_ASSERT(indicator->output_count() == traits->outputs.size());
    TRD_TRY(const Node node, add(std::move(indicator), input));
    impl_->entries.back().traits = traits;
    impl_->entries.back().parameters = values;
    return node;
}

Result<IndicatorSet::Node, IndicatorError> IndicatorSet::add(std::unique_ptr<Indicator> indicator,
                                                             IndicatorInput input) {
    TRD_CHECK(impl_->check(input));
    Entry entry;
    entry.indicator = std::move(indicator);
    entry.input = input;
    if (input.kind == IndicatorInput::Kind::node) entry.source = &output(input.node, input.output);
    if (input.kind == IndicatorInput::Kind::field) entry.member = member_of(input.field);
    entry.output_count = entry.indicator->output_count();
    TRD_ASSERT(entry.output_count >= 1 && entry.output_count <= IndicatorOutput::of_one_max);
    entry.outputs = std::make_unique<IndicatorOutput[]>(entry.output_count);
    for (IndicatorOutput& output : entry.all_outputs()) std::ranges::fill(output.values, indicators::nan);

    impl_->warm.resize(impl_->warm.size() + entry.output_count);
    impl_->still_cold += entry.output_count;
    impl_->entries.push_back(std::move(entry));
    return static_cast<Node>(impl_->entries.size() - 1);
}

void IndicatorSet::update(const BarValues& bar) {
    for (const Entry& entry : impl_->entries) {
        if (entry.member != nullptr) [[likely]]
            entry.indicator->update(bar.*entry.member, entry.outputs.get());
        else if (entry.input.kind == IndicatorInput::Kind::bar) [[likely]]
            entry.indicator->update(bar, entry.outputs.get());
        else
            entry.indicator->update(value_for(entry, bar), entry.outputs.get());
    }
    if (impl_->still_cold != 0) impl_->notice_warmth();
}

const IndicatorOutput& IndicatorSet::output(Node node, uint32_t index) const {
    TRD_ASSERT(node < impl_->entries.size() && index < impl_->entries[node].output_count);
    return impl_->entries[node].outputs[index];
}

uint32_t IndicatorSet::output_count(Node node) const {
    TRD_ASSERT(node < impl_->entries.size());
    return impl_->entries[node].output_count;
}

size_t IndicatorSet::size() const { return impl_->entries.size(); }

bool IndicatorSet::warm() const { return impl_->still_cold == 0; }

std::vector<ColdIndicator> IndicatorSet::cold() const {
    std::vector<ColdIndicator> found;
    std::vector<Node> nodes;
    IndicatorSet trial;
    for (Node node = 0; node < size(); ++node) {
        const Entry& entry = impl_->entries[node];
        const auto added = entry.traits != nullptr
                               ? trial.add(entry.traits->name, entry.parameters, entry.input)
                               : trial.add(indicators::make_unknown(entry.output_count), entry.input);
        TRD_ASSERT(added.ok());  // this set has taken the same
        if (!impl_->is_cold(node)) continue;
        nodes.push_back(node);
        found.push_back({name_of(entry), 0, entry.outputs[0].count});
    }
    for (uint64_t bars = 1; bars <= trial_bars_max && !trial.warm(); ++bars) {
        trial.update(ordinary_bar(bars));
        for (size_t i = 0; i < nodes.size(); ++i)
            if (found[i].needed == 0 && !trial.impl_->is_cold(nodes[i])) found[i].needed = bars;
    }
    for (size_t i = 0; i < nodes.size(); ++i) {
        const auto period = static_cast<uint64_t>(longest_period_of(impl_->entries, nodes[i]));
        if (found[i].needed == 0 && period > trial_bars_max) found[i].needed = period;
    }
    return found;
}

void IndicatorSet::save(ByteWriter& out) const {
    out.put(static_cast<uint32_t>(impl_->entries.size()));
    for (const Entry& entry : impl_->entries) {
        for (const IndicatorOutput& output : entry.all_outputs()) save_output(output, out);
        entry.indicator->save(out);
    }
    for (const bool warm : impl_->warm) out.put(warm);
}

bool IndicatorSet::load(ByteReader& in) {
    if (in.get<uint32_t>() != impl_->entries.size()) return false;
    for (const Entry& entry : impl_->entries) {
        for (IndicatorOutput& output : entry.all_outputs()) load_output(output, in);
        entry.indicator->load(in);
    }
    impl_->still_cold = 0;
    for (auto&& warm : impl_->warm) {
        warm = in.get_bool();
        if (!warm) ++impl_->still_cold;
    }
    return in.ok();
}

}  // namespace trd
