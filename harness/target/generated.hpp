#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/target/failure.hpp"
#include "harness/target/maildrop_store.hpp"

namespace popquiz::target {

/// The messages that `text`, a generated.toml, describes (scenarios/maildrops/README.md has its format). They
/// are computed when they are read; the same text and maildrop give the same octets each time. A failure has
/// all mistakes, one a line, each with `file` and line.
Result<std::vector<std::shared_ptr<const Message>>> generate(std::string_view text,
                                                             const std::filesystem::path& file,
                                                             std::string_view maildrop);

/// A message that is held in memory.
std::shared_ptr<const Message> message_of(std::string name, std::string octets);

}  // namespace popquiz::target
