#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "harness/pop3/body.hpp"
#include "harness/pop3/command.hpp"
#include "harness/pop3/comparison.hpp"
#include "harness/pop3/message_source.hpp"
#include "harness/script/scenario.hpp"
#include "harness/target/profile.hpp"

namespace popquiz::run {

/// What a delivery has made of a message: header lines stand on top of it.
struct Delivered {
    std::shared_ptr<const pop3::MessageSource> message;  ///< as it is in the maildrop
    std::vector<std::string> lines;                      ///< on top of it, without their line ends
    std::string altered;  ///< what else is not as it was put in, in words; empty: nothing
};

/// The messages of an account's maildrop, message 1 first.
struct Mail {
    /// As checks take them: what RETR has to send.
    std::vector<std::shared_ptr<const pop3::MessageSource>> messages;
    std::vector<std::uint64_t> sizes;   ///< of these
    std::vector<std::uint64_t> put_in;  ///< their sizes before a delivery
    std::vector<Delivered> delivered;   ///< what a delivery has made of each; empty where there was none

    /// Messages that are in the maildrop octet for octet.
    static Mail as_put_in(std::vector<std::shared_ptr<const pop3::MessageSource>> messages);
    /// Messages that were delivered; `put_in` are their sizes before.
    static Mail as_delivered(std::vector<Delivered> delivered, std::vector<std::uint64_t> put_in);
    [[nodiscard]] bool is_delivered() const { return !delivered.empty(); }
};

/// Takes a message as RETR sends it, and learns what its delivery has made of it.
class DeliveryReader final : public pop3::BodySink {
  public:
    /// Header lines that stand on top are looked at up to here, in octets.
    static constexpr std::size_t most_on_top = std::size_t{64} * 1024;

    /// `mark` is the line, with its CRLF, that was on top of the message when it was sent.
    DeliveryReader(std::shared_ptr<const pop3::MessageSource> message, std::string mark,
                   target::MaildropSetup::Store store);

    void octets(std::string_view run) override;

    /// To be asked once, when the body has ended. A failure says in words what came instead.
    boost::system::result<Delivered, std::string> finish();

  private:
    std::shared_ptr<const pop3::MessageSource> message_;
    std::string mark_;
    target::MaildropSetup::Store store_;
    pop3::BodyComparer rest_;
    std::string top_;
    bool found_ = false;
};

/// Whether the header of a message, as far as it was kept, has the line that popquiz puts on top of what it
/// delivers.
bool is_marked(std::string_view header);

/// The expectation as it is to be where the mail was delivered: sizes that are written out become those that
/// the messages have now, and header lines on top of a message are read over. A failure says what of it
/// cannot be told any more.
boost::system::result<script::Expect, std::string> as_delivered(const script::Expect& expect,
                                                                const pop3::Command& command,
                                                                const Mail& mail);

/// Why an assertion has no meaning where the mail was delivered: a size from before is written out in it.
std::optional<std::string> beyond_delivery(const script::Assert& assertion, const Mail& mail);

}  // namespace popquiz::run
