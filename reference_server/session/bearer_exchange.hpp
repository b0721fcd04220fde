#pragma once

#include <string_view>

#include "reference_server/session/exchange.hpp"

namespace popquizd::session {

/// OAUTHBEARER (RFC 7628) and XOAUTH2, which came before it: the client shows a token. One that is wrong is
/// answered by an error in JSON as a challenge, and refused after the client's next response, whatever that
/// is (RFC 7628 s3.2.3).
class BearerExchange : public Exchange {
  public:
    BearerExchange(const Mechanism& mechanism, const Accounts& accounts)
        : mechanism_(mechanism), accounts_(accounts) {}

    Step begin() override;
    Step respond(std::string_view response) override;

  private:
    const Mechanism& mechanism_;
    const Accounts& accounts_;
    bool told_error_ = false;
};

}  // namespace popquizd::session
