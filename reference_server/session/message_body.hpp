#pragma once

#include <memory>
#include <optional>
#include <string>

#include "reference_server/maildrop/maildrop.hpp"
#include "reference_server/session/dot_stuffer.hpp"
#include "reference_server/session/reply.hpp"
#include "reference_server/session/top_lines.hpp"

namespace popquizd::session {

/// A message, or the top of one, as RETR and TOP send it.
class MessageBody : public Body {
  public:
    /// Without `top`, all of it.
    MessageBody(std::unique_ptr<maildrop::MessageReader> reader, std::optional<TopLines> top);

    maildrop::Result<bool> write(std::string& out) override;

  private:
    std::unique_ptr<maildrop::MessageReader> reader_;
    std::optional<TopLines> top_;
    DotStuffer stuffer_;
    std::string piece_;
};

}  // namespace popquizd::session
