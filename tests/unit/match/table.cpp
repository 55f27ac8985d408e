#include "unit/match/table.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace trd::testing {
namespace {

constexpr InstrumentId instrument_id{0};
constexpr AccountId account_id{1};

template <class T>
T number(const std::string& text) {
    const auto parsed = T::parse(text);
    if (!parsed.ok()) throw std::runtime_error("\"" + text + "\" is no number");
    return *parsed;
}

template <class T>
T good(Result<T> result) {
    if (!result.ok()) throw std::runtime_error(result.error().message);
    return std::move(result).value();
}

template <class Enum>
Enum enum_named(const std::string& text, int count) {
    for (int i = 0; i < count; ++i)
        if (name_of(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
    throw std::runtime_error("\"" + text + "\" is no such word");
}

void use(Table& table, const std::string& pair) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos) throw std::runtime_error("expected KEY=VALUE, found " + pair);
    const std::string key = pair.substr(0, equals), value = pair.substr(equals + 1);
    if (key == "fill")
        table.models.fill = good(parse_fill_model(value));
    else if (key == "path")
        table.models.path = good(parse_bar_path(value));
    else if (key == "participation")
        table.models.participation = good(Participation::parse(value));
    else if (key == "slippage")
        table.models.slippage = good(SlippageModel::parse(value));
    else if (key == "fees")
        table.models.fees = good(FeeModel::parse(value));
    else if (key == "latency")
        table.models.latency = good(LatencyModel::parse(value));
    else if (key == "semantics")
        table.models.semantics = good(parse_semantics(value));
    else if (key == "tick")
        table.tick = number<Price>(value);
    else if (key == "lot")
        table.lot = number<Quantity>(value);
    else if (key == "position")
        table.position = number<Quantity>(value);
    else
        throw std::runtime_error("unknown key " + key);
}

TableCandle read_candle(std::istringstream& words) {
    TableCandle candle;
    std::string word;
    for (Price* price : {&candle.open, &candle.high, &candle.low, &candle.close}) {
        words >> word;
        *price = number<Price>(word);
    }
    while (words >> word) {
        if (word == "opens")
            candle.opens = true;
        else if (word == "closes")
            candle.closes = true;
        else if (word.starts_with("v="))
            candle.volume = number<Quantity>(word.substr(2));
        else
            throw std::runtime_error("unknown word " + word);
    }
    return candle;
}

TableOrder read_order(std::istringstream& words, uint64_t sequence) {
    TableOrder order;
    std::string at, side, type, word;
    words >> order.name >> at >> order.at >> side >> type;
    OrderIntent& intent = order.intent;
    intent.instrument = instrument_id;
    intent.account = account_id;
    intent.side = enum_named<Side>(side, 2);
    intent.type = enum_named<OrderType>(type, order_type_count);
    const auto next = [&words] {
        std::string value;
        if (!(words >> value)) throw std::runtime_error("a value is missing");
        return value;
    };
    while (words >> word) {
        if (word == "qty")
            intent.quantity = number<Quantity>(next());
        else if (word == "limit")
            intent.limit = number<Price>(next());
        else if (word == "trigger")
            intent.trigger = number<Price>(next());
        else if (word == "trail")
            intent.trail_amount = number<Price>(next());
        else if (word == "trail%")
            intent.trail_percent = number<Decimal>(next());
        else if (word == "display")
            intent.display = number<Quantity>(next());
        else if (word == "tif")
            intent.time_in_force = enum_named<TimeInForce>(next(), time_in_force_count);
        else if (word == "expires")
            order.expires_candle = std::stoi(next());
        else if (word == "parent")
            order.parent = next();
        else if (word == "group")
            order.group = next();
        else if (word == "post")
            intent.post_only = true;
        else if (word == "reduce")
            intent.reduce_only = true;
        else if (word == "profit")
            intent.purpose = Purpose::take_profit;
        else
            throw std::runtime_error("unknown word " + word);
    }
    intent.id = OrderId::pack({0, account_id, {}, intent.purpose, 0, sequence});
    return order;
}

TableChange read_change(std::istringstream& words, bool cancels) {
    TableChange change;
    change.cancels = cancels;
    std::string at, word, value;
    words >> change.name >> at >> change.at;
    while (words >> word >> value) {
        if (word == "qty")
            change.amendment.quantity = number<Quantity>(value);
        else if (word == "limit")
            change.amendment.limit = number<Price>(value);
        else if (word == "trigger")
            change.amendment.trigger = number<Price>(value);
        else
            throw std::runtime_error("unknown word " + word);
    }
    return change;
}

void read_line(std::vector<Table>& tables, const std::string& line) {
    std::istringstream words(line);
    std::string first, word;
    words >> first;
    if (first == "table") {
        words >> tables.emplace_back().name;
        return;
    }
    if (tables.empty()) throw std::runtime_error("the first line of a table is its name");
    Table& table = tables.back();
    if (first == "why")
        table.why = line;
    else if (first == "use")
        while (words >> word) use(table, word);
    else if (first == "candle")
        table.candles.push_back(read_candle(words));
    else if (first == "order")
        table.orders.push_back(read_order(words, table.orders.size() + 1));
    else if (first == "amend" || first == "cancel")
        table.changes.push_back(read_change(words, first == "cancel"));
    else if (first == "fill" || first == "end")
        table.expected.push_back(line);
    else
        throw std::runtime_error("unknown line " + first);
}

// A venue, and as much of a desk as tables need: children and groups.
class TableRun : public MatchTrace {
  public:
    explicit TableRun(const Table& table) : table_(table), venue_({1}, table.models, 1) {
        Instrument instrument;
        instrument.id = instrument_id;
        instrument.quote = Currency::literal("USD");
        Terms terms;
        terms.tick = table.tick;
        terms.lot = table.lot;
        instrument.terms = {terms};
        venue_.define(instrument);
        if (!table.position.is_zero()) venue_.set_position(account_id, instrument_id, SideBucket::net, table.position);
        venue_.set_trace(this);
        for (const TableOrder& order : table.orders) states_[order.intent.id].order = &order;
    }

    std::vector<std::string> run() {
        act_after(0);
        for (candle_ = 1; candle_ <= static_cast<int>(table_.candles.size()); ++candle_) {
            const TableCandle& candle = table_.candles[static_cast<size_t>(candle_ - 1)];
            const Bar bar{open_time(candle_), open_time(candle_ + 1), candle.open,  candle.high,
                          candle.low,         candle.close,           candle.volume};
            while (venue_.next_due() && *venue_.next_due() <= bar.open_time) {
                now_ = *venue_.next_due();
                venue_.wake(now_);
                settle();
            }
            now_ = bar.open_time;
            venue_.open_bar(instrument_id, {bar.open_time, bar.open, bar.volume, candle.opens});
            follow();
            now_ = bar.close_time;
            venue_.close_bar(instrument_id, bar, {candle.closes});
            follow();
            act_after(candle_);
        }
        return lines_;
    }

    bool watches(OrderId) const override { return true; }
    void on_entry(const TraceEntry& entry) override {
        std::string& how = states_[entry.order].how;
        if (entry.kind == TraceKind::gapped || entry.kind == TraceKind::touched || entry.kind == TraceKind::triggered)
            how = name_of(entry.kind);
        if (entry.kind == TraceKind::filled) hows_.push_back(how.empty() ? "open" : how);
        if (entry.kind == TraceKind::accepted || entry.kind == TraceKind::not_reached) how.clear();
    }

  private:
    struct State {
        const TableOrder* order = nullptr;
        Quantity filled, total;
        bool sent = false, ended = false;
        std::string how;
    };

    static Timestamp open_time(int candle) { return {minutes(candle).ns}; }

    State& state_named(const std::string& name) {
        for (auto& [id, state] : states_)
            if (state.order->name == name) return state;
        throw std::runtime_error("no order " + name);
    }

    void act_after(int candle) {
        for (const TableOrder& order : table_.orders)
            if (order.at == candle && order.parent.empty()) send(states_[order.intent.id], order.intent.quantity);
        for (const TableChange& change : table_.changes) {
            if (change.at != candle) continue;
            const OrderId id = state_named(change.name).order->intent.id;
            change.cancels ? venue_.cancel(id, now_) : venue_.amend(id, change.amendment, now_);
        }
        settle();
    }

    void send(State& state, Quantity quantity) {
        OrderIntent intent = state.order->intent;
        if (state.order->expires_candle > 0) intent.expires = open_time(state.order->expires_candle);
        intent.quantity = state.total = quantity;
        state.sent = true;
        venue_.submit(intent, quantity, now_);
    }

    void follow() {
        while (venue_.advance()) settle();
    }

    void settle() {
        for (;;) {
            std::vector<SimulatedReport> reports;
            venue_.take_reports(reports);
            if (reports.empty()) return;
            for (const SimulatedReport& report : reports) {
                now_ = std::max(now_, venue_.now());
                if (const auto* fill = std::get_if<Fill>(&report.what))
                    on_fill(*fill);
                else
                    on_answer(std::get<OrderReport>(report.what));
            }
        }
    }

    void on_fill(const Fill& fill) {
        State& state = states_[fill.order];
        lines_.push_back("fill " + state.order->name + " " + std::to_string(candle_) + " " + to_string(fill.price) +
                         " " + to_string(fill.quantity) + " " + hows_[fills_++] +
                         (fill.fee.is_zero() ? "" : " fee " + to_string(fill.fee)));
        state.filled += fill.quantity;
        if (state.filled == state.total) state.ended = true;
        for (auto& [id, other] : states_) {
            if (other.order->parent == state.order->name && !other.ended) grow(other, state.filled);
            const bool sibling = !state.order->group.empty() && other.order->group == state.order->group;
            if (sibling && &other != &state && other.sent && !other.ended) shrink(other, fill.quantity);
        }
    }

    void grow(State& child, Quantity wanted) {
        if (!child.sent) return send(child, wanted);
        amend(child, wanted);
    }
    void shrink(State& member, Quantity by) {
        if (member.total - by <= member.filled) return venue_.cancel(member.order->intent.id, now_);
        amend(member, member.total - by);
    }
    void amend(State& state, Quantity total) {
        state.total = total;
        const OrderIntent& intent = state.order->intent;
        venue_.amend(intent.id, {total, intent.limit, intent.trigger, intent.display}, now_);
    }

    void on_answer(const OrderReport& answer) {
        State& state = states_[answer.order];
        if (answer.event == OrderEventKind::accept || answer.event == OrderEventKind::replace) return;
        if (state.ended && !state.order->group.empty()) return;  // a sibling's fill and the venue were both faster
        lines_.push_back("end " + state.order->name + " " + std::to_string(candle_) + " " +
                         std::string(name_of(answer.event)) + " " + std::string(name_of(answer.reason)));
        if (answer.event != OrderEventKind::refuse_replace && answer.event != OrderEventKind::refuse_cancel)
            state.ended = true;
    }

    const Table& table_;
    SimulatedVenue venue_;
    std::map<OrderId, State> states_;
    std::vector<std::string> hows_;
    size_t fills_ = 0;
    int candle_ = 0;
    Timestamp now_ = open_time(1);
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<Table> read_tables(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<Table> tables;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line[0] == '#') continue;
        try {
            read_line(tables, line);
        } catch (const std::runtime_error& error) {
            throw std::runtime_error(path + ":" + std::to_string(number) + ": " + error.what());
        }
    }
    return tables;
}

std::vector<std::string> run(const Table& table) { return TableRun(table).run(); }

}  // namespace trd::testing
