#include "reference_server/session/mechanism.hpp"

#include <algorithm>
#include <array>

#include "reference_server/session/command.hpp"

namespace popquizd::session {

namespace {

using Needs = Mechanism::Needs;

constexpr std::array<Mechanism, 11> mechanisms{{
    {"EXTERNAL", Needs::certificate, true},
    {"SCRAM-SHA-256-PLUS", Needs::channel_binding, true},
    {"SCRAM-SHA-1-PLUS", Needs::channel_binding, true},
    {"SCRAM-SHA-256", Needs::nothing, true},
    {"SCRAM-SHA-1", Needs::nothing, true},
    {"OAUTHBEARER", Needs::token, true},
    {"XOAUTH2", Needs::token, true},
    {"DIGEST-MD5", Needs::nothing, false},
    {"CRAM-MD5", Needs::nothing, false},
    {"PLAIN", Needs::privacy, true},
    {"LOGIN", Needs::privacy, false},
}};

}  // namespace

const Mechanism* find_mechanism(std::string_view name) {
    const auto* const found =
        std::find_if(mechanisms.begin(), mechanisms.end(),
                     [name](const Mechanism& mechanism) { return is_keyword(name, mechanism.name); });
    return found == mechanisms.end() ? nullptr : found;
}

bool is_usable(const Mechanism& mechanism, const Circumstances& circumstances) {
    const SecureChannel* const channel = circumstances.channel;
    switch (mechanism.needs) {
        case Needs::nothing:
            return true;
        case Needs::privacy:
            return channel != nullptr || circumstances.cleartext_login;
        case Needs::channel_binding:
            return channel != nullptr && !(channel->tls_unique.empty() && channel->tls_exporter.empty());
        case Needs::certificate:
            return channel != nullptr && !channel->certificate_names.empty();
        case Needs::token:
            return channel != nullptr && circumstances.accounts.has_tokens();
    }
    return false;
}

std::string describe_mechanisms(const Circumstances& circumstances) {
    std::string line = "SASL";
    for (const Mechanism& mechanism : mechanisms) {
        if (is_usable(mechanism, circumstances)) line.append(" ").append(mechanism.name);
    }
    return line;
}

}  // namespace popquizd::session
