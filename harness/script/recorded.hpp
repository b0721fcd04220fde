#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/scenario.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

/// What a client program said itself, in a session that somebody recorded.
enum class ClientProgram { nothing, chatter, connected, server_closed };
ClientProgram said_by_client_program(std::string_view line);

/// Puts the account's name, password and digest in the place of those that were recorded.
class RecordedLogin {
  public:
    /// `learn`: there is no header that could name them, so those of the first login are taken.
    RecordedLogin(std::optional<std::string> user, std::optional<std::string> password, bool learn)
        : user_(std::move(user)), password_(std::move(password)), learn_(learn) {}

    /// The line with values in it, if it is a login as recorded; without its line end.
    std::optional<Text> rewritten(const Fragment& line, std::size_t session);

    [[nodiscard]] const std::optional<std::string>& user() const { return user_; }
    [[nodiscard]] const std::optional<std::string>& password() const { return password_; }

  private:
    bool is_user(std::string_view name);
    bool is_password(std::string_view password);

    std::optional<std::string> user_;
    std::optional<std::string> password_;
    bool learn_;
    std::vector<bool> named_;  ///< sessions whose last USER had the recorded name
};

}  // namespace popquiz::script
