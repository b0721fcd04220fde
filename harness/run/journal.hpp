#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/command.hpp"
#include "harness/pop3/finding.hpp"
#include "harness/run/channel.hpp"
#include "harness/run/server_log_parts.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/secrets.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// The passwords and tokens of all accounts.
[[nodiscard]] wire::Secrets secrets_of(const target::Profile& profile);

/// What was found by an always-on check, with the exchanges that led to it.
struct AlwaysFinding {
    pop3::Finding finding;
    pop3::Keyword keyword = pop3::Keyword::unknown;  ///< of the command whose reply it was found in
    std::vector<reports::TranscriptLine> transcript;
    int line = 0;  ///< of the step that was played last when it was found; 0 before the first
};

/// Everything that is written down while a scenario is played.
///
/// Lines are shown as they were on the wire. What ends with CRLF is shown without it, unless an octet of that
/// line is at fault; every other line end is shown.
class Journal {
  public:
    using Clock = std::chrono::steady_clock;
    using Lines = std::vector<reports::TranscriptLine>;

    /// `computed` is told of every secret that is hidden here.
    Journal(wire::Secrets secrets, std::shared_ptr<ComputedSecrets> computed)
        : secrets_(std::move(secrets)), computed_(std::move(computed)) {}

    void sent(const std::string& session, std::string_view octets);
    void received(const std::string& session, const Received& received);
    /// Octets that are no reply to anything.
    void octets_received(const std::string& session, std::string_view octets);
    void event(const std::string& session, std::string text);
    void took(pop3::Keyword keyword, std::int64_t microseconds) { times_[keyword].push_back(microseconds); }

    /// A computed digest or token: never shown from now on.
    void hide(std::string_view secret) {
        secrets_.add(secret);
        computed_->add(secret);
    }
    [[nodiscard]] std::string shown(std::string_view octets) const;
    /// As it stands, but for secrets.
    [[nodiscard]] std::string hidden(std::string_view text) const { return secrets_.hide(text); }
    [[nodiscard]] const wire::Secrets& secrets() const { return secrets_; }

    /// The last exchanges, about two dozen lines, the newest in full as far as there is room. `octet` of what
    /// was received last is at fault: its line is among them, with a caret.
    [[nodiscard]] Lines last(std::optional<std::uint64_t> octet = {}) const;
    /// All of it; of very much the end.
    [[nodiscard]] Lines lines() const;
    [[nodiscard]] const std::map<pop3::Keyword, std::vector<std::int64_t>>& times() const { return times_; }

    std::vector<AlwaysFinding> always;  ///< of all sessions, in the order in which they were found
    std::uint64_t exchanges = 0;        ///< that the always-on checks saw
    std::optional<Clock::time_point> logged_in_at;  ///< the last login that was taken
    int logins_answered = 0;                        ///< taken or refused
    std::vector<int> local_ports;
    std::chrono::milliseconds waited{0};  ///< because of the limit of commands a second
    int step_line = 0;  ///< of the step that is played, or was played last; 0 before the first
    std::string title;  ///< what is played, for a trace

  private:
    /// What was sent or received at a time, in lines as they were on the wire; for an event, its text. Most
    /// are never looked at again: only when they are, they are made visible, and secrets in them hidden.
    struct Entry {
        reports::TranscriptLine::Kind kind{};
        std::string session;
        std::int64_t microseconds = 0;   ///< since the start
        std::string octets;              ///< all of it, or its beginning
        bool in_lines = false;           ///< shown line by line
        std::size_t lines_left_out = 0;  ///< between `octets` and `end`
        std::string end;
        std::optional<std::uint64_t> size{};  ///< of the whole reply, where not all of it was kept
    };
    /// How much of a reply is shown: lines of its beginning and of its end, the status line included.
    struct Extent {
        std::size_t first;
        std::size_t last;
    };

    Entry& add(reports::TranscriptLine::Kind kind, const std::string& session, std::string octets);
    /// Nobody will ask any more for an octet in the midst of what was received last.
    void shorten_last();
    [[nodiscard]] Lines shown(const Entry& entry, Extent extent,
                              std::optional<std::uint64_t> octet = {}) const;
    [[nodiscard]] std::string shown_line(std::string_view line) const;
    void mark(reports::TranscriptLine& into, std::string_view line, std::size_t octet) const;

    static constexpr std::size_t most_entries = 2000;
    wire::Secrets secrets_;
    std::shared_ptr<ComputedSecrets> computed_;
    Clock::time_point start_ = Clock::now();
    std::deque<Entry> entries_;
    bool beginning_left_out_ = false;
    std::optional<std::size_t> last_received_;  ///< the index of an entry that is still whole
    std::map<pop3::Keyword, std::vector<std::int64_t>> times_;
};

}  // namespace popquiz::run
