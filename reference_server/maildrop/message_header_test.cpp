#include "reference_server/maildrop/message_header.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace popquizd::maildrop {
namespace {

struct Case {
    std::string stored;
    bool ascii;
};

TEST(MessageHeader, OctetsAbove127CountBeforeTheEmptyLineOnly) {
    const std::vector<Case> cases = {
        {"", true},
        {"Subject: x\n\nbody\n", true},
        {"Subject: \xC3\xBC\n\nbody\n", false},
        {"A: b\r\nSubject: \xC3\xBC\r\n\r\nbody\r\n", false},
        {"Subject: x\n\ngr\xC3\xBC\xC3\x9F\n", true},
        {"Subject: x\r\n\r\n\xC3\xBC", true},
        {"\n\xC3\xBC\n", true},
        {"\r\n\xC3\xBC\n", true},
        {"no empty line\n\xE4\n", false},
        {"\xFF", false},
        {"a\r\r\n\xC3\xBC\n", false},
        {"a\n\r\r\n\xC3\xBC\n", false},
    };
    for (const Case& each : cases) {
        for (std::size_t cut = 0; cut <= each.stored.size(); ++cut) {
            MessageHeader header;
            header.feed(std::string_view(each.stored).substr(0, cut));
            header.feed(std::string_view(each.stored).substr(cut));
            EXPECT_EQ(header.is_ascii(), each.ascii) << each.stored << " cut at " << cut;
        }
    }
}

}  // namespace
}  // namespace popquizd::maildrop
