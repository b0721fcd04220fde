#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include "harness/target/profile.hpp"
#include "harness/wire/deadline.hpp"

namespace popquiz::target {

class AccountPool;

/// One or more accounts that nobody else uses as long as this lives. Gives them back when it is destroyed.
class Lease {
  public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    std::size_t size() const noexcept { return accounts_.size(); }
    const Account& operator[](std::size_t index) const { return *accounts_.at(index); }

  private:
    friend class AccountPool;
    Lease(AccountPool& pool, std::vector<const Account*> accounts)
        : pool_(&pool), accounts_(std::move(accounts)) {}
    void give_back() noexcept;

    AccountPool* pool_;
    std::vector<const Account*> accounts_;
};

/// Why there is no lease.
enum class NoLease : std::uint8_t {
    too_few,    ///< The pool does not have that many accounts at all.
    timed_out,  ///< The deadline passed first.
    closed,     ///< close() was called.
};

/// The enumerator's name, such as "too_few".
const char* name_of(NoLease reason) noexcept;

/// result::value() of a failure throws std::runtime_error: for callers who do not expect one.
[[noreturn]] void throw_exception_from_error(NoLease reason, const boost::source_location& where);

/// The accounts of a target, for many threads. Who asks first is served first, also when more than one
/// account is wanted: all of a lease are handed out at once, so that two threads never wait for each other's.
/// Of the free accounts the one that has rested longest is taken (some servers hold a lock a little longer
/// than the session). Must outlive its leases.
class AccountPool {
  public:
    explicit AccountPool(std::vector<Account> accounts);
    AccountPool(const AccountPool&) = delete;
    AccountPool& operator=(const AccountPool&) = delete;

    std::size_t size() const noexcept { return accounts_.size(); }

    /// Whether an account will do.
    using Suits = std::function<bool(const Account&)>;

    /// `count` (at least 1) accounts, waiting for them until the deadline. The first of them is one that
    /// suits; without `suits` any does.
    boost::system::result<Lease, NoLease> lease(std::size_t count, wire::Deadline deadline,
                                                const Suits& suits = {});

    /// Ends every wait, now and later, with NoLease::closed. Leases that are out stay good.
    void close();

  private:
    friend class Lease;
    struct Waiter {
        std::size_t count;
        const Suits& suits;
        std::condition_variable served;
        std::vector<const Account*> accounts;
    };
    void take_back(const std::vector<const Account*>& accounts);
    void serve();

    const std::vector<Account> accounts_;
    std::mutex mutex_;
    std::deque<const Account*> free_;
    std::deque<Waiter*> waiting_;
    bool closed_ = false;
};

}  // namespace popquiz::target
