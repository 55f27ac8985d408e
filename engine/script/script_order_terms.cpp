#include "script/script_order_terms.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>
#include <lua.hpp>

#include "base/time.h"
#include "script/lua_values.h"

namespace trd {
namespace {

using F = OrderField;

template <class Enum, int count>
std::array<std::string_view, count> names_of() {
    std::array<std::string_view, count> names;
    for (int i = 0; i < count; ++i) names[static_cast<size_t>(i)] = name_of(static_cast<Enum>(i));
    return names;
}

OrderType type_of(const RawIntent& intent) { return static_cast<OrderType>(intent.type); }
Side side_of(const RawIntent& intent) { return static_cast<Side>(intent.side); }
void set_type(RawIntent& intent, OrderType type) { intent.type = static_cast<uint8_t>(type); }

// ---- type and prices ----

// For an order that has the price, but not the type that goes with it.
std::string_view types_with_limit(OrderType type) {
    if (type == OrderType::market) return "'limit'";
    if (type == OrderType::stop) return "'stop_limit'";
    return type == OrderType::market_if_touched ? "'limit_if_touched'" : "'stop_limit'";
}
std::string_view types_with_trigger(OrderType type) {
    return type == OrderType::limit ? "'stop_limit' or 'limit_if_touched'" : "'stop' or 'market_if_touched'";
}

[[noreturn]] void refuse_trail(const OrderFields& fields) {
    const std::string_view name = name_of(fields.has(F::trail) ? F::trail : F::trail_percent);
    const std::string protects =
        fields.allows(F::stop) ? fmt::format("; a stop that protects what is bought is stop = {{ {} = ... }}", name)
                               : "";
    fields.refuse(fmt::format("{} goes with type = 'trailing_stop'{}", name, protects));
}

OrderType implied_type(const OrderFields& fields) {
    if (fields.has(F::trail) || fields.has(F::trail_percent)) refuse_trail(fields);
    if (fields.has(F::trigger))
        fields.refuse("trigger needs a type: 'stop' waits for a worse price, 'market_if_touched' for a better one");
    return fields.has(F::limit) ? OrderType::limit : OrderType::market;
}

void check_price(const OrderFields& fields, OrderField field, bool needed, bool allowed, OrderType type,
                 std::string_view other_types) {
    if (needed && !fields.has(field)) fields.refuse(fmt::format("type = '{}' needs {}", name_of(type), name_of(field)));
    if (!allowed && fields.has(field))
        fields.refuse(
            fmt::format("a {} order has no {}; types that have one: {}", name_of(type), name_of(field), other_types));
}

void check_prices(const OrderFields& fields, OrderType type) {
    const bool trails = type == OrderType::trailing_stop;
    check_price(fields, F::limit, has_limit(type), has_limit(type), type, types_with_limit(type));
    check_price(fields, F::trigger, has_trigger(type) && !trails, has_trigger(type), type, types_with_trigger(type));
    if (!trails && (fields.has(F::trail) || fields.has(F::trail_percent))) refuse_trail(fields);
    if (trails && fields.has(F::trail) == fields.has(F::trail_percent))
        fields.refuse("type = 'trailing_stop' needs trail, a distance in price, or trail_percent, a share of it: one");
}

void read_trail(const OrderFields& fields, RawIntent& intent) {
    intent.trail = fields.positive(fields.has(F::trail) ? F::trail : F::trail_percent);
    if (!fields.has(F::trail_percent)) return;
    if (intent.trail >= 1) fields.refuse_value(F::trail_percent, "below 1 (0.02 is two per cent)");
    intent.flags |= intent_trail_percent;
}

// ---- lifetime ----

// Seconds since 1970, as ctx.now has them, or a moment as text.
int64_t expiry_ns(const OrderFields& fields) {
    constexpr double seconds_max = 9e9;  // the year 2255
    if (fields.is_text(F::expires)) {
        const auto moment = parse_iso(fields.text(F::expires));
        if (!moment.ok()) fields.refuse_value(F::expires, "a moment such as '2024-03-01T16:00:00Z'");
        return moment->ns;
    }
    if (!fields.is_number(F::expires)) fields.refuse_value(F::expires, "seconds since 1970 or a moment as text");
    const double seconds = fields.positive(F::expires);
    if (seconds > seconds_max) fields.refuse_value(F::expires, "seconds since 1970, not finer");
    return static_cast<int64_t>(std::round(seconds * 1e6)) * 1000;  // a double has microseconds at most
}

// ---- protection ----

RawIntent protection(const RawIntent& entry, Purpose purpose) {
    RawIntent child = market_intent(opposite(side_of(entry)), entry.instrument);
    child.quantity = entry.quantity;
    child.bucket = entry.bucket;
    child.flags = intent_reduce_only;
    child.purpose = static_cast<uint8_t>(purpose);
    child.tag_size = entry.tag_size;
    std::copy(std::begin(entry.tag), std::end(entry.tag), child.tag);
    return child;
}

// Where the entry will have traded, as far as anybody knows.
double reference_price(const RawIntent& entry, double mark) {
    if (!std::isnan(entry.limit)) return entry.limit;
    return std::isnan(entry.trigger) ? mark : entry.trigger;
}

// A stop that is already reached would leave the entry unprotected, so the entry must not be sent either.
void check_protects(const OrderFields& fields, OrderField field, double price, const RawIntent& entry, double mark) {
    const double reference = reference_price(entry, mark);
    if (reference <= 0)
        fields.refuse(fmt::format("{} needs a price to compare with, and none has been seen yet", name_of(field)));
    const bool buys = side_of(entry) == Side::buy;
    const bool lies_below = (field == F::stop) == buys;
    if (lies_below ? price < reference : price > reference) return;
    std::string meant;
    if (field == F::stop)
        meant = fmt::format("; an order that waits for {} is type = 'stop', trigger = {}", shown(price), shown(price));
    fields.refuse(fmt::format("{} = {} must lie {} {}, where the {} is expected{}", name_of(field), shown(price),
                              lies_below ? "below" : "above", shown(reference), name_of(side_of(entry)), meant));
}

OrderType stop_type(const OrderFields& fields) {
    if (fields.has(F::trail) || fields.has(F::trail_percent)) return OrderType::trailing_stop;
    return fields.has(F::limit) ? OrderType::stop_limit : OrderType::stop;
}

OrderType take_type(const OrderFields& fields) {
    if (!fields.has(F::trigger)) return OrderType::limit;
    return fields.has(F::limit) ? OrderType::limit_if_touched : OrderType::market_if_touched;
}

OrderFields child_fields(const OrderFields& fields, OrderField field, OrderFieldSet allowed) {
    fields.push(field);
    if (!lua_istable(fields.state(), -1)) fields.refuse_value(field, "a price greater than 0 or a table");
    const char* const part = field == F::stop ? "stop" : "take";
    return OrderFields(fields.state(), lua_gettop(fields.state()), {fields.name().call, part}, allowed);
}

void read_child(const OrderFields& child_table, OrderType type, RawIntent& child) {
    check_prices(child_table, type);
    set_type(child, type);
    child.limit = child_table.positive(F::limit);
    child.trigger = child_table.positive(F::trigger);
    if (type == OrderType::trailing_stop) read_trail(child_table, child);
    if (child_table.has(F::tag)) read_tag(child_table, child);
}

}  // namespace

RawIntent market_intent(Side side, uint32_t instrument) {
    RawIntent intent;
    intent.kind = static_cast<uint8_t>(RawIntentKind::submit);
    intent.side = static_cast<uint8_t>(side);
    intent.instrument = instrument;
    intent.purpose = static_cast<uint8_t>(Purpose::entry);
    return intent;
}

void read_type(const OrderFields& fields, RawIntent& intent) {
    if (!fields.has_any(type_fields)) return;
    static const auto names = names_of<OrderType, order_type_count>();
    const int given = fields.choice(F::type, names);
    const OrderType order_type = given < 0 ? implied_type(fields) : static_cast<OrderType>(given);
    check_prices(fields, order_type);
    set_type(intent, order_type);
    intent.limit = fields.positive(F::limit);
    intent.trigger = fields.positive(F::trigger);
    if (order_type == OrderType::trailing_stop) read_trail(fields, intent);
}

void read_lifetime(const OrderFields& fields, RawIntent& intent) {
    if (!fields.has_any(lifetime_fields)) return;
    static const auto names = names_of<TimeInForce, time_in_force_count>();
    const int given = fields.choice(F::tif, names);
    const TimeInForce lifetime = given < 0 ? TimeInForce::gtd : static_cast<TimeInForce>(given);
    if (lifetime == TimeInForce::gtd && !fields.has(F::expires)) fields.refuse("tif = 'gtd' needs expires");
    if (lifetime != TimeInForce::gtd && fields.has(F::expires))
        fields.refuse(fmt::format("expires goes with tif = 'gtd', not with '{}'", name_of(lifetime)));
    intent.time_in_force = static_cast<uint8_t>(lifetime);
    if (!fields.has(F::expires)) return;
    intent.expires_ns = expiry_ns(fields);
    if (intent.expires_ns <= 0) fields.refuse_value(F::expires, "a moment after 1970");
}

void read_showing(const OrderFields& fields, RawIntent& intent) {
    if (!fields.has_any(showing_fields)) return;
    if (fields.flag(F::post_only)) intent.flags |= intent_post_only;
    intent.display = fields.positive(F::display);
}

void read_bucket(const OrderFields& fields, RawIntent& intent) {
    if (!fields.has(F::bucket)) return;
    constexpr std::array<std::string_view, 2> names = {"long", "short"};
    const bool is_short = fields.choice(F::bucket, names) == 1;
    intent.bucket = static_cast<uint8_t>(is_short ? SideBucket::short_side : SideBucket::long_side);
}

void read_tag(const OrderFields& fields, RawIntent& intent) {
    const std::string_view text = fields.text(F::tag);
    if (text.size() > sizeof intent.tag)
        fields.refuse(fmt::format("tag takes up to {} bytes, not '{}'", sizeof intent.tag, text));
    std::fill(std::begin(intent.tag), std::end(intent.tag), '\0');
    intent.tag_size = static_cast<uint8_t>(text.size());
    std::copy(text.begin(), text.end(), intent.tag);
}

void set_reduce_only(RawIntent& intent) {
    const OrderType order_type = type_of(intent);
    intent.flags |= intent_reduce_only;
    const Purpose purpose = is_stop(order_type)               ? Purpose::protective_stop
                            : order_type == OrderType::market ? Purpose::exit
                                                              : Purpose::take_profit;
    intent.purpose = static_cast<uint8_t>(purpose);
}

void check_together(const OrderFields& fields, const RawIntent& intent) {
    const OrderType order_type = type_of(intent);
    const auto lifetime = static_cast<TimeInForce>(intent.time_in_force);
    const auto refuse_now = [&](std::string_view what) {
        fields.refuse(fmt::format("tif = '{}' does not go with {}", name_of(lifetime), what));
    };
    switch (misfit_of(order_type, lifetime, (intent.flags & intent_post_only) != 0, !std::isnan(intent.display))) {
        case Misfit::none:
            return;
        case Misfit::trigger:
            return refuse_now(fmt::format("type = '{}', which waits", name_of(order_type)));
        case Misfit::post_only:
            return refuse_now("post_only, which waits");
        case Misfit::display:
            return refuse_now("display: nothing of it is ever shown");
        case Misfit::post_only_unlimited:
            fields.refuse("post_only needs an order with a limit");
        case Misfit::display_unlimited:
            fields.refuse("display needs an order with a limit");
    }
}

RawIntent read_stop(const OrderFields& fields, const RawIntent& entry, double mark) {
    RawIntent child = protection(entry, Purpose::protective_stop);
    set_type(child, OrderType::stop);
    if (fields.is_number(F::stop)) {
        child.trigger = fields.positive(F::stop);
    } else {
        const OrderFields table =
            child_fields(fields, F::stop, fields_of({F::limit, F::trigger, F::trail, F::trail_percent, F::tag}));
        read_child(table, stop_type(table), child);
    }
    if (!std::isnan(child.trigger)) check_protects(fields, F::stop, child.trigger, entry, mark);
    return child;
}

RawIntent read_take(const OrderFields& fields, const RawIntent& entry, double mark) {
    RawIntent child = protection(entry, Purpose::take_profit);
    set_type(child, OrderType::limit);
    if (fields.is_number(F::take)) {
        child.limit = fields.positive(F::take);
    } else {
        const OrderFields table = child_fields(fields, F::take, fields_of({F::limit, F::trigger, F::tag}));
        read_child(table, take_type(table), child);
    }
    const double price = std::isnan(child.trigger) ? child.limit : child.trigger;
    check_protects(fields, F::take, price, entry, mark);
    return child;
}

}  // namespace trd
