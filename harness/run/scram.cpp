#include "harness/run/scram.hpp"

#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <gsasl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "harness/run/digest.hpp"

namespace popquiz::run {
namespace {

const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest(const EVP_MD* hash, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), result.data(), &size, hash, nullptr) != 1)
        throw std::runtime_error("this OpenSSL refuses a hash of SCRAM");
    return {reinterpret_cast<const char*>(result.data()), size};
}

std::string keyed(const EVP_MD* hash, std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
    unsigned int size = 0;
    if (HMAC(hash, key.data(), static_cast<int>(key.size()), octets_of(text), text.size(), result.data(),
             &size) == nullptr)
        throw std::runtime_error("this OpenSSL refuses a hash of SCRAM");
    return {reinterpret_cast<const char*>(result.data()), size};
}

/// Hi() of RFC 5802 section 2.2.
std::string salted(const EVP_MD* hash, std::string_view password, std::string_view salt, int iterations) {
    std::vector<unsigned char> result(static_cast<std::size_t>(EVP_MD_get_size(hash)));
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets_of(salt),
                          static_cast<int>(salt.size()), iterations, hash, static_cast<int>(result.size()),
                          result.data()) != 1)
        throw std::runtime_error("this OpenSSL refuses a hash of SCRAM");
    return {result.begin(), result.end()};
}

std::string exclusive_or(std::string a, std::string_view b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        a[i] = static_cast<char>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
    return a;
}

const EVP_MD* hash_of(std::string_view mechanism) {
    if (mechanism.ends_with("-PLUS")) mechanism.remove_suffix(5);
    if (mechanism == "SCRAM-SHA-1") return EVP_sha1();
    if (mechanism == "SCRAM-SHA-256") return EVP_sha256();
    return nullptr;
}

/// RFC 5802 section 5.1: what follows `s=` or `i=`; in this message the server alone says them.
std::optional<std::string_view> attribute(std::string_view message, char name) {
    for (;;) {
        const auto part = message.substr(0, message.find(','));
        if (part.size() > 1 && part[0] == name && part[1] == '=') return part.substr(2);
        if (part.size() == message.size()) return std::nullopt;
        message.remove_prefix(part.size() + 1);
    }
}

std::optional<int> iterations_in(std::string_view message) {
    const auto text = attribute(message, 'i').value_or("");
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (count < 1 || count > most_scram_iterations) return std::nullopt;
    return count;
}

/// RFC 5802 section 5.1 wants passwords prepared with SASLprep (RFC 4013).
std::optional<std::string> prepared(const std::string& password) {
    if (password.find('\0') != std::string::npos) return std::nullopt;
    char* text = nullptr;
    const int status = gsasl_saslprep(password.c_str(), GSASL_ALLOW_UNASSIGNED, &text, nullptr);
    const std::unique_ptr<char, decltype(&gsasl_free)> owner(text, &gsasl_free);
    if (status != GSASL_OK) return std::nullopt;
    return std::string(text);
}

}  // namespace

boost::system::result<ScramAnswers, SaslError> scram_answers(std::string_view mechanism,
                                                             const std::string& password,
                                                             std::string_view auth_message) {
    const auto* hash = hash_of(mechanism);
    if (hash == nullptr)
        return SaslError{
            fmt::format("`{}` is no SCRAM that popquiz computes: it knows SCRAM-SHA-1 and "
                        "SCRAM-SHA-256",
                        mechanism)};
    const auto salt = from_base64(attribute(auth_message, 's').value_or(""));
    if (!salt || salt->empty()) return SaslError{"the message has no salt in base64 (`s=`)"};
    const auto iterations = iterations_in(auth_message);
    if (!iterations)
        return SaslError{
            fmt::format("the message has no iteration count from 1 to {} (`i=`)", most_scram_iterations)};
    const auto secret = prepared(password);
    if (!secret) return SaslError{"SASLprep forbids this password"};
    const auto salted_password = salted(hash, *secret, *salt, *iterations);
    const auto client_key = keyed(hash, salted_password, "Client Key");
    const auto client_signature = keyed(hash, digest(hash, client_key), auth_message);
    const auto server_key = keyed(hash, salted_password, "Server Key");
    return ScramAnswers{base64(exclusive_or(client_key, client_signature)),
                        base64(keyed(hash, server_key, auth_message))};
}

}  // namespace popquiz::run
