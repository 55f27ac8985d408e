// The only file that includes spdlog: it costs seconds to compile. Lines are made here, whole and escaped, because its
// patterns do not escape what they print; it brings them to their streams, from any thread, and says when that fails.
#include "cli/log_output.h"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <mutex>

#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/text_format.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr std::array own_names{"time", "level", "event", "correlation_id"};

// A line is one write to a file opened for appending: processes that share it do not mix theirs.
class SinkOfHost final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit SinkOfHost(Sink* host) : sink_(host) {}
    // The file is the sink's own.
    SinkOfHost(Descriptor file, const std::string& name)
        : file_(std::move(file)), own_(std::make_unique<DescriptorSink>(file_.number(), name)), sink_(own_.get()) {}

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        const auto written = sink_->write({message.payload.data(), message.payload.size()});
        if (!written) throw std::runtime_error(written.error().message);
    }
    void flush_() override {}

  private:
    Descriptor file_;
    std::unique_ptr<DescriptorSink> own_;
    Sink* sink_;
};

spdlog::level::level_enum level_of(LogLevel level) {
    constexpr std::array levels{spdlog::level::trace, spdlog::level::debug, spdlog::level::info,
                                spdlog::level::warn,  spdlog::level::err,   spdlog::level::off};
    return levels[static_cast<size_t>(level)];
}

// Told once, and the command goes on: its result does not hang on its log.
std::unique_ptr<spdlog::logger> make_logger(std::shared_ptr<spdlog::sinks::sink> sink, LogLevel level, Sink* err) {
    auto logger = std::make_unique<spdlog::logger>("trd", std::move(sink));
    logger->set_level(level_of(level));
    logger->set_error_handler([err, told = false](const std::string& what) mutable {
        if (!std::exchange(told, true)) (void)err->write("trd: warning: the log is cut: " + harmless(what) + "\n").ok();
    });
    return logger;
}

Result<Descriptor> open_log(const std::string& path) {
    const int number = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    if (number < 0 && errno == EISDIR)
        return Fail{Error{ExitCode::usage, "E_FILE", path + " is a folder, expected a regular file or a new one",
                          "name a file for the log, such as trd.log"}};
    if (number < 0) return Fail{file_error("open log", path, errno)};
    return Descriptor(number);
}

std::string field_name(std::string_view name) {
    for (const std::string_view own : own_names)
        if (name == own) return "_" + std::string(name);
    return std::string(name);
}

std::string text_value(const LogValue& value) {
    JsonWriter json;
    std::visit([&json](const auto& each) { json.value(each); }, value.value());
    const auto* const text = std::get_if<std::string_view>(&value.value());
    if (text == nullptr) return json.take();
    const bool is_bare = !text->empty() && text->find_first_of(" =\"\\") == std::string_view::npos &&
                         harmless(*text, Lines::shown) == *text;
    return is_bare ? std::string(*text) : in_quotes(*text);
}

bool takes(const spdlog::logger* logger, LogLevel level) {
    return logger != nullptr && logger->should_log(level_of(level));
}

}  // namespace

struct LogOutput::Loggers {
    std::unique_ptr<spdlog::logger> err, file;
};

LogChoice log_choice_of(const Arguments& arguments) {
    constexpr std::array levels{LogLevel::off, LogLevel::info, LogLevel::debug, LogLevel::trace};
    const size_t wordiness = std::min(arguments.values("--verbose").size(), levels.size() - 1);
    LogChoice choice;
    choice.level = levels[wordiness];
    choice.file = arguments.value("--log-file");
    if (choice.file) choice.file_level = wordiness == 0 ? LogLevel::info : choice.level;
    const auto format = arguments.value("--log-format");
    choice.err_is_json = format ? *format == "json" : wants_json_errors(arguments);
    choice.file_is_json = format != "text";
    return choice;
}

std::string log_line_json(const LogEvent& event, Timestamp time) {
    JsonWriter json;
    json.begin_object().member("time", to_iso_nanoseconds(time)).member("level", name_of(event.level));
    json.member("event", event.name).member("correlation_id", event.correlation_id);
    for (const LogField& field : event.fields) {
        json.key(field_name(field.name));
        std::visit([&json](const auto& each) { json.value(each); }, field.value.value());
    }
    return json.end_object().take() + "\n";
}

std::string log_line_text(const LogEvent& event, Timestamp time) {
    std::string out =
        to_iso_nanoseconds(time).substr(0, 23) + "Z " + padded_right(std::string(name_of(event.level)), 7);
    out.append(" ").append(harmless(event.name, Lines::shown));
    for (const LogField& field : event.fields)
        out.append(" ").append(harmless(field.name, Lines::shown)).append("=").append(text_value(field.value));
    if (!event.correlation_id.empty()) out.append(" correlation_id=").append(text_value(event.correlation_id));
    return out + "\n";
}

Result<std::unique_ptr<LogOutput>> LogOutput::start(const Host& host, const LogChoice& choice) {
    auto loggers = std::make_unique<Loggers>();
    if (choice.level != LogLevel::off)
        loggers->err = make_logger(std::make_shared<SinkOfHost>(host.err), choice.level, host.err);
    if (choice.file) {
        if (choice.file->empty()) return Fail{bad_value("--log-file", "", "the name of a file")};
        TRD_TRY(Descriptor file, open_log(*choice.file));
        auto sink = std::make_shared<SinkOfHost>(std::move(file), *choice.file);
        loggers->file = make_logger(std::move(sink), choice.file_level, host.err);
    }
    return std::unique_ptr<LogOutput>(new LogOutput(host, choice, std::move(loggers)));
}

LogOutput::LogOutput(const Host& host, const LogChoice& choice, std::unique_ptr<Loggers> loggers)
    : host_(host), choice_(choice), loggers_(std::move(loggers)) {
    install_log_receiver(this, std::min(choice.level, choice.file_level));
}

LogOutput::~LogOutput() { install_log_receiver(nullptr, LogLevel::off); }

void LogOutput::receive(const LogEvent& event) {
    const Timestamp now = host_.now();
    const auto line = [&](bool json) { return json ? log_line_json(event, now) : log_line_text(event, now); };
    const auto send = [&](spdlog::logger* logger, bool json) {
        if (takes(logger, event.level)) logger->log(level_of(event.level), spdlog::string_view_t(line(json)));
    };
    send(loggers_->err.get(), choice_.err_is_json);
    send(loggers_->file.get(), choice_.file_is_json);
}

}  // namespace trd
