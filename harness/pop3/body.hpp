#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace popquiz::pop3 {

/// Takes the body of a multi-line reply: its octets after un-stuffing, line ends as received, without the
/// terminator.
class BodySink {
  public:
    virtual ~BodySink() = default;
    /// The next octets, in runs of any length that end anywhere; valid only during the call.
    virtual void octets(std::string_view run) = 0;
};

/// Drops everything.
class NoBody final : public BodySink {
  public:
    void octets(std::string_view) override {}
};

/// Keeps the beginning of a body.
class BodyKeeper final : public BodySink {
  public:
    /// What is kept unless told otherwise, in octets.
    static constexpr std::size_t default_bound = std::size_t{1024} * 1024;

    explicit BodyKeeper(std::size_t bound = default_bound) : bound_(bound) {}

    void octets(std::string_view run) override;

    /// What was kept: all of the body, or its first `bound` octets.
    const std::string& text() const { return text_; }
    /// How long the body is, kept or not.
    std::uint64_t size() const { return size_; }
    /// Whether something had to be dropped.
    bool truncated() const { return size_ > text_.size(); }
    std::string take() { return std::move(text_); }

  private:
    std::size_t bound_;
    std::string text_;
    std::uint64_t size_ = 0;
};

/// The lines of a body without their line ends: cut at CRLF, and at a bare LF too. A last line without line
/// end counts as a line. They point into `body`.
std::vector<std::string_view> body_lines(std::string_view body);

/// 128 bits that tell bodies apart. Not against an adversary who knows the function.
struct Digest {
    std::array<std::uint64_t, 2> words{};
    friend bool operator==(const Digest&, const Digest&) = default;
};

/// 32 hexadecimal digits.
std::string to_string(const Digest& digest);

/// Counts and digests a body.
class BodyDigest final : public BodySink {
  public:
    void octets(std::string_view run) override;
    std::uint64_t size() const { return size_; }
    /// Of all octets so far; the same whatever the runs were.
    Digest digest() const;

  private:
    void mix(const char* block);

    Digest state_{{0x9e3779b97f4a7c15U, 0xc2b2ae3d27d4eb4fU}};
    std::array<char, 16> pending_{};
    std::size_t pending_size_ = 0;
    std::uint64_t size_ = 0;
};

/// Hands each run to several sinks, in order. They must live longer than this.
class BodyTee final : public BodySink {
  public:
    explicit BodyTee(std::vector<BodySink*> sinks) : sinks_(std::move(sinks)) {}
    void octets(std::string_view run) override;

  private:
    std::vector<BodySink*> sinks_;
};

}  // namespace popquiz::pop3
