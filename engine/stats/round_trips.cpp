#include "stats/round_trips.h"

#include <algorithm>

namespace trd {

namespace {

Figure ratio(double numerator, uint64_t count, Undefined when_zero) {
    if (count == 0) return when_zero;
    return numerator / static_cast<double>(count);
}

void add_rates(RoundTripSummary& result) {
    const uint64_t decided = result.wins + result.losses;
    const Undefined undecided = result.trades == 0 ? Undefined::no_trades : Undefined::too_few;
    result.win_rate = ratio(static_cast<double>(result.wins), decided, undecided);
    // The definition with rates and averages, less its roundings: both are the net result per decided trade.
    result.expectancy = ratio(result.net_profit, decided, undecided);
    result.average = ratio(result.net_profit, result.trades, Undefined::no_trades);
    result.average_win = ratio(result.gross_profit, result.wins, Undefined::no_wins);
    result.average_loss = ratio(result.gross_loss, result.losses, Undefined::no_losses);
}

void add_comparisons(RoundTripSummary& result) {
    if (result.losses == 0) {
        result.profit_factor = result.payoff = result.trades == 0 ? Undefined::no_trades : Undefined::no_losses;
        return;
    }
    result.profit_factor = result.gross_profit / -result.gross_loss;
    result.payoff = result.average_win ? Figure(*result.average_win / -*result.average_loss) : Undefined::no_wins;
}

}  // namespace

void RoundTripStats::Side::add(double profit) {
    ++count;
    sum.add(profit);
    longest_streak = std::max(longest_streak, ++streak);
}

void RoundTripStats::Side::save(ByteWriter& out) const {
    out.put(count);
    out.put(streak);
    out.put(longest_streak);
    sum.save(out);
}

void RoundTripStats::Side::load(ByteReader& in) {
    count = in.get<uint64_t>();
    streak = in.get<uint64_t>();
    longest_streak = in.get<uint64_t>();
    sum.load(in);
}

void RoundTripStats::add(const RoundTrip& trip) {
    const double profit = trip.profit;
    best_ = count_ == 0 ? profit : std::max(best_, profit);
    worst_ = count_ == 0 ? profit : std::min(worst_, profit);
    ++count_;
    duration_s_.add(static_cast<double>((trip.closed - trip.opened).ns) / 1e9);
    if (profit == 0) return;
    (profit > 0 ? wins_ : losses_).add(profit);
    (profit > 0 ? losses_ : wins_).streak = 0;
}

RoundTripSummary RoundTripStats::summary() const {
    RoundTripSummary result;
    result.trades = count_;
    result.wins = wins_.count;
    result.losses = losses_.count;
    result.longest_winning_streak = wins_.longest_streak;
    result.longest_losing_streak = losses_.longest_streak;
    result.gross_profit = wins_.sum.value();
    result.gross_loss = losses_.sum.value();
    result.net_profit = result.gross_profit + result.gross_loss;
    add_rates(result);
    add_comparisons(result);
    result.average_duration_s = ratio(duration_s_.value(), count_, Undefined::no_trades);
    result.best = count_ == 0 ? Figure(Undefined::no_trades) : best_;
    result.worst = count_ == 0 ? Figure(Undefined::no_trades) : worst_;
    return result;
}

void RoundTripStats::save(ByteWriter& out) const {
    wins_.save(out);
    losses_.save(out);
    out.put(count_);
    out.put(best_);
    out.put(worst_);
    duration_s_.save(out);
}

void RoundTripStats::load(ByteReader& in) {
    wins_.load(in);
    losses_.load(in);
    count_ = in.get<uint64_t>();
    best_ = in.get<double>();
    worst_ = in.get<double>();
    duration_s_.load(in);
}

std::span<const RoundTripField> round_trip_fields() {
    static constexpr RoundTripField fields[] = {
        {"win_rate", &RoundTripSummary::win_rate},
        {"profit_factor", &RoundTripSummary::profit_factor},
        {"expectancy", &RoundTripSummary::expectancy},
        {"payoff", &RoundTripSummary::payoff},
        {"average", &RoundTripSummary::average},
        {"average_win", &RoundTripSummary::average_win},
        {"average_loss", &RoundTripSummary::average_loss},
        {"best", &RoundTripSummary::best},
        {"worst", &RoundTripSummary::worst},
        {"average_duration_s", &RoundTripSummary::average_duration_s},
    };
    return fields;
}

}  // namespace trd
