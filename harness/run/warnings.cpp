#include "harness/run/warnings.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/wire/address.hpp"

namespace popquiz::run {

std::string foreign_hosts(const target::Profile& profile) {
    std::string foreign;
    std::set<std::string> looked_at;
    for (const auto& host : {profile.host, profile.host6, profile.maildrop.mail_server.host}) {
        if (host.empty() || !looked_at.insert(host).second) continue;
        const auto addresses = wire::addresses_of(host);
        if (!addresses) continue;
        for (const auto& address : *addresses) {
            if (wire::is_local(address)) continue;
            foreign += fmt::format("{}{}", foreign.empty() ? "" : ", ",
                                   address == host ? host : fmt::format("{} ({})", host, address));
        }
    }
    return foreign;
}

std::vector<std::string> whose_hosts(std::string_view foreign, double rate) {
    return {
        fmt::format("{} is neither this machine nor in a private network. Whose host is it? popquiz sends "
                    "malformed commands and wrong passwords, and ends connections suddenly: ask whoever "
                    "runs it before you go on.",
                    foreign),
        rate > 0 ? fmt::format("At most {:g} commands a second are sent, and a connection counts as "
                               "several; --rate says otherwise.",
                               rate)
                 : "There is no limit to how much is sent (rate: none)."};
}

std::string what_is_deleted(const std::vector<target::Account>& accounts, bool fills, bool owns,
                            std::string_view where) {
    constexpr std::size_t most_named = 6;
    std::string users;
    for (std::size_t i = 0; i < std::min(accounts.size(), most_named); ++i)
        users += (i == 0 ? "" : ", ") + accounts[i].user;
    if (accounts.size() > most_named) users += fmt::format(" and {} more", accounts.size() - most_named);
    return fmt::format("popquiz {} the maildrops of {}{}{}", fills ? "empties and fills" : "deletes mail in",
                       users, where.empty() ? "" : fmt::format(", {}", where),
                       owns ? ": whatever is in there goes, because of --i-own-this-maildrop."
                            : ". Each was looked into: there is nobody's mail in it.");
}

}  // namespace popquiz::run
