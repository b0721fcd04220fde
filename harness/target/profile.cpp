#include "harness/target/profile.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include "harness/target/suggestion.hpp"

namespace popquiz::target {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::uintmax_t largest_file = std::uintmax_t{1024} * 1024;
constexpr double longest_limit_in_seconds = 7 * 24 * 3600;

/// ASCII that can be shown; anything else becomes `?`, one for each character, so that columns stay what they
/// are.
std::string printable(std::string_view octets) {
    std::string text;
    for (const char octet : octets.substr(0, 300)) {
        const auto value = static_cast<unsigned char>(octet);
        const bool goes_on = (value & 0xc0U) == 0x80U;
        if (value >= ' ' && value < 0x7f)
            text += octet;
        else if (!goes_on)
            text += octet == '\t' ? ' ' : '?';
    }
    return text;
}

std::string_view type_in_words(toml::node_type type) {
    switch (type) {
        case toml::node_type::none:
            return "nothing";
        case toml::node_type::table:
            return "a table";
        case toml::node_type::array:
            return "an array";
        case toml::node_type::string:
            return "a string";
        case toml::node_type::integer:
            return "a whole number";
        case toml::node_type::floating_point:
            return "a number with a fraction";
        case toml::node_type::boolean:
            return "a boolean";
        case toml::node_type::date:
            return "a date";
        case toml::node_type::time:
            return "a time";
        case toml::node_type::date_time:
            return "a date with a time";
    }
    return "something else";
}

bool has_control_octet(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](unsigned char octet) { return octet < ' ' || octet == 0x7f; });
}

/// The mistakes found so far, and the text that they are in.
class Mistakes {
  public:
    Mistakes(fs::path file, std::string_view text) : file_(std::move(file)) {
        std::istringstream in{std::string(text)};
        for (std::string line; std::getline(in, line);)
            lines_.push_back(line);
    }

    void add(const toml::source_region& where, std::string message, std::string help) {
        // A table that stands nowhere, such as the root of an empty file, begins at its beginning.
        const std::size_t line = std::max<std::size_t>(where.begin.line, 1);
        const std::size_t column = std::max<std::size_t>(where.begin.column, 1);
        const auto source = line <= lines_.size() ? printable(lines_[line - 1]) : std::string();
        errors_.push_back({file_, line, column, std::move(message), std::move(help), source});
    }

    bool empty() const noexcept { return errors_.empty(); }

    ProfileErrors sorted() {
        std::stable_sort(errors_.begin(), errors_.end(), [](const ProfileError& a, const ProfileError& b) {
            return std::pair(a.line, a.column) < std::pair(b.line, b.column);
        });
        return std::move(errors_);
    }

    const fs::path& file() const noexcept { return file_; }

  private:
    fs::path file_;
    std::vector<std::string> lines_;
    ProfileErrors errors_;
};

/// One table of the profile. Every key that is asked for is known from then on; finish() complains of the
/// others.
class Section {
  public:
    Section(Mistakes& mistakes, const toml::table& table, std::string name)
        : mistakes_(mistakes), table_(table), name_(std::move(name)) {}

    const toml::node* find(const std::string& key) {
        known_.push_back(key);
        return table_.get(key);
    }

    void complain(const toml::node& at, std::string message, std::string help = {}) {
        mistakes_.add(at.source(), std::move(message), std::move(help));
    }

    void wrong_type(const toml::node& at, const std::string& key, std::string_view wanted,
                    std::string example) {
        complain(at, fmt::format("`{}` is {}; it must be {}", key, type_in_words(at.type()), wanted),
                 example.empty() ? std::string() : "such as " + std::move(example));
    }

    void missing(const std::string& key, const std::string& help) {
        const auto where = name_.empty() ? fmt::format("`{}` is missing", key)
                                         : fmt::format("`{}` is missing in {}", key, name_);
        mistakes_.add(table_.source(), where, help);
    }

    std::optional<std::string> text(const std::string& key, const std::string& example = {}) {
        const auto* node = find(key);
        if (node == nullptr) return std::nullopt;
        auto value = node->value_exact<std::string>();
        if (!value) {
            wrong_type(*node, key, "a string", example);
        } else if (value->empty()) {
            complain(*node, fmt::format("`{}` is empty", key), "leave it out or say something");
        } else if (has_control_octet(*value)) {
            complain(*node, fmt::format("`{}` has a control character or a line end in it", key));
        } else {
            return value;
        }
        return std::nullopt;
    }

    std::optional<bool> boolean(const std::string& key) {
        const auto* node = find(key);
        if (node == nullptr) return std::nullopt;
        const auto value = node->value_exact<bool>();
        if (!value) wrong_type(*node, key, "true or false", {});
        return value;
    }

    std::optional<std::uint16_t> port(const std::string& key) {
        const auto* node = find(key);
        if (node == nullptr) return std::nullopt;
        const auto value = node->value_exact<std::int64_t>();
        if (!value) {
            wrong_type(*node, key, "a whole number from 1 to 65535", key + " = 110");
        } else if (*value < 1 || *value > 65535) {
            complain(*node, fmt::format("`{}` is {}; a port is a number from 1 to 65535", key, *value));
        } else {
            return static_cast<std::uint16_t>(*value);
        }
        return std::nullopt;
    }

    void seconds(const std::string& key, milliseconds& into) {
        const auto* node = find(key);
        if (node == nullptr) return;
        if (!node->is_number()) {
            wrong_type(*node, key, "a number of seconds", key + " = 30");
            return;
        }
        const double value = *node->value<double>();
        if (!std::isfinite(value) || value < 0.001 || value > longest_limit_in_seconds) {
            complain(*node, fmt::format("`{}` must be more than 0 seconds and at most a week", key));
            return;
        }
        into = milliseconds(static_cast<milliseconds::rep>(std::llround(value * 1000)));
    }

    /// A path, made absolute from the profile's folder.
    fs::path path(const std::string& key) {
        const auto value = text(key, fmt::format("{} = \"./{}\"", key, key));
        return value ? absolute(*value) : fs::path();
    }

    /// The path of a file that is there to be read.
    fs::path readable_file(const std::string& key) {
        auto file = path(key);
        if (file.empty()) return file;
        if (::access(file.c_str(), R_OK) == 0 && fs::is_regular_file(file)) return file;
        complain(*table_.get(key),
                 fmt::format("`{}` names `{}`, which is no file that can be read", key, file.string()),
                 "relative paths are taken from the profile's folder");
        return {};
    }

    /// The path of a program.
    fs::path program(const std::string& key) {
        auto file = path(key);
        if (file.empty() || !is_program(*table_.get(key), key, file)) return {};
        return file;
    }

    /// A program, or a list of it and its arguments. In a list, a program without a slash is looked for as
    /// the shell does.
    std::vector<std::string> command(const std::string& key) {
        const auto* node = find(key);
        if (node == nullptr) return {};
        const auto* list = node->as_array();
        if (list == nullptr) {
            const auto file = program(key);
            return file.empty() ? std::vector<std::string>() : std::vector{file.string()};
        }
        std::vector<std::string> words;
        for (const auto& each : *list) {
            const auto word = each.value_exact<std::string>();
            if (!word) {
                wrong_type(each, key, "a program, or a list of strings",
                           fmt::format("{} = [\"./server\", \"--port\", \"1110\"]", key));
                return {};
            }
            words.push_back(*word);
        }
        if (words.empty() || words.front().empty()) {
            complain(*node, fmt::format("`{}` is empty", key), "leave it out or name a program");
            return {};
        }
        const auto file =
            words.front().find('/') == std::string::npos ? in_path(words.front()) : absolute(words.front());
        if (file.empty()) {
            complain(
                *node,
                fmt::format("`{}` names `{}`, which is in no folder of PATH", key, printable(words.front())),
                "a program in the profile's folder is named with `./`");
            return {};
        }
        if (!is_program(*node, key, file)) return {};
        words.front() = file.string();
        return words;
    }

    const toml::table* table(const std::string& key, const std::string& example) {
        const auto* node = find(key);
        if (node == nullptr) return nullptr;
        if (!node->is_table()) wrong_type(*node, key, "a table", example);
        return node->as_table();
    }

    void finish() {
        for (const auto& [key, value] : table_) {
            const std::string name(key.str());
            if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
            mistakes_.add(key.source(),
                          name_.empty() ? fmt::format("unknown key `{}`", printable(name))
                                        : fmt::format("unknown key `{}` in {}", printable(name), name_),
                          suggest(name, known_));
        }
    }

    fs::path absolute(const fs::path& path) const {
        return (fs::absolute(mistakes_.file()).parent_path() / path).lexically_normal();
    }

  private:
    bool is_program(const toml::node& at, const std::string& key, const fs::path& file) {
        std::error_code ignored;
        if (!fs::is_regular_file(file, ignored)) {
            complain(at, fmt::format("`{}` names `{}`, which is no file", key, file.string()),
                     "relative paths are taken from the profile's folder");
            return false;
        }
        if (::access(file.c_str(), X_OK) != 0) {
            complain(at, fmt::format("`{}` names `{}`, which is not executable", key, file.string()),
                     fmt::format("chmod +x '{}'", file.string()));
            return false;
        }
        return true;
    }

    static fs::path in_path(const std::string& program) {
        const char* folders = std::getenv("PATH");
        std::istringstream in(folders == nullptr ? "" : folders);
        for (std::string folder; std::getline(in, folder, ':');) {
            const auto file = fs::path(folder) / program;
            std::error_code ignored;
            if (file.is_absolute() && fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0)
                return file;
        }
        return {};
    }

    Mistakes& mistakes_;
    const toml::table& table_;
    std::string name_;
    std::vector<std::string> known_;
};

void read_version(Section& section, const std::string& key, wire::TlsVersion& into) {
    const auto value = section.text(key, key + " = \"1.2\"");
    if (!value) return;
    if (*value == "1.0")
        into = wire::TlsVersion::tls1_0;
    else if (*value == "1.1")
        into = wire::TlsVersion::tls1_1;
    else if (*value == "1.2")
        into = wire::TlsVersion::tls1_2;
    else if (*value == "1.3")
        into = wire::TlsVersion::tls1_3;
    else {
        section.complain(*section.find(key), fmt::format("`{}` is no version of TLS: \"{}\"", key, *value),
                         "one of \"1.0\", \"1.1\", \"1.2\", \"1.3\"");
    }
}

void read_tls(Mistakes& mistakes, const toml::table& table, wire::TlsOptions& tls) {
    Section section(mistakes, table, "`tls`");
    tls.verify = section.boolean("verify").value_or(true);
    tls.ca = section.readable_file("ca");
    tls.server_name = section.text("server_name").value_or("");
    tls.certificate = section.readable_file("cert");
    tls.key = section.readable_file("key");
    read_version(section, "min_version", tls.min_version);
    read_version(section, "max_version", tls.max_version);
    if (tls.min_version > tls.max_version) {
        section.complain(table, "`min_version` is higher than `max_version`");
    }
    if (table.contains("key") && !table.contains("cert")) {
        section.missing("cert", "a `key` belongs to a certificate");
    }
    section.finish();
}

void read_accounts(Section& root, Mistakes& mistakes, std::vector<Account>& accounts) {
    const std::string example = "accounts = [ { user = \"u1\", password = \"secret\" } ]";
    const auto* node = root.find("accounts");
    if (node == nullptr) {
        root.missing("accounts", "popquiz needs at least one, " + example);
        return;
    }
    const auto* list = node->as_array();
    if (list == nullptr) {
        root.wrong_type(*node, "accounts", "an array of tables", example);
        return;
    }
    if (list->empty()) root.complain(*node, "`accounts` is empty", "popquiz needs at least one, " + example);
    std::set<std::string> users;
    for (const auto& each : *list) {
        const auto* table = each.as_table();
        if (table == nullptr) {
            root.wrong_type(each, "accounts", "an array of tables", example);
            continue;
        }
        Section section(mistakes, *table, "an account");
        auto user = section.text("user", "user = \"u1\"");
        auto password = section.text("password", "password = \"secret\"");
        auto token = section.text("token", "token = \"eyJhbGciOi...\"");
        if (!table->contains("user"))
            section.missing("user", "such as { user = \"u1\", password = \"secret\" }");
        if (!table->contains("password"))
            section.missing("password", "such as { user = \"u1\", password = \"secret\" }");
        section.finish();
        if (user && !users.insert(*user).second) {
            section.complain(*table->get("user"), fmt::format("the user `{}` is listed twice", *user),
                             "scenarios that run at once need accounts of their own");
        }
        if (user && password)
            accounts.push_back({std::move(*user), std::move(*password), token.value_or("")});
    }
}

void read_server(Mistakes& mistakes, const toml::table& table, ServerSetup& setup) {
    Section section(mistakes, table, "`server`");
    setup.start = section.command("start");
    setup.kill = section.command("kill");
    setup.stop = section.command("stop");
    setup.ready = section.text("ready", "ready = \"port\"").value_or("");
    for (const std::string_view word : {"{host}", "{port}", "{tls_port}"}) {
        const auto at = setup.ready.find(word);
        if (at != std::string::npos && setup.ready.find(word, at + 1) != std::string::npos)
            section.complain(*table.get("ready"), fmt::format("`ready` has {} twice", word),
                             "once is enough");
    }
    setup.log = section.path("log");
    section.seconds("timeout", setup.timeout);
    section.finish();
    if (table.contains("start") && !table.contains("ready") && !table.contains("kill"))
        section.missing("ready",
                        "say `ready` (\"port\", or a line that the server writes) for a server that "
                        "popquiz starts, or `kill` for one that runs already");
    for (const auto* key : {"kill", "stop", "ready"}) {
        if (table.contains(key) && !table.contains("start"))
            section.missing("start", fmt::format("`{}` is of use with `start` only", key));
    }
    if (table.contains("stop") && !table.contains("ready"))
        section.complain(*table.get("stop"), "`stop` is for a server that popquiz starts",
                         "say when it is `ready`");
}

/// "HOST:PORT", "[::1]:PORT"; otherwise what is wrong with it.
boost::system::result<wire::Endpoint, std::string_view> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto bracket = text.rfind(']');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && bracket > colon))
        return std::string_view("the port is missing");
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return std::string_view("an IPv6 address stands in brackets");
    }
    if (host.empty() || has_control_octet(host)) return std::string_view("the host is missing");
    unsigned port = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || port < 1 || port > 65535)
        return std::string_view("the port must be a number from 1 to 65535");
    return wire::Endpoint{std::string(host), static_cast<std::uint16_t>(port)};
}

/// What stands between `<` and `>` in MAIL and RCPT.
void read_address(Section& section, const toml::table& table, const std::string& key, std::string& into) {
    const auto address = section.text(key, key + " = \"{user}@example.org\"");
    if (!address) return;
    if (address->find_first_of("<> ") != std::string::npos)
        section.complain(*table.get(key), fmt::format("`{}` has a space or an angle bracket in it", key),
                         "an address alone, such as popquiz@example.org");
    into = *address;
}

/// Delivery over LMTP or SMTP.
void read_mail(Section& section, const toml::table& table, std::size_t accounts, MaildropSetup& setup) {
    using Protocol = MaildropSetup::Protocol;
    constexpr std::string_view unix_socket = "unix:";
    for (const auto protocol : {Protocol::lmtp, Protocol::smtp}) {
        const std::string key(name_of(protocol));
        const auto server = section.text(key, key + " = \"127.0.0.1:24\"");
        if (!server) continue;
        setup.protocol = protocol;
        if (server->starts_with(unix_socket)) {
            setup.mail_server = {{}, 0, section.absolute(server->substr(unix_socket.size())).string()};
            continue;
        }
        if (const auto endpoint = parse_endpoint(*server))
            setup.mail_server = *endpoint;
        else
            section.complain(*table.get(key), fmt::format("`{}`: {}", key, endpoint.error()),
                             "HOST:PORT, such as 127.0.0.1:24 or [::1]:24, or unix:PATH of a socket");
    }
    read_address(section, table, "recipient", setup.recipient);
    read_address(section, table, "sender", setup.sender);
    section.seconds("deliver_within", setup.deliver_within);
    if (accounts > 1 && setup.recipient.find("{user}") == std::string::npos)
        section.complain(*table.get("recipient"), "`recipient` is the same for all accounts",
                         "put {user} where the account's name stands in the address");
    for (const auto* key : {"recipient", "sender", "deliver_within"})
        if (table.contains(key) && !setup.fills_by_mail())
            section.complain(*table.get(key), fmt::format("`{}` is of use with `lmtp` or `smtp` only", key));
}

void read_maildrop(Mistakes& mistakes, const toml::table& table, std::size_t accounts, MaildropSetup& setup) {
    Section section(mistakes, table, "`maildrop`");
    setup.reset = section.program("reset");
    setup.deliver = section.program("deliver");
    section.seconds("timeout", setup.timeout);
    if (const auto maildir = section.text("maildir", "maildir = \"/srv/mail/{user}/Maildir\"")) {
        setup.maildir = section.absolute(*maildir).string();
        if (accounts > 1 && maildir->find("{user}") == std::string::npos) {
            section.complain(*table.get("maildir"), "`maildir` is the same for all accounts",
                             "put {user} where the account's name stands in the path");
        }
    }
    if (const auto mbox = section.text("mbox", "mbox = \"/var/mail/{user}\"")) {
        setup.mbox = section.absolute(*mbox).string();
        setup.store = MaildropSetup::Store::mbox;
        if (accounts > 1 && mbox->find("{user}") == std::string::npos) {
            section.complain(*table.get("mbox"), "`mbox` is the same for all accounts",
                             "put {user} where the account's name stands in the path");
        }
    }
    if (const auto quoting = section.text("mbox_quoting", "mbox_quoting = \"mboxrd\"")) {
        if (*quoting == "mboxo")
            setup.mbox_quoting = MaildropSetup::Quoting::mboxo;
        else if (*quoting != "mboxrd")
            section.complain(*table.get("mbox_quoting"),
                             fmt::format("`mbox_quoting` is \"{}\"", printable(*quoting)),
                             "it is \"mboxrd\" (`>From ` gets a `>`, too) or \"mboxo\" (only `From ` does)");
    }
    if (const auto ends = section.text("maildir_line_ends", "maildir_line_ends = \"lf\"")) {
        if (*ends == "crlf")
            setup.maildir_line_ends = MaildropSetup::LineEnds::crlf;
        else if (*ends != "lf") {
            section.complain(*table.get("maildir_line_ends"),
                             fmt::format("`maildir_line_ends` is \"{}\"", *ends),
                             "it is \"lf\", as mail is stored on Unix, or \"crlf\"");
        }
    }
    if (const auto store = section.text("store", "store = \"mbox\"")) {
        if (*store == "mbox")
            setup.store = MaildropSetup::Store::mbox;
        else if (*store == "maildir")
            setup.store = MaildropSetup::Store::maildir;
        else {
            section.complain(*table.get("store"), fmt::format("`store` is \"{}\"", printable(*store)),
                             "it is \"mbox\" or \"maildir\"; leave it out for any other");
        }
    }
    read_mail(section, table, accounts, setup);
    section.finish();
    std::vector<const char*> ways;
    for (const auto* way : {"reset", "maildir", "mbox", "lmtp", "smtp"})
        if (table.contains(way)) ways.push_back(way);
    if (ways.size() > 1) {
        section.complain(*table.get(ways[1]),
                         fmt::format("`{}` and `{}` are two ways to fill a maildrop", ways[0], ways[1]),
                         "leave one of them out");
    }
    if (ways.empty()) {
        section.missing("reset",
                        "say `reset` (a program), `maildir` or `mbox` (a path with {user}), `lmtp` or `smtp` "
                        "(HOST:PORT)");
    }
}

void read_limits(Mistakes& mistakes, const toml::table& table, Limits& limits) {
    Section section(mistakes, table, "`limits`");
    section.seconds("step", limits.step);
    section.seconds("longest", limits.longest);
    section.seconds("scenario", limits.scenario);
    section.seconds("run", limits.run);
    if (const auto* rate = section.find("rate")) {
        const auto number = rate->value<double>();
        limits.rate = rate->is_string() ? parse_rate(rate->value_or(std::string()))
                      : number          ? parse_rate(fmt::format("{}", *number))
                                        : std::nullopt;
        if (!limits.rate)
            section.complain(*rate, "`rate` is neither \"none\" nor a number of commands a second",
                             "from 0.1 to 1000000, such as rate = 10");
    }
    section.finish();
}

Profile read_root(Mistakes& mistakes, const toml::table& table, const fs::path& file) {
    Section root(mistakes, table, "");
    Profile profile;
    profile.file = file;
    profile.name = root.text("name", "name = \"our server 2.3\"").value_or(file.stem().string());
    if (const auto* server = root.table("server", "[server]")) read_server(mistakes, *server, profile.server);
    // What the server tells itself when it is ready may be left out.
    const auto told = [&](const char* word) { return profile.server.ready.find(word) != std::string::npos; };
    profile.host = root.text("host", "host = \"127.0.0.1\"").value_or("");
    if (!table.contains("host") && !told("{host}")) root.missing("host", "such as host = \"127.0.0.1\"");
    profile.host6 = root.text("host6", "host6 = \"::1\"").value_or("");
    profile.port = root.port("port");
    profile.tls_port = root.port("tls_port");
    if (!table.contains("port") && !table.contains("tls_port") && !told("{port}") && !told("{tls_port}"))
        root.missing("port", "say `port` (cleartext) or `tls_port` (implicit TLS) or both");
    read_accounts(root, mistakes, profile.accounts);
    profile.cleartext_login = root.boolean("cleartext_login").value_or(true);
    profile.login_delay = root.boolean("login_delay").value_or(true);
    if (const auto* tls = root.table("tls", "tls = { verify = false }"))
        read_tls(mistakes, *tls, profile.tls);
    if (const auto* maildrop = root.table("maildrop", "[maildrop]")) {
        read_maildrop(mistakes, *maildrop, profile.accounts.size(), profile.maildrop);
    }
    if (const auto* limits = root.table("limits", "[limits]")) read_limits(mistakes, *limits, profile.limits);
    root.finish();
    return profile;
}

ProfileErrors only(ProfileError error) {
    return {std::move(error)};
}

}  // namespace

std::string_view name_of(MaildropSetup::Protocol protocol) noexcept {
    switch (protocol) {
        case MaildropSetup::Protocol::none:
            return "";
        case MaildropSetup::Protocol::lmtp:
            return "lmtp";
        case MaildropSetup::Protocol::smtp:
            return "smtp";
    }
    return "";
}

std::optional<double> parse_rate(std::string_view text) {
    if (text == "none") return 0.0;
    double rate = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    // Neither `nan` nor `inf`.
    return whole && rate >= 0.1 && rate <= 1e6 ? std::optional(rate) : std::nullopt;
}

std::string ProfileError::render() const {
    std::string text;
    if (line == 0) {
        text = file.empty() ? message + "\n" : fmt::format("{}: {}\n", file.string(), message);
    } else {
        text = fmt::format("{}:{}:{}: {}\n{:>5} | {}\n      | {:>{}}\n", file.string(), line, column, message,
                           line, source, '^', column);
    }
    if (!help.empty()) text += fmt::format("      = {}\n", help);
    return text;
}

std::string render(const ProfileErrors& errors) {
    std::string text;
    for (const ProfileError& error : errors)
        text += error.render();
    return text;
}

void throw_exception_from_error(const ProfileErrors& errors, const boost::source_location& where) {
    throw std::runtime_error(render(errors) + "(" + where.to_string() + ")");
}

boost::system::result<Profile, ProfileErrors> parse_profile(std::string_view text, const fs::path& file) {
    Mistakes mistakes(file, text);
    try {
        const toml::table table = toml::parse(text, file.string());
        Profile profile = read_root(mistakes, table, file);
        if (mistakes.empty()) return profile;
    } catch (const toml::parse_error& error) {
        mistakes.add(error.source(), printable(error.description()),
                     "this is about TOML's own grammar: https://toml.io");
    }
    return mistakes.sorted();
}

boost::system::result<Profile, ProfileErrors> read_profile(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) return only({file, 0, 0, "cannot read the profile: " + error.message(), {}, {}});
    if (size > largest_file) return only({file, 0, 0, "a profile of more than 1 MiB is none", {}, {}});
    std::ifstream in(file, std::ios::binary);
    std::string text(static_cast<std::size_t>(size), '\0');
    if (!in.read(text.data(), static_cast<std::streamsize>(text.size()))) {
        return only({file, 0, 0, "cannot read the profile", {}, {}});
    }
    return parse_profile(text, file);
}

boost::system::result<Profile, ProfileErrors> profile_from_server(std::string_view host_and_port,
                                                                  std::string_view user,
                                                                  std::string_view password) {
    const std::string help = "--server takes HOST:PORT, such as pop.example.org:110 or [::1]:110";
    const auto wrong = [&](std::string_view what) {
        return only({{}, 0, 0, fmt::format("--server {}: {}", printable(host_and_port), what), help, {}});
    };
    const auto endpoint = parse_endpoint(host_and_port);
    if (!endpoint) return wrong(endpoint.error());
    if (user.empty() || has_control_octet(user)) {
        return only({{}, 0, 0, "--user is missing, or has a control character in it", {}, {}});
    }
    if (password.empty() || has_control_octet(password)) {
        return only({{}, 0, 0, "--password is missing, or has a control character in it", {}, {}});
    }
    Profile profile;
    profile.name = host_and_port;
    profile.host = endpoint->host;
    profile.port = endpoint->port;
    profile.tls.verify = false;
    profile.accounts = {{std::string(user), std::string(password), {}}};
    return profile;
}

}  // namespace popquiz::target
