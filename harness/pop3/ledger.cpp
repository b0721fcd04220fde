#include "harness/pop3/ledger.hpp"

#include <algorithm>
#include <utility>

namespace popquiz::pop3 {
namespace {

std::uint64_t minus(std::uint64_t from, std::uint64_t what) {
    return from - std::min(from, what);
}

std::uint64_t count_if_message(const SessionLedger& session, bool (*wanted)(const MessageFacts&)) {
    return static_cast<std::uint64_t>(
        std::count_if(session.messages().begin(), session.messages().end(),
                      [wanted](const auto& entry) { return wanted(entry.second); }));
}

bool is_marked_without_id(const MessageFacts& facts) {
    return facts.marked && !facts.unique_id;
}
bool is_retrieved(const MessageFacts& facts) {
    return facts.retrieved && !facts.marked;
}
bool is_retrieved_without_id(const MessageFacts& facts) {
    return is_retrieved(facts) && !facts.unique_id;
}

}  // namespace

const MessageFacts* SessionLedger::find(std::uint64_t number) const {
    const auto found = messages_.find(number);
    return found == messages_.end() ? nullptr : &found->second;
}

MessageFacts* SessionLedger::message(std::uint64_t number) {
    const auto found = messages_.find(number);
    if (found != messages_.end()) return &found->second;
    if (messages_.size() >= tracked_messages) return nullptr;
    return &messages_[number];
}

std::uint64_t SessionLedger::marked() const {
    return marked_;
}

void SessionLedger::mark(std::uint64_t number) {
    MessageFacts* const facts = message(number);
    if (facts == nullptr) {
        forget();
        return;
    }
    if (!facts->marked) ++marked_;
    facts->marked = true;
    facts->seen = true;
}

void SessionLedger::unmark_all() {
    for (auto& [number, facts] : messages_) {
        facts.unmarked_by_reset = facts.unmarked_by_reset || facts.marked;
        facts.marked = false;
    }
    marked_ = 0;
}

std::optional<SessionLedger::Totals> SessionLedger::totals(bool with_marked) const {
    if (!count_ || messages_.size() != *count_) return {};
    Totals totals;
    std::uint64_t number = 0;
    for (const auto& [its_number, facts] : messages_) {
        if (its_number != ++number || !facts.listed_size) return {};
        if (facts.marked && !with_marked) continue;
        ++totals.messages;
        totals.octets += *facts.listed_size;
    }
    return totals;
}

bool SessionLedger::room_for(std::size_t octets) {
    if (octets > kept_octets - kept_) return false;
    kept_ += octets;
    return true;
}

void SessionLedger::keep_body(MessageFacts& facts, std::string_view body) {
    if (!facts.body && room_for(body.size())) facts.body = std::string(body);
}

void SessionLedger::keep_top(MessageFacts& facts, std::uint64_t lines, std::string_view body) {
    if (facts.tops.count(lines) == 0 && room_for(body.size())) facts.tops.emplace(lines, body);
}

void SessionLedger::forget() {
    messages_.clear();
    count_.reset();
    marked_ = 0;
    blind_ = true;
}

void MaildropLedger::filled(std::vector<std::shared_ptr<const MessageSource>> messages) {
    *this = MaildropLedger{};
    controlled_ = true;
    known_ = std::move(messages);
}

void MaildropLedger::delivered(std::shared_ptr<const MessageSource> message) {
    ++deliveries_;
    known_.push_back(std::move(message));
    all_lines_end_with_crlf_.reset();
    if (expectation_.at_most) ++*expectation_.at_most;
    // An id may be a hash of the message, and then an equal message gets an id that was there before (RFC
    // 1939 s7).
    expectation_.removed.clear();
}

void MaildropLedger::disturbed() {
    *this = MaildropLedger{};
}

void MaildropLedger::session_ended(const SessionLedger& session, SessionEnd end, bool alone,
                                   bool unreliable) {
    if (!controlled_) return;
    expectation_.last_end = end;
    count_messages(session, end, alone, unreliable);
    move_unique_ids(session, end, alone, unreliable);
}

void MaildropLedger::count_messages(const SessionLedger& session, SessionEnd end, bool alone,
                                    bool unreliable) {
    // A QUIT without a reply may still be at work when the next session has begun, whatever that sees at
    // first.
    if (end == SessionEnd::unconfirmed || (unreliable && end != SessionEnd::aborted)) unsettled_ = true;
    if (unsettled_ || (!alone && end != SessionEnd::aborted)) {
        expectation_.at_least.reset();
        expectation_.at_least_with_retrieved.reset();
        expectation_.at_most.reset();
        return;
    }
    const bool learned = alone && !unreliable && session.count();
    if (learned) {
        expectation_.at_least = expectation_.at_least_with_retrieved = session.count();
        // More than what the harness put there, or less, means that the server shows messages by a rule of
        // its own, and then a removed one may be followed by one that was not shown before.
        if (*session.count() + removed_count_ == known_.size()) {
            expectation_.at_most = session.count();
        } else {
            expectation_.at_most.reset();
        }
    }
    if (end == SessionEnd::aborted) return;
    const std::uint64_t marked = session.marked();
    removed_count_ += marked;
    const std::uint64_t retrieved = count_if_message(session, is_retrieved);
    if (expectation_.at_least) expectation_.at_least = minus(*expectation_.at_least, marked + retrieved);
    if (expectation_.at_least_with_retrieved) {
        expectation_.at_least_with_retrieved = minus(*expectation_.at_least_with_retrieved, marked);
    }
    if (expectation_.at_most) expectation_.at_most = minus(*expectation_.at_most, marked);
}

void MaildropLedger::move_unique_ids(const SessionLedger& session, SessionEnd end, bool alone,
                                     bool unreliable) {
    auto& present = expectation_.present;
    auto& removed = expectation_.removed;
    if (end != SessionEnd::aborted) {
        // Which ids went cannot be told if the session never asked for them.
        if (unreliable || count_if_message(session, is_marked_without_id) > 0) present.clear();
        if (count_if_message(session, is_retrieved_without_id) > 0) {
            for (auto& [id, retrieved] : present)
                retrieved = true;
        }
    }
    if (unreliable) return;
    std::set<std::string_view> once;
    std::set<std::string_view> twice;
    for (const auto& [number, facts] : session.messages()) {
        if (facts.unique_id && !once.insert(*facts.unique_id).second) twice.insert(*facts.unique_id);
    }
    for (const auto& [number, facts] : session.messages()) {
        if (!facts.unique_id) continue;
        const std::string& id = *facts.unique_id;
        const auto before = present.find(id);
        const bool was_retrieved = before != present.end() && before->second;
        const bool may_be_retrieved = was_retrieved || (facts.retrieved && end != SessionEnd::aborted);
        // Copies that are equal may share their id (RFC 1939 s7), so that it tells nothing of either.
        const bool shared = twice.count(id) > 0;
        if (shared || (facts.marked && end != SessionEnd::aborted)) {
            present.erase(id);
            removed.erase(id);
            if (!shared && end == SessionEnd::confirmed) removed.insert(id);
        } else if (alone) {
            removed.erase(id);
            present[id] = may_be_retrieved;
        } else if (before != present.end()) {
            // Another session may have removed it meanwhile; this one would still see it.
            before->second = may_be_retrieved;
        }
    }
}

bool MaildropLedger::may_lack_final_line_end(std::uint64_t listed, std::uint64_t retrieved) const {
    if (listed + 2 != retrieved) return false;
    if (!controlled_) return true;
    bool some_lack_it = false;
    bool listed_one_has_it = false;
    for (const auto& message : known_) {
        const bool has_it = ends_with_line_end(*message);
        if (!has_it && message->size() == listed) return true;
        some_lack_it = some_lack_it || !has_it;
        listed_one_has_it = listed_one_has_it || (has_it && message->size() == listed);
    }
    // The store may have made a message longer, so that its size alone does not tell which one it is.
    return some_lack_it && !listed_one_has_it;
}

bool MaildropLedger::all_lines_end_with_crlf() const {
    if (!controlled_) return false;
    if (!all_lines_end_with_crlf_) {
        all_lines_end_with_crlf_ = std::none_of(known_.begin(), known_.end(), [](const auto& message) {
            return has_lone_line_end_octet(*message);
        });
    }
    return *all_lines_end_with_crlf_;
}

}  // namespace popquiz::pop3
