#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/body.hpp"
#include "harness/pop3/command.hpp"
#include "harness/pop3/status_line.hpp"

namespace popquiz::pop3 {

/// What can be wrong with the octets of a reply, before anybody asks what they mean.
enum class FaultKind {
    /// The status line ends with an LF that has no CR before it.
    bare_lf_in_status,
    /// A CR in the status line that no LF follows.
    bare_cr_in_status,
    /// An octet 0 in the status line.
    nul_in_status,
    /// An octet 1 to 31 (CR apart) or 127 in the status line.
    control_in_status,
    /// An octet from 128 on in the status line.
    eight_bit_in_status,
    /// The status line has more than 512 octets, its CRLF included.
    status_line_too_long,
    /// The status line passed ReplyLimits::status_octets without an end: the reader gave up.
    status_line_endless,
    /// An LF in the body without a CR before it. Lone ones can come from the message itself.
    bare_lf_in_body,
    /// The line with the terminating dot, or the line before it, ends with a bare LF.
    bare_lf_terminator,
    /// A line begins with a dot and a CR that no LF follows: a terminator that was not finished, most likely.
    terminator_without_lf,
    /// A line begins with a single dot that is no terminator: byte-stuffing is missing.
    stuffing_missing,
    /// The body passed ReplyLimits::body_octets without an end: the reader gave up.
    body_endless,
};

/// The name used in reports: `bare-lf-in-status` and so on.
std::string_view to_string(FaultKind kind);

struct Fault {
    FaultKind kind{};
    /// Where it was seen first, in octets as received from the start of the reply.
    std::uint64_t offset = 0;
    /// The octets that lead up to it, itself the last, at most 24; raw.
    std::string evidence;
    /// How often it was seen.
    std::uint64_t count = 1;
};

struct ReplyLimits {
    /// How much of the status line is kept, in octets. What follows is counted only.
    std::size_t status_octets_kept = 2048;
    /// After so many octets without a line end the reader gives up.
    std::uint64_t status_octets = std::uint64_t{1024} * 1024;
    /// After so many octets of body as received the reader gives up.
    std::uint64_t body_octets = 4ULL * 1024 * 1024 * 1024;
};

/// Reads one reply out of a stream of octets, cut anywhere (RFC 1939 s3).
///
/// A positive reply to a multi-line command has a body, which ends with a line of a single dot. Lines end
/// with CRLF. A body whose first line ends with a bare LF is taken to come from a server that ends all its
/// lines so: then a bare LF is a line end throughout. In any other body a bare LF is an octet of the message,
/// except behind a dot that stands alone at the start of a line. Either way it is recorded.
class ReplyReader {
  public:
    /// `sink` gets the body; it must live longer than the reader.
    ReplyReader(ReplyForm form, BodySink& sink, ReplyLimits limits = {});

    /// Takes octets and returns how many of them belong to this reply; what remains is the next reply's.
    /// Takes nothing once the reply is complete or was given up.
    std::size_t consume(std::string_view octets);

    /// The whole reply has been read. With ReplyForm::unknown this is so after the status line.
    bool complete() const { return state_ == State::done; }
    /// A limit was passed; a fault says which.
    bool gave_up() const { return state_ == State::given_up; }
    /// The status line has been read (`status()` is meaningful).
    bool has_status() const { return has_status_; }
    /// The reply has a body, or it will come.
    bool has_body() const { return has_body_; }

    /// For a positive reply of unknown form whose next octets turned out to be no reply: a body follows.
    void continue_with_body();

    const StatusLine& status() const { return status_; }
    /// At most one of each kind, in the order in which they were seen first.
    const std::vector<Fault>& faults() const { return faults_; }
    /// Octets taken so far, as received.
    std::uint64_t size() const { return size_; }
    /// Octets of body so far, after un-stuffing.
    std::uint64_t body_size() const { return body_size_; }

    /// Where the reply stands when its end does not come, in words for a person; escaped.
    std::string describe_stall() const;

  private:
    enum class State { status, line_start, in_line, dot, dot_cr, done, given_up };
    enum class LineEnds { undecided, crlf, lf };

    std::size_t consume_status(std::string_view octets);
    std::size_t consume_body(std::string_view octets, std::size_t from);
    std::size_t at_dot(std::string_view octets, std::size_t at);
    std::size_t at_dot_cr(std::string_view octets, std::size_t at);
    const char* next_odd_line_feed(const char* from, const char* end) const;
    std::size_t through_lines(std::string_view octets, std::size_t at);
    void end_status(bool with_cr, std::string_view octets, std::size_t at);
    void check_status();
    void end_body(bool loosely, std::string_view octets, std::size_t at);
    void hand_over(std::string_view run);
    void remember(std::string_view octets);
    void fault(FaultKind kind, std::string_view octets, std::size_t at);
    void fault(FaultKind kind, std::string_view octets, std::size_t at, std::uint64_t base);

    static constexpr std::size_t tail_octets = 24;

    ReplyForm form_;
    BodySink* sink_;
    ReplyLimits limits_;
    State state_ = State::status;
    LineEnds line_ends_ = LineEnds::undecided;
    bool has_status_ = false;
    bool has_body_ = false;
    bool previous_is_cr_ = false;
    bool after_bare_lf_ = false;
    StatusLine status_;
    std::vector<Fault> faults_;
    std::uint64_t size_ = 0;
    std::uint64_t body_size_ = 0;
    std::uint64_t body_raw_size_ = 0;
    std::string tail_;
};

}  // namespace popquiz::pop3
