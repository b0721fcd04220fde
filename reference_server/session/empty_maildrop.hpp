#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "reference_server/maildrop/maildrop.hpp"

namespace popquizd::session {

/// What a lying server may show in place of a maildrop that another session has locked.
class EmptyMaildrop : public maildrop::Maildrop {
  public:
    maildrop::Result<bool> measure(std::uint64_t) override { return false; }
    const std::vector<maildrop::Message>& messages() const override { return messages_; }
    maildrop::Result<std::unique_ptr<maildrop::MessageReader>> open(std::size_t) override {
        return maildrop::Failure{maildrop::Failure::Kind::temporary, "there are no messages"};
    }
    maildrop::Result<void> remove(const std::vector<std::size_t>&) override { return {}; }

  private:
    std::vector<maildrop::Message> messages_;
};

}  // namespace popquizd::session
