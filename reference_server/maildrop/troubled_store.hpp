#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "reference_server/maildrop/maildrop.hpp"

namespace popquizd::maildrop {

/// A store in which the maildrops of some users cannot be opened, so that a client can be shown what a system
/// in trouble says (RFC 3206). All others are those of the store behind it.
class TroubledStore : public Store {
  public:
    TroubledStore(std::unique_ptr<Store> store, std::map<std::string, Failure::Kind, std::less<>> troubles);

    Result<std::unique_ptr<Maildrop>> open(std::string_view user) override;

  private:
    std::unique_ptr<Store> store_;
    std::map<std::string, Failure::Kind, std::less<>> troubles_;
};

}  // namespace popquizd::maildrop
