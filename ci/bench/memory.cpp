#include <cstdint>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "ci/bench/benchmarks.hpp"
#include "ci/bench/demand.hpp"
#include "ci/bench/turns.hpp"
#include "ci/bench/workplace.hpp"

namespace popquiz::bench {
namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t message_octets = 1024 * mebibyte;

constexpr auto requirements =
    "id\trfc\tsection\tlevel\tbasis\tsubject\tstatement\tobserved\n"
    "bench-message\tRFC 1939\t5\tMUST\tstated\tRETR\tRETR sends the message as it is\tby comparing\n";

/// A suite of one scenario that compares the long message, octet for octet.
std::filesystem::path make_suite(const std::filesystem::path& folder) {
    write_file(folder / "requirements.tsv", requirements);
    write_file(folder / "maildrops/long/generated.toml",
               fmt::format("[[message]]\nname = \"1\"\noctets = {}\n", message_octets));
    write_file(folder / "long.pop3",
               "title: A long message arrives as it is\nchecks: bench-message\nmaildrop: long\nstep limit: "
               "300 s\nscenario limit: 600 s\n\n"
               "C: RETR 1\nS: +OK\nS: <message 1>\nS: .\n");
    return folder;
}

/// From filling the maildrop to the verdict. ru_maxrss begins with what we have ourselves when the child is
/// made, so what is told is never too little.
Measured measure() {
    const Workplace work(1);
    const auto suite = make_suite(work.folder() / "suite");
    const auto profile = work.profile(1);
    const auto log = work.folder() / "popquiz.log";
    Child::Ended ended;
    const double time = time_of([&] {
        ended = Child({POPQUIZ, "run", "--quiet", "--suite", suite.string(), "--target", profile.string(),
                       "--timeout", "300"},
                      log)
                    .wait();
    });
    if (ended.status != 0) throw std::runtime_error(last_words(ended.status, log));
    return {static_cast<double>(ended.octets) / static_cast<double>(mebibyte),
            fmt::format("MiB; {} MiB checked in {:.1f} s, from filling the maildrop on",
                        message_octets / mebibyte, time / 1e6)};
}

}  // namespace

void add_memory() {
    add("memory", {Demand::Bound::at_most, 64}, measure);
}

}  // namespace popquiz::bench
