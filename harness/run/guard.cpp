#include "harness/run/guard.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <vector>

#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>

#include "harness/pop3/comparison.hpp"
#include "harness/pop3/listing.hpp"
#include "harness/run/delivered.hpp"
#include "harness/run/login.hpp"
#include "harness/run/maildrop_messages.hpp"
#include "harness/target/mbox.hpp"

namespace popquiz::run {
namespace {

/// Messages of the suite by their size, as LIST may state it.
using OurMessages = std::multimap<std::uint64_t, std::shared_ptr<const pop3::MessageSource>>;

OurMessages messages_of_the_suite(target::MaildropStore& store) {
    OurMessages ours;
    const auto names = store.names();
    if (!names) return ours;
    for (const auto& name : *names) {
        const auto maildrop = store.load(name);
        if (!maildrop) continue;
        for (const auto& source : sources_of(**maildrop)) {
            ours.emplace(source->size(), source);
            // A message without a final line end gets one on its way; whether LIST counts it differs.
            if (!pop3::ends_with_line_end(*source)) ours.emplace(source->size() + 2, source);
        }
    }
    return ours;
}

/// Looks through one maildrop.
class Inspector {
  public:
    Inspector(Context& context, Session& session) : context_(context), session_(session) {}

    std::optional<std::string> run() {
        const auto list = ask("LIST", {});
        if (!positive(list)) return "LIST was refused";
        if (!list.exchange.reply.body_kept) return "its listing is longer than popquiz reads it";
        const auto lines = list.exchange.reply.lines();
        for (const auto line : lines) {
            const auto listing = pop3::parse_scan_listing(line);
            if (!listing) return fmt::format("LIST cannot be read: {}", listing.error().reason);
            if (!may_be_marked() && !ours().contains(listing->octets))
                return fmt::format("it holds {} messages, one of {} octets, which popquiz did not put there",
                                   lines.size(), listing->octets);
        }
        // Sizes can be alike by chance.
        for (const auto line : lines) {
            const auto listing = pop3::parse_scan_listing(line);
            if (!is_ours(listing->number, listing->octets))
                return fmt::format("it holds {} messages, and popquiz did not put message {} there",
                                   lines.size(), listing->number);
        }
        return std::nullopt;
    }

  private:
    Received ask(const std::string& line, const Channel::RecorderOptions& options) {
        const auto deadline =
            earlier(wire::Deadline::after(context_.profile.limits.step), context_.run_deadline);
        (void)session_.send(line + "\r\n", deadline);
        return session_.reply(deadline, false, options);
    }

    /// What was delivered has a size that nobody knows.
    bool may_be_marked() const { return context_.provision.fills_by_mail(); }

    const OurMessages& ours() {
        if (!ours_) ours_ = messages_of_the_suite(context_.maildrops);
        return *ours_;
    }

    Received retrieve(std::uint64_t number, pop3::BodySink& into) {
        return ask(fmt::format("RETR {}", number), [&](const Pending&) {
            pop3::ReplyRecorder::Options options;
            options.also = &into;
            return options;
        });
    }

    bool has_our_mark(std::uint64_t number) {
        pop3::BodyKeeper beginning(DeliveryReader::most_on_top);
        return positive(retrieve(number, beginning)) && is_marked(beginning.text());
    }

    bool is_ours(std::uint64_t number, std::uint64_t octets) {
        if (may_be_marked() && has_our_mark(number)) return true;
        const auto [begin, end] = ours().equal_range(octets);
        std::vector<std::unique_ptr<pop3::BodyComparer>> comparers;
        std::vector<pop3::BodySink*> sinks;
        for (auto candidate = begin; candidate != end && comparers.size() < most_candidates; ++candidate) {
            comparers.push_back(std::make_unique<pop3::BodyComparer>(*candidate->second));
            sinks.push_back(comparers.back().get());
        }
        pop3::BodyTee all(sinks);
        if (!positive(retrieve(number, all))) return false;
        return std::any_of(comparers.begin(), comparers.end(), [](const auto& comparer) {
            return comparer->finish().same_within(
                {pop3::Tolerance::final_line_end_added, pop3::Tolerance::empty_line_added,
                 pop3::Tolerance::header_lines_added, pop3::Tolerance::from_quoted,
                 pop3::Tolerance::line_feed_became_line_end});
        });
    }

    static constexpr std::size_t most_candidates = 1500;
    Context& context_;
    Session& session_;
    std::optional<OurMessages> ours_;
};

/// Whether a file may be a message of the suite, with line ends of either kind, as far as its size tells.
bool is_size_of_ours(const std::filesystem::path& file, const OurMessages& ours) {
    std::ifstream in(file, std::ios::binary);
    std::vector<char> octets(std::size_t{64} * 1024);
    std::uint64_t size = 0;
    std::uint64_t line_feeds = 0;  // that stand alone
    bool behind_return = false;
    while (in.read(octets.data(), static_cast<std::streamsize>(octets.size())), in.gcount() > 0) {
        const auto some = std::string_view(octets.data(), static_cast<std::size_t>(in.gcount()));
        size += some.size();
        for (const char octet : some) {
            if (octet == '\n' && !behind_return) ++line_feeds;
            behind_return = octet == '\r';
        }
    }
    // Which of its line feeds were line ends of the message, nobody knows any more.
    const auto least = ours.lower_bound(size);
    return in.eof() && least != ours.end() && least->first <= size + line_feeds;
}

/// Filling a Maildir empties all of it. What the server does not show there is somebody's: mail in further
/// folders, or all of it where the profile names the Maildir of somebody else.
std::optional<std::string> other_mail(const std::filesystem::path& maildir, std::uint64_t shown,
                                      const OurMessages& ours) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::exists(maildir, error) && !error) return std::nullopt;
    std::uint64_t mails = 0;
    for (auto entry = fs::recursive_directory_iterator(maildir, error); !error && entry != fs::end(entry);
         entry.increment(error)) {
        const auto folder = entry->path().parent_path().filename();
        const bool in_part = folder == "cur" || folder == "new" || folder == "tmp";
        if (!in_part) continue;
        // A delivery that was cut off stays in tmp.
        if (folder == "tmp" && entry->path().filename().string().find("popquiz") != std::string::npos)
            continue;
        const auto what = fmt::format("its Maildir {} holds {}", maildir.string(),
                                      entry->path().lexically_relative(maildir).string());
        if (folder == "tmp" || !entry->is_regular_file(error) || entry->is_symlink(error))
            return what + ", which popquiz did not put there";
        if (!is_size_of_ours(entry->path(), ours)) return what + ", which is no message of the suite";
        ++mails;
    }
    if (error) return fmt::format("its Maildir {} cannot be read: {}", maildir.string(), error.message());
    if (mails == shown) return std::nullopt;
    return fmt::format("its Maildir {} holds {} messages, and the server shows {}", maildir.string(), mails,
                       shown);
}

/// An mbox is replaced as a whole.
std::optional<std::string> other_mail_in_mbox(const target::MaildropSetup& setup,
                                              const target::Account& account, std::uint64_t shown) {
    if (setup.mbox.empty()) return std::nullopt;
    const auto mbox = target::Mbox::at(setup.mbox, account.user, setup.mbox_quoting);
    const auto mails = mbox ? mbox->count() : target::Result<std::uint64_t>(mbox.error());
    if (!mails) return mails.error().message;
    const auto ours = mbox->count(target::Mbox::our_sender);
    if (!ours || *ours != *mails)
        return fmt::format("its mbox ({}) holds messages that popquiz did not put there", setup.mbox);
    if (*mails == shown) return std::nullopt;
    return fmt::format("its mbox ({}) holds {} messages, and the server shows {}", setup.mbox, *mails, shown);
}

}  // namespace

std::string to_see_all_mail(const Survey& survey) {
    return survey.offers("UTF8") ? "UTF8" : "";
}

std::optional<std::string> foreign_messages(Context& context, Session& session) {
    return Inspector(context, session).run();
}

std::optional<std::string> foreign_mail(Context& context, const Survey& survey,
                                        const target::Account& account) {
    Journal journal(secrets_of(context.profile), context.computed);
    journal.title = "a look into the maildrop of " + account.user;
    pop3::Invariants invariants;
    Session session(context, invariants, journal, "");
    (void)session.pause(context.login_delay->left(account.user));
    const auto deadline = earlier(wire::Deadline::after(context.profile.limits.step), context.run_deadline);
    context.login_delay->logged_in(account.user);
    const auto first = context.provision.fills_by_mail() ? to_see_all_mail(survey) : std::string();
    if (const auto obstacle = reach_transaction(session, journal, account, survey.login, deadline, first))
        return fmt::format("popquiz could not log in to look what it holds: {}", *obstacle);
    const auto stat = session.ask("STAT", deadline);
    const auto count =
        positive(stat) ? pop3::parse_drop_listing(stat.exchange.reply.status.text)
                       : boost::system::result<pop3::DropListing, pop3::ListingError>(pop3::ListingError{});
    std::optional<std::string> found;
    if (!count || count->messages > 0) found = foreign_messages(context, session);
    const auto& maildir = context.profile.maildrop.maildir;
    if (!found && count && !maildir.empty())
        found = other_mail(boost::replace_all_copy(maildir, "{user}", account.user), count->messages,
                           messages_of_the_suite(context.maildrops));
    if (!found && count) found = other_mail_in_mbox(context.profile.maildrop, account, count->messages);
    if (session.is_open() && !session.ended()) (void)session.ask("QUIT", deadline);
    session.close(script::Close::Manner::orderly);
    return found;
}

}  // namespace popquiz::run
