#include "harness/target/maildrop_store.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/target/generated.hpp"
#include "harness/wire/loopback_test.hpp"

namespace popquiz::target {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class MaildropStoreTest : public testing::Test {
  protected:
    void write(const std::string& file, const std::string& octets) {
        fs::create_directories((folder_.path() / file).parent_path());
        std::ofstream(folder_.path() / file, std::ios::binary) << octets;
    }
    std::string failure_of(const std::string& list) {
        write("broken/generated.toml", list);
        const auto loaded = MaildropStore(folder_.path()).load("broken");
        if (loaded) return "no failure";
        auto message = loaded.error().message;
        const auto prefix = (folder_.path() / "broken").string() + "/";
        for (auto at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
            message.erase(at, prefix.size());
        }
        return message;
    }
    wire::loopback::TemporaryFolder folder_;
    MaildropStore store_{folder_.path()};
};

std::string octets_of(const Message& message) {
    return message.text(64 * 1024 * 1024).value();
}

TEST_F(MaildropStoreTest, LoadsMessagesInTheOrderOfTheirNames) {
    write("two/a-b.eml", "second\r\n");
    write("two/a.eml", "first\r\n");
    write("two/about.txt", "no message");
    const auto maildrop = store_.load("two").value();
    ASSERT_EQ(maildrop->messages().size(), 2U);
    EXPECT_EQ(maildrop->messages()[0]->name(), "a");
    EXPECT_EQ(octets_of(*maildrop->messages()[0]), "first\r\n");
    EXPECT_EQ(octets_of(*maildrop->messages()[1]), "second\r\n");
    EXPECT_EQ(maildrop->octets(), 15U);
    EXPECT_EQ(store_.load("two").value(), maildrop) << "loaded once";
}

TEST_F(MaildropStoreTest, AnUnknownNameIsToldWithWhatWasMeant) {
    write("three/1.eml", "");
    EXPECT_EQ(store_.load("thre").error().message,
              "there is no maildrop `thre` in " + folder_.path().string() + "; did you mean `three`?");
    EXPECT_THAT(store_.load("../three").error().message, HasSubstr("there is no maildrop `../three`"));
    EXPECT_THAT(store_.names().value(), ElementsAre("three"));
}

TEST_F(MaildropStoreTest, ReadsLargeFilesInParts) {
    std::string octets;
    for (int i = 0; i < 20'000; ++i)
        octets += "line " + std::to_string(i) + "\r\n";
    write("large/1.eml", octets);
    const auto message = store_.load("large").value()->messages().front();
    EXPECT_EQ(message->size(), octets.size());
    EXPECT_EQ(octets_of(*message), octets);
    std::array<char, 100> part = {};
    EXPECT_EQ(message->read(octets.size() - 10, part).value(), 10U);
    EXPECT_EQ(message->read(octets.size(), part).value(), 0U);
    EXPECT_EQ(message->read(octets.size() + 1, part).value(), 0U);
    EXPECT_FALSE(message->text(1000));
}

TEST_F(MaildropStoreTest, GeneratesMessagesOfExactlySoManyOctets) {
    std::string list;
    for (int octets = 300; octets < 700; ++octets) {
        list += "[[message]]\nname = \"m" + std::to_string(octets) +
                "\"\noctets = " + std::to_string(octets) + "\n";
    }
    write("sized/generated.toml", list);
    for (const auto& message : store_.load("sized").value()->messages()) {
        const auto text = octets_of(*message);
        EXPECT_EQ("m" + std::to_string(text.size()), message->name());
        EXPECT_TRUE(text.ends_with("\r\n"));
        EXPECT_NE(text.find("\r\n\r\n"), std::string::npos);
        std::size_t begin = 0;
        for (auto end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n", begin)) {
            EXPECT_LE(end - begin, 76U);
            EXPECT_NE(text[begin], '.');
            begin = end + 2;
        }
        EXPECT_EQ(begin, text.size());
        EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), std::count(text.begin(), text.end(), '\r'));
    }
}

TEST_F(MaildropStoreTest, AGeneratedMessageReadsTheSameCutAtEveryOctet) {
    write("cut/generated.toml", "[[message]]\nname = \"m\"\noctets = 547\n");
    const auto message = store_.load("cut").value()->messages().front();
    const auto whole = octets_of(*message);
    for (std::size_t begin = 0; begin <= whole.size(); ++begin) {
        for (const std::size_t size : {1U, 2U, 77U, 78U, 79U, 1000U}) {
            std::string part(size, '\0');
            part.resize(message->read(begin, part).value());
            EXPECT_EQ(part, whole.substr(begin, size));
        }
    }
}

TEST_F(MaildropStoreTest, AGibibyteNeedsNoMemory) {
    write("huge/generated.toml", "[[message]]\nname = \"m\"\noctets = 1073741824\n");
    const auto message = store_.load("huge").value()->messages().front();
    EXPECT_EQ(message->size(), 1073741824U);
    std::array<char, 100> end = {};
    EXPECT_EQ(message->read(message->size() - 2, end).value(), 2U);
    EXPECT_EQ(std::string(end.data(), 2), "\r\n");
}

TEST_F(MaildropStoreTest, CountsAreNumberedWithZerosInFront) {
    write("many/generated.toml", "[[message]]\nname = \"big-\"\ncount = 12\noctets = 400\n");
    const auto maildrop = store_.load("many").value();
    ASSERT_EQ(maildrop->messages().size(), 12U);
    EXPECT_EQ(maildrop->messages()[0]->name(), "big-01");
    EXPECT_EQ(maildrop->messages()[11]->name(), "big-12");
    std::set<std::string> different;
    for (const auto& message : maildrop->messages())
        different.insert(octets_of(*message));
    EXPECT_EQ(different.size(), 12U);
}

TEST_F(MaildropStoreTest, DotsStandAtEveryOffsetPlusTheShift) {
    write("dots/generated.toml", "[[message]]\nname = \"d-\"\ndots_around = [4096, 1024, 1100]\n");
    const auto maildrop = store_.load("dots").value();
    ASSERT_EQ(maildrop->messages().size(), 7U);
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_EQ(maildrop->messages()[i]->name(), std::string("d-") + "abcdefg"[i]);
        const auto text = octets_of(*maildrop->messages()[i]);
        for (const std::size_t offset : {1024U, 1100U, 4096U}) {
            EXPECT_EQ(text.substr(offset + i - 3 - 2, 3), "\r\n.");
        }
    }
}

TEST_F(MaildropStoreTest, ALongLineHasSoManyOctets) {
    write("long/generated.toml", "[[message]]\nname = \"l\"\nline_octets = 5000\n");
    const auto text = octets_of(*store_.load("long").value()->messages().front());
    const auto body = text.find("\r\n\r\n") + 4;
    EXPECT_EQ(text.find("\r\n", body) - body, 5000U);
    EXPECT_TRUE(text.ends_with("\r\n"));
}

TEST_F(MaildropStoreTest, MistakesInAListAreToldWithFileAndLine) {
    EXPECT_EQ(failure_of("[[message]]\nname = \"a\"\noctets = 10\n"),
              "generated.toml:1: 10 octets leave no room: the header alone has 168");
    EXPECT_EQ(failure_of("[[message]]\nname = \"a\"\nocets = 500\n"),
              "generated.toml:3: unknown key `ocets`: did you mean `octets`?\n"
              "generated.toml:1: exactly one of `octets`, `line_octets` and `dots_around` is wanted");
    EXPECT_EQ(failure_of("[[message]]\nname = \"../a\"\noctets = 500\n"),
              "generated.toml:1: `name` must be letters, digits, '-', '_' and '.'");
    EXPECT_EQ(failure_of("[[message]]\nname = \"a\"\noctets = \"500\"\n"),
              "generated.toml:3: `octets` must be a whole number from 0 to 1099511627776");
    EXPECT_EQ(failure_of("[[message]]\nname = \"a\"\nline_octets = 5\ncount = 2\n"),
              "generated.toml:1: `count` goes with `octets` only");
    EXPECT_EQ(failure_of("message = 1\n"),
              "generated.toml:1: `message` must be an array of tables: [[message]]");
    EXPECT_THAT(failure_of("[[message]\n"), testing::StartsWith("generated.toml:1: "));
}

TEST_F(MaildropStoreTest, ANameOccursOnce) {
    write("twins/a.eml", "");
    write("twins/generated.toml", "[[message]]\nname = \"a\"\noctets = 500\n");
    EXPECT_EQ(store_.load("twins").error().message,
              (folder_.path() / "twins").string() + ": two messages are named `a`");
}

TEST_F(MaildropStoreTest, MakesOneFolderWhoseNamesSortAsTheMessagesDo) {
    write("two/a-b.eml", "second\r\n");
    write("two/a.eml", "first\r\n");
    fs::path temporary;
    {
        MaildropStore store(folder_.path());
        const auto maildrop = store.load("two").value();
        const auto folder = store.folder_of(*maildrop).value();
        EXPECT_EQ(store.folder_of(*maildrop).value(), folder);
        std::vector<std::string> names;
        for (const auto& each : fs::directory_iterator(folder))
            names.push_back(each.path().filename().string());
        std::sort(names.begin(), names.end());
        EXPECT_THAT(names, ElementsAre("000001-a.eml", "000002-a-b.eml"));
        std::ifstream in(folder / names[0], std::ios::binary);
        EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "first\r\n");
        temporary = store.temporary_folder().value();
        EXPECT_TRUE(fs::exists(temporary));
    }
    EXPECT_FALSE(fs::exists(temporary));
}

}  // namespace
}  // namespace popquiz::target
