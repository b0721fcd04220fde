#include "harness/run/sasl.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <gsasl.h>

#include "harness/run/bearer.hpp"
#include "harness/run/digest.hpp"

namespace popquiz::run {

void throw_exception_from_error(const SaslError& error, const boost::source_location&) {
    throw std::runtime_error(error.message);
}

namespace {

/// GNU SASL asks for what binds the exchange to its channel before there is a session to set it in.
int answer_question(Gsasl* library, Gsasl_session* session, Gsasl_property property) {
    const auto& identity = *static_cast<const SaslIdentity*>(gsasl_callback_hook_get(library));
    const auto give = [&](const std::string& octets, int none) {
        if (octets.empty()) return none;
        const auto text = base64(octets);
        return gsasl_property_set_raw(session, property, text.data(), text.size());
    };
    if (property == GSASL_CB_TLS_EXPORTER) return give(identity.tls_exporter, GSASL_NO_CB_TLS_EXPORTER);
    if (property == GSASL_CB_TLS_UNIQUE) return give(identity.tls_unique, GSASL_NO_CB_TLS_UNIQUE);
    return GSASL_NO_CALLBACK;
}

}  // namespace

struct SaslClient::State {
    SaslIdentity identity;
    std::string bearer;  // the mechanism, if it is one of ours
    bool begun = false;
    Gsasl* library = nullptr;
    Gsasl_session* session = nullptr;
    bool done = false;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (session != nullptr) gsasl_finish(session);
        if (library != nullptr) gsasl_done(library);
    }
};

SaslClient::SaslClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
SaslClient::SaslClient(SaslClient&&) noexcept = default;
SaslClient& SaslClient::operator=(SaslClient&&) noexcept = default;
SaslClient::~SaslClient() = default;

boost::system::result<SaslClient, SaslError> SaslClient::start(const std::string& mechanism,
                                                               const SaslIdentity& identity) {
    auto state = std::make_unique<State>();
    state->identity = identity;
    if (is_bearer(mechanism)) {
        state->bearer = mechanism;
        return SaslClient(std::move(state));
    }
    if (const int status = gsasl_init(&state->library); status != GSASL_OK)
        return SaslError{fmt::format("GNU SASL does not start: {}", gsasl_strerror(status))};
    // Without -PLUS the client does as if it could not bind, and says so: a server that can must not mind.
    if (mechanism.ends_with("-PLUS")) {
        gsasl_callback_hook_set(state->library, &state->identity);
        gsasl_callback_set(state->library, &answer_question);
    }
    if (const int status = gsasl_client_start(state->library, mechanism.c_str(), &state->session);
        status != GSASL_OK)
        return SaslError{fmt::format("{}: {}", mechanism, gsasl_strerror(status))};
    const auto set = [&](Gsasl_property property, const std::string& value) {
        gsasl_property_set_raw(state->session, property, value.data(), value.size());
    };
    set(GSASL_AUTHID, identity.user);
    set(GSASL_PASSWORD, identity.password);
    if (!identity.authorization.empty()) set(GSASL_AUTHZID, identity.authorization);
    set(GSASL_SERVICE, "pop");
    set(GSASL_HOSTNAME, identity.host);
    return SaslClient(std::move(state));
}

boost::system::result<std::string, SaslError> SaslClient::step(std::string_view challenge) {
    if (!state_->bearer.empty()) {
        const bool first = !std::exchange(state_->begun, true);
        state_->done = true;
        return {boost::system::in_place_value, first ? bearer_message(state_->bearer, state_->identity)
                                                     : bearer_acknowledgement(state_->bearer)};
    }
    char* output = nullptr;
    std::size_t size = 0;
    const int status = gsasl_step(state_->session, challenge.data(), challenge.size(), &output, &size);
    const std::unique_ptr<char, decltype(&gsasl_free)> owner(output, &gsasl_free);
    if (status != GSASL_OK && status != GSASL_NEEDS_MORE) return SaslError{gsasl_strerror(status)};
    state_->done = status == GSASL_OK;
    // In place: an aggregate of one string could take the text as well.
    return {boost::system::in_place_value, output, size};
}

bool SaslClient::done() const {
    return state_->done;
}

bool client_speaks_first(std::string_view mechanism) {
    // In the others the server sends the first challenge: a name to ask for (LOGIN) or a nonce (CRAM-MD5,
    // DIGEST-MD5).
    constexpr std::array<std::string_view, 3> server_first = {"LOGIN", "CRAM-MD5", "DIGEST-MD5"};
    return std::find(server_first.begin(), server_first.end(), mechanism) == server_first.end();
}

}  // namespace popquiz::run
