#include "history/import_dates.h"

#include <algorithm>
#include <array>

namespace trd {
namespace {

bool has_strokes(const TextColumn& column) {
    return column.role != TextRole::ignored && column.role != TextRole::clock &&
           column.time_format == TimeFormat::month_first_strokes;
}

int number_of_two(std::string_view text) {
    const bool digits = text.size() == 2 && text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9';
    return digits ? (text[0] - '0') * 10 + (text[1] - '0') : 0;
}

// A date with 13 or more in one of the two places, and a month in the other.
DateOrder proved_by(std::string_view date) {
    if (date.size() < 10) return DateOrder::unknown;
    const int first = number_of_two(date.substr(0, 2)), second = number_of_two(date.substr(3, 2));
    const auto is_month = [](int number) { return number >= 1 && number <= 12; };
    const auto is_day_alone = [](int number) { return number > 12 && number <= 31; };
    if (is_day_alone(first) && is_month(second)) return DateOrder::day_first;
    if (is_month(first) && is_day_alone(second)) return DateOrder::month_first;
    return DateOrder::unknown;
}

class RowDates {
  public:
    RowDates(TextSource& source, const ImportLayout& layout) : lines_(source), layout_(layout) {
        std::string_view header;
        if (layout.has_header) lines_.next(header);
    }

    Result<DateOrder> proved() {
        std::string_view line;
        DateOrder order = DateOrder::unknown;
        while (order == DateOrder::unknown && lines_.next(line)) order = proved_by_line(line);
        if (lines_.failure()) return Fail{*lines_.failure()};
        return order;
    }
    const std::string& example() const { return example_; }

  private:
    DateOrder proved_by_line(std::string_view line) {
        const size_t count = std::min(split_fields(line, layout_.delimiter, fields_), fields_.size());
        DateOrder order = DateOrder::unknown;
        for (size_t i = 0; i < layout_.columns.size() && i < count && order == DateOrder::unknown; ++i) {
            if (!has_strokes(layout_.columns[i])) continue;
            order = proved_by(fields_[i]);
            if (example_.empty()) example_ = fields_[i].substr(0, 10);
        }
        return order;
    }

    LineReader lines_;
    const ImportLayout& layout_;
    std::array<std::string_view, 64> fields_;
    std::string example_;
};

}  // namespace

Status<> settle_dates(const TextSource& source, const std::string& file, DateOrder told, ImportLayout& layout) {
    auto& columns = layout.columns;
    if (std::none_of(columns.begin(), columns.end(), has_strokes)) return done;
    if (told == DateOrder::unknown) {
        TRD_TRY(const auto again, source.again());
        RowDates dates(*again, layout);
        TRD_TRY(told, dates.proved());
        if (told == DateOrder::unknown)
            return Fail{Error{ExitCode::data, "E_DATA_DATES",
                              file + ": dates such as " + dates.example() +
                                  " may begin with the month or with the day, and no row has a number above 12 that "
                                  "would tell; nothing was written",
                              "say which it is: trd data import --dates month-first, or day-first"}};
    }
    for (TextColumn& column : columns)
        if (told == DateOrder::day_first && has_strokes(column)) column.time_format = TimeFormat::day_first_strokes;
    return done;
}

}  // namespace trd
