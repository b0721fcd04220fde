#include "harness/run/digest.hpp"

#include <array>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <gsasl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace popquiz::run {
namespace {

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string hexadecimal(const Digest& digest, unsigned int size) {
    std::string hex;
    for (unsigned int i = 0; i < size; ++i)
        hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

}  // namespace

std::string apop_digest(std::string_view timestamp, std::string_view secret) {
    std::string input(timestamp);
    input += secret;
    Digest digest{};
    unsigned int size = 0;
    if (EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_md5(), nullptr) != 1)
        throw std::runtime_error("this OpenSSL refuses MD5, which APOP needs");
    return hexadecimal(digest, size);
}

std::string hmac_md5(std::string_view key, std::string_view text) {
    Digest digest{};
    unsigned int size = 0;
    if (HMAC(EVP_md5(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &size) == nullptr)
        throw std::runtime_error("this OpenSSL refuses MD5, which CRAM-MD5 needs");
    return hexadecimal(digest, size);
}

std::string base64(std::string_view octets) {
    std::string encoded((octets.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                     reinterpret_cast<const unsigned char*>(octets.data()),
                                     static_cast<int>(octets.size()));
    encoded.resize(static_cast<std::size_t>(size));
    return encoded;
}

std::optional<std::string> from_base64(std::string_view text) {
    char* octets = nullptr;
    std::size_t size = 0;
    if (gsasl_base64_from(text.data(), text.size(), &octets, &size) != GSASL_OK) return std::nullopt;
    const std::unique_ptr<char, decltype(&gsasl_free)> owner(octets, &gsasl_free);
    return std::string(octets, size);
}

}  // namespace popquiz::run
