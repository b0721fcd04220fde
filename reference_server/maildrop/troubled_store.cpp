#include "reference_server/maildrop/troubled_store.hpp"

#include <utility>

#include <fmt/format.h>

namespace popquizd::maildrop {

TroubledStore::TroubledStore(std::unique_ptr<Store> store,
                             std::map<std::string, Failure::Kind, std::less<>> troubles)
    : store_(std::move(store)), troubles_(std::move(troubles)) {}

Result<std::unique_ptr<Maildrop>> TroubledStore::open(std::string_view user) {
    const auto trouble = troubles_.find(user);
    if (trouble == troubles_.end()) return store_->open(user);
    return Failure{trouble->second,
                   fmt::format("the maildrop of {} is in trouble, as --trouble wants it", user)};
}

}  // namespace popquizd::maildrop
