#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace popquiz::pop3 {

/// A message as it was put into a maildrop, with CRLF line ends; read in pieces, so that it may be of any
/// size.
class MessageSource {
  public:
    virtual ~MessageSource() = default;
    /// In octets.
    virtual std::uint64_t size() const = 0;
    /// Reads from `offset` on as much as fits or as there is; returns how much. 0 only at the end (or for an
    /// empty `into`).
    virtual std::size_t read(std::uint64_t offset, std::span<char> into) const = 0;
    /// Octets from `offset` on that are in memory already, as many as there are; empty if they are not. They
    /// stay valid as long as the source. Who can give them spares the copy that `read` makes.
    virtual std::string_view in_memory(std::uint64_t offset) const;
};

/// A message that is held in memory.
class TextSource final : public MessageSource {
  public:
    explicit TextSource(std::string text) : text_(std::move(text)) {}
    std::uint64_t size() const override { return text_.size(); }
    std::size_t read(std::uint64_t offset, std::span<char> into) const override;
    std::string_view in_memory(std::uint64_t offset) const override;

  private:
    std::string text_;
};

/// The first `size` octets of another message, which must live longer than this.
class MessagePart final : public MessageSource {
  public:
    MessagePart(const MessageSource& whole, std::uint64_t size) : whole_(&whole), size_(size) {}
    std::uint64_t size() const override { return size_; }
    std::size_t read(std::uint64_t offset, std::span<char> into) const override;
    std::string_view in_memory(std::uint64_t offset) const override;

  private:
    const MessageSource* whole_;
    std::uint64_t size_;
};

/// How many octets of the message TOP with `lines` sends: headers, blank line, that many lines of the body,
/// or all if there are fewer (RFC 1939 s7). Nothing if the message has no blank line, for then the RFC does
/// not say. Reads the message in pieces of 64 KiB.
std::optional<std::uint64_t> top_size(const MessageSource& message, std::uint64_t lines);

/// Whether the message's last two octets are CRLF. An empty message has no line that could lack its end:
/// true.
bool ends_with_line_end(const MessageSource& message);

/// Whether a CR or an LF stands alone somewhere in the message. Reads all of it.
bool has_lone_line_end_octet(const MessageSource& message);

}  // namespace popquiz::pop3
