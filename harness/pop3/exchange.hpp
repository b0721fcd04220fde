#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/body.hpp"
#include "harness/pop3/command.hpp"
#include "harness/pop3/reply_reader.hpp"

namespace popquiz::pop3 {

/// A reply as it was read, or as far as it came.
struct Reply {
    StatusLine status;
    /// There was (some) body.
    bool has_body = false;
    /// After un-stuffing, in octets.
    std::uint64_t body_size = 0;
    std::optional<Digest> body_digest;
    /// The body after un-stuffing, or its beginning.
    std::string body;
    /// `body` is all of the body.
    bool body_kept = false;
    std::vector<Fault> faults;
    /// In octets as received.
    std::uint64_t size = 0;
    /// The reply came to its end. If not, `stall` says where it stood.
    bool complete = false;
    std::string stall;

    const Fault* fault(FaultKind kind) const;
    /// The body's lines without line ends; they point into `body`.
    std::vector<std::string_view> lines() const { return body_lines(body); }
};

/// A command and its reply. For the greeting the command is empty.
struct Exchange {
    /// As sent, with its line end.
    std::string command_octets;
    Command command;
    Reply reply;
};

/// Reads a reply and keeps of it what an Exchange wants.
class ReplyRecorder {
  public:
    struct Options {
        /// How much of the body is kept, in octets.
        std::size_t body_kept = BodyKeeper::default_bound;
        /// Whether the body is digested; leave it out where a long message is compared anyway.
        bool digest = true;
        /// Gets the body too; must live longer than the recorder.
        BodySink* also = nullptr;
        ReplyLimits limits;
    };

    explicit ReplyRecorder(ReplyForm form) : ReplyRecorder(form, Options{}) {}
    ReplyRecorder(ReplyForm form, Options options);
    ReplyRecorder(const ReplyRecorder&) = delete;
    ReplyRecorder& operator=(const ReplyRecorder&) = delete;

    std::size_t consume(std::string_view octets) { return reader_.consume(octets); }
    ReplyReader& reader() { return reader_; }
    const ReplyReader& reader() const { return reader_; }

    /// What has been read; the recorder is spent.
    Reply take();

  private:
    BodyKeeper keeper_;
    BodyDigest digest_;
    bool digested_;
    BodyTee tee_;
    ReplyReader reader_;
};

}  // namespace popquiz::pop3
