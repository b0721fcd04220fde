#include "harness/target/account_pool.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace popquiz::target {

const char* name_of(NoLease reason) noexcept {
    switch (reason) {
        case NoLease::too_few:
            return "too_few";
        case NoLease::timed_out:
            return "timed_out";
        case NoLease::closed:
            return "closed";
    }
    return "unknown";
}

void throw_exception_from_error(NoLease reason, const boost::source_location& where) {
    throw std::runtime_error(std::string("no account to lease: ") + name_of(reason) + " (" +
                             where.to_string() + ")");
}

Lease::Lease(Lease&& other) noexcept : pool_(other.pool_), accounts_(std::exchange(other.accounts_, {})) {}

Lease& Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        give_back();
        pool_ = other.pool_;
        accounts_ = std::exchange(other.accounts_, {});
    }
    return *this;
}

Lease::~Lease() {
    give_back();
}

void Lease::give_back() noexcept {
    if (!accounts_.empty()) pool_->take_back(std::exchange(accounts_, {}));
}

AccountPool::AccountPool(std::vector<Account> accounts) : accounts_(std::move(accounts)) {
    for (const Account& account : accounts_)
        free_.push_back(&account);
}

boost::system::result<Lease, NoLease> AccountPool::lease(std::size_t count, wire::Deadline deadline,
                                                         const Suits& suits) {
    if (count == 0 || count > accounts_.size()) return NoLease::too_few;
    if (suits && std::none_of(accounts_.begin(), accounts_.end(), suits)) return NoLease::too_few;
    std::unique_lock lock(mutex_);
    if (closed_) return NoLease::closed;
    Waiter self{count, suits, {}, {}};
    waiting_.push_back(&self);
    serve();
    const auto is_over = [&] { return !self.accounts.empty() || closed_; };
    if (deadline.is_never()) {
        self.served.wait(lock, is_over);
    } else {
        self.served.wait_until(lock, deadline.time(), is_over);
    }
    if (!self.accounts.empty()) return Lease(*this, std::move(self.accounts));
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &self));
    serve();  // whoever stood behind may be content with less
    return closed_ ? NoLease::closed : NoLease::timed_out;
}

void AccountPool::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (Waiter* waiter : waiting_)
        waiter->served.notify_one();
}

void AccountPool::take_back(const std::vector<const Account*>& accounts) {
    const std::lock_guard lock(mutex_);
    free_.insert(free_.end(), accounts.begin(), accounts.end());
    serve();
}

/// Hands free accounts to those who wait, in their order. The lock is held.
void AccountPool::serve() {
    while (!waiting_.empty() && !closed_ && free_.size() >= waiting_.front()->count) {
        Waiter& first = *waiting_.front();
        if (first.suits) {
            const auto suited = std::find_if(free_.begin(), free_.end(),
                                             [&](const Account* account) { return first.suits(*account); });
            if (suited == free_.end()) return;
            std::rotate(free_.begin(), suited, suited + 1);
        }
        const auto end = free_.begin() + static_cast<std::ptrdiff_t>(first.count);
        first.accounts.assign(free_.begin(), end);
        free_.erase(free_.begin(), end);
        waiting_.pop_front();
        first.served.notify_one();
    }
}

}  // namespace popquiz::target
