#include "reference_server/session/accounts.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace popquizd::session {

namespace {

/// Takes the same time wherever the two differ.
bool equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string md5_hex(std::string_view octets) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(octets.data(), octets.size(), digest.data(), &size, EVP_md5(), nullptr);
    std::string hex;
    for (std::size_t i = 0; i < size; ++i)
        hex += fmt::format("{:02x}", digest.at(i));
    return hex;
}

}  // namespace

void Accounts::add(std::string user, std::string password) {
    passwords_.insert_or_assign(std::move(user), std::move(password));
}

bool Accounts::has_password(std::string_view user, std::string_view password) const {
    const auto account = passwords_.find(user);
    return account != passwords_.end() && equal(account->second, password);
}

bool Accounts::has_digest(std::string_view user, std::string_view timestamp, std::string_view digest) const {
    const auto account = passwords_.find(user);
    return account != passwords_.end() && equal(md5_hex(std::string(timestamp) + account->second), digest);
}

std::optional<std::string> Accounts::password_of(std::string_view user) const {
    const auto account = passwords_.find(user);
    if (account == passwords_.end()) return std::nullopt;
    return account->second;
}

void Accounts::add_token(std::string user, std::string token) {
    tokens_.push_back({std::move(user), std::move(token)});
}

std::optional<std::string> Accounts::user_of_token(std::string_view token) const {
    std::optional<std::string> user;
    for (const Token& each : tokens_) {
        if (equal(each.token, token)) user = each.user;
    }
    return user;
}

}  // namespace popquizd::session
