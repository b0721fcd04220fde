#include "harness/pop3/body.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

namespace popquiz::pop3 {
namespace {

constexpr std::uint64_t first_factor = 0x87c37b91114253d5U;
constexpr std::uint64_t second_factor = 0x4cf5ad432745937fU;

std::uint64_t word_at(const char* octets) {
    std::uint64_t word = 0;
    std::memcpy(&word, octets, sizeof word);
    return word;
}

// Spreads each bit over the whole word.
std::uint64_t spread(std::uint64_t word) {
    word ^= word >> 33U;
    word *= 0xff51afd7ed558ccdU;
    word ^= word >> 33U;
    word *= 0xc4ceb9fe1a85ec53U;
    word ^= word >> 33U;
    return word;
}

}  // namespace

void BodyKeeper::octets(std::string_view run) {
    size_ += run.size();
    text_.append(run.substr(0, bound_ - text_.size()));
}

std::vector<std::string_view> body_lines(std::string_view body) {
    std::vector<std::string_view> lines;
    while (!body.empty()) {
        const std::size_t end = body.find('\n');
        std::string_view line = body.substr(0, end);
        body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
        if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
    }
    return lines;
}

std::string to_string(const Digest& digest) {
    return fmt::format("{:016x}{:016x}", digest.words[0], digest.words[1]);
}

void BodyDigest::mix(const char* block) {
    auto& [first, second] = state_.words;
    first = std::rotl(first ^ (word_at(block) * first_factor), 27) * second_factor + second;
    second = std::rotl(second ^ (word_at(block + 8) * second_factor), 31) * first_factor + first;
}

void BodyDigest::octets(std::string_view run) {
    size_ += run.size();
    if (pending_size_ > 0) {
        const std::size_t taken = run.copy(pending_.data() + pending_size_, pending_.size() - pending_size_);
        pending_size_ += taken;
        run.remove_prefix(taken);
        if (pending_size_ < pending_.size()) return;
        mix(pending_.data());
        pending_size_ = 0;
    }
    for (; run.size() >= pending_.size(); run.remove_prefix(pending_.size()))
        mix(run.data());
    pending_size_ = run.copy(pending_.data(), pending_.size());
}

Digest BodyDigest::digest() const {
    BodyDigest last = *this;
    std::fill(last.pending_.begin() + static_cast<std::ptrdiff_t>(pending_size_), last.pending_.end(), '\0');
    last.mix(last.pending_.data());
    auto [first, second] = last.state_.words;
    first ^= size_;
    second ^= size_ * second_factor;
    first = spread(first + second);
    second = spread(second + first);
    return {{first, second + first}};
}

void BodyTee::octets(std::string_view run) {
    for (BodySink* sink : sinks_)
        sink->octets(run);
}

}  // namespace popquiz::pop3
