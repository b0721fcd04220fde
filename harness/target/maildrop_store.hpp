#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/target/failure.hpp"

namespace popquiz::target {

/// A message of a maildrop as the server is to send it: octets with CRLF line ends, not byte-stuffed. Reading
/// is safe from many threads.
class Message {
  public:
    virtual ~Message() = default;
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;

    /// The file's name without ".eml", or the name that generated.toml gives.
    const std::string& name() const noexcept { return name_; }

    /// Octets.
    std::uint64_t size() const noexcept { return size_; }

    /// Copies octets from `offset` on into `into`: as many as fit, fewer only at the end of the message, 0
    /// behind it.
    virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const = 0;

    /// All of it, for messages that are known to be small: a failure when it has more than `limit` octets.
    Result<std::string> text(std::size_t limit = std::size_t{16} * 1024 * 1024) const;

  protected:
    Message(std::string name, std::uint64_t size) : name_(std::move(name)), size_(size) {}

  private:
    std::string name_;
    std::uint64_t size_;
};

/// A named maildrop of the suite: what an account holds when a scenario starts. Message 1 is front().
class Maildrop {
  public:
    const std::string& name() const noexcept { return name_; }
    const std::vector<std::shared_ptr<const Message>>& messages() const noexcept { return messages_; }

    /// The sum of the messages' sizes: what STAT says.
    std::uint64_t octets() const noexcept;

  private:
    friend class MaildropStore;
    Maildrop(std::string name, std::vector<std::shared_ptr<const Message>> messages)
        : name_(std::move(name)), messages_(std::move(messages)) {}

    std::string name_;
    std::vector<std::shared_ptr<const Message>> messages_;
};

/// The maildrops of a suite, loaded when they are first asked for and kept. Safe from many threads. It owns a
/// temporary folder, which is removed with it; it must outlive the maildrops that it handed out.
class MaildropStore {
  public:
    /// `folder` holds a folder for each maildrop, such as scenarios/maildrops. Nothing is read yet.
    explicit MaildropStore(std::filesystem::path folder);
    ~MaildropStore();
    MaildropStore(const MaildropStore&) = delete;
    MaildropStore& operator=(const MaildropStore&) = delete;

    /// The names of all maildrops, sorted.
    Result<std::vector<std::string>> names() const;

    /// The maildrop `name`; what is wrong with its files says file and line, and an unknown name says which
    /// there are.
    Result<std::shared_ptr<const Maildrop>> load(std::string_view name);

    /// A folder that holds the maildrop as *.eml files with CRLF line ends, whose names sort in the order of
    /// the messages. Made on first use, the same one afterwards; nobody writes into it.
    Result<std::filesystem::path> folder_of(const Maildrop& maildrop);

    /// The temporary folder of the store (mode 0755, made on first use) for files of the caller's own.
    Result<std::filesystem::path> temporary_folder();

  private:
    Result<std::shared_ptr<const Maildrop>> read(const std::string& name);

    std::filesystem::path folder_;
    std::mutex mutex_;
    std::filesystem::path temporary_;
    std::map<std::string, std::shared_ptr<const Maildrop>, std::less<>> maildrops_;
    std::map<std::string, std::filesystem::path, std::less<>> folders_;
};

}  // namespace popquiz::target
