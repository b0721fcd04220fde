#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/invariants.hpp"
#include "harness/pop3/listing.hpp"

namespace popquiz::pop3 {

/// Holds one complete reply of a session in the TRANSACTION state against the ledger, and enters what it
/// says.
class Invariants::Judgement {
  public:
    Judgement(Invariants& all, Session& session, const Exchange& exchange, std::vector<Finding>& findings);

    void run();

  private:
    void stat();
    void list_one();
    void list_all();
    void uidl_one();
    void uidl_all();
    void retr();
    void top();
    void dele();
    void rset();

    void marked_refused();
    void listed_is_there();
    void stat_against_count(std::uint64_t messages);
    void stat_against_sizes(const DropListing& listing);
    void compare_stat_and_list();
    void learn_count(std::uint64_t count);
    void learn_size(std::uint64_t number, std::uint64_t size, bool single);
    void learn_unique_id(std::uint64_t number, std::string_view unique_id, bool single);
    /// Duplicates, marked ones, gaps and omissions. Returns whether the listing can be relied on.
    bool check_numbers(const std::vector<std::uint64_t>& numbers, bool of_list);
    bool check_omissions(const std::set<std::uint64_t>& numbers, bool of_list);
    void compare_with_retr(std::uint64_t number, const MessageFacts& facts);
    void compare_tops(std::uint64_t number, const MessageFacts& facts);
    void compare_top(std::uint64_t number, std::uint64_t lines, std::string_view top, std::string_view body);
    void find_same_ids();
    void check_same_ids();
    void check_expected_count(std::uint64_t messages);
    void check_expected_ids();

    MessageFacts* asked_message();
    bool body_is_clean() const;
    bool may_have_grown() const;
    bool controlled() const;
    void add(Finding finding) { findings_.push_back(std::move(finding)); }
    /// For a maildrop that others may change: then it is not certain whose doing it was.
    Finding less_sure_unless_controlled(Finding finding) const;
    bool raised(std::string_view check) const;

    Invariants& all_;
    Session& session_;
    SessionLedger& ledger_;
    MaildropLedger* maildrop_;
    const Command& command_;
    const Reply& reply_;
    std::vector<Finding>& findings_;
};

}  // namespace popquiz::pop3
