#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace popquiz::pop3 {

/// The first word of a command, whatever its case (RFC 1939 s3, RFC 2449, 2595, 5034, 6856).
enum class Keyword {
    user,
    pass,
    apop,
    auth,
    stls,
    capa,
    utf8,
    lang,
    stat,
    list,
    retr,
    dele,
    noop,
    rset,
    top,
    uidl,
    quit,
    /// No command at all: a line sent in answer to a server's `+ ` challenge (RFC 5034 s4).
    sasl_response,
    /// Anything else, an empty line too.
    unknown,
};

/// The keyword in upper case, `(response)` for sasl_response and `(unknown)` for unknown.
std::string_view to_string(Keyword keyword);

/// Which form the *positive* reply to a command has. A negative reply always is a single line.
enum class ReplyForm {
    single_line,
    multi_line,
    /// The RFCs do not say, as for AUTH without argument or for a command that should have been refused.
    /// Read the status line, then let `begins_reply` decide on what follows it.
    unknown,
};

/// One line that the client sent, as a server has to understand it.
struct Command {
    Keyword keyword = Keyword::unknown;
    /// What stands behind the keyword, split at each single SP, as sent. Two SPs in a row make an empty one.
    std::vector<std::string> arguments;
    /// The first argument if it is a message-number: decimal digits only, from 1, at most 2^64 - 1.
    std::optional<std::uint64_t> message_number;
    /// TOP's second argument if it is a decimal number; 2^64 - 1 if it is greater than that.
    std::optional<std::uint64_t> line_count;
    /// Ended by CRLF, with no other CR or LF and no NUL in it: one line for every server. After anything else
    /// a server may have seen another number of commands.
    bool one_line = false;
    /// Obeys the grammar of RFC 2449 s3: printable ASCII, words parted by single SPs, ended by CRLF, at most
    /// 255 octets. (A password may hold blanks; PASS is well-formed with any printable argument.)
    bool well_formed = false;
    /// Well-formed, a known keyword, and arguments of the number and kind that the command has. Only what
    /// such a command is answered can be blamed on a server by the meaning of the command.
    bool valid = false;

    ReplyForm reply_form() const;
};

/// The longest command that RFC 2449 s4 lets a client send, in octets with its CRLF.
inline constexpr std::size_t longest_command = 255;

/// Reads a command from the octets that were sent for it, its line end included.
Command parse_command(std::string_view octets);

/// The answer to a server's challenge: never a command, whatever it looks like.
Command sasl_response(std::string_view octets);

/// Cuts all that a client sends into commands, at CRLF and nowhere else.
class CommandStream {
  public:
    /// What is kept of one line, in octets; of a longer one the rest is counted and dropped.
    static constexpr std::size_t kept_octets = std::size_t{64} * 1024;

    struct Line {
        /// As sent, with its CRLF; at most `kept_octets`.
        std::string octets;
        /// How long the line was, its CRLF included.
        std::uint64_t size = 0;
    };

    /// Takes octets in any cut and returns the lines that they complete, in order.
    std::vector<Line> feed(std::string_view octets);

    /// What was sent of a line that has no CRLF yet (at most `kept_octets` of it).
    std::string_view partial() const { return line_.octets; }

    /// How many octets of that line were sent.
    std::uint64_t partial_size() const { return line_.size; }

  private:
    void append(std::string_view octets);

    Line line_;
    bool ends_in_cr_ = false;
};

}  // namespace popquiz::pop3
