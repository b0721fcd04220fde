#include "reference_server/session/gsasl_exchange.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "reference_server/session/base64.hpp"
#include "reference_server/session/saslname.hpp"
#include "reference_server/session/saslprep.hpp"

namespace popquizd::session {

namespace {

/// What RFC 5802 s5.1 wants at least.
constexpr const char* scram_iterations = "4096";
constexpr std::size_t salt_octets = 16;

/// The same for a name in each session and each run, and of the same kind for names that nobody has, so that
/// a salt tells nothing (RFC 5802 s9). It is no secret.
std::string salt_of(std::string_view name) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    const std::string octets = fmt::format("salt of popquizd for {}", name);
    EVP_Digest(octets.data(), octets.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    return encode_base64({reinterpret_cast<const char*>(digest.data()), salt_octets});
}

std::string unguessable_password() {
    std::array<char, 24> octets{};
    gsasl_nonce(octets.data(), octets.size());
    return encode_base64({octets.data(), octets.size()});
}

std::optional<std::string> property_of(Gsasl_session* session, Gsasl_property property) {
    const char* const text = gsasl_property_fast(session, property);
    if (text == nullptr) return std::nullopt;
    return text;
}

int set(Gsasl_session* session, Gsasl_property property, const std::string& value) {
    return gsasl_property_set_raw(session, property, value.data(), value.size());
}

/// Whether the library may see this first message of SCRAM. It would take an equals sign for itself
/// (RFC 5802 s5.1), and a channel binding with a mechanism that has none (RFC 5801 s4).
bool is_scram_first_message(std::string_view message, bool with_binding) {
    const std::optional<Gs2Header> header = take_gs2_header(message);
    if (!header || header->flag.starts_with("p=") != with_binding) return false;
    const std::optional<std::string_view> name = take_until(',', message);
    if (!name || !name->starts_with("n=")) return false;
    // The library forgets the memory of a name of which SASLprep leaves nothing.
    const std::optional<std::string> read = read_saslname(name->substr(2));
    const std::optional<std::string> prepared = read ? saslprep(*read, Preparation::query) : std::nullopt;
    return prepared && !prepared->empty();
}

bool is_trouble_of_ours(int status) {
    switch (status) {
        case GSASL_MALLOC_ERROR:
        case GSASL_CRYPTO_ERROR:
        case GSASL_UNKNOWN_MECHANISM:
        case GSASL_NO_SERVER_CODE:
            return true;
        default:
            return false;
    }
}

bool is_malformed(int status) {
    switch (status) {
        case GSASL_MECHANISM_PARSE_ERROR:
        case GSASL_SASLPREP_ERROR:
        case GSASL_BASE64_ERROR:
        case GSASL_MECHANISM_CALLED_TOO_MANY_TIMES:
            return true;
        default:
            return false;
    }
}

}  // namespace

GsaslExchange::GsaslExchange(const Mechanism& mechanism, const Circumstances& circumstances)
    : mechanism_(mechanism), accounts_(circumstances.accounts), channel_(circumstances.channel) {
    Gsasl* library = nullptr;
    status_ = gsasl_init(&library);
    if (status_ != GSASL_OK) return;
    library_.reset(library);
    gsasl_callback_hook_set(library, this);
    gsasl_callback_set(library, &GsaslExchange::answer);
    Gsasl_session* session = nullptr;
    status_ = gsasl_server_start(library, std::string(mechanism.name).c_str(), &session);
    session_.reset(session);
}

int GsaslExchange::answer(Gsasl* library, Gsasl_session* session, Gsasl_property property) {
    return static_cast<const GsaslExchange*>(gsasl_callback_hook_get(library))->provide(session, property);
}

/// What the library asks for while it takes a step.
int GsaslExchange::provide(Gsasl_session* session, Gsasl_property property) const {
    const std::optional<std::string> name =
        saslprep(property_of(session, GSASL_AUTHID).value_or(""), Preparation::query);
    if (property == GSASL_PASSWORD) {
        // For a name that nobody has, so much work as for a wrong password, and the same outcome
        // (RFC 4422 s3.6).
        const std::optional<std::string> password = name ? accounts_.password_of(*name) : std::nullopt;
        return set(session, property, password ? *password : unguessable_password());
    }
    if (property == GSASL_VALIDATE_SIMPLE) {
        const std::optional<std::string> password =
            saslprep(property_of(session, GSASL_PASSWORD).value_or(""), Preparation::query);
        const bool right = name && password && accounts_.has_password(*name, *password);
        return right ? GSASL_OK : GSASL_AUTHENTICATION_ERROR;
    }
    // conclude() looks whether the certificate permits what was asked.
    if (property == GSASL_VALIDATE_EXTERNAL) return GSASL_OK;
    if (property == GSASL_SCRAM_SALT) return set(session, property, salt_of(name.value_or("")));
    if (property == GSASL_SCRAM_ITER) return set(session, property, scram_iterations);
    if (property == GSASL_QOPS) return set(session, property, "qop-auth");
    if (property == GSASL_CB_TLS_UNIQUE && channel_ != nullptr && !channel_->tls_unique.empty()) {
        return set(session, property, encode_base64(channel_->tls_unique));
    }
    if (property == GSASL_CB_TLS_EXPORTER && channel_ != nullptr && !channel_->tls_exporter.empty()) {
        return set(session, property, encode_base64(channel_->tls_exporter));
    }
    return GSASL_NO_CALLBACK;
}

Step GsaslExchange::begin() {
    return step(nullptr, 0);
}

Step GsaslExchange::respond(std::string_view response) {
    if (user_) {
        // Nothing is left to say: RFC 5034 s4 has the mechanism's last words in a challenge, and not with
        // +OK.
        if (!response.empty()) return {Step::Kind::malformed, {}};
        return {Step::Kind::success, *user_};
    }
    // Of all first and later messages, only that of EXTERNAL may be empty; the library would take it for
    // none.
    const bool external = mechanism_.needs == Mechanism::Needs::certificate;
    if (response.empty() && !external) return {Step::Kind::malformed, {}};
    // The library's names end at a NUL. In PLAIN it separates; nowhere else may it be.
    const bool plain = mechanism_.name == "PLAIN";
    if (!plain && response.find('\0') != std::string_view::npos) return {Step::Kind::malformed, {}};
    if (mechanism_.name.starts_with("SCRAM-") && !std::exchange(begun_, true)) {
        const bool with_binding = mechanism_.needs == Mechanism::Needs::channel_binding;
        if (!is_scram_first_message(response, with_binding)) return {Step::Kind::malformed, {}};
    }
    return step(response.empty() ? "" : response.data(), response.size());
}

Step GsaslExchange::step(const char* response, std::size_t size) {
    char* octets = nullptr;
    std::size_t octets_size = 0;
    if (status_ == GSASL_OK) status_ = gsasl_step(session_.get(), response, size, &octets, &octets_size);
    const std::unique_ptr<char, decltype(&gsasl_free)> owner(octets, &gsasl_free);
    std::string challenge = octets == nullptr ? std::string() : std::string(octets, octets_size);
    const int status = std::exchange(status_, GSASL_OK);
    if (status == GSASL_NEEDS_MORE) return {Step::Kind::challenge, std::move(challenge)};
    if (status == GSASL_OK) return conclude(std::move(challenge));
    if (is_trouble_of_ours(status)) {
        return {Step::Kind::broken, fmt::format("{}: {}", mechanism_.name, gsasl_strerror(status))};
    }
    return {is_malformed(status) ? Step::Kind::malformed : Step::Kind::wrong, {}};
}

/// The client has proved who it is: may it act as whom it wants to be (RFC 4422 s3.4.1)?
Step GsaslExchange::conclude(std::string last_challenge) {
    std::optional<std::string> user = authorized_user();
    if (!user) return {Step::Kind::wrong, {}};
    if (last_challenge.empty()) return {Step::Kind::success, std::move(*user)};
    user_ = std::move(user);
    return {Step::Kind::challenge, std::move(last_challenge)};
}

std::optional<std::string> GsaslExchange::authorized_user() const {
    const std::optional<std::string> asked = property_of(session_.get(), GSASL_AUTHZID);
    std::optional<std::string> identity;
    if (asked && !asked->empty()) {
        identity = saslprep(*asked, Preparation::query);
        // One that preparation leaves nothing of is not the same as none (RFC 5034 s4).
        if (!identity || identity->empty()) return std::nullopt;
    }
    if (mechanism_.needs == Mechanism::Needs::certificate) return certified_user(identity);
    std::optional<std::string> user = authenticated_user();
    if (identity && identity != user) return std::nullopt;
    return user;
}

std::optional<std::string> GsaslExchange::authenticated_user() const {
    const std::optional<std::string> name = property_of(session_.get(), GSASL_AUTHID);
    return name ? saslprep(*name, Preparation::query) : std::nullopt;
}

/// An account that the certificate names: the one that is asked for, or else the first.
std::optional<std::string> GsaslExchange::certified_user(const std::optional<std::string>& identity) const {
    for (const std::string& name : channel_->certificate_names) {
        if (accounts_.password_of(name) && (!identity || *identity == name)) return name;
    }
    return std::nullopt;
}

}  // namespace popquizd::session
