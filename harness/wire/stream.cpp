#include "harness/wire/stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "harness/wire/tls_words.hpp"

namespace popquiz::wire {

namespace {

bool would_block(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK;
}

bool is_address(const std::string& host) noexcept {
    unsigned char octets[16];
    return ::inet_pton(AF_INET, host.c_str(), octets) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), octets) == 1;
}

/// False when OpenSSL does not know the version or the cipher suite.
bool apply(SSL* tls, const HandshakeOptions& options) {
    if (!options.certificate) SSL_certs_clear(tls);
    if (options.version) {
        const int version = version_number(*options.version);
        // OpenSSL's security levels from 1 on leave out the signatures that TLS 1.0 and 1.1 need.
        if (version < TLS1_2_VERSION) SSL_set_security_level(tls, 0);
        if (SSL_set_min_proto_version(tls, version) != 1 || SSL_set_max_proto_version(tls, version) != 1)
            return false;
    }
    if (options.cipher.empty()) return true;
    // The suites of TLS 1.3 are chosen apart from all others (RFC 8446 section B.4).
    if (options.cipher.starts_with("TLS_"))
        return SSL_set_ciphersuites(tls, options.cipher.c_str()) == 1 &&
               SSL_set_min_proto_version(tls, TLS1_3_VERSION) == 1;
    const bool only_1_3 = options.version == TlsVersion::tls1_3;
    return !only_1_3 && SSL_set_cipher_list(tls, (options.cipher + ":@SECLEVEL=0").c_str()) == 1 &&
           (options.version || SSL_set_max_proto_version(tls, TLS1_2_VERSION) == 1);
}

/// Enough to tell what the server speaks.
constexpr std::size_t beginning_kept = 16;

/// What begins so could be a record of TLS (RFC 8446 section 5.1).
bool is_record(char octet) noexcept {
    return octet >= SSL3_RT_CHANGE_CIPHER_SPEC && octet <= SSL3_RT_APPLICATION_DATA;
}

struct FreeMethod {
    void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
};

}  // namespace

void Stream::FreeTls::operator()(ssl_st* tls) const noexcept {
    SSL_free(tls);
}

ssize_t Stream::read_link(Link& link, char* into, std::size_t size) noexcept {
    ssize_t count = 0;
    do
        count = ::recv(link.socket.get(), into, size, MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    if (count == 0 && !link.was_reset) link.fin = true;
    if (count == 0 && link.was_reset) {
        errno = ECONNRESET;
        count = -1;
    }
    link.error = count < 0 ? errno : 0;
    return count;
}

ssize_t Stream::write_link(Link& link, const char* octets, std::size_t size) noexcept {
    ssize_t count = 0;
    do
        count = ::send(link.socket.get(), octets, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    link.error = count < 0 ? errno : 0;
    if (link.error == ECONNRESET) link.was_reset = true;
    return count;
}

Stream::Outcome Stream::ended(Ending ending, Failure failure) {
    if (ending_ == Ending::none) {
        ending_ = ending;
        failure_ = std::move(failure);
    }
    return {State::failed};
}

Stream::Outcome Stream::failed_in_clear(int error) {
    // The kernel says EPIPE for an RST behind a FIN: then it was the FIN that ended the connection for us.
    if (error == EPIPE) return ended(Ending::fin, {Error::closed, "the server has closed the connection"});
    if (error == ECONNRESET)
        return ended(Ending::reset, {Error::reset, "the server has reset the connection (RST)"});
    return ended(Ending::reset,
                 {Error::reset, fmt::format("the connection broke: {}", std::strerror(error))});
}

Stream::Outcome Stream::receive(std::span<char> into) {
    if (shaken_hands_) {
        std::size_t count = 0;
        ERR_clear_error();
        const int returned = SSL_read_ex(tls_.get(), into.data(), into.size(), &count);
        return returned == 1 ? Outcome{State::done, count}
                             : failed_under_tls(returned, "TLS failed while reading");
    }
    const auto count = read_link(link_, into.data(), into.size());
    if (count > 0) return {State::done, static_cast<std::size_t>(count)};
    if (count == 0) return ended(Ending::fin, {Error::closed, "the server has closed the connection"});
    return would_block(link_.error) ? Outcome{State::wants_read} : failed_in_clear(link_.error);
}

Stream::Outcome Stream::send(std::string_view octets) {
    if (shaken_hands_) {
        std::size_t count = 0;
        ERR_clear_error();
        link_.error = 0;
        const int returned = SSL_write_ex(tls_.get(), octets.data(), octets.size(), &count);
        if (returned == 1) return {State::done, count};
        if (link_.error != 0 && !would_block(link_.error)) return {State::failed};
        return failed_under_tls(returned, "TLS failed while writing");
    }
    const auto count = write_link(link_, octets.data(), octets.size());
    if (count >= 0) return {State::done, static_cast<std::size_t>(count)};
    return would_block(link_.error) ? Outcome{State::wants_write} : Outcome{State::failed};
}

Stream::Outcome Stream::failed_under_tls(int returned, const char* doing) {
    const int error = SSL_get_error(tls_.get(), returned);
    if (error == SSL_ERROR_WANT_READ) return {State::wants_read};
    if (error == SSL_ERROR_WANT_WRITE) return {State::wants_write};
    if (error == SSL_ERROR_ZERO_RETURN) {
        return ended(Ending::close_notify, {Error::closed, "the server has ended TLS (close_notify)"});
    }
    tls_broken_ = true;
    if (link_.error != 0 && !would_block(link_.error)) return failed_in_clear(link_.error);
    if (link_.fin && !shaken_hands_) {
        return ended(Ending::fin,
                     {Error::closed, "the server closed the connection in the middle of the TLS handshake"});
    }
    if (link_.fin) {
        return ended(Ending::tls_truncated,
                     {Error::closed, "the server has closed the connection without TLS's close_notify"});
    }
    // The reason of an alert that has come is its number, moved up.
    const int reason = error == SSL_ERROR_SSL ? ERR_GET_REASON(ERR_peek_error()) : 0;
    constexpr int most_alert = 255;
    alerted_ = reason >= SSL_AD_REASON_OFFSET && reason <= SSL_AD_REASON_OFFSET + most_alert;
    failure_ = Failure{Error::tls_failed, fmt::format("{}: {}", doing, tls_problem())};
    return {State::failed};
}

int Stream::bio_read(bio_st* bio, char* into, int size) {
    auto& link = *static_cast<Link*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto count = read_link(link, into, static_cast<std::size_t>(size));
    if (count < 0 && would_block(link.error)) BIO_set_retry_read(bio);
    if (count > 0 && link.beginning.size() < beginning_kept)
        link.beginning.append(into, std::min(static_cast<std::size_t>(count), beginning_kept));
    return static_cast<int>(count);
}

int Stream::bio_write(bio_st* bio, const char* octets, int size) {
    auto& link = *static_cast<Link*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto count = write_link(link, octets, static_cast<std::size_t>(size));
    if (count < 0 && would_block(link.error)) BIO_set_retry_write(bio);
    return static_cast<int>(count);
}

long Stream::bio_control(bio_st* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return static_cast<Link*>(BIO_get_data(bio))->fin ? 1 : 0;
    return 0;
}

bio_st* Stream::make_bio(Link& link) {
    // OpenSSL's own socket BIO writes without MSG_NOSIGNAL: a server that resets would kill us by SIGPIPE.
    static const auto method = [] {
        std::unique_ptr<BIO_METHOD, FreeMethod> made(
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "link"));
        if (made) {
            BIO_meth_set_read(made.get(), &Stream::bio_read);
            BIO_meth_set_write(made.get(), &Stream::bio_write);
            BIO_meth_set_ctrl(made.get(), &Stream::bio_control);
        }
        return made;
    }();
    BIO* bio = method ? BIO_new(method.get()) : nullptr;
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, &link);
    BIO_set_init(bio, 1);
    return bio;
}

/// OpenSSL drops a certificate that it refuses: whom it is for must be noted before, for the message.
int Stream::look_at_certificate(int good, x509_store_ctx_st* store) {
    auto* tls = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto& names = *static_cast<std::string*>(SSL_get_app_data(tls));
    if (names.empty()) names = names_of(X509_STORE_CTX_get0_cert(store));
    return good;
}

std::string Stream::certificate_problem() const {
    return tls_ ? wire::certificate_problem(tls_.get(), host_, names_) : std::string();
}

std::string_view Stream::instead_of_tls() const noexcept {
    const auto& beginning = link_.beginning;
    return shaken_hands_ || beginning.empty() || is_record(beginning.front()) ? std::string_view()
                                                                              : beginning;
}

bool Stream::is_tls13() const noexcept {
    return shaken_hands_ && SSL_version(tls_.get()) >= TLS1_3_VERSION;
}

std::string Stream::channel_binding() const {
    if (!shaken_hands_) return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
    std::size_t size = 0;
    if (is_tls13()) {
        constexpr std::string_view label = "EXPORTER-Channel-Binding";
        constexpr std::size_t wanted = 32;
        const int done = SSL_export_keying_material(tls_.get(), octets.data(), wanted, label.data(),
                                                    label.size(), nullptr, 0, 0);
        size = done == 1 ? wanted : 0;
    } else {
        // The first Finished message: the client's, since sessions are never resumed.
        size = SSL_get_finished(tls_.get(), octets.data(), octets.size());
    }
    return {reinterpret_cast<const char*>(octets.data()), std::min(size, octets.size())};
}

Result<void> Stream::prepare_tls(const TlsContext& context, const std::string& host,
                                 const HandshakeOptions& options) {
    ERR_clear_error();
    host_ = context.options().server_name.empty() ? host : context.options().server_name;
    tls_.reset(SSL_new(context.native()));
    BIO* bio = tls_ ? make_bio(link_) : nullptr;
    if (bio == nullptr) return Failure{Error::tls_failed, tls_problem()};
    SSL_set_bio(tls_.get(), bio, bio);
    if (!apply(tls_.get(), options))
        return Failure{Error::other,
                       "OpenSSL here cannot offer this version or cipher suite: " + tls_problem()};
    SSL_set_connect_state(tls_.get());
    SSL_set_app_data(tls_.get(), &names_);
    SSL_set_verify(tls_.get(), SSL_get_verify_mode(tls_.get()), &Stream::look_at_certificate);
    // RFC 6066 section 3: no addresses in server_name.
    const bool fits = is_address(host_)
                          ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), host_.c_str()) == 1
                          : SSL_set_tlsext_host_name(tls_.get(), host_.c_str()) == 1 &&
                                SSL_set1_host(tls_.get(), host_.c_str()) == 1;
    if (!fits)
        return Failure{Error::tls_failed,
                       fmt::format("`{}` cannot be a server's name: {}", host_, tls_problem())};
    return {};
}

Stream::Outcome Stream::handshake() {
    ERR_clear_error();
    const int returned = SSL_do_handshake(tls_.get());
    if (returned == 1) {
        shaken_hands_ = true;
        return {State::done};
    }
    const bool certificate_refused = SSL_get_error(tls_.get(), returned) == SSL_ERROR_SSL &&
                                     SSL_get_verify_result(tls_.get()) != X509_V_OK &&
                                     ERR_GET_REASON(ERR_peek_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED;
    if (!certificate_refused) return failed_under_tls(returned, "the TLS handshake failed");
    ERR_clear_error();
    tls_broken_ = true;
    failure_ = Failure{Error::tls_failed, "the server's certificate " + certificate_problem()};
    return {State::failed};
}

void Stream::send_close_notify() {
    if (!shaken_hands_ || tls_broken_) return;
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ERR_clear_error();
}

}  // namespace popquiz::wire
