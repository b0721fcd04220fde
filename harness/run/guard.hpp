#pragma once

#include <optional>
#include <string>

#include "harness/run/context.hpp"
#include "harness/run/survey.hpp"
#include "harness/target/profile.hpp"

namespace popquiz::run {

/// Whether an account's maildrop may be emptied and filled: it is empty, or each message in it is one that a
/// maildrop of the suite holds, left by an earlier run. Otherwise what was found there, in words. Looks with
/// STAT, LIST and, where all sizes are known ones, RETR. A Maildir that popquiz would empty may hold nothing
/// besides, not in its further folders either. An account that cannot be looked into may not be filled.
std::optional<std::string> foreign_mail(Context& context, const Survey& survey,
                                        const target::Account& account);

}  // namespace popquiz::run
