#pragma once

#include <map>
#include <string>
#include <string_view>

namespace popquizd::session {

/// Who may log in, and with what. Both PASS and APOP are open to everybody here: see the README for why
/// RFC 1939 s13 advises against it and a test server does it all the same.
class Accounts {
  public:
    /// A second password for a user takes the place of the first.
    void add(std::string user, std::string password);

    bool has_password(std::string_view user, std::string_view password) const;

    /// Whether `digest` is the MD5, in lower-case hexadecimal, of the greeting's timestamp (with its angle
    /// brackets) followed by the password of `user` (RFC 1939 s7, APOP).
    bool has_digest(std::string_view user, std::string_view timestamp, std::string_view digest) const;

  private:
    std::map<std::string, std::string, std::less<>> passwords_;
};

}  // namespace popquizd::session
