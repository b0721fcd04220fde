#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "harness/pop3/message_source.hpp"
#include "harness/target/maildrop_store.hpp"

namespace popquiz::run {

/// A message of the suite, as the law reads messages.
std::shared_ptr<const pop3::MessageSource> source_of(std::shared_ptr<const target::Message> message);

/// All messages of a maildrop, message 1 first.
std::vector<std::shared_ptr<const pop3::MessageSource>> sources_of(const target::Maildrop& maildrop);

}  // namespace popquiz::run
