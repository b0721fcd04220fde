#include "harness/pop3/message_source.hpp"

#include <array>

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

// Hands out a few octets at a time.
class Dripping final : public MessageSource {
  public:
    Dripping(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
    std::uint64_t size() const override { return text_.size(); }
    std::size_t read(std::uint64_t offset, std::span<char> into) const override {
        return TextSource(text_).read(offset, into.first(std::min(into.size(), piece_)));
    }

  private:
    std::string text_;
    std::size_t piece_;
};

TEST(MessageSource, TopIsHeaderBlankLineAndLines) {
    const std::string text = "A: b\r\nC: d\r\n\r\none\r\n\r\n.three\r\nfour";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        const Dripping message(text, piece);
        EXPECT_EQ(top_size(message, 0), 14U);
        EXPECT_EQ(top_size(message, 1), 19U);
        EXPECT_EQ(top_size(message, 2), 21U);
        EXPECT_EQ(top_size(message, 3), 29U);
        EXPECT_EQ(top_size(message, 4), text.size());
        EXPECT_EQ(top_size(message, 1000), text.size());
    }
}

TEST(MessageSource, TopOfAMessageWithoutBlankLineIsUnclear) {
    EXPECT_EQ(top_size(TextSource("A: b\r\nC: d\r\n"), 0), std::nullopt);
    EXPECT_EQ(top_size(TextSource("A: b\n\nbody\r\n"), 0), std::nullopt);
    EXPECT_EQ(top_size(TextSource(""), 5), std::nullopt);
    EXPECT_EQ(top_size(TextSource("\r\nbody\r\n"), 0), 2U);
}

TEST(MessageSource, KnowsItsLineEnds) {
    EXPECT_TRUE(ends_with_line_end(TextSource("a\r\n")));
    EXPECT_TRUE(ends_with_line_end(TextSource("")));
    for (const std::string_view text : {"a", "\n", "a\n", "a\r", "a\n\r"}) {
        EXPECT_FALSE(ends_with_line_end(TextSource(std::string(text)))) << text;
    }
    EXPECT_FALSE(has_lone_line_end_octet(Dripping("a\r\nb\r\n", 2)));
    for (const std::string_view text : {"a\nb", "a\rb", "\r", "\r\r\n", "\r\n\n"}) {
        EXPECT_TRUE(has_lone_line_end_octet(Dripping(std::string(text), 1))) << text;
    }
}

TEST(MessagePart, EndsWhereItIsToldTo) {
    const TextSource whole("0123456789");
    const MessagePart part(whole, 4);
    std::array<char, 8> into{};
    EXPECT_EQ(part.size(), 4U);
    EXPECT_EQ(part.read(1, into), 3U);
    EXPECT_EQ(std::string_view(into.data(), 3), "123");
    EXPECT_EQ(part.read(4, into), 0U);
}

}  // namespace
}  // namespace popquiz::pop3
