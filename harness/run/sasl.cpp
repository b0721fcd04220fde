#include "harness/run/sasl.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>
#include <gsasl.h>

namespace popquiz::run {

void throw_exception_from_error(const SaslError& error, const boost::source_location&) {
    throw std::runtime_error(error.message);
}

struct SaslClient::State {
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
    if (const int status = gsasl_init(&state->library); status != GSASL_OK)
        return SaslError{fmt::format("GNU SASL does not start: {}", gsasl_strerror(status))};
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
