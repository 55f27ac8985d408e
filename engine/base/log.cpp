#include "base/log.h"

#include <array>

namespace trd {
namespace {

std::atomic<LogReceiver*> installed = nullptr;
thread_local std::string_view correlation_of_thread;

}  // namespace

std::string_view name_of(LogLevel level) {
    static constexpr std::array<std::string_view, 6> names{"trace", "debug", "info", "warning", "error", "off"};
    return names[static_cast<size_t>(level)];
}

void install_log_receiver(LogReceiver* receiver, LogLevel lowest) {
    log_detail::lowest_level = LogLevel::off;
    installed = receiver;
    log_detail::lowest_level = receiver == nullptr ? LogLevel::off : lowest;
}

void log_detail::send(LogLevel level, std::string_view name, std::initializer_list<LogField> fields) {
    LogReceiver* const receiver = installed;
    if (receiver != nullptr) receiver->receive({level, name, correlation_of_thread, {fields.begin(), fields.end()}});
}

std::string_view correlation_id_of_thread() { return correlation_of_thread; }

CorrelationScope::CorrelationScope(std::string id) : id_(std::move(id)), before_(correlation_of_thread) {
    correlation_of_thread = id_;
}

CorrelationScope::~CorrelationScope() { correlation_of_thread = before_; }

}  // namespace trd
