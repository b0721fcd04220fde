#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "reference_server/session/exchange.hpp"

namespace popquizd::session {

/// The longest line of a response, its CRLF included. RFC 5034 s4 wants room for what the mechanisms make;
/// the longest of these is a token, and RFC 4954 s4 takes 12288 octets for enough in SMTP.
constexpr std::size_t longest_response = 12'288;

/// The exchange that an AUTH command began, line by line (RFC 5034 s4).
class Authentication {
  public:
    /// Where it stands.
    struct Progress {
        enum class Kind {
            challenge,   ///< `text` goes behind "+ ", and a line of the client is next.
            success,     ///< `text` is the user whose maildrop it is.
            cancelled,   ///< By the client.
            not_base64,  ///< The line is no Base64.
            uninvited,   ///< An initial response where the server speaks first.
            malformed,   ///< The response is not one of the mechanism.
            wrong,       ///< The credentials are.
            broken,      ///< By us; `text` says how, for the operator.
        };
        Kind kind;
        std::string text;
    };

    /// The mechanism is usable. What the circumstances refer to outlives the exchange.
    Authentication(const Mechanism& mechanism, const Circumstances& circumstances)
        : mechanism_(mechanism), exchange_(make_exchange(mechanism, circumstances)) {}

    /// `initial_response` as it stands in the command, encoded.
    Progress begin(const std::optional<std::string_view>& initial_response);

    /// A line of the client, without its CRLF.
    Progress respond(std::string_view line);

  private:
    Progress take(std::string_view encoded);

    const Mechanism& mechanism_;
    std::unique_ptr<Exchange> exchange_;
};

}  // namespace popquizd::session
