#include "cli/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "script/watchdog.h"

namespace trd {
namespace {

std::atomic<int> received = 0;  // looked at by other threads too
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void on_signal(int number) {
    if (received != 0) ::_exit(128 + number);
    received = number;
}

// Who started us may have kept the signal back for a thread of its own and forgotten to let go of it.
void receive(int number) {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, number);
    ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

// Who started us may have asked to be left alone: nohup, a shell's background job.
void watch(int number) {
    struct sigaction action {};
    ::sigaction(number, nullptr, &action);
    if (action.sa_handler == SIG_IGN) return;
    action.sa_handler = on_signal;
    ::sigaction(number, &action, nullptr);
    receive(number);
}

}  // namespace

void watch_signals() {
    end_calls_when(&interrupted);
    watch(SIGINT);
    watch(SIGTERM);
    // What would end us without a word fails as a write instead, and is told.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

bool interrupted() { return received != 0; }

Error interruption() {
    if (received == SIGTERM) return {ExitCode::terminated, "E_TERMINATED", "stopped by SIGTERM before it was done", {}};
    return {ExitCode::interrupted, "E_INTERRUPTED", "interrupted before it was done", {}};
}

}  // namespace trd
