// What a program tells about itself while it runs: events with typed fields, no sentences. Any room may log, from any
// thread; who gets it, and in which form, is decided by the program that installs a receiver at its start. Without one,
// and below its level, a call costs a comparison.
//
//   log_info("backtest.end", {{"bars", bars}, {"key", secret}});   // a Secret arrives masked, whoever receives it
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/secret.h"

namespace trd {

enum class LogLevel : uint8_t { trace, debug, info, warning, error, off };
std::string_view name_of(LogLevel level);

// A value that lives as long as the call.
class LogValue {
  public:
    LogValue(std::string_view text) : value_(text) {}
    LogValue(const std::string& text) : value_(std::string_view(text)) {}
    LogValue(const char* text) : value_(std::string_view(text)) {}
    LogValue(const Secret&) : value_(Secret::mask) {}
    LogValue(bool truth) : value_(truth) {}
    LogValue(double number) : value_(number) {}
    template <std::signed_integral T>
    LogValue(T number) : value_(static_cast<int64_t>(number)) {}
    template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>) LogValue(T number) : value_(static_cast<uint64_t>(number)) {}

    using Alternatives = std::variant<std::string_view, bool, double, int64_t, uint64_t>;
    const Alternatives& value() const { return value_; }

  private:
    Alternatives value_;
};

struct LogField {
    std::string_view name;
    LogValue value;
};

struct LogEvent {
    LogLevel level = LogLevel::info;
    std::string_view name;            // "backtest.end"
    std::string_view correlation_id;  // of the thread; empty: none
    std::span<const LogField> fields;
};

class LogReceiver {
  public:
    virtual ~LogReceiver() = default;
    // From any thread; one call at a time is the receiver's own business.
    virtual void receive(const LogEvent& event) = 0;
};

// The receiver outlives its installation, which ends with install_log_receiver(nullptr, LogLevel::off).
void install_log_receiver(LogReceiver* receiver, LogLevel lowest);

namespace log_detail {
inline std::atomic<LogLevel> lowest_level = LogLevel::off;
void send(LogLevel level, std::string_view name, std::initializer_list<LogField> fields);
}  // namespace log_detail

inline bool logs(LogLevel level) { return level >= log_detail::lowest_level.load(std::memory_order_relaxed); }
inline void log_at(LogLevel level, std::string_view name, std::initializer_list<LogField> fields = {}) {
    if (logs(level)) log_detail::send(level, name, fields);
}
inline void log_debug(std::string_view name, std::initializer_list<LogField> fields = {}) {
    log_at(LogLevel::debug, name, fields);
}
inline void log_info(std::string_view name, std::initializer_list<LogField> fields = {}) {
    log_at(LogLevel::info, name, fields);
}
inline void log_warning(std::string_view name, std::initializer_list<LogField> fields = {}) {
    log_at(LogLevel::warning, name, fields);
}
inline void log_error(std::string_view name, std::initializer_list<LogField> fields = {}) {
    log_at(LogLevel::error, name, fields);
}

// Of the innermost scope of this thread; empty: there is none.
std::string_view correlation_id_of_thread();

// Everything that this thread logs until the scope ends belongs to the id. Scopes nest.
class CorrelationScope {
  public:
    explicit CorrelationScope(std::string id);
    ~CorrelationScope();
    CorrelationScope(const CorrelationScope&) = delete;
    CorrelationScope& operator=(const CorrelationScope&) = delete;

  private:
    const std::string id_;
    const std::string_view before_;
};

}  // namespace trd
