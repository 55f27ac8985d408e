#include "backtest/run_keeper.h"

#include <algorithm>
#include <variant>

#include "backtest/backtest.h"
#include "backtest/data.h"
#include "backtest/rule_set.h"
#include "backtest/stored_plan.h"
#include "backtest/strategy_set.h"
#include "risk/limits_text.h"

namespace trd {
namespace {

std::vector<TableColumn> trade_columns() {
    return {{"opened", CellKind::time},    {"closed", CellKind::time},         {"symbol", CellKind::text},
            {"side", CellKind::text},      {"quantity", CellKind::decimal},    {"profit", CellKind::decimal},
            {"fees", CellKind::decimal},   {"net", CellKind::decimal},         {"currency", CellKind::text},
            {"strategy", CellKind::text},  {"entry_price", CellKind::decimal}, {"exit_price", CellKind::decimal},
            {"entry_tag", CellKind::text}, {"exit_tag", CellKind::text},       {"exit_reason", CellKind::text}};
}

std::vector<TableColumn> order_columns() {
    return {{"time", CellKind::time},          {"order", CellKind::order_id}, {"symbol", CellKind::text},
            {"side", CellKind::text},          {"type", CellKind::text},      {"purpose", CellKind::text},
            {"quantity", CellKind::decimal},   {"limit", CellKind::decimal},  {"trigger", CellKind::decimal},
            {"time_in_force", CellKind::text}, {"filled", CellKind::decimal}, {"state", CellKind::text},
            {"ended", CellKind::time},         {"reason", CellKind::text},    {"tag", CellKind::text},
            {"strategy", CellKind::text}};
}

std::vector<TableColumn> fill_columns() {
    return {{"time", CellKind::time},   {"order", CellKind::order_id},    {"symbol", CellKind::text},
            {"side", CellKind::text},   {"quantity", CellKind::decimal},  {"price", CellKind::decimal},
            {"fee", CellKind::decimal}, {"fee_currency", CellKind::text}, {"strategy", CellKind::text}};
}

std::vector<TableColumn> equity_columns() {
    return {{"time", CellKind::time},
            {"equity", CellKind::decimal},
            {"low", CellKind::decimal},
            {"high", CellKind::decimal}};
}

void put_mean(TablePacker& table, const MeanPrice& mean) {
    if (mean.quantity.is_zero())
        table.no_decimal();
    else
        table.decimal(mean.price);
}

bool concerns_orders(RecordKind kind) {
    return kind == RecordKind::decision || kind == RecordKind::order_event || kind == RecordKind::fill;
}

}  // namespace

RunKeeper::RunKeeper(uint64_t rows_at_most, const std::string& folder)
    : shelf_(folder),
      trades_("trades", trade_columns(), rows_at_most, &shelf_),
      orders_("orders", order_columns(), rows_at_most, &shelf_),
      fills_("fills", fill_columns(), rows_at_most, &shelf_) {}

void RunKeeper::begin(const BacktestData& data, Timestamp start, Money cash,
                      const std::vector<std::string>& strategies) {
    strategies_ = strategies;
    for (const Instrument& instrument : data.instruments) symbols_.push_back(instrument.symbol);
    curve_.begin(start, cash);
}

void RunKeeper::on_trade(const ClosedTrade& trade, const TradeRow& row) {
    if (!trades_.begin()) return;
    trades_.time(trade.opened_at);
    trades_.time(trade.closed_at);
    trades_.text(symbol_of(trade.instrument));
    trades_.text(trade.side == Side::buy ? "long" : "short");
    trades_.decimal(trade.peak);
    trades_.decimal(trade.profit);
    trades_.decimal(trade.fees);
    trades_.decimal(trade.net());
    trades_.text(trade.currency.code());
    // A strategy alone trades on all accounts; several have one each.
    trades_.text(name_of_seat(strategies_.size() == 1 ? 1 : trade.account.value));
    put_mean(trades_, row.entry);
    put_mean(trades_, row.exit_at);
    trades_.text(row.tag);
    trades_.text(row.exit_tag);
    trades_.text(row.exit_reason);
}

void RunKeeper::on_records(ByteSpan records) {
    while (!records.empty()) {
        const auto frame = peek_record(records);
        TRD_ASSERT(frame.ok());  // the desk wrote it a moment ago
        if (concerns_orders(frame->header.kind)) {
            ByteReader in(records);
            const auto record = read_record(in);
            TRD_ASSERT(record.ok());
            on_record(*record);
        }
        records = records.subspan(frame->bytes);
    }
}

void RunKeeper::on_record(const Record& record) {
    if (const auto* decision = std::get_if<Decision>(&record.payload)) return on_decision(record.header, *decision);
    if (const auto* event = std::get_if<OrderEvent>(&record.payload)) return on_event(record.header, *event);
    const auto& fill = std::get<FillRecord>(record.payload);
    on_fill(fill);
    on_change(record.header, fill.fill.order, fill.state_after, fill.filled);
}

void RunKeeper::on_decision(const RecordHeader& header, const Decision& decision) {
    if (decision.action != DecisionAction::submit) return;
    const bool waits = !decision.intent.parent.is_null();
    OpenOrder order{header.engine_time, decision.intent, waits ? OrderState::held : OrderState::pending_submission};
    if (decision.denial == Denial::none) {
        open_.insert_or_assign(decision.intent.id, std::move(order));
        return;
    }
    // Asked about again when its parent had filled: the event of its end follows.
    if (const auto held = open_.find(decision.intent.id);
        held != open_.end() && held->second.state == OrderState::held) {
        held->second.reason = name_of(decision.denial);
        return;
    }
    order.state = OrderState::denied;
    order.reason = name_of(decision.denial);
    put_order(order, header.engine_time);
}

// Terms are as they are now: an amendment, a trailing stop or a smaller sibling may have changed them.
void RunKeeper::on_event(const RecordHeader& header, const OrderEvent& event) {
    if (const auto found = open_.find(event.order); found != open_.end()) {
        OrderIntent& intent = found->second.intent;
        intent.quantity = event.filled + event.open + event.cancelled;
        intent.limit = event.limit;
        intent.trigger = event.trigger;
        if (event.reason != VenueReason::none) found->second.reason = name_of(event.reason);
    }
    on_change(header, event.order, event.after, event.filled);
}

void RunKeeper::on_change(const RecordHeader& header, OrderId id, OrderState state, Quantity filled) {
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    found->second.state = state;
    found->second.filled = filled;
    if (!is_terminal(state)) return;
    // It filled across the cancel.
    if (state == OrderState::filled && found->second.reason == name_of(VenueReason::bracket_over))
        found->second.reason = {};
    put_order(found->second, header.engine_time);
    open_.erase(found);
}

void RunKeeper::on_fill(const FillRecord& record) {
    if (!fills_.begin()) return;
    const Fill& fill = record.fill;
    fills_.time(fill.time);
    fills_.id(fill.order);
    fills_.text(symbol_of(fill.instrument));
    fills_.text(name_of(fill.side));
    fills_.decimal(fill.quantity);
    fills_.decimal(fill.price);
    fills_.decimal(fill.fee);
    fills_.text(fill.fee_currency.code());
    fills_.text(name_of_seat(fill.order.parts().strategy.value));
}

void RunKeeper::put_order(const OpenOrder& order, std::optional<Timestamp> ended) {
    if (!orders_.begin()) return;
    const OrderIntent& intent = order.intent;
    const bool is_known = intent.instrument.value < symbols_.size();  // what was denied may name anything
    orders_.time(order.time);
    orders_.id(intent.id);
    orders_.text(is_known ? symbol_of(intent.instrument) : std::string_view());
    orders_.text(name_of(intent.side));
    orders_.text(name_of(intent.type));
    orders_.text(name_of(intent.purpose));
    orders_.decimal(intent.quantity);
    put_price(intent.limit);
    put_price(intent.trigger);
    orders_.text(name_of(intent.time_in_force));
    orders_.decimal(order.filled);
    orders_.text(name_of(order.state));
    if (ended)
        orders_.time(*ended);
    else
        orders_.no_time();
    orders_.text(order.reason);
    orders_.text(intent.tag.view());
    orders_.text(name_of_seat(intent.strategy.value));
}

std::string_view RunKeeper::name_of_seat(uint32_t number) const {
    return number == 0 || number > strategies_.size() ? std::string_view() : strategies_[number - 1];
}

void RunKeeper::put_price(Price price) {
    if (price.is_zero())
        orders_.no_decimal();
    else
        orders_.decimal(price);
}

PackedTable RunKeeper::pack_curve() const {
    TablePacker equity("equity", equity_columns(), UINT64_MAX);
    for (const EquityCurve::Point& point : curve_.points()) {
        (void)equity.begin();
        equity.time(point.time);
        equity.decimal(point.equity);
        equity.decimal(point.low);
        equity.decimal(point.high);
    }
    return equity.finish();
}

void RunKeeper::finish(const BacktestPlan& plan, const StrategySet& strategies, const RuleSet& rules,
                       const BacktestData& data, const BacktestResult& result) {
    for (const auto& [id, order] : open_) put_order(order, {});
    open_.clear();
    run_.id = result.run_id;
    run_.hash = to_hex(result.hash);
    run_.strategy = result.strategy_name;
    run_.symbols = symbols_;
    run_.facts = plan_facts(plan, data, result);
    for (size_t i = 0; i < strategies.size(); ++i) run_.texts[numbered_name("script", i)] = strategies[i].script;
    for (size_t i = 0; i < rules.loaded().size(); ++i) run_.texts[numbered_name("rule", i)] = rules.loaded()[i].script;
    if (!plan.accounts.empty()) run_.texts["accounts"] = plan.accounts_text;
    run_.texts["limits"] = plan.limits ? plan.limits->text : std::string(default_limits_text());
    run_.tables = {trades_.finish(), orders_.finish(), fills_.finish(), pack_curve()};
}

}  // namespace trd
