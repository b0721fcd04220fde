#pragma once

#include <optional>
#include <string>

#include "harness/run/context.hpp"
#include "harness/run/session.hpp"
#include "harness/run/survey.hpp"
#include "harness/target/profile.hpp"

namespace popquiz::run {

/// Whether an account's maildrop may be emptied and filled: it is empty, or each message in it is one that a
/// maildrop of the suite holds, left by an earlier run. Otherwise what was found there, in words. Looks with
/// STAT, LIST and, where all sizes are known ones, RETR. A Maildir that popquiz would empty may hold nothing
/// besides, not in its further folders either. An account that cannot be looked into may not be filled.
/// What popquiz has delivered itself is known by its mark.
std::optional<std::string> foreign_mail(Context& context, const Survey& survey,
                                        const target::Account& account);

/// The same for what a session that is logged in sees; nothing when all of it is popquiz's.
std::optional<std::string> foreign_messages(Context& context, Session& session);

/// What is to be sent before a login so that RETR sends each message as it is: without UTF8 a server that has
/// it may refuse some (RFC 6856 section 2.1). Empty: nothing.
std::string to_see_all_mail(const Survey& survey);

}  // namespace popquiz::run
