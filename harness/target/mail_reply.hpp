#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/target/failure.hpp"

namespace popquiz::target {

/// A reply of LMTP or SMTP (RFC 5321 section 4.2).
struct MailReply {
    int code = 0;                    ///< 200 to 599.
    std::vector<std::string> lines;  ///< At least one: what stands behind code and separator; raw octets.

    bool positive() const noexcept { return code < 300; }
    bool intermediate() const noexcept { return code >= 300 && code < 400; }

    /// `550 5.1.1 no such user`: printable ASCII, with ` / ` between lines; a long one is cut.
    std::string shown() const;
    bool operator==(const MailReply&) const = default;
};

/// Makes replies of octets as they come. A line may end with a LF alone; beyond that a reply is as the RFC
/// has it, or it is none.
class MailReplyReader {
  public:
    static constexpr std::size_t longest_line = 4096;  ///< Octets, with its line end.
    static constexpr std::size_t most_lines = 256;     ///< Of one reply.

    void take(std::string_view octets) { unread_ += octets; }

    /// The next reply; nothing as long as it is not whole. A failure says what is no reply: then nothing can
    /// be told of what follows, and each further call fails, too.
    Result<std::optional<MailReply>> next();

  private:
    Result<bool> add(std::string_view line);

    std::string unread_;
    MailReply reply_;
    std::optional<Failure> failure_;
};

}  // namespace popquiz::target
