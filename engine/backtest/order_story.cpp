#include "backtest/order_story.h"

#include <algorithm>
#include <array>

#include "risk/outside.h"

namespace trd {
namespace {

void add(std::string& text, std::string_view what) { text.append(", ").append(what); }

void add_price(std::string& text, std::string_view what, Price price) {
    if (!price.is_zero()) text.append(", ").append(what).append(" ").append(to_string(price));
}

// What the desk says about an order by itself; the venue's trace has the rest.
struct EventText {
    OrderEventKind event;
    std::string_view kind, text;
};
constexpr std::array event_texts = {
    EventText{OrderEventKind::release, "released", "its parent has filled: it goes to the venue with quantity "},
    EventText{OrderEventKind::request_cancel, "cancel_asked", "its end is asked for, with this much open: "},
    EventText{OrderEventKind::request_replace, "change_asked",
              "new terms are asked for; as it is, this much is open: "},
    EventText{OrderEventKind::replace, "changed", "its terms changed; open is now "},
    EventText{OrderEventKind::deny, "denied", "a check failed when it was about to be released; given up: "},
};

}  // namespace

std::string describe(const RiskGrounds& grounds) {
    const RiskCode code = RiskCode::unpacked(grounds.code);
    if (const std::string_view name = name_of_outside(code); !name.empty())
        return to_text(code) + " " + std::string(name) + " by rule " + std::string(grounds.rule.view());
    std::string text = to_text(code) + (grounds.rule.empty() ? "" : " ") + std::string(grounds.rule.view());
    if (!grounds.input.empty()) return text + " needs " + std::string(grounds.input.view()) + ", which is not known";
    if (grounds.rule.empty()) return text;
    const RiskCheck* const check = risk_check_named(risk_check_table(), to_text(code));
    RiskUnit unit = RiskUnit::number;
    for (size_t i = 0; check != nullptr && i < check->rules.size(); ++i)
        if (check->rules[i].name == grounds.rule.view()) unit = check->rules[i].unit;
    return text + ": found " + to_text(unit, grounds.found) + ", limit " + to_text(unit, grounds.limit);
}

std::string describe(const RuleVerdict& verdict) {
    std::string text = "rule " + std::string(verdict.rule.view()) + ", asked about " + to_string(verdict.asked) + ": " +
                       std::string(name_of(verdict.answer));
    if (verdict.answer == RuleAnswer::resize) text += " to " + to_string(verdict.resized);
    if (!verdict.reason.empty()) add(text, verdict.reason);
    return text;
}

std::string describe(const OrderIntent& intent) {
    std::string text = std::string(name_of(intent.side)) + " " + to_string(intent.quantity);
    add(text, std::string(name_of(intent.type)) + " order");
    add_price(text, "limit at", intent.limit);
    add_price(text, "trigger at", intent.trigger);
    add_price(text, "trailing by", intent.trail_amount);
    if (!intent.trail_percent.is_zero()) add(text, "trailing by a share of " + to_string(intent.trail_percent));
    add(text, name_of(intent.time_in_force));
    if (intent.expires != Timestamp{}) add(text, "until " + to_iso(intent.expires));
    add(text, name_of(intent.purpose));
    if (intent.post_only) add(text, "post-only");
    if (intent.reduce_only) add(text, "reduce-only");
    if (!intent.display.is_zero()) add(text, "showing " + to_string(intent.display));
    if (!intent.parent.is_null()) add(text, "after order " + std::to_string(intent.parent.sequence()));
    if (intent.group != 0) add(text, "in group " + std::to_string(intent.group));
    if (!intent.tag.empty()) add(text, "tag " + std::string(intent.tag.view()));
    return text;
}

void OrderStory::on_entry(const TraceEntry& entry) { venue_.on_entry(entry); }

void OrderStory::on_records(ByteSpan records) {
    ByteReader in(records);
    while (!in.at_end()) {
        const auto record = read_record(in);
        if (!record.ok()) return;  // they come from the desk itself
        if (const auto* decision = std::get_if<Decision>(&record->payload)) on_decision(record->header, *decision);
        if (const auto* event = std::get_if<OrderEvent>(&record->payload)) on_event(record->header, *event);
        if (const auto* fill = std::get_if<FillRecord>(&record->payload))
            note_exit(record->header, fill->fill.order, "traded");
        if (const auto* said = std::get_if<RuleVerdict>(&record->payload)) on_rule(record->header, *said);
    }
}

// An input at which an exit trades or ends may end the bracket.
void OrderStory::note_exit(const RecordHeader& header, OrderId order, std::string_view what) {
    if (std::ranges::find(exits_, order) == exits_.end()) return;
    if (exit_cause_ == header.cause && exit_text_.ends_with("traded")) return;
    exit_cause_ = header.cause;
    exit_text_ = "its exit, order " + std::to_string(order.sequence()) + ", " + std::string(what);
}

// The desk takes an entry back at the input that ended its bracket, which is none of a strategy.
std::string OrderStory::text_of_decision(const RecordHeader& header, const Decision& decision) const {
    if (decision.action == DecisionAction::submit) return "asked for " + describe(decision.intent);
    if (decision.action == DecisionAction::amend) return "asked to change it";
    if (header.source == Source::strategy || exit_cause_ == 0 || exit_cause_ != header.cause)
        return "asked to cancel it";
    return "the desk takes back what has not traded of it, which nothing would protect: " + exit_text_;
}

void OrderStory::on_decision(const RecordHeader& header, const Decision& decision) {
    const OrderIntent& intent = decision.intent;
    if (decision.action == DecisionAction::submit && intent.reduce_only && name_.means(intent.parent))
        exits_.push_back(intent.id);
    if (!name_.means(intent.id)) return;
    if (decision.action == DecisionAction::submit) {
        found_ = true;
        intent_ = intent;
    }
    Line line{header.engine_time, header.engine_time, 1, "decision", text_of_decision(header, decision)};
    line.text += decision.denial == Denial::none ? ": allowed" : ": denied, " + std::string(describe(decision.denial));
    if (decision.denial == Denial::risk) add(line.text, describe(decision.grounds));
    if (decision.denial == Denial::none && !intent.parent.is_null())
        line.text += "; it waits until order " + std::to_string(intent.parent.sequence()) + " fills";
    desk_.push_back({venue_.lines().size(), std::move(line)});
}

void OrderStory::on_event(const RecordHeader& header, const OrderEvent& event) {
    if (is_terminal(event.after)) note_exit(header, event.order, "ended");
    if (found_ && event.order == intent_.parent && is_terminal(event.after)) parent_ended_ = true;
    if (!name_.means(event.order)) return;
    if (event.event == OrderEventKind::cancel && event.before == OrderState::held) note_never_sent(header);
    for (const EventText& each : event_texts) {
        if (each.event != event.event) continue;
        const Quantity amount = event.event == OrderEventKind::deny ? event.cancelled : event.open;
        std::string text = std::string(each.text) + to_string(amount);
        if (event.reason != VenueReason::none) text.append(": ").append(describe(event.reason));
        desk_.push_back(
            {venue_.lines().size(), {header.engine_time, header.engine_time, 1, each.kind, std::move(text)}});
    }
}

// The venue has never heard of it, so its trace has no word of the end.
void OrderStory::note_never_sent(const RecordHeader& header) {
    std::string text = "ended before it was sent";
    if (parent_ended_)
        text += ": order " + std::to_string(intent_.parent.sequence()) + ", which it waited for, has ended";
    desk_.push_back({venue_.lines().size(), {header.engine_time, header.engine_time, 1, "cancelled", std::move(text)}});
}

void OrderStory::on_rule(const RecordHeader& header, const RuleVerdict& verdict) {
    if (!name_.means(verdict.order)) return;
    desk_.push_back({venue_.lines().size(), {header.engine_time, header.engine_time, 1, "rule", describe(verdict)}});
}

std::vector<OrderStory::Line> OrderStory::lines() const {
    std::vector<Line> all;
    size_t told = 0;
    const auto tell_until = [&](size_t end) {
        for (; told < end; ++told) {
            const TraceLog::Line& line = venue_.lines()[told];
            all.push_back({line.first, line.last, line.count, name_of(line.entry.kind), describe(line.entry)});
        }
    };
    for (const DeskLine& each : desk_) {
        tell_until(each.after);
        all.push_back(each.line);
    }
    tell_until(venue_.lines().size());
    return all;
}

}  // namespace trd
