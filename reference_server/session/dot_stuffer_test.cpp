#include "reference_server/session/dot_stuffer.hpp"

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

TEST(DotStuffer, DoublesTheDotThatBeginsALine) {
    const std::string plain = ".first\r\n.\r\n..\r\na.b\r\n\r\n...\r\n.";
    const std::string stuffed = "..first\r\n..\r\n...\r\na.b\r\n\r\n....\r\n..";
    for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
        for (std::size_t second = cut; second <= plain.size(); ++second) {
            DotStuffer stuffer;
            std::string out;
            const std::string_view view = plain;
            stuffer.stuff(view.substr(0, cut), out);
            stuffer.stuff(view.substr(cut, second - cut), out);
            stuffer.stuff(view.substr(second), out);
            ASSERT_EQ(out, stuffed) << cut << " " << second;
        }
    }
}

TEST(DotStuffer, DotsAnywhereElseStay) {
    DotStuffer stuffer;
    std::string out;
    stuffer.stuff("a.\r.\r\n", out);
    EXPECT_EQ(out, "a.\r.\r\n");
}

}  // namespace
}  // namespace popquizd::session
