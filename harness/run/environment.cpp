#include "harness/run/environment.hpp"

#include <numeric>

#include <fmt/format.h>

#include "harness/run/digest.hpp"
#include "harness/run/scram.hpp"

namespace popquiz::run {

std::optional<script::Value> PlayEnvironment::lookup(std::string_view name) const {
    if (const auto captured = around_.captured.find(name); captured != around_.captured.end())
        return captured->second;
    if (name == "user") return around_.account.user;
    if (name == "password") return around_.account.password;
    if (name == "token" && !around_.account.token.empty()) return around_.account.token;
    if (name == "user2" && around_.second_account != nullptr) return around_.second_account->user;
    if (name == "password2" && around_.second_account != nullptr) return around_.second_account->password;
    if (name == "host") return around_.profile.host;
    if (name == "port" && around_.profile.port) return static_cast<std::int64_t>(*around_.profile.port);
    if (name == "timestamp" && !around_.timestamp.empty()) return around_.timestamp;
    if (name == "apop" && !around_.timestamp.empty())
        return secret(apop_digest(around_.timestamp, around_.account.password));
    if (name == "messages" && around_.filled) return static_cast<std::int64_t>(around_.message_sizes.size());
    if (name == "octets" && around_.filled)
        return static_cast<std::int64_t>(
            std::accumulate(around_.message_sizes.begin(), around_.message_sizes.end(), std::uint64_t{0}));
    return std::nullopt;
}

script::Value PlayEnvironment::secret(std::string made) const {
    if (around_.hide) around_.hide(made);
    return made;
}

boost::system::result<script::Value, script::Problem> PlayEnvironment::call(
    std::string_view function, const std::vector<script::Value>& arguments) const {
    using Answer = boost::system::result<script::Value, script::Problem>;
    const auto value = [](script::Value made) {
        return Answer(boost::system::in_place_value, std::move(made));
    };
    if (function == "octets") {
        const auto number = std::get<std::int64_t>(arguments.at(0));
        if (number < 1 || static_cast<std::uint64_t>(number) > around_.message_sizes.size())
            return script::Problem{fmt::format("no message {} was put into the maildrop, which got {}",
                                               number, around_.message_sizes.size())};
        return value(static_cast<std::int64_t>(around_.message_sizes[static_cast<std::size_t>(number) - 1]));
    }
    const auto& text = std::get<std::string>(arguments.at(0));
    if (function == "base64") return value(base64(text));
    if (function == "apop") {
        if (around_.timestamp.empty()) return script::Problem{"the greeting has no timestamp"};
        return value(secret(apop_digest(around_.timestamp, text)));
    }
    if (function == "from_base64") {
        auto octets = from_base64(text);
        if (!octets) return script::Problem{fmt::format("{} is no base64", script::show(text))};
        return value(std::move(*octets));
    }
    if (function == "hmac_md5") return value(secret(hmac_md5(text, std::get<std::string>(arguments.at(1)))));
    if (function == "scram_proof" || function == "scram_signature") {
        auto answers = scram_answers(text, std::get<std::string>(arguments.at(1)),
                                     std::get<std::string>(arguments.at(2)));
        if (!answers) return script::Problem{answers.error().message};
        return value(secret(function == "scram_proof" ? answers->proof : answers->signature));
    }
    return script::Problem{fmt::format("there is no function {}", function)};
}

}  // namespace popquiz::run
