#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace popquizd::session {

/// Who may log in, and with what. PASS, APOP and AUTH are open to everybody here: see the README for why
/// RFC 1939 s13 advises against it and a test server does it all the same.
class Accounts {
  public:
    /// A second password for a user takes the place of the first.
    void add(std::string user, std::string password);

    bool has_password(std::string_view user, std::string_view password) const;

    /// Whether `digest` is the MD5, in lower-case hexadecimal, of the greeting's timestamp (with its angle
    /// brackets) followed by the password of `user` (RFC 1939 s7, APOP).
    bool has_digest(std::string_view user, std::string_view timestamp, std::string_view digest) const;

    /// Nothing for a name that nobody has.
    std::optional<std::string> password_of(std::string_view user) const;

    /// A bearer token (RFC 6750) of a user, who may have several.
    void add_token(std::string user, std::string token);

    /// Whose token it is; nothing when it is nobody's.
    std::optional<std::string> user_of_token(std::string_view token) const;

    bool has_tokens() const { return !tokens_.empty(); }

  private:
    struct Token {
        std::string user;
        std::string token;
    };

    std::map<std::string, std::string, std::less<>> passwords_;
    std::vector<Token> tokens_;
};

}  // namespace popquizd::session
