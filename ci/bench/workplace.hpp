#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "ci/bench/child.hpp"

namespace popquiz::bench {

/// A temporary folder, removed with everything in it.
class TemporaryFolder {
  public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// popquizd as a child on a free port, with the accounts u1, u2, ... and a Maildir for each.
class Workplace {
  public:
    /// Throws std::runtime_error when the server does not become ready.
    explicit Workplace(int accounts);

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Puts a message into an account's Maildir.
    void deliver(int account, std::string_view name, std::string_view octets) const;

    /// Writes a profile with the first `accounts` of the accounts, whose Maildirs popquiz may fill.
    [[nodiscard]] std::filesystem::path profile(int accounts) const;

  private:
    [[nodiscard]] std::filesystem::path maildir(int account) const;

    TemporaryFolder folder_;
    std::unique_ptr<Child> server_;  // ends before its folder is removed
    std::uint16_t port_ = 0;
    std::uint16_t tls_port_ = 0;
};

std::string user(int account);
/// Each account has its own: a scenario may log in with another one's.
std::string password(int account);

/// What a program that ended with `status` has to say for itself: that, and the beginning of its log.
std::string last_words(int status, const std::filesystem::path& log);

/// Writes a file, its folder made if need be.
void write_file(const std::filesystem::path& file, std::string_view text);

}  // namespace popquiz::bench
