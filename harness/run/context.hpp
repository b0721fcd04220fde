#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/run/catalogue.hpp"
#include "harness/run/login_delay.hpp"
#include "harness/run/server_log_parts.hpp"
#include "harness/run/shape.hpp"
#include "harness/run/trace.hpp"
#include "harness/target/maildrop_store.hpp"
#include "harness/target/profile.hpp"
#include "harness/target/provision.hpp"
#include "harness/target/server.hpp"
#include "harness/wire/connection.hpp"
#include "harness/wire/rate.hpp"
#include "harness/wire/stop.hpp"
#include "harness/wire/tls.hpp"

namespace popquiz::run {

class Filling;

/// The server under test as all scenarios of a run share it. What it refers to outlives it.
struct Context {
    const target::Profile& profile;
    const Catalogue& catalogue;
    target::MaildropStore& maildrops;
    target::Provision& provision;
    target::Server& server;
    const wire::Stop& stop;
    std::optional<wire::TlsContext> tls;  ///< set when the profile's TLS options could be used
    wire::Deadline run_deadline = wire::Deadline::never();
    bool owns_maildrops = false;  ///< --i-own-this-maildrop
    /// Maildrops may be filled: each was looked into and holds nobody's mail, or all are ours to begin with.
    bool may_fill = false;
    Shape shape = Shape::whole;
    bool keeps_exchanges = false;  ///< of scenarios that pass, too: they may fail when they are played again

    /// Numbers the connections of a run, so that one that is opened again is another one.
    std::atomic<std::uint32_t> last_session = 0;
    /// Sessions that did not close after QUIT. Waiting for each of them would cost a run its time.
    std::atomic<int> lingering_sessions = 0;
    /// Attempts to connect that failed since the last one that succeeded.
    std::atomic<int> failed_connections = 0;
    /// One for all shapes: the accounts are the same.
    std::shared_ptr<LoginDelay> login_delay = std::make_shared<LoginDelay>();
    /// Of commands a second, one for all shapes; none: no limit.
    std::shared_ptr<wire::Rate> rate{};
    /// One for all shapes, too: the log is the same.
    std::shared_ptr<ComputedSecrets> computed = std::make_shared<ComputedSecrets>();
    /// Where everything that goes over the wire is written while it happens, if anywhere.
    Trace* trace = nullptr;
    /// Fills maildrops, for all shapes in the one that stands for none.
    Filling* filling = nullptr;

    [[nodiscard]] wire::Endpoint cleartext() const { return {host(), profile.port.value_or(0)}; }
    [[nodiscard]] wire::Endpoint implicit_tls() const { return {host(), profile.tls_port.value_or(0)}; }
    [[nodiscard]] std::string host() const {
        return shape == Shape::ipv6 ? ipv6_host(profile) : profile.host;
    }
};

}  // namespace popquiz::run
