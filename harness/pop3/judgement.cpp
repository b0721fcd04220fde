#include "harness/pop3/judgement.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "harness/pop3/escape.hpp"

namespace popquiz::pop3 {
namespace {

// How many pairs of equal unique-ids are watched in a session.
constexpr std::size_t same_ids_kept = 64;

std::string totals_text(std::uint64_t messages, std::uint64_t octets) {
    return fmt::format("{} message{} of {} octets", messages, messages == 1 ? "" : "s", octets);
}

std::string messages_text(std::uint64_t messages) {
    return fmt::format("{} message{}", messages, messages == 1 ? "" : "s");
}

std::string_view refused_check(Keyword keyword) {
    constexpr std::array<std::pair<Keyword, std::string_view>, 5> checks{{
        {Keyword::list, "always/list-marked-refused"},
        {Keyword::retr, "always/retr-marked-refused"},
        {Keyword::dele, "always/dele-marked-refused"},
        {Keyword::top, "always/top-marked-refused"},
        {Keyword::uidl, "always/uidl-marked-refused"},
    }};
    const auto found = std::find_if(checks.begin(), checks.end(),
                                    [keyword](const auto& check) { return check.first == keyword; });
    return found == checks.end() ? std::string_view{} : found->second;
}

bool known_to_differ(const MessageFacts& left, const MessageFacts& right) {
    if (left.retrieved_digest && right.retrieved_digest)
        return left.retrieved_digest != right.retrieved_digest;
    if (left.retrieved_size && right.retrieved_size) return left.retrieved_size != right.retrieved_size;
    return left.listed_size && right.listed_size && left.listed_size != right.listed_size;
}

std::string first_difference(std::string_view expected, std::string_view got) {
    const auto at = static_cast<std::size_t>(
        std::mismatch(expected.begin(),
                      expected.begin() + static_cast<std::ptrdiff_t>(std::min(expected.size(), got.size())),
                      got.begin())
            .first -
        expected.begin());
    return fmt::format("{}", at);
}

}  // namespace

Invariants::Judgement::Judgement(Invariants& all, Session& session, const Exchange& exchange,
                                 std::vector<Finding>& findings)
    : all_(all),
      session_(session),
      ledger_(session.ledger),
      maildrop_(all.maildrop_of(session)),
      command_(exchange.command),
      reply_(exchange.reply),
      findings_(findings) {}

void Invariants::Judgement::run() {
    if (ledger_.blind() || !command_.valid) return;
    if (reply_.status.means_negative()) {
        listed_is_there();
        return;
    }
    marked_refused();
    switch (command_.keyword) {
        case Keyword::stat:
            stat();
            break;
        case Keyword::list:
            command_.message_number ? list_one() : list_all();
            break;
        case Keyword::uidl:
            command_.message_number ? uidl_one() : uidl_all();
            break;
        case Keyword::retr:
            retr();
            break;
        case Keyword::top:
            top();
            break;
        case Keyword::dele:
            dele();
            break;
        case Keyword::rset:
            rset();
            break;
        case Keyword::user:
        case Keyword::pass:
        case Keyword::apop:
        case Keyword::auth:
        case Keyword::stls:
        case Keyword::capa:
        case Keyword::utf8:
        case Keyword::lang:
        case Keyword::noop:
        case Keyword::quit:
        case Keyword::sasl_response:
        case Keyword::unknown:
            break;
    }
}

MessageFacts* Invariants::Judgement::asked_message() {
    return command_.message_number ? ledger_.message(*command_.message_number) : nullptr;
}

bool Invariants::Judgement::body_is_clean() const {
    constexpr std::array framing{FaultKind::bare_lf_in_body, FaultKind::bare_lf_terminator,
                                 FaultKind::terminator_without_lf, FaultKind::stuffing_missing};
    return std::none_of(framing.begin(), framing.end(),
                        [this](FaultKind kind) { return reply_.fault(kind) != nullptr; });
}

bool Invariants::Judgement::controlled() const {
    return maildrop_ != nullptr && maildrop_->controlled();
}

bool Invariants::Judgement::may_have_grown() const {
    return !controlled() || maildrop_->deliveries() != session_.deliveries_at_login;
}

Finding Invariants::Judgement::less_sure_unless_controlled(Finding finding) const {
    if (!controlled()) finding.level = Level::should;
    return finding;
}

bool Invariants::Judgement::raised(std::string_view check) const {
    return session_.raised.count(check) > 0 ||
           std::any_of(findings_.begin(), findings_.end(),
                       [check](const Finding& finding) { return finding.check == check; });
}

void Invariants::Judgement::marked_refused() {
    const std::string_view check = refused_check(command_.keyword);
    if (check.empty() || !command_.message_number) return;
    const MessageFacts* const facts = ledger_.find(*command_.message_number);
    if (facts == nullptr || !facts->marked) return;
    add(make_finding(
        check,
        fmt::format("Message {} is marked as deleted, and {} {} was answered with +OK.",
                    *command_.message_number, to_string(command_.keyword), *command_.message_number),
        "-ERR", fmt::format("\"{}\"", escape(reply_.status.octets)), 0));
}

// RFC 1939 s4 has the lock for this. A response code tells of another cause, and a maildrop that others may
// change proves nothing.
void Invariants::Judgement::listed_is_there() {
    if (command_.keyword != Keyword::retr && command_.keyword != Keyword::list) return;
    if (!command_.message_number || reply_.status.code || !controlled()) return;
    const MessageFacts* const facts = ledger_.find(*command_.message_number);
    if (facts == nullptr || !facts->seen || facts->marked) return;
    const std::string got = fmt::format("\"{}\"", escape(reply_.status.octets));
    if (facts->unmarked_by_reset) {
        add(make_finding(
            "always/rset-unmarks",
            fmt::format("RSET has unmarked message {}, and {} {} was answered with -ERR.",
                        *command_.message_number, to_string(command_.keyword), *command_.message_number),
            "+OK", got, 0));
        return;
    }
    add(make_finding(
        "always/listed-is-there",
        fmt::format("Message {} is in this session's maildrop and not marked, and {} {} was answered with "
                    "-ERR.",
                    *command_.message_number, to_string(command_.keyword), *command_.message_number),
        "+OK", got, 0));
}

void Invariants::Judgement::stat() {
    const auto listing = parse_drop_listing(reply_.status.text);
    if (!listing) return;
    session_.stat = SessionLedger::Totals{listing->messages, listing->octets};
    session_.stat_epoch = session_.epoch;
    check_expected_count(listing->messages);
    if (session_.list && session_.list_epoch == session_.epoch) {
        compare_stat_and_list();
        return;
    }
    if (ledger_.count()) {
        const std::size_t before = findings_.size();
        stat_against_count(listing->messages);
        if (findings_.size() == before) stat_against_sizes(*listing);
    } else if (ledger_.marked() == 0) {
        learn_count(listing->messages);
    }
}

void Invariants::Judgement::learn_count(std::uint64_t count) {
    // A message that was marked or retrieved beyond the last one: the server's numbers are not those of the
    // ledger.
    if (!ledger_.messages().empty() && ledger_.messages().rbegin()->first > count) {
        ledger_.forget();
        return;
    }
    ledger_.learn_count(count);
}

void Invariants::Judgement::stat_against_count(std::uint64_t messages) {
    const std::uint64_t marked = ledger_.marked();
    const std::uint64_t expected = *ledger_.count() - std::min(*ledger_.count(), marked);
    if (messages == expected) return;
    const auto was_marked = static_cast<std::uint64_t>(
        std::count_if(ledger_.messages().begin(), ledger_.messages().end(),
                      [](const auto& entry) { return entry.second.unmarked_by_reset; }));
    if (marked > 0 && messages == *ledger_.count()) {
        add(make_finding("always/stat-without-marked",
                         fmt::format("STAT counts {}, though {} of {} are marked as deleted.",
                                     messages_text(messages), marked, *ledger_.count()),
                         messages_text(expected), messages_text(messages)));
    } else if (was_marked > 0 && messages < expected && messages + was_marked >= expected) {
        add(make_finding("always/rset-unmarks",
                         fmt::format("After RSET, STAT counts {} of {}.", messages, messages_text(expected)),
                         messages_text(expected), messages_text(messages)));
    } else if (messages < expected) {
        add(less_sure_unless_controlled(make_finding(
            "always/count-stays",
            fmt::format("STAT counts {}; earlier in the session there were {}, of which {} are marked.",
                        messages_text(messages), *ledger_.count(), marked),
            messages_text(expected), messages_text(messages))));
    } else if (!may_have_grown()) {
        add(make_finding(
            "always/count-stays",
            fmt::format("STAT counts {}; earlier in the session there were {}, of which {} are marked.",
                        messages_text(messages), *ledger_.count(), marked),
            messages_text(expected), messages_text(messages)));
    } else {
        learn_count(messages + marked);
    }
}

void Invariants::Judgement::stat_against_sizes(const DropListing& listing) {
    const auto expected = ledger_.totals(false);
    if (!expected || expected->messages != listing.messages || expected->octets == listing.octets) return;
    const auto with_marked = ledger_.totals(true);
    const std::string wanted = totals_text(expected->messages, expected->octets);
    const std::string got = totals_text(listing.messages, listing.octets);
    if (ledger_.marked() > 0 && with_marked && with_marked->octets == listing.octets) {
        add(make_finding("always/stat-without-marked",
                         fmt::format("STAT counts the {} octets of marked messages.",
                                     with_marked->octets - std::min(with_marked->octets, expected->octets)),
                         wanted, got));
        return;
    }
    Finding finding =
        make_finding("always/stat-is-sum-of-list",
                     fmt::format("STAT says {} octets; the sizes that LIST states for the {} add up to "
                                 "{}.",
                                 listing.octets, messages_text(expected->messages), expected->octets),
                     wanted, got);
    if (all_.utf8_announced_) finding.level = Level::should;
    add(std::move(finding));
}

void Invariants::Judgement::compare_stat_and_list() {
    if (!session_.stat || !session_.list || session_.stat_epoch != session_.list_epoch) return;
    if (raised("always/stat-without-marked") || raised("always/list-without-marked") ||
        raised("always/rset-unmarks")) {
        return;
    }
    const std::string stat = totals_text(session_.stat->messages, session_.stat->octets);
    const std::string list = totals_text(session_.list->messages, session_.list->octets);
    if (session_.stat->messages != session_.list->messages) {
        if (ledger_.marked() > 0 && session_.stat->messages == session_.list->messages + ledger_.marked()) {
            add(make_finding("always/stat-without-marked",
                             fmt::format("STAT counts {}, LIST {}: the {} marked as deleted are counted.",
                                         session_.stat->messages, session_.list->messages, ledger_.marked()),
                             list, stat));
            return;
        }
        add(make_finding(
            "always/stat-is-count-of-list",
            fmt::format("STAT counts {}; LIST has {} line{}.", messages_text(session_.stat->messages),
                        session_.list->messages, session_.list->messages == 1 ? "" : "s"),
            list, stat));
        return;
    }
    if (session_.stat->octets == session_.list->octets) return;
    Finding finding = make_finding("always/stat-is-sum-of-list",
                                   fmt::format("STAT says {} octets; the sizes of LIST add up to {}.",
                                               session_.stat->octets, session_.list->octets),
                                   list, stat);
    if (all_.utf8_announced_) finding.level = Level::should;
    add(std::move(finding));
}

void Invariants::Judgement::learn_size(std::uint64_t number, std::uint64_t size, bool single) {
    MessageFacts* const facts = ledger_.message(number);
    if (facts == nullptr) return;
    facts->seen = true;
    if (!facts->listed_size) {
        facts->listed_size = size;
        facts->size_from_single_listing = single;
        compare_with_retr(number, *facts);
        return;
    }
    if (*facts->listed_size == size) return;
    const bool other_form = facts->size_from_single_listing != single;
    add(make_finding(other_form ? "always/list-one-is-line-of-list" : "always/size-stays",
                     fmt::format("{} states {} octets for message {}; earlier in the session {} stated {}.",
                                 single ? fmt::format("LIST {}", number) : "LIST", size, number,
                                 facts->size_from_single_listing ? fmt::format("LIST {}", number) : "LIST",
                                 *facts->listed_size),
                     fmt::format("{} octets", *facts->listed_size), fmt::format("{} octets", size)));
}

void Invariants::Judgement::list_one() {
    const auto listing = parse_scan_listing(reply_.status.text);
    if (!listing || reply_.has_body) return;
    if (listing->number != *command_.message_number) {
        add(make_finding("always/list-one-number",
                         fmt::format("LIST {} was answered with the listing of message {}.",
                                     *command_.message_number, listing->number),
                         fmt::format("+OK {} ...", *command_.message_number),
                         fmt::format("\"{}\"", escape(reply_.status.octets)), 4));
        return;
    }
    learn_size(listing->number, listing->octets, true);
    check_same_ids();
}

void Invariants::Judgement::list_all() {
    if (!reply_.body_kept) return;
    std::vector<std::uint64_t> numbers;
    SessionLedger::Totals totals;
    std::vector<ScanListing> listings;
    for (const std::string_view line : reply_.lines()) {
        const auto listing = parse_scan_listing(line);
        if (!listing) return;
        listings.push_back(*listing);
        numbers.push_back(listing->number);
        ++totals.messages;
        totals.octets += listing->octets;
    }
    if (!check_numbers(numbers, true)) return;
    session_.list = totals;
    session_.list_epoch = session_.epoch;
    check_expected_count(totals.messages);
    const std::size_t before = findings_.size();
    if (session_.stat && session_.stat_epoch == session_.epoch) compare_stat_and_list();
    if (findings_.size() == before) check_omissions({numbers.begin(), numbers.end()}, true);
    if (!ledger_.count()) learn_count(totals.messages + ledger_.marked());
    if (ledger_.blind()) return;
    for (const ScanListing& listing : listings)
        learn_size(listing.number, listing.octets, false);
    check_same_ids();
}

bool Invariants::Judgement::check_numbers(const std::vector<std::uint64_t>& numbers, bool of_list) {
    const std::string_view name = of_list ? "LIST" : "UIDL";
    std::set<std::uint64_t> seen;
    for (const std::uint64_t number : numbers) {
        if (!seen.insert(number).second) {
            add(make_finding(of_list ? "always/list-all-each" : "always/uidl-all-each",
                             fmt::format("{} has more than one line for message {}.", name, number),
                             "one line for each message", fmt::format("message {} twice", number)));
            return false;
        }
        const MessageFacts* const facts = ledger_.find(number);
        if (facts != nullptr && facts->marked) {
            add(make_finding(
                of_list ? "always/list-without-marked" : "always/uidl-without-marked",
                fmt::format("{} has a line for message {}, which is marked as deleted.", name, number),
                fmt::format("no line for message {}", number), fmt::format("a line for message {}", number)));
            return false;
        }
    }
    // Without marks the nth message has the number n (RFC 1939 s4), so that n lines run from 1 to n.
    if (ledger_.marked() > 0 || seen.empty() || *seen.rbegin() == seen.size()) return true;
    // What was known to be there is missed by check_omissions.
    if (ledger_.count() && *seen.rbegin() <= *ledger_.count()) return true;
    std::uint64_t missing = 1;
    for (const std::uint64_t number : seen) {
        if (number != missing) break;
        ++missing;
    }
    const MessageFacts* const gap = ledger_.find(missing);
    if (gap != nullptr && gap->unmarked_by_reset) {
        add(make_finding("always/rset-unmarks",
                         fmt::format("RSET has unmarked message {}, and {} does not list it.", missing, name),
                         fmt::format("a line for message {}", missing), "no such line"));
        return false;
    }
    add(make_finding(
        "always/number-consecutive",
        fmt::format("{} has {} lines, and the highest message-number is {}: there is no message {}.", name,
                    seen.size(), *seen.rbegin(), missing),
        fmt::format("the numbers 1 to {}", seen.size()), fmt::format("a gap at {}", missing)));
    return false;
}

bool Invariants::Judgement::check_omissions(const std::set<std::uint64_t>& numbers, bool of_list) {
    if (!ledger_.count()) return true;
    const std::string_view name = of_list ? "LIST" : "UIDL";
    const std::string_view check = of_list ? "always/list-all-each" : "always/uidl-all-each";
    for (std::uint64_t number = 1; number <= *ledger_.count(); ++number) {
        if (numbers.count(number) > 0) continue;
        const MessageFacts* const facts = ledger_.find(number);
        if (facts != nullptr && facts->marked) continue;
        if (facts != nullptr && facts->unmarked_by_reset) {
            add(make_finding(
                "always/rset-unmarks",
                fmt::format("RSET has unmarked message {}, and {} does not list it.", number, name),
                fmt::format("a line for message {}", number), "no such line"));
            return false;
        }
        add(less_sure_unless_controlled(make_finding(
            check,
            fmt::format(
                "{} has no line for message {}, though the session has {} messages and it is not marked.",
                name, number, *ledger_.count()),
            fmt::format("a line for message {}", number), fmt::format("{} lines", numbers.size()))));
        return false;
    }
    if (numbers.empty() || *numbers.rbegin() <= *ledger_.count()) return true;
    if (may_have_grown()) {
        learn_count(*numbers.rbegin());
        return true;
    }
    add(make_finding("always/count-stays",
                     fmt::format("{} has a line for message {}, though the session has {} messages.", name,
                                 *numbers.rbegin(), *ledger_.count()),
                     messages_text(*ledger_.count()), fmt::format("message {}", *numbers.rbegin())));
    return false;
}

void Invariants::Judgement::learn_unique_id(std::uint64_t number, std::string_view unique_id, bool single) {
    MessageFacts* const facts = ledger_.message(number);
    if (facts == nullptr) return;
    facts->seen = true;
    if (!facts->unique_id) {
        facts->unique_id = std::string(unique_id);
        facts->unique_id_from_single_listing = single;
        return;
    }
    if (*facts->unique_id == unique_id) return;
    add(make_finding(
        "always/uidl-constant",
        fmt::format("{} states another unique-id for message {} than {} did earlier in the session.",
                    single ? fmt::format("UIDL {}", number) : "UIDL", number,
                    facts->unique_id_from_single_listing ? fmt::format("UIDL {}", number) : "UIDL"),
        fmt::format("\"{}\"", escape(*facts->unique_id)), fmt::format("\"{}\"", escape(unique_id))));
}

void Invariants::Judgement::uidl_one() {
    const auto listing = parse_unique_id_listing(reply_.status.text);
    if (!listing || reply_.has_body) return;
    if (listing->number != *command_.message_number) {
        add(make_finding("always/uidl-one-number",
                         fmt::format("UIDL {} was answered with the listing of message {}.",
                                     *command_.message_number, listing->number),
                         fmt::format("+OK {} ...", *command_.message_number),
                         fmt::format("\"{}\"", escape(reply_.status.octets)), 4));
        return;
    }
    learn_unique_id(listing->number, listing->unique_id, true);
}

void Invariants::Judgement::uidl_all() {
    if (!reply_.body_kept) return;
    std::vector<std::uint64_t> numbers;
    std::vector<UniqueIdListing> listings;
    const auto lines = reply_.lines();
    for (const std::string_view line : lines) {
        const auto listing = parse_unique_id_listing(line);
        if (!listing) return;
        listings.push_back(*listing);
        numbers.push_back(listing->number);
    }
    if (!check_numbers(numbers, false)) return;
    check_omissions({numbers.begin(), numbers.end()}, false);
    for (const UniqueIdListing& listing : listings)
        learn_unique_id(listing.number, listing.unique_id, false);
    find_same_ids();
    check_same_ids();
    check_expected_ids();
}

void Invariants::Judgement::find_same_ids() {
    std::map<std::string_view, std::uint64_t> first;
    session_.same_ids.clear();
    for (const auto& [number, facts] : ledger_.messages()) {
        if (!facts.unique_id) continue;
        const auto [entry, fresh] = first.emplace(*facts.unique_id, number);
        if (!fresh && session_.same_ids.size() < same_ids_kept)
            session_.same_ids.emplace_back(entry->second, number);
    }
}

void Invariants::Judgement::check_same_ids() {
    for (const auto& [first, second] : session_.same_ids) {
        const MessageFacts* const left = ledger_.find(first);
        const MessageFacts* const right = ledger_.find(second);
        if (left == nullptr || right == nullptr || !known_to_differ(*left, *right)) continue;
        add(make_finding("always/uidl-unique",
                         fmt::format("Messages {} and {} differ and have the same unique-id.", first, second),
                         "different unique-ids", fmt::format("\"{}\"", escape(*left->unique_id))));
        return;
    }
}

void Invariants::Judgement::compare_with_retr(std::uint64_t number, const MessageFacts& facts) {
    if (!facts.listed_size || !facts.retrieved_size || *facts.listed_size == *facts.retrieved_size) return;
    const bool may_lack = maildrop_ != nullptr
                              ? maildrop_->may_lack_final_line_end(*facts.listed_size, *facts.retrieved_size)
                              : *facts.listed_size + 2 == *facts.retrieved_size;
    if (may_lack) return;
    Finding finding = make_finding(
        "always/list-is-size-of-retr",
        fmt::format("LIST states {} octets for message {}; RETR {} sent {} octets after un-stuffing.",
                    *facts.listed_size, number, number, *facts.retrieved_size),
        fmt::format("{} octets", *facts.retrieved_size), fmt::format("{} octets", *facts.listed_size));
    if (all_.utf8_announced_) finding.level = Level::should;
    add(std::move(finding));
}

void Invariants::Judgement::retr() {
    MessageFacts* const facts = asked_message();
    if (facts == nullptr || !reply_.has_body) return;
    facts->seen = true;
    facts->retrieved = true;
    if (!body_is_clean()) return;
    const bool changed =
        facts->retrieved_size &&
        (*facts->retrieved_size != reply_.body_size ||
         (facts->retrieved_digest && reply_.body_digest && facts->retrieved_digest != reply_.body_digest));
    if (changed) {
        add(make_finding("always/retr-repeatable",
                         fmt::format("RETR {} sent {} octets; earlier in the session it sent {} octets{}.",
                                     *command_.message_number, reply_.body_size, *facts->retrieved_size,
                                     *facts->retrieved_size == reply_.body_size ? ", which were others" : ""),
                         fmt::format("{} octets", *facts->retrieved_size),
                         fmt::format("{} octets", reply_.body_size)));
        return;
    }
    facts->retrieved_size = reply_.body_size;
    if (reply_.body_digest) facts->retrieved_digest = reply_.body_digest;
    compare_with_retr(*command_.message_number, *facts);
    if (reply_.body_kept) {
        ledger_.keep_body(*facts, reply_.body);
        compare_tops(*command_.message_number, *facts);
    }
    check_same_ids();
}

void Invariants::Judgement::top() {
    MessageFacts* const facts = asked_message();
    if (facts == nullptr || !reply_.has_body) return;
    facts->seen = true;
    facts->retrieved = true;
    if (!body_is_clean() || !reply_.body_kept) return;
    if (facts->body) {
        compare_top(*command_.message_number, *command_.line_count, reply_.body, *facts->body);
    } else {
        ledger_.keep_top(*facts, *command_.line_count, reply_.body);
    }
}

void Invariants::Judgement::compare_tops(std::uint64_t number, const MessageFacts& facts) {
    if (!facts.body) return;
    for (const auto& [lines, top] : facts.tops)
        compare_top(number, lines, top, *facts.body);
}

void Invariants::Judgement::compare_top(std::uint64_t number, std::uint64_t lines, std::string_view top,
                                        std::string_view body) {
    const TextSource message{std::string(body)};
    // Without a blank line, or without a header, it is unclear what TOP sends.
    const auto size = top_size(message, lines);
    if (!size || body.starts_with("\r\n")) return;
    const std::string_view expected = body.substr(0, static_cast<std::size_t>(*size));
    if (top == expected) return;
    if (body.starts_with(top) || top.starts_with(expected)) {
        // What came is a beginning of the message, or goes on where it should have ended.
        const bool prefix = body.starts_with(top);
        add(make_finding(
            prefix ? "always/top-lines-count" : "always/top-is-prefix-of-retr",
            fmt::format("TOP {} {} sent {} octets; header, blank line and that many lines of what RETR {} "
                        "sent are {} octets.",
                        number, lines, top.size(), number, expected.size()),
            fmt::format("{} octets", expected.size()), fmt::format("{} octets", top.size())));
        return;
    }
    add(make_finding("always/top-is-prefix-of-retr",
                     fmt::format("TOP {} {} differs from what RETR {} sent, from octet {} of the message on.",
                                 number, lines, number, first_difference(expected, top)),
                     "the same octets", "other octets"));
}

void Invariants::Judgement::dele() {
    const std::uint64_t number = *command_.message_number;
    ++session_.epoch;
    if (ledger_.count() && number > *ledger_.count()) {
        // Whatever the server has marked, it is not what the ledger calls this message.
        ledger_.forget();
        return;
    }
    ledger_.mark(number);
}

void Invariants::Judgement::rset() {
    ++session_.epoch;
    ledger_.unmark_all();
}

// The first count of a session, held against what the sessions before it have left.
void Invariants::Judgement::check_expected_count(std::uint64_t messages) {
    if (!session_.expectation || session_.epoch > 0 || !session_.alone) return;
    const MaildropLedger::Expectation expected = *session_.expectation;
    session_.expectation->at_least.reset();
    session_.expectation->at_least_with_retrieved.reset();
    session_.expectation->at_most.reset();
    const bool aborted = expected.last_end == SessionEnd::aborted;
    const std::string_view lost = aborted ? "always/abort-keeps-mail" : "always/quit-keeps-unmarked";
    const std::string_view how = aborted ? "which ended without QUIT," : "which ended with QUIT,";
    if (expected.at_least && messages < *expected.at_least) {
        add(make_finding(lost,
                         fmt::format("There are {}; after the session before, {} at least {} must be left.",
                                     messages_text(messages), how, *expected.at_least),
                         fmt::format("at least {}", messages_text(*expected.at_least)),
                         messages_text(messages)));
    } else if (expected.at_least_with_retrieved && messages < *expected.at_least_with_retrieved &&
               !all_.expires_at_once_) {
        // A site may delete at QUIT what was retrieved (RFC 1939 s8), and should then announce it (RFC 2449
        // s6.7).
        Finding finding = make_finding(
            lost,
            fmt::format(
                "There are {}; the session before left {}, some of which it had retrieved and not marked.",
                messages_text(messages), *expected.at_least_with_retrieved),
            messages_text(*expected.at_least_with_retrieved), messages_text(messages));
        finding.level = Level::should;
        add(std::move(finding));
    } else if (expected.at_most && messages > *expected.at_most) {
        add(make_finding(
            "always/deleted-goes",
            fmt::format("There are {}; after what the sessions before deleted, at most {} can be left.",
                        messages_text(messages), *expected.at_most),
            fmt::format("at most {}", messages_text(*expected.at_most)), messages_text(messages)));
    }
}

void Invariants::Judgement::check_expected_ids() {
    if (!session_.expectation || session_.epoch > 0 || !session_.alone) return;
    const auto present = std::exchange(session_.expectation->present, {});
    const auto removed = std::exchange(session_.expectation->removed, {});
    const SessionEnd last_end = session_.expectation->last_end;
    std::map<std::string_view, std::uint64_t> ids;
    for (const auto& [number, facts] : ledger_.messages()) {
        if (facts.unique_id) ids.emplace(*facts.unique_id, number);
    }
    for (const std::string& id : removed) {
        const auto back = ids.find(id);
        if (back == ids.end()) continue;
        add(make_finding("always/deleted-goes",
                         fmt::format("Message {} has a unique-id that a QUIT answered with +OK had removed.",
                                     back->second),
                         "no such unique-id", fmt::format("\"{}\"", escape(id))));
        return;
    }
    const auto missing = std::find_if(present.begin(), present.end(), [&](const auto& entry) {
        return ids.count(entry.first) == 0 && !(entry.second && all_.expires_at_once_);
    });
    if (missing == present.end()) return;
    const auto strangers =
        static_cast<std::size_t>(std::count_if(ids.begin(), ids.end(), [&](const auto& entry) {
            return present.count(std::string(entry.first)) == 0;
        }));
    const std::string id = fmt::format("\"{}\"", escape(missing->first));
    const std::string got = fmt::format("{} unique-ids, {} of them not seen before", ids.size(), strangers);
    if (strangers > 0) {
        // As many messages as before under other ids are the same messages; otherwise nothing is certain.
        if (ids.size() == present.size() && maildrop_ != nullptr && maildrop_->deliveries() == 0) {
            Finding finding = make_finding("always/uidl-persists",
                                           fmt::format("The unique-id {} of an earlier session is gone, and "
                                                       "there are as many messages as before.",
                                                       id),
                                           id, got);
            add(std::move(finding));
        }
        return;
    }
    Finding finding = make_finding(
        last_end == SessionEnd::aborted ? "always/abort-keeps-mail" : "always/quit-keeps-unmarked",
        fmt::format("The message with the unique-id {} is gone, though no session has deleted it.", id), id,
        got);
    if (missing->second) finding.level = Level::should;
    add(std::move(finding));
}

}  // namespace popquiz::pop3
