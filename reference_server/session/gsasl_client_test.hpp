#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gsasl.h>

namespace popquizd::session {

/// For tests: the client's side of a mechanism, by GNU SASL.
class GsaslClient {
  public:
    explicit GsaslClient(const std::string& mechanism) {
        gsasl_init(&library_);
        gsasl_client_start(library_, mechanism.c_str(), &session_);
        set(GSASL_SERVICE, "pop");
        set(GSASL_HOSTNAME, "localhost");
    }
    GsaslClient(const GsaslClient&) = delete;
    GsaslClient& operator=(const GsaslClient&) = delete;
    ~GsaslClient() {
        gsasl_finish(session_);
        gsasl_done(library_);
    }

    GsaslClient& set(Gsasl_property property, const std::string& value) {
        gsasl_property_set(session_, property, value.c_str());
        return *this;
    }

    /// The response to a challenge; nothing when the client does not accept it.
    std::optional<std::string> respond(std::string_view challenge) {
        char* octets = nullptr;
        std::size_t size = 0;
        const int status = gsasl_step(session_, challenge.data(), challenge.size(), &octets, &size);
        std::string response = octets == nullptr ? std::string() : std::string(octets, size);
        gsasl_free(octets);
        done_ = status == GSASL_OK;
        if (status != GSASL_OK && status != GSASL_NEEDS_MORE) return std::nullopt;
        return response;
    }

    /// It has said all, and has accepted all.
    bool done() const { return done_; }

  private:
    Gsasl* library_ = nullptr;
    Gsasl_session* session_ = nullptr;
    bool done_ = false;
};

}  // namespace popquizd::session
