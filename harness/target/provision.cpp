#include "harness/target/provision.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

#include "harness/target/child_process.hpp"
#include "harness/target/mail_client.hpp"
#include "harness/target/maildir.hpp"
#include "harness/target/mbox.hpp"
#include "harness/wire/dial.hpp"

namespace popquiz::target {

namespace {

namespace fs = std::filesystem;

/// The part of a unique_name() that has the number.
std::string numbered_part(std::uint64_t number) {
    return fmt::format("Q{:06}.popquiz", number);
}

/// A file name as deliverers to a Maildir make it. The number is padded so that names sort as the messages
/// do.
std::string unique_name(std::uint64_t stamp, std::size_t number, std::string_view flags) {
    return fmt::format("{}.M{:06}P{}{}{}", stamp / 1'000'000, stamp % 1'000'000, ::getpid(),
                       numbered_part(number), flags);
}

Result<void> run(const fs::path& program, const std::vector<std::string>& arguments, wire::Deadline deadline,
                 const wire::Stop& stop) {
    const auto ended = run_program(program, arguments, deadline, stop);
    if (!ended) return ended.error();
    if (ended->status == 0) return {};
    const auto how = ended->signal != 0 ? fmt::format("was ended by signal {}", ended->signal)
                                        : fmt::format("failed with exit status {}", ended->status);
    return Failure{Failure::Kind::failed,
                   fmt::format("{} {} {}{}{}", program.string(), fmt::join(arguments, " "), how,
                               ended->output.empty() ? "" : "; it said:\n", ended->output)};
}

/// A reason not to go on with something that takes long.
std::optional<Failure> over(wire::Deadline deadline, const wire::Stop& stop, const Account& account) {
    if (stop.requested()) return Failure{Failure::Kind::stopped, "stopped on request"};
    if (!deadline.has_passed()) return std::nullopt;
    return Failure{Failure::Kind::timed_out,
                   fmt::format("the maildrop of {} was not filled in time", account.user)};
}

/// A file with the message in it, removed with the object.
class MessageFile {
  public:
    static Result<MessageFile> make(const Message& message, fs::path path) {
        MessageFile file(std::move(path));
        std::ofstream out(file.path_, std::ios::binary);
        std::vector<char> octets(std::size_t{64} * 1024);
        for (std::uint64_t offset = 0; offset < message.size();) {
            const auto count = message.read(offset, octets);
            if (!count) return count.error();
            out.write(octets.data(), static_cast<std::streamsize>(*count));
            offset += *count;
        }
        out.close();
        if (!out) return Failure{Failure::Kind::failed, file.path_.string() + ": cannot be written"};
        return file;
    }
    MessageFile(MessageFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    MessageFile& operator=(MessageFile&&) = delete;
    ~MessageFile() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove(path_, ignored);
    }
    const fs::path& path() const noexcept { return path_; }

  private:
    explicit MessageFile(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

}  // namespace

/// Microseconds since 1970, never twice the same.
std::uint64_t Provision::next_stamp() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const auto now =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
    auto last = last_stamp_.load();
    while (!last_stamp_.compare_exchange_weak(last, std::max(now, last + 1)))
        continue;
    return std::max(now, last + 1);
}

std::string Provision::in_words() const {
    if (!setup_.reset.empty()) return fmt::format("by {}", setup_.reset.string());
    if (!setup_.maildir.empty()) return fmt::format("in the Maildir {}", setup_.maildir);
    if (!setup_.mbox.empty()) return fmt::format("in the mbox {}", setup_.mbox);
    if (fills_by_mail())
        return fmt::format("over POP3 and by {} to {}", name_of(setup_.protocol),
                           to_string(setup_.mail_server));
    return {};
}

void Provision::keep_what_is_there(const Account& account) {
    if (setup_.maildir.empty()) return;
    const auto maildir = Maildir::open(setup_.maildir, account.user);
    if (!maildir) return;  // then it cannot be filled either
    if (auto names = maildir->beside()) kept_[account.user] = std::move(*names);
}

Result<void> Provision::fill(const Account& account, const Maildrop& maildrop, wire::Deadline deadline,
                             const wire::Stop& stop) {
    if (!can_fill())
        return Failure{Failure::Kind::failed, "the profile has no [maildrop] to fill maildrops with"};
    if (fills_by_mail())
        return Failure{Failure::Kind::cannot, "mail adds to a maildrop: only its server can empty it first"};
    if (!setup_.reset.empty()) {
        const auto folder = store_.folder_of(maildrop);
        if (!folder) return folder.error();
        // The limit is for programs of others, which may hang. How fast we write files is the machine's
        // doing.
        return run(setup_.reset, {account.user, folder->string()},
                   wire::earlier(deadline, wire::Deadline::after(setup_.timeout)), stop);
    }
    if (!setup_.mbox.empty()) {
        const auto mbox = Mbox::at(setup_.mbox, account.user, setup_.mbox_quoting);
        return mbox ? mbox->replace(maildrop.messages(), deadline, stop) : mbox.error();
    }
    auto maildir = Maildir::open(setup_.maildir, account.user);
    if (!maildir) return maildir.error();
    const auto kept = kept_.find(account.user);
    if (auto cleared = maildir->clear(kept == kept_.end() ? std::set<std::string>() : kept->second); !cleared)
        return cleared.error();
    const auto stamp = next_stamp();
    std::size_t number = 0;
    for (const auto& message : maildrop.messages()) {
        if (auto failure = over(deadline, stop, account)) return std::move(*failure);
        const auto name = unique_name(stamp, ++number, ":2,");
        auto added = maildir->add(*message, Maildir::Part::cur, name, setup_.maildir_line_ends);
        if (!added) return added.error();
    }
    return {};
}

Result<void> Provision::can_mail(const Maildrop& maildrop) {
    for (const auto& message : maildrop.messages()) {
        const auto obstacle = beyond_mail(*message);
        if (!obstacle) return obstacle.error();
        if (*obstacle)
            return Failure{Failure::Kind::cannot, fmt::format("a delivery cannot carry message {}/{}: {}",
                                                              maildrop.name(), message->name(), **obstacle)};
    }
    return {};
}

Result<std::vector<std::string>> Provision::mail(const Account& account, Messages messages,
                                                 wire::Deadline deadline, const wire::Stop& stop) {
    std::vector<std::string> marks;
    if (messages.empty()) return marks;
    auto client = MailClient::open(setup_, deadline, stop);
    if (!client) return client.error();
    for (const auto& message : messages) {
        auto mark = mail_one(*client, account, *message, deadline, stop);
        if (!mark) return mark.error();
        marks.push_back(std::move(*mark));
    }
    client->quit(deadline);
    return marks;
}

/// Between `<` and `>` (RFC 5321 section 4.1.2); what would have to be quoted there is refused.
Result<std::string> Provision::recipient_of(const Account& account) const {
    constexpr std::string_view placeholder = "{user}";
    if (account.user.find_first_of("<> \"\\,;:[]()") != std::string::npos)
        return Failure{Failure::Kind::failed,
                       fmt::format("the user `{}` cannot stand in a mail address", account.user)};
    auto recipient = setup_.recipient;
    for (auto at = recipient.find(placeholder); at != std::string::npos;
         at = recipient.find(placeholder, at + account.user.size()))
        recipient.replace(at, placeholder.size(), account.user);
    return recipient;
}

Result<std::string> Provision::mail_one(MailClient& client, const Account& account, const Message& message,
                                        wire::Deadline deadline, const wire::Stop& stop) {
    constexpr double commands = 4;  // MAIL, RCPT, DATA, and the message
    if (auto failure = over(deadline, stop, account)) return std::move(*failure);
    if (rate_) {
        const auto wait = rate_->take(commands, wire::Rate::Clock::now());
        const auto moment = wire::earlier(deadline, wire::Deadline::after(wait));
        (void)wire::wait_for(stop.descriptor(), POLLIN, moment, stop);
    }
    const auto recipient = recipient_of(account);
    if (!recipient) return recipient.error();
    auto mark = fmt::format("{}: {}.{}\r\n", mark_name, next_stamp(), ::getpid());
    if (auto sent = client.deliver(*recipient, mark, message, deadline); !sent) return sent.error();
    return mark;
}

Result<void> Provision::deliver(const Account& account, const Message& message, wire::Deadline deadline,
                                const wire::Stop& stop) {
    deadline = wire::earlier(deadline, wire::Deadline::after(setup_.timeout));
    if (!setup_.deliver.empty()) {
        const auto folder = store_.temporary_folder();
        if (!folder) return folder.error();
        const auto file = MessageFile::make(message, *folder / fmt::format("delivery-{}.eml", ++deliveries_));
        if (!file) return file.error();
        return run(setup_.deliver, {account.user, file->path().string()}, deadline, stop);
    }
    if (!setup_.mbox.empty()) {
        const auto mbox = Mbox::at(setup_.mbox, account.user, setup_.mbox_quoting);
        return mbox ? mbox->append(message, deadline, stop) : mbox.error();
    }
    if (fills_by_mail()) {
        auto client = MailClient::open(setup_, deadline, stop);
        if (!client) return client.error();
        const auto mark = mail_one(*client, account, message, deadline, stop);
        if (!mark) return mark.error();
        client->quit(deadline);
        return {};
    }
    if (setup_.maildir.empty()) {
        return Failure{
            Failure::Kind::failed,
            "the profile's [maildrop] has no way to deliver: none of `deliver`, `maildir`, `mbox`, "
            "`lmtp` and `smtp`"};
    }
    auto maildir = Maildir::open(setup_.maildir, account.user);
    if (!maildir) return maildir.error();
    return maildir->add(message, Maildir::Part::fresh, unique_name(next_stamp(), 1, ""),
                        setup_.maildir_line_ends);
}

Result<void> Provision::remove(const Account& account, std::uint64_t number) {
    if (!can_remove()) {
        return Failure{Failure::Kind::failed,
                       "the profile's [maildrop] has no `maildir` that popquiz could take a message out of"};
    }
    auto maildir = Maildir::open(setup_.maildir, account.user);
    if (!maildir) return maildir.error();
    return maildir->remove(numbered_part(number));
}

}  // namespace popquiz::target
