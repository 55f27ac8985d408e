#include "cli/interrupt.h"

#include <unistd.h>
#include <csignal>

namespace trd {
namespace {

volatile std::sig_atomic_t received = 0;

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
