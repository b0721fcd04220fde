#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/comparison.hpp"
#include "harness/pop3/exchange.hpp"
#include "harness/pop3/finding.hpp"
#include "harness/pop3/message_source.hpp"
#include "harness/target/profile.hpp"

namespace popquiz::run {

/// Whether a requirement speaks of the octets of a message, so that a message that comes otherwise than it
/// was put into the maildrop is a miss of just this requirement.
bool is_about_content(std::string_view requirement);

/// Whether the body of a reply to RETR or TOP is, octet for octet, what another message than `asked` (from 1)
/// gives: then the wrong message was sent, and none was altered.
bool is_another_message(const pop3::Exchange& exchange, std::uint64_t asked,
                        const std::vector<std::shared_ptr<const pop3::MessageSource>>& messages);

/// The differences from a message as it was put in that come of storing it and not of POP3. A message is
/// transmitted in lines (RFC 1939 s11): one without a final line end gets it, and what was a bare LF arrives
/// as a line end. Beyond that it depends on the store that the profile names; header lines are the store's
/// only if all of them are such as it keeps its books in, and an empty line only at the end of a whole
/// message.
std::vector<pop3::Tolerance> of_the_store(target::MaildropSetup::Store store,
                                          const pop3::Comparison& comparison, bool whole);

/// Those of the differences that the store that the profile names has made, by name: `from-quoted,
/// empty-line-added`. Empty if there are none, or if there are others than tolerated ones.
std::string made_by_store(target::MaildropSetup::Store store, const pop3::Comparison& comparison, bool whole);

/// The always-on check that speaks of such a message: of what RETR sends, or TOP.
pop3::Finding not_as_stored(const pop3::Exchange& exchange, const pop3::Comparison& comparison);

}  // namespace popquiz::run
