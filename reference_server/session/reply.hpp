#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "reference_server/maildrop/maildrop.hpp"

namespace popquizd::session {

enum class Status { ok, err };

/// Appends a status line (RFC 1939 s3). `text` is ours and never the client's, so that it stays below 512
/// octets and holds what it should; one that begins with `[` is a response code (RFC 2449 s8).
void write_status(Status status, std::string_view text, std::string& out);

/// Appends a challenge (RFC 5034 s4), which is in Base64 already.
void write_challenge(std::string_view base64, std::string& out);

/// What follows the status line of a multi-line reply, made piece by piece while it is sent, so that nothing
/// large is ever held.
class Body {
  public:
    virtual ~Body() = default;

    /// Appends the next lines, about 64 KiB at most, stuffed. False: that was all, and the terminator is
    /// next.
    virtual maildrop::Result<bool> write(std::string& out) = 0;
};

}  // namespace popquizd::session
