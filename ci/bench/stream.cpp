#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "ci/bench/benchmarks.hpp"
#include "ci/bench/demand.hpp"
#include "ci/bench/turns.hpp"
#include "harness/pop3/comparison.hpp"
#include "harness/pop3/exchange.hpp"
#include "harness/wire/connection.hpp"

namespace popquiz::bench {
namespace {

constexpr std::size_t line_octets = 76;
constexpr std::size_t lines_in_a_block = 50;
constexpr std::size_t blocks = 17'000;  // 64 MiB

/// What a scenario keeps of a long body, in octets.
constexpr std::size_t beginning_kept = 16 * 1024;

/// Lines of printable ASCII, the first of which begins with a dot.
std::string make_block() {
    std::string block;
    for (std::size_t line = 0; line < lines_in_a_block; ++line) {
        for (std::size_t i = 0; i < line_octets; ++i)
            block += static_cast<char>('.' + (line + i) % 75);
        block += "\r\n";
    }
    return block;
}

/// A header, and one block again and again: as little work to read as a message can be.
class LongMessage final : public pop3::MessageSource {
  public:
    std::uint64_t size() const override { return header.size() + blocks * block_.size(); }

    std::size_t read(std::uint64_t offset, std::span<char> into) const override {
        std::size_t done = 0;
        while (done < into.size() && offset + done < size()) {
            const auto piece = from(offset + done);
            done += piece.copy(into.data() + done, into.size() - done);
        }
        return done;
    }

    /// The reply to RETR that carries it.
    [[nodiscard]] std::string reply() const {
        std::string all = fmt::format("+OK\r\n{}", header);
        all.reserve(static_cast<std::size_t>(size()) + blocks + 16);
        for (std::size_t i = 0; i < blocks; ++i)
            (all += '.') += block_;
        return all += ".\r\n";
    }

  private:
    static constexpr std::string_view header = "Subject: a long one\r\n\r\n";

    [[nodiscard]] std::string_view from(std::uint64_t offset) const {
        if (offset < header.size()) return header.substr(static_cast<std::size_t>(offset));
        return std::string_view(block_).substr(
            static_cast<std::size_t>((offset - header.size()) % block_.size()));
    }

    std::string block_ = make_block();
};

/// As a scenario's `S: <message 1>` does it with a message too long to be kept, in pieces as they come from
/// the net.
void check(const std::string& reply, const pop3::MessageSource& message) {
    pop3::BodyComparer comparer(message);
    pop3::ReplyRecorder::Options options;
    options.also = &comparer;
    options.digest = false;
    options.body_kept = beginning_kept;
    pop3::ReplyRecorder recorder(pop3::ReplyForm::multi_line, options);
    for (std::size_t at = 0; at < reply.size();)
        at += recorder.consume(std::string_view(reply).substr(at, wire::Connection::read_size));
    const auto read = recorder.take();
    if (!read.complete || !read.faults.empty() || !comparer.finish().same())
        throw std::runtime_error("the stream was not read as it is");
}

void search_line_ends(const std::string& reply) {
    const char* at = reply.data();
    const char* const end = at + reply.size();
    while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
        at = static_cast<const char*>(found) + 1;
        benchmark::DoNotOptimize(at);
    }
}

Measured measure() {
    const LongMessage message;
    const auto reply = message.reply();
    const auto medians = in_turns(
        15,
        [&](std::vector<double>& times) {
            times.push_back(processor_time_of([&] { check(reply, message); }));
        },
        [&](std::vector<double>& times) {
            times.push_back(processor_time_of([&] { search_line_ends(reply); }));
        });
    const auto speed = [&](double microseconds) {
        return static_cast<double>(reply.size()) / microseconds / 1000;
    };
    return {medians.ratio(),
            fmt::format("{:.2f} GB/s; memchr for LF {:.2f} GB/s", speed(medians.ours), speed(medians.bare))};
}

}  // namespace

void add_stream() {
    add("stream", {Demand::Bound::at_most, 3}, measure);
}

}  // namespace popquiz::bench
