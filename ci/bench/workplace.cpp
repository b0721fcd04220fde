#include "ci/bench/workplace.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

namespace popquiz::bench {

TemporaryFolder::TemporaryFolder() {
    auto name = (std::filesystem::temp_directory_path() / "popquiz-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string user(int account) {
    return fmt::format("u{}", account);
}

std::string password(int account) {
    return fmt::format("secret-{}", account);
}

std::string last_words(int status, const std::filesystem::path& log) {
    std::string said(500, '\0');
    std::ifstream file(log, std::ios::binary);
    file.read(said.data(), static_cast<std::streamsize>(said.size()));
    said.resize(static_cast<std::size_t>(file.gcount()));
    return fmt::format("popquiz ended with status {}: {}", status, said);
}

void write_file(const std::filesystem::path& file, std::string_view text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text << std::flush;
    if (!out) throw std::runtime_error(fmt::format("{} cannot be written", file.string()));
}

Workplace::Workplace(int accounts) {
    std::vector<std::string> command = {
        POPQUIZD, "--port", "0", "--tls-port", "0", "--maildir-root", (folder() / "mail").string()};
    for (int account = 1; account <= accounts; ++account) {
        for (const auto* part : {"cur", "new", "tmp"})
            std::filesystem::create_directories(maildir(account) / part);
        command.insert(command.end(), {"--user", fmt::format("{}:{}", user(account), password(account))});
    }
    server_ = std::make_unique<Child>(command);
    const auto line = server_->read_line();
    std::string ready;
    std::string host;
    std::istringstream(line) >> ready >> host >> port_ >> tls_port_;
    if (ready != "ready" || tls_port_ == 0)
        throw std::runtime_error(fmt::format("popquizd did not become ready; it said `{}`", line));
}

std::filesystem::path Workplace::maildir(int account) const {
    return folder() / "mail" / user(account);
}

void Workplace::deliver(int account, std::string_view name, std::string_view octets) const {
    write_file(maildir(account) / "new" / name, octets);
}

std::filesystem::path Workplace::profile(int accounts) const {
    std::string users;
    for (int account = 1; account <= accounts; ++account)
        users +=
            fmt::format("    {{ user = \"{}\", password = \"{}\" }},\n", user(account), password(account));
    const auto file = folder() / fmt::format("target-{}.toml", accounts);
    write_file(
        file,
        fmt::format(
            "name = \"popquizd\"\nhost = \"127.0.0.1\"\nport = {}\ntls_port = {}\n"
            "tls = {{ verify = false }}\naccounts = [\n{}]\n\n[maildrop]\nmaildir = \"{}/mail/{{user}}\"\n",
            port_, tls_port_, users, folder().string()));
    return file;
}

}  // namespace popquiz::bench
