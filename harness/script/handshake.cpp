#include "harness/script/handshake.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

namespace popquiz::script {

namespace {

constexpr std::string_view with = "with ";
constexpr std::string_view without = "without ";
constexpr std::string_view conjunction = " and ";
constexpr std::string_view certificate = "client certificate";
constexpr std::string_view version = "version ";
constexpr std::string_view cipher = "cipher ";
constexpr std::array versions = {TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2,
                                 TlsVersion::tls1_3};

/// Names of cipher suites with colons between them.
bool is_cipher_list(std::string_view text) {
    const auto belongs = [](char octet) {
        return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z') ||
               (octet >= '0' && octet <= '9') || octet == '-' || octet == '_' || octet == ':';
    };
    return !text.empty() && text.front() != ':' && text.back() != ':' &&
           text.find("::") == std::string_view::npos && std::all_of(text.begin(), text.end(), belongs);
}

class HandshakeReader {
  public:
    explicit HandshakeReader(Mistakes& mistakes) : mistakes_(mistakes) {}

    std::optional<Handshake> read(const Fragment& words) {
        Fragment rest = words;
        while (!rest.text.empty()) {
            const std::size_t end = rest.text.find(conjunction);
            if (!item(rest.part(0, end).trimmed())) return std::nullopt;
            if (end == std::string_view::npos) break;
            rest = rest.part(end + conjunction.size()).trimmed();
        }
        return made_;
    }

  private:
    bool item(const Fragment& words) {
        // Behind ` and ` the `with` of the first one still holds.
        const bool keeps_back = words.text.starts_with(without);
        const Fragment what = (keeps_back                     ? words.part(without.size())
                               : words.text.starts_with(with) ? words.part(with.size())
                                                              : words)
                                  .trimmed();
        if (what.text == certificate) {
            if (!once(made_.certificate != Handshake::Certificate::as_set_up, what)) return false;
            made_.certificate = keeps_back ? Handshake::Certificate::withheld : Handshake::Certificate::shown;
            return true;
        }
        if (!keeps_back && what.text.starts_with(version))
            return take_version(what.part(version.size()).trimmed());
        if (!keeps_back && what.text.starts_with(cipher))
            return take_cipher(what.part(cipher.size()).trimmed());
        mistakes_.add(words, fmt::format("{} is nothing to start TLS with", quoted(words.text)),
                      "there are `with version 1.2`, `with cipher NAME`, `with client certificate` and "
                      "`without client certificate`, with ` and ` between them");
        return false;
    }

    bool take_version(const Fragment& number) {
        if (!once(made_.version.has_value(), number)) return false;
        const auto* found = std::find_if(versions.begin(), versions.end(),
                                         [&](TlsVersion one) { return number_of(one) == number.text; });
        if (found == versions.end()) {
            mistakes_.add(number, fmt::format("{} is no version of TLS", quoted(number.text)),
                          "it is 1.0, 1.1, 1.2 or 1.3");
            return false;
        }
        made_.version = *found;
        return fits(number);
    }

    bool take_cipher(const Fragment& names) {
        if (!once(!made_.cipher.empty(), names)) return false;
        if (!is_cipher_list(names.text)) {
            mistakes_.add(
                names, fmt::format("{} is no name of a cipher suite", quoted(names.text)),
                "write OpenSSL's name, such as `ECDHE-RSA-AES128-GCM-SHA256`; several have colons between "
                "them");
            return false;
        }
        made_.cipher = std::string(names.text);
        return fits(names);
    }

    /// TLS 1.3 has suites of its own, and no others (RFC 8446 section B.4).
    bool fits(const Fragment& where) {
        if (!made_.version || made_.cipher.empty()) return true;
        const bool suite_of_1_3 = made_.cipher.starts_with("TLS_");
        if (suite_of_1_3 == (*made_.version == TlsVersion::tls1_3)) return true;
        mistakes_.add(
            where,
            fmt::format("{} is {} TLS 1.3, and {} alone is offered", quoted(made_.cipher),
                        suite_of_1_3 ? "a cipher suite of" : "no cipher suite of", number_of(*made_.version)),
            "no handshake could succeed; leave one of the two out");
        return false;
    }

    bool once(bool seen, const Fragment& where) {
        if (seen) mistakes_.add(where, "this stands here a second time", "leave one of them out");
        return !seen;
    }

    Mistakes& mistakes_;
    Handshake made_;
};

}  // namespace

bool is_handshake(std::string_view words) {
    return words.starts_with(with) || words.starts_with(without);
}

std::optional<Handshake> parse_handshake(const Fragment& words, Mistakes& mistakes) {
    return HandshakeReader(mistakes).read(words);
}

std::string_view number_of(TlsVersion version) {
    switch (version) {
        case TlsVersion::tls1_0:
            return "1.0";
        case TlsVersion::tls1_1:
            return "1.1";
        case TlsVersion::tls1_2:
            return "1.2";
        case TlsVersion::tls1_3:
            return "1.3";
    }
    return "";
}

}  // namespace popquiz::script
