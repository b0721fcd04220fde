#include "harness/pop3/reply_reader.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "harness/pop3/ascii.hpp"
#include "harness/pop3/escape.hpp"

namespace popquiz::pop3 {

std::string_view to_string(FaultKind kind) {
    switch (kind) {
        case FaultKind::bare_lf_in_status:
            return "bare-lf-in-status";
        case FaultKind::bare_cr_in_status:
            return "bare-cr-in-status";
        case FaultKind::nul_in_status:
            return "nul-in-status";
        case FaultKind::control_in_status:
            return "control-in-status";
        case FaultKind::eight_bit_in_status:
            return "eight-bit-in-status";
        case FaultKind::status_line_too_long:
            return "status-line-too-long";
        case FaultKind::status_line_endless:
            return "status-line-endless";
        case FaultKind::bare_lf_in_body:
            return "bare-lf-in-body";
        case FaultKind::bare_lf_terminator:
            return "bare-lf-terminator";
        case FaultKind::terminator_without_lf:
            return "terminator-without-lf";
        case FaultKind::stuffing_missing:
            return "stuffing-missing";
        case FaultKind::body_endless:
            return "body-endless";
    }
    return {};
}

ReplyReader::ReplyReader(ReplyForm form, BodySink& sink, ReplyLimits limits)
    : form_(form), sink_(&sink), limits_(limits) {}

std::size_t ReplyReader::consume(std::string_view octets) {
    if (complete() || gave_up()) return 0;
    std::size_t at = state_ == State::status ? consume_status(octets) : 0;
    if (at < octets.size() && state_ != State::done && state_ != State::given_up)
        at = consume_body(octets, at);
    remember(octets.substr(0, at));
    size_ += at;
    return at;
}

void ReplyReader::continue_with_body() {
    if (state_ != State::done || has_body_) return;
    has_body_ = true;
    state_ = State::line_start;
}

std::size_t ReplyReader::consume_status(std::string_view octets) {
    octets = octets.substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), limits_.status_octets - size_)));
    const std::size_t line_feed = octets.find('\n');
    const std::size_t line_size = std::min(line_feed, octets.size());
    status_.octets.append(
        octets.substr(0, std::min(line_size, limits_.status_octets_kept - status_.octets.size())));
    if (line_feed != std::string_view::npos) {
        end_status(line_feed > 0 ? octets[line_feed - 1] == '\r' : previous_is_cr_, octets, line_feed);
        return line_feed + 1;
    }
    if (!octets.empty()) previous_is_cr_ = octets.back() == '\r';
    if (size_ + octets.size() >= limits_.status_octets) {
        fault(FaultKind::status_line_endless, octets, octets.size());
        has_status_ = true;
        std::string line = std::move(status_.octets);
        status_ = parse_status_line(line);
        status_.size = size_ + octets.size();
        state_ = State::given_up;
    }
    return octets.size();
}

void ReplyReader::end_status(bool with_cr, std::string_view octets, std::size_t at) {
    std::string line = std::move(status_.octets);
    const std::uint64_t size = size_ + at + 1;
    // The CR is among the kept octets only if the line was kept to its end.
    if (with_cr && line.size() + 1 == size) line.pop_back();
    status_ = parse_status_line(line);
    status_.size = size;
    has_status_ = true;
    check_status();
    if (!with_cr) fault(FaultKind::bare_lf_in_status, octets, at);
    has_body_ = form_ == ReplyForm::multi_line && status_.means_positive();
    state_ = has_body_ ? State::line_start : State::done;
    previous_is_cr_ = false;
}

void ReplyReader::check_status() {
    const std::string_view line = status_.octets;
    const auto in_line = [&](FaultKind kind, std::size_t at) { fault(kind, line, at, 0); };
    for (std::size_t at = 0; at < line.size(); ++at) {
        const unsigned char octet = value_of(line[at]);
        if (octet >= 0x20 && octet < 0x7f) continue;
        if (octet == '\r') {
            in_line(FaultKind::bare_cr_in_status, at);
        } else if (octet == 0) {
            in_line(FaultKind::nul_in_status, at);
        } else if (octet < 0x80) {
            in_line(FaultKind::control_in_status, at);
        } else {
            in_line(FaultKind::eight_bit_in_status, at);
        }
    }
    // A SASL challenge may be as long as its mechanism needs (RFC 5034 s4).
    if (status_.size > longest_status_line && status_.indicator != Indicator::continuation) {
        in_line(FaultKind::status_line_too_long, static_cast<std::size_t>(longest_status_line));
    }
}

std::size_t ReplyReader::consume_body(std::string_view octets, std::size_t from) {
    const std::uint64_t room = limits_.body_octets - body_raw_size_;
    octets = octets.substr(
        0, from + static_cast<std::size_t>(std::min<std::uint64_t>(octets.size() - from, room)));
    std::size_t at = from;
    while (at < octets.size() && state_ != State::done) {
        switch (state_) {
            case State::line_start:
                previous_is_cr_ = false;
                state_ = octets[at] == '.' ? State::dot : State::in_line;
                if (state_ == State::dot) ++at;
                break;
            case State::in_line:
                at = through_lines(octets, at);
                break;
            case State::dot:
                at = at_dot(octets, at);
                break;
            case State::dot_cr:
                at = at_dot_cr(octets, at);
                break;
            case State::status:
            case State::done:
            case State::given_up:
                return at;
        }
    }
    body_raw_size_ += at - from;
    if (state_ != State::done && body_raw_size_ >= limits_.body_octets) {
        fault(FaultKind::body_endless, octets, at);
        state_ = State::given_up;
    }
    return at;
}

// From an octet within a line: the first LF that needs a closer look, which is one without CR before it, with
// a dot behind it, or the last octet; or nullptr. Nearly all of a message passes through here, so that this
// is one search a line.
const char* ReplyReader::next_odd_line_feed(const char* from, const char* end) const {
    const auto next = [end](const char* at) {
        return static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    };
    const char* line_feed = next(from);
    if (line_ends_ != LineEnds::crlf || line_feed == from) return line_feed;
    while (line_feed != nullptr && line_feed[-1] == '\r' && line_feed + 1 != end && line_feed[1] != '.') {
        line_feed = next(line_feed + 1);
    }
    return line_feed;
}

// Octets between line starts that need no change are handed on in one run.
std::size_t ReplyReader::through_lines(std::string_view octets, std::size_t at) {
    const char* const data = octets.data();
    const std::size_t size = octets.size();
    const std::size_t run = at;
    for (;;) {
        const char* const found = next_odd_line_feed(data + at, data + size);
        if (found == nullptr) {
            hand_over(octets.substr(run));
            previous_is_cr_ = data[size - 1] == '\r';
            return size;
        }
        const auto line_feed = static_cast<std::size_t>(found - data);
        const bool with_cr = line_feed > run ? data[line_feed - 1] == '\r' : previous_is_cr_;
        at = line_feed + 1;
        if (line_ends_ == LineEnds::undecided) line_ends_ = with_cr ? LineEnds::crlf : LineEnds::lf;
        if (!with_cr) {
            fault(FaultKind::bare_lf_in_body, octets, line_feed);
            if (line_ends_ == LineEnds::crlf) continue;
        }
        if (at < size && data[at] != '.') continue;
        hand_over(octets.substr(run, at - run));
        after_bare_lf_ = !with_cr;
        if (at == size) {
            state_ = State::line_start;
            return at;
        }
        state_ = State::dot;
        return at + 1;
    }
}

// Behind a dot that begins a line (RFC 1939 s3).
std::size_t ReplyReader::at_dot(std::string_view octets, std::size_t at) {
    switch (octets[at]) {
        case '\r':
            state_ = State::dot_cr;
            return at + 1;
        case '\n':
            end_body(true, octets, at);
            return at + 1;
        case '.':
            break;
        default:
            // Behind a bare LF the server need not have seen the start of a line there.
            if (!after_bare_lf_) fault(FaultKind::stuffing_missing, octets, at);
            break;
    }
    previous_is_cr_ = false;
    state_ = State::in_line;
    return at;
}

std::size_t ReplyReader::at_dot_cr(std::string_view octets, std::size_t at) {
    if (octets[at] == '\n') {
        end_body(after_bare_lf_, octets, at);
        return at + 1;
    }
    fault(FaultKind::terminator_without_lf, octets, at);
    hand_over("\r");
    previous_is_cr_ = true;
    state_ = State::in_line;
    return at;
}

void ReplyReader::end_body(bool loosely, std::string_view octets, std::size_t at) {
    if (loosely) fault(FaultKind::bare_lf_terminator, octets, at);
    state_ = State::done;
}

void ReplyReader::hand_over(std::string_view run) {
    if (run.empty()) return;
    body_size_ += run.size();
    sink_->octets(run);
}

void ReplyReader::remember(std::string_view octets) {
    if (octets.size() >= tail_octets) {
        tail_.assign(octets.substr(octets.size() - tail_octets));
        return;
    }
    tail_.append(octets);
    if (tail_.size() > tail_octets) tail_.erase(0, tail_.size() - tail_octets);
}

void ReplyReader::fault(FaultKind kind, std::string_view octets, std::size_t at) {
    fault(kind, octets, at, size_);
}

void ReplyReader::fault(FaultKind kind, std::string_view octets, std::size_t at, std::uint64_t base) {
    const auto known = std::find_if(faults_.begin(), faults_.end(),
                                    [kind](const Fault& fault) { return fault.kind == kind; });
    if (known != faults_.end()) {
        ++known->count;
        return;
    }
    const std::size_t end = std::min(octets.size(), at + 1);
    std::string evidence;
    if (base > 0 && end < tail_octets) {
        const std::size_t missing = std::min(tail_octets - end, tail_.size());
        evidence = tail_.substr(tail_.size() - missing);
    }
    evidence += octets.substr(end - std::min(end, tail_octets), std::min(end, tail_octets));
    faults_.push_back({kind, base + at, std::move(evidence), 1});
}

std::string ReplyReader::describe_stall() const {
    const std::string last = fmt::format("the last octets are \"{}\"", escape(tail_));
    const std::string in_body = fmt::format("in the body, after {} octets of it", body_raw_size_);
    switch (state_) {
        case State::status:
            if (size_ == 0) return "no octet of a reply has come";
            if (previous_is_cr_)
                return fmt::format("the status line ends in a CR, and its LF has not come; {}", last);
            return fmt::format("in the status line, after {} octets of it, no line end has come; {}", size_,
                               last);
        case State::line_start:
            if (body_raw_size_ == 0)
                return fmt::format("the status line has come, and nothing of the body; {}", last);
            if (tail_.ends_with("\n.\r\n")) {
                return fmt::format("{}; {}: the final dot stands behind a bare LF (no CRLF in front of it)",
                                   in_body, last);
            }
            if (tail_.ends_with(".\r\n")) {
                return fmt::format(
                    "{}; {}: the final dot stands directly behind the last character (no CRLF in front of "
                    "it)",
                    in_body, last);
            }
            return fmt::format("{}, at the end of a line, the final dot has not come; {}", in_body, last);
        case State::in_line:
            return fmt::format("{}, in the middle of a line; {}", in_body, last);
        case State::dot:
            return fmt::format("{}: behind a dot at the start of a line nothing has come; {}", in_body, last);
        case State::dot_cr:
            return fmt::format("{}: behind a final dot and its CR the LF has not come; {}", in_body, last);
        case State::done:
            return "the reply is complete";
        case State::given_up:
            return fmt::format("given up after {} octets without an end; {}", size_, last);
    }
    return {};
}

}  // namespace popquiz::pop3
