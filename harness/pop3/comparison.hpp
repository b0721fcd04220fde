#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/body.hpp"
#include "harness/pop3/message_source.hpp"

namespace popquiz::pop3 {

/// A named way in which a received message may differ from what was put into the maildrop. Whether it is
/// tolerated is for the profile to say (RFC 1939 does not bind the mail store behind the server).
enum class Tolerance {
    /// The message lacked a line end at its end, and got one.
    final_line_end_added,
    /// An empty line was added at the end, as an mbox store does.
    empty_line_added,
    /// Header lines were added; all others are as they were and in their order.
    header_lines_added,
    /// Header lines are missing; all others are as they were and in their order.
    header_lines_removed,
    /// `From ` at the start of a line became `>From `.
    from_quoted,
    /// A bare LF in the message became CRLF.
    line_feed_became_line_end,
};

/// The name used in profiles and reports: `final-line-end-added` and so on.
std::string_view to_string(Tolerance tolerance);

/// The first octet at which a body departs from what was expected.
struct Difference {
    enum class Kind {
        /// Another octet stands there.
        differs,
        /// The body ends there; the expected message goes on.
        ends_early,
        /// The expected message ends there; the body goes on.
        goes_on,
    };
    Kind kind = Kind::differs;
    /// In the body, after un-stuffing.
    std::uint64_t offset = 0;
    /// In the expected message. It is another number only behind a tolerated difference.
    std::uint64_t expected_offset = 0;
    /// The line in the body, from 1, that holds it.
    std::uint64_t line = 1;
    /// Raw octets around the place, at most 32 before it and 32 from it on; escape them before they are
    /// shown.
    std::string expected_before, expected_after;
    std::string got_before, got_after;
};

/// What became of a comparison.
struct Comparison {
    std::uint64_t expected_size = 0;
    std::uint64_t got_size = 0;
    /// The differences that have a name, each once, in the order of `Tolerance`. Without `difference` they
    /// are all.
    std::vector<Tolerance> tolerances;
    /// The first difference that has no name.
    std::optional<Difference> difference;
    /// The header lines that were added or removed, as far as kept; raw octets.
    std::vector<std::string> header_lines;

    /// Octet for octet the same.
    bool same() const { return !difference && tolerances.empty(); }
    /// The same, but for differences that are in `allowed`.
    bool same_within(const std::vector<Tolerance>& allowed) const;
    /// In words, escaped, for people; one sentence.
    std::string describe() const;
};

/// Compares a body with a message while it streams. It holds at most 16 KiB of the message, and of the body
/// its first `header_octets_kept` octets.
class BodyComparer final : public BodySink {
  public:
    static constexpr std::size_t header_octets_kept = 256 * 1024;

    /// `expected` must live longer than this.
    explicit BodyComparer(const MessageSource& expected);

    void octets(std::string_view run) override;

    /// To be asked once, when the body has ended.
    Comparison finish();

  private:
    std::string_view expected_at(std::uint64_t offset);
    std::string expected_between(std::uint64_t from, std::uint64_t to) const;
    void compare(std::string_view run, std::uint64_t run_offset);
    bool name_difference(std::string_view rest);
    bool is_from_quote(std::string_view rest) const;
    bool is_line_end_for_line_feed(std::string_view rest) const;
    void note(Tolerance tolerance);
    void record_difference(Difference::Kind kind, std::string_view run, std::size_t at,
                           std::uint64_t run_offset);
    void keep_header(std::string_view run);
    void digest_behind_header(std::string_view run, std::uint64_t run_offset);
    bool explain_by_header(std::vector<std::string>& header_lines);
    std::uint64_t lines_before(std::uint64_t expected_offset) const;

    const MessageSource* expected_;
    std::uint64_t expected_size_;
    std::string buffer_;
    std::uint64_t buffer_offset_ = 0;
    std::uint64_t expected_offset_ = 0;
    std::uint64_t got_size_ = 0;
    // The header as received, until its blank line has come; then its size is known.
    std::string header_;
    std::optional<std::uint64_t> header_size_;
    BodyDigest behind_header_;
    // The octets in front of the run at hand.
    std::string recent_;
    std::vector<Tolerance> tolerances_;
    std::optional<Difference> difference_;
};

}  // namespace popquiz::pop3
