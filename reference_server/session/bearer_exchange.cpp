#include "reference_server/session/bearer_exchange.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "reference_server/session/command.hpp"
#include "reference_server/session/saslname.hpp"
#include "reference_server/session/saslprep.hpp"

namespace popquizd::session {

namespace {

/// Ends each pair of a key and a value, and the whole list of them.
constexpr char separator = '\x01';

using Pairs = std::map<std::string, std::string, std::less<>>;

struct Request {
    /// Empty: none was given.
    std::string identity;
    std::string token;
};

bool is_letter(char octet) {
    return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
}

/// A list of pairs and its end, with nothing behind it. A key that comes twice means nothing.
std::optional<Pairs> read_pairs(std::string_view text) {
    Pairs pairs;
    while (!text.starts_with(separator)) {
        std::optional<std::string_view> value = take_until(separator, text);
        if (!value) return std::nullopt;
        const std::optional<std::string_view> key = take_until('=', *value);
        if (!key || key->empty() || !std::all_of(key->begin(), key->end(), is_letter)) return std::nullopt;
        if (value->find('\0') != std::string_view::npos) return std::nullopt;
        if (!pairs.emplace(*key, *value).second) return std::nullopt;
    }
    if (text.size() != 1) return std::nullopt;
    return pairs;
}

/// "Bearer", in any case of letters, blanks, and the token (RFC 6750 s2.1).
std::optional<std::string> read_token(const Pairs& pairs) {
    const auto pair = pairs.find("auth");
    if (pair == pairs.end()) return std::nullopt;
    std::string_view value = pair->second;
    const std::optional<std::string_view> scheme = take_until(' ', value);
    if (!scheme || !is_keyword(*scheme, "BEARER")) return std::nullopt;
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return std::string(value);
}

std::optional<Request> read_oauthbearer(std::string_view response) {
    const std::optional<Gs2Header> header = take_gs2_header(response);
    // The mechanism binds to no channel.
    if (!header || header->flag.starts_with("p=") || !response.starts_with(separator)) return std::nullopt;
    const std::optional<Pairs> pairs = read_pairs(response.substr(1));
    if (!pairs) return std::nullopt;
    const std::optional<std::string> token = read_token(*pairs);
    if (!token) return std::nullopt;
    return Request{header->identity, *token};
}

std::optional<Request> read_xoauth2(std::string_view response) {
    const std::optional<Pairs> pairs = read_pairs(response);
    if (!pairs) return std::nullopt;
    const auto user = pairs->find("user");
    const std::optional<std::string> token = read_token(*pairs);
    if (user == pairs->end() || user->second.empty() || !token) return std::nullopt;
    return Request{user->second, *token};
}

}  // namespace

Step BearerExchange::begin() {
    return {Step::Kind::challenge, {}};
}

Step BearerExchange::respond(std::string_view response) {
    if (told_error_) return {Step::Kind::wrong, {}};
    const bool standard = mechanism_.name == "OAUTHBEARER";
    const std::optional<Request> request = standard ? read_oauthbearer(response) : read_xoauth2(response);
    if (!request) return {Step::Kind::malformed, {}};
    const std::optional<std::string> user = accounts_.user_of_token(request->token);
    if (user && (request->identity.empty() || saslprep(request->identity, Preparation::query) == user)) {
        return {Step::Kind::success, *user};
    }
    told_error_ = true;
    return {Step::Kind::challenge,
            standard ? R"({"status":"invalid_token"})" : R"({"status":"401","schemes":"bearer"})"};
}

}  // namespace popquizd::session
