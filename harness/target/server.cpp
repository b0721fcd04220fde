#include "harness/target/server.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

#include "harness/target/child_process.hpp"
#include "harness/wire/dial.hpp"

namespace popquiz::target {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t longest_line = 4096;
constexpr std::size_t longest_host = 255;
constexpr milliseconds look_again{10};
constexpr milliseconds longest_goodbye{10'000};  ///< from SIGTERM to SIGKILL

std::string in_words(const Completion& ended) {
    if (ended.signal == 0) return fmt::format("ended with exit status {}", ended.status);
    return fmt::format("was ended by signal {} ({})", ended.signal, ::strsignal(ended.signal));
}

Result<void> run(const std::vector<std::string>& command, wire::Deadline deadline, const wire::Stop& stop) {
    const auto ended = run_program(command.front(), {command.begin() + 1, command.end()}, deadline, stop);
    if (!ended) return ended.error();
    if (ended->signal == 0 && ended->status == 0) return {};
    return Failure{Failure::Kind::failed,
                   fmt::format("{} {}{}{}", command.front(), in_words(*ended),
                               ended->output.empty() ? "" : "; it said:\n", ended->output)};
}

/// Takes `word` from the beginning of `pattern` when it stands there.
bool takes(std::string_view& pattern, std::string_view word) {
    if (!pattern.starts_with(word)) return false;
    pattern.remove_prefix(word.size());
    return true;
}

/// Whether `line` begins with `pattern`.
bool matches(std::string_view pattern, std::string_view line, ReadyLine& found) {
    if (pattern.empty()) return true;
    if (takes(pattern, "{host}")) {
        for (auto size = std::min({line.find_first_of(" \t"), line.size(), longest_host}); size > 0; --size) {
            if (!matches(pattern, line.substr(size), found)) continue;
            auto host = line.substr(0, size);
            if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
            found.host = std::string(host);
            return true;
        }
        return false;
    }
    const bool tls = takes(pattern, "{tls_port}");
    if (!tls && !takes(pattern, "{port}"))
        return line.starts_with(pattern.front()) && matches(pattern.substr(1), line.substr(1), found);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), port);
    if (error != std::errc() || port == 0) return false;
    (tls ? found.tls_port : found.port) = port;
    return matches(pattern, line.substr(static_cast<std::size_t>(end - line.data())), found);
}

}  // namespace

std::optional<ReadyLine> match_ready(std::string_view pattern, std::string_view line) {
    line = line.substr(0, longest_line);
    for (std::size_t from = 0; from <= line.size(); ++from)
        if (ReadyLine found; matches(pattern, line.substr(from), found)) return found;
    return std::nullopt;
}

Server::Server(Profile& profile)
    : profile_(profile),
      setup_(profile.server),
      host_left_out_(profile.host.empty()),
      port_left_out_(!profile.port),
      tls_port_left_out_(!profile.tls_port) {
    if (is_ours()) captured_.emplace(ServerLog::captured());
    if (!setup_.log.empty()) log_.emplace(ServerLog::of_file(setup_.log));
    if (log_) log_begin_ = log_->size();
    if (!log_ && captured_) std::swap(log_, captured_);
}

Server::~Server() {
    stop();
}

Result<void> Server::start(wire::Deadline deadline, const wire::Stop& stop) {
    if (setup_.start.empty())
        return Failure{Failure::Kind::failed, "the profile has no [server] that says how it is started"};
    deadline = wire::earlier(deadline, wire::Deadline::after(setup_.timeout));
    const auto started = is_ours() ? start_ours(deadline, stop) : run(setup_.start, deadline, stop);
    return started;
}

Result<void> Server::start_ours(wire::Deadline deadline, const wire::Stop& stop) {
    if (auto free = nobody_listens(deadline, stop); !free) return free;
    const auto from = output()->size();
    {
        const std::lock_guard lock(mutex_);
        process_.reset();
        left_to_itself_ = false;
        auto process =
            ServerProcess::start(setup_.start.front(), {setup_.start.begin() + 1, setup_.start.end()},
                                 profile_.file.parent_path(), output()->descriptor());
        if (!process) return process.error();
        process_.emplace(std::move(*process));
    }
    return wait_until_ready(from, deadline, stop);
}

/// Somebody else's answers are not the server's.
Result<void> Server::nobody_listens(wire::Deadline deadline, const wire::Stop& stop) const {
    if (host_left_out_) return {};
    for (const auto& port : {port_left_out_ ? std::nullopt : profile_.port,
                             tls_port_left_out_ ? std::nullopt : profile_.tls_port}) {
        if (!port) continue;
        const wire::Endpoint endpoint{profile_.host, *port};
        const auto soon = wire::earlier(deadline, wire::Deadline::after(std::chrono::seconds(1)));
        if (!wire::dial(endpoint, soon, stop, std::nullopt)) continue;
        return Failure{Failure::Kind::failed,
                       fmt::format("somebody listens at {} already, and would be judged in the place of the "
                                   "server that popquiz starts: end it, or choose another port",
                                   wire::to_string(endpoint))};
    }
    return {};
}

Result<void> Server::wait_until_ready(std::uint64_t from, wire::Deadline deadline, const wire::Stop& stop) {
    while (!is_ready(from, stop)) {
        const auto next = wire::earlier(deadline, wire::Deadline::after(look_again));
        std::optional<Completion> ended;
        {
            const std::lock_guard lock(mutex_);
            ended = process_->ended();
            if (!ended) (void)process_->wait(next, stop);
        }
        if (stop.requested()) return Failure{Failure::Kind::stopped, "stopped on request"};
        if (deadline.has_passed())
            return Failure{
                Failure::Kind::timed_out,
                fmt::format("the server is not ready in time: popquiz waited for {}", waited_for())};
        if (!ended) continue;
        // What it wrote at last may be what was waited for.
        const bool goes_on = ended->signal == 0 && ended->status == 0 && !setup_.stop.empty();
        if (!goes_on)
            return Failure{Failure::Kind::failed,
                           fmt::format("{} {}, before the server was ready: popquiz waited for {}",
                                       setup_.start.front(), in_words(*ended), waited_for())};
        left_to_itself_ = true;
        (void)wire::wait_for(stop.descriptor(), POLLIN, next, stop);
    }
    const std::lock_guard lock(mutex_);
    if (const auto ended = process_->ended();
        ended && ended->signal == 0 && ended->status == 0 && !setup_.stop.empty())
        left_to_itself_ = true;
    return {};
}

bool Server::is_ready(std::uint64_t from, const wire::Stop& stop) {
    if (setup_.ready == ServerSetup::ready_port) return takes_connections(stop);
    const auto text = output()->read(from, output()->size(), std::size_t{256} * 1024);
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = rest.find('\n');
        if (end == std::string_view::npos) break;  // the rest of the line may tell the port
        if (const auto told = match_ready(setup_.ready, rest.substr(0, end))) {
            learn(*told);
            return true;
        }
        rest.remove_prefix(end + 1);
    }
    return false;
}

bool Server::takes_connections(const wire::Stop& stop) const {
    const std::array ports = {profile_.port, profile_.tls_port};
    return std::all_of(ports.begin(), ports.end(), [&](const std::optional<std::uint16_t>& port) {
        return !port || wire::dial({profile_.host, *port}, wire::Deadline::after(std::chrono::seconds(1)),
                                   stop, std::nullopt);
    });
}

void Server::learn(const ReadyLine& told) {
    if (host_left_out_ && told.host) profile_.host = *told.host;
    if (port_left_out_) profile_.port = told.port;
    if (tls_port_left_out_) profile_.tls_port = told.tls_port;
}

std::string Server::waited_for() const {
    if (setup_.ready != ServerSetup::ready_port) return fmt::format("a line with `{}`", setup_.ready);
    std::vector<std::string> endpoints;
    for (const auto& port : {profile_.port, profile_.tls_port})
        if (port) endpoints.push_back(wire::to_string({profile_.host, *port}));
    return fmt::format("connections at {}", fmt::join(endpoints, " and "));
}

Result<void> Server::kill(wire::Deadline deadline, const wire::Stop& stop) {
    if (!can_control())
        return Failure{Failure::Kind::failed, "the profile has no [server] that says how it is killed"};
    Result<void> killed;
    if (!setup_.kill.empty())
        killed = run(setup_.kill, wire::earlier(deadline, wire::Deadline::after(setup_.timeout)), stop);
    const std::lock_guard lock(mutex_);
    process_.reset();
    left_to_itself_ = false;
    return killed;
}

void Server::stop() {
    const std::lock_guard lock(mutex_);
    if (!process_) return;
    // A run that was stopped stops its server all the same.
    const wire::Stop nobody;
    const auto goodbye = wire::Deadline::after(std::min(setup_.timeout, longest_goodbye));
    if (!setup_.stop.empty())
        (void)run(setup_.stop, wire::Deadline::after(setup_.timeout), nobody);
    else
        process_->terminate();
    (void)process_->wait(goodbye, nobody);
    process_.reset();
    left_to_itself_ = false;
}

std::optional<std::string> Server::ended() {
    const std::lock_guard lock(mutex_);
    if (!process_ || left_to_itself_) return std::nullopt;
    const auto ended = process_->ended();
    return ended ? std::optional(in_words(*ended)) : std::nullopt;
}

std::optional<std::string> Server::ended(wire::Deadline deadline, const wire::Stop& stop) {
    {
        const std::lock_guard lock(mutex_);
        if (process_ && !left_to_itself_) (void)process_->wait(deadline, stop);
    }
    return ended();
}

}  // namespace popquiz::target
