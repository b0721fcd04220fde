#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gsasl.h>

#include "reference_server/session/exchange.hpp"

namespace popquizd::session {

/// A mechanism of GNU SASL. Nonces come from it, and are never the same; no security layer is negotiated.
class GsaslExchange : public Exchange {
  public:
    GsaslExchange(const Mechanism& mechanism, const Circumstances& circumstances);

    Step begin() override;
    Step respond(std::string_view response) override;

  private:
    static int answer(Gsasl* library, Gsasl_session* session, Gsasl_property property);
    int provide(Gsasl_session* session, Gsasl_property property) const;
    Step step(const char* response, std::size_t size);
    Step conclude(std::string last_challenge);
    std::optional<std::string> authenticated_user() const;
    std::optional<std::string> certified_user(const std::optional<std::string>& identity) const;
    std::optional<std::string> authorized_user() const;

    const Mechanism& mechanism_;
    const Accounts& accounts_;
    /// Nothing in the clear.
    const SecureChannel* channel_;
    int status_ = GSASL_OK;
    std::unique_ptr<Gsasl, decltype(&gsasl_done)> library_{nullptr, &gsasl_done};
    std::unique_ptr<Gsasl_session, decltype(&gsasl_finish)> session_{nullptr, &gsasl_finish};
    /// The client's first message has come.
    bool begun_ = false;
    /// Who will have logged in when the client has confirmed the last challenge.
    std::optional<std::string> user_;
};

}  // namespace popquizd::session
