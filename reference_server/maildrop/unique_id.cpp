#include "reference_server/maildrop/unique_id.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace popquizd::maildrop {

namespace {

constexpr std::size_t longest = 70;

bool fits(std::string_view name) {
    return !name.empty() && name.size() <= longest && name.front() != '#' &&
           std::all_of(name.begin(), name.end(), [](char octet) { return octet >= 0x21 && octet <= 0x7E; });
}

std::string hashed(std::string_view name) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(name.data(), name.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string id = "#";
    for (std::size_t i = 0; i < size; ++i)
        id += fmt::format("{:02x}", digest.at(i));
    return id;
}

}  // namespace

std::string unique_id(std::string_view unique_part) {
    return fits(unique_part) ? std::string(unique_part) : hashed(unique_part);
}

}  // namespace popquizd::maildrop
