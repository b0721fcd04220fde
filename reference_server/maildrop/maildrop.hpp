#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace popquizd::maildrop {

/// Why something could not be done with a maildrop.
struct Failure {
    enum class Kind {
        in_use,     ///< Another session holds the exclusive lock.
        temporary,  ///< Expected to pass by itself: no file descriptors left, a message that was changed.
        permanent,  ///< Somebody has to act: no permission, something else in the Maildir's place.
    };
    Kind kind;
    /// For the operator, never for the client: what happened, and where.
    std::string text;
};

template <class T>
using Result = boost::system::result<T, Failure>;

/// A message as a client sees it.
struct Message {
    /// Its size as it is sent: line ends are CRLF, the last line has one, byte-stuffing is not counted
    /// (RFC 1939 s11).
    std::uint64_t octets = 0;
    /// 1 to 70 octets from 0x21 to 0x7E, the same in every session (RFC 1939 s7, UIDL).
    std::string unique_id;
    /// Its header has octets above 127 (RFC 6532), so that a client must be ready for them (RFC 6856 s2.1).
    bool needs_utf8 = false;
};

/// Reads one message from its first octet to its last, a piece at a time.
class MessageReader {
  public:
    virtual ~MessageReader() = default;

    /// Appends the next octets, at most 64 KiB, to `out`, with CRLF line ends. False: that was all of it.
    virtual Result<bool> read(std::string& out) = 0;
};

/// A maildrop that this session has locked. The lock goes with the object.
class Maildrop {
  public:
    virtual ~Maildrop() = default;

    /// Notes the sizes of further messages, reading about `budget` octets; false when all are known.
    /// Nothing else may be called before that. In pieces, so that a large maildrop does not hold up others.
    virtual Result<bool> measure(std::uint64_t budget) = 0;

    /// The messages, in the order of their numbers; they stay as they are until the object goes.
    virtual const std::vector<Message>& messages() const = 0;

    /// Opens message `index` (which counts from 0). A message that is no longer what was measured is an
    /// error here, before anything of it was sent.
    virtual Result<std::unique_ptr<MessageReader>> open(std::size_t index) = 0;

    /// Removes these messages and no others. All are tried; the failure tells of the first that stayed.
    virtual Result<void> remove(const std::vector<std::size_t>& indexes) = 0;
};

/// Where maildrops come from.
class Store {
  public:
    virtual ~Store() = default;

    /// Locks the maildrop of `user` and finds its messages. A maildrop that was never there is empty.
    virtual Result<std::unique_ptr<Maildrop>> open(std::string_view user) = 0;
};

}  // namespace popquizd::maildrop
