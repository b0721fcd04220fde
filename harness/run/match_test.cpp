#include "harness/run/match.hpp"

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::run {
namespace {

/// Knows a few names, and no function.
class Names final : public script::Environment {
  public:
    explicit Names(Bindings names = {}) : names_(std::move(names)) {}
    std::optional<script::Value> lookup(std::string_view name) const override {
        const auto found = names_.find(name);
        return found == names_.end() ? std::nullopt : std::optional(found->second);
    }
    boost::system::result<script::Value, script::Problem> call(
        std::string_view, const std::vector<script::Value>&) const override {
        return script::Problem{"no function is known here"};
    }

  private:
    Bindings names_;
};

/// Holds the octets of a reply against the `S:` lines behind a command.
MatchResult hold(const std::string& command, const std::string& expected, const std::string& octets,
                 const pop3::Comparison* comparison = nullptr) {
    const auto parsed = script::parse("maildrop: two\n\nC: " + command + "\n" + expected, {});
    if (!parsed) {
        ADD_FAILURE() << script::render(parsed.error());
        return {};
    }
    const script::Reply* reply = nullptr;
    for (const auto& step : parsed->front().steps)
        if (const auto* expect = std::get_if<script::Expect>(&step.action))
            reply = std::get_if<script::Reply>(&expect->alternatives.front().answer);
    const auto sent = pop3::parse_command(command + "\r\n");
    auto form = sent.reply_form();
    if (form == pop3::ReplyForm::unknown && reply->body) form = pop3::ReplyForm::multi_line;
    pop3::ReplyRecorder recorder(form);
    EXPECT_EQ(recorder.consume(octets), octets.size());
    EXPECT_TRUE(recorder.reader().complete());
    const pop3::Exchange exchange{command + "\r\n", sent, recorder.take()};
    const Names names;
    return match(*reply, {exchange, names, comparison, {}});
}

bool holds(const std::string& command, const std::string& expected, const std::string& octets) {
    const auto result = hold(command, expected, octets);
    EXPECT_FALSE(result.impossible) << *result.impossible;
    return result.matched();
}

TEST(MatchStatus, ComparesTheIndicatorAndNoProse) {
    EXPECT_TRUE(holds("NOOP", "S: +OK done\n", "+OK\r\n"));
    EXPECT_TRUE(holds("NOOP", "S: +OK\n", "+OK nothing to do\r\n"));
    EXPECT_FALSE(holds("NOOP", "S: +OK\n", "-ERR\r\n"));
    EXPECT_FALSE(holds("NOOP", "S: -ERR\n", "+OK\r\n"));
    EXPECT_TRUE(holds("NOOP", "S: <any reply>\n", "-ERR\r\n"));
    EXPECT_TRUE(holds("NOOP", "S: <any reply>\n", "+OK\r\n"));
}

TEST(MatchStatus, TakesAnIndicatorInTheWrongCaseForWhatItMeans) {
    EXPECT_TRUE(holds("NOOP", "S: +OK\n", "+ok\r\n"));
    EXPECT_TRUE(holds("NOOP", "S: -ERR\n", "-Err no\r\n"));
}

TEST(MatchStatus, ComparesTheNumbersOfRepliesThatHaveAGrammar) {
    EXPECT_TRUE(holds("STAT", "S: +OK 2 320\n", "+OK 2 320\r\n"));
    EXPECT_TRUE(holds("STAT", "S: +OK 2\n", "+OK 2 320\r\n"));
    EXPECT_TRUE(holds("STAT", "S: +OK 2 320\n", "+OK 2 320 and more\r\n"));
    EXPECT_FALSE(holds("STAT", "S: +OK 2 320\n", "+OK 2 321\r\n"));
    EXPECT_FALSE(holds("STAT", "S: +OK 2 320\n", "+OK 2\r\n"));
    EXPECT_FALSE(holds("STAT", "S: +OK 2 320\n", "+OK 3 320\r\n"));
    EXPECT_TRUE(holds("LIST 2", "S: +OK 2 200\n", "+OK 2 200\r\n"));
    EXPECT_FALSE(holds("LIST 2", "S: +OK 2 200\n", "+OK 1 200\r\n"));
    EXPECT_TRUE(holds("RSET", "S: +OK maildrop has 2 messages\n", "+OK 7 things\r\n"));
}

TEST(MatchStatus, ComparesAUniqueIdByItsNumberOnly) {
    EXPECT_TRUE(holds("UIDL 7", "S: +OK 7 7-1053395393\n", "+OK 7 whqtswO00WBw418f9t5JxYwZ\r\n"));
    EXPECT_FALSE(holds("UIDL 7", "S: +OK 7 7-1053395393\n", "+OK 8 7-1053395393\r\n"));
}

TEST(MatchStatus, ComparesAResponseCodeWithoutCase) {
    EXPECT_TRUE(holds("NOOP", "S: -ERR [IN-USE]\n", "-ERR [in-use] busy\r\n"));
    EXPECT_FALSE(holds("NOOP", "S: -ERR [IN-USE]\n", "-ERR in use\r\n"));
    EXPECT_FALSE(holds("NOOP", "S: -ERR [IN-USE]\n", "-ERR [SYS/TEMP] busy\r\n"));
}

TEST(MatchStatus, TakesAnyReplyWithoutAResponseCode) {
    const std::string wanted = "S: <any reply without [SYS]>\n";
    EXPECT_TRUE(holds("NOOP", wanted, "+OK\r\n"));
    EXPECT_TRUE(holds("NOOP", wanted, "-ERR sys\r\n"));
    EXPECT_TRUE(holds("NOOP", wanted, "-ERR [SYSTEM] down\r\n"));
    EXPECT_TRUE(holds("NOOP", wanted, "-ERR busy [SYS]\r\n"));
    EXPECT_FALSE(holds("NOOP", wanted, "-ERR [SYS]\r\n"));
    EXPECT_FALSE(holds("NOOP", wanted, "+OK [sys/temp] fine\r\n"));
    EXPECT_FALSE(holds("NOOP", wanted, "later\r\n"));
}

TEST(MatchStatus, SaysWhatTheReplyIsTo) {
    const auto what = [](pop3::Keyword keyword) {
        const auto parsed = script::parse("C: NOOP\nS: +OK\n", {});
        const auto& expect = std::get<script::Expect>(parsed->front().steps.back().action);
        pop3::ReplyRecorder recorder(pop3::ReplyForm::single_line);
        recorder.consume("-ERR\r\n");
        pop3::Exchange exchange{"x\r\n", pop3::parse_command("NOOP\r\n"), recorder.take()};
        exchange.command.keyword = keyword;
        const Names names;
        const auto& reply = std::get<script::Reply>(expect.alternatives.front().answer);
        return match(reply, {exchange, names, nullptr, {}}).mismatch->what;
    };
    EXPECT_EQ(what(pop3::Keyword::noop), "the reply to NOOP does not begin with +OK");
    EXPECT_EQ(what(pop3::Keyword::sasl_response), "the reply to a response of AUTH does not begin with +OK");
    EXPECT_EQ(what(pop3::Keyword::unknown), "the reply does not begin with +OK");
}

TEST(MatchStatus, SaysWhichResponseCodeIsOutOfPlace) {
    const auto result = hold("DELE 9", "S: <any reply without [IN-USE]>\n", "-ERR [in-use] none\r\n");
    ASSERT_TRUE(result.mismatch);
    EXPECT_EQ(result.mismatch->what, "the reply to DELE carries the response code [in-use]");
    EXPECT_EQ(result.mismatch->expected, "+OK or -ERR without [IN-USE]");
    EXPECT_EQ(result.mismatch->status_octet, 5U);
}

TEST(Describe, TellsRepliesWithDifferentLinesApart) {
    const auto parsed = script::parse(
        "needs: CAPA\n\nC: CAPA\nS: +OK\nS: USER\nS?: TOP\nS: ...\nS: .\nor tolerable: some do not\n"
        "S: +OK\nS: ...\nS: .\nor:\nS: +OK\nS: A\nS: B\nS~ C.*\nS: D\nS: E\nS: .\nor:\nS: -ERR\n",
        {});
    ASSERT_TRUE(parsed) << script::render(parsed.error());
    const auto& expect = std::get<script::Expect>(parsed->front().steps.back().action);
    const Names names;
    std::vector<std::string> told;
    for (const auto& alternative : expect.alternatives)
        told.push_back(describe(alternative, names));
    EXPECT_EQ(told, (std::vector<std::string>{"+OK with \"USER\"", "+OK",
                                              "+OK with \"A\", \"B\", a line that matches /C.*/ and 2 more",
                                              "-ERR"}));
}

TEST(MatchStatus, TakesExactOctetsAndRegularExpressionsWhereAskedFor) {
    EXPECT_TRUE(holds("NOOP", "S= +OK\n", "+OK\r\n"));
    EXPECT_FALSE(holds("NOOP", "S= +OK\n", "+OK \r\n"));
    EXPECT_TRUE(holds("NOOP", "S~ \\+OK.*\n", "+OK fine\r\n"));
    EXPECT_FALSE(holds("NOOP", "S~ \\+OK\n", "+OK fine\r\n"));
}

TEST(MatchStatus, BindsCaptures) {
    const auto result = hold("STAT", "S: +OK {n: number} {m: number}\n", "+OK 2 320\r\n");
    ASSERT_TRUE(result.matched());
    EXPECT_EQ(result.bindings.at("n"), script::Value(std::int64_t{2}));
    EXPECT_EQ(result.bindings.at("m"), script::Value(std::int64_t{320}));
    EXPECT_FALSE(holds("STAT", "S: +OK {n: number} {m: number}\n", "+OK 2 many\r\n"));
    EXPECT_FALSE(holds("STAT", "S: +OK {n: number} {m: number}\n", "+OK 2 99999999999999999999\r\n"));
    const auto text = hold("NOOP", "S: +OK {all: text}\n", "+OK one two  three\r\n");
    ASSERT_TRUE(text.matched());
    EXPECT_EQ(text.bindings.at("all"), script::Value(std::string("one two  three")));
}

TEST(MatchStatus, SaysWhatIsDifferent) {
    const auto result = hold("LIST 2", "S: +OK 2 200\n", "+OK 2 201\r\n");
    ASSERT_TRUE(result.mismatch);
    EXPECT_EQ(result.mismatch->what, "the reply to LIST does not say 200");
    EXPECT_EQ(result.mismatch->expected, "+OK 2 200");
    EXPECT_EQ(result.mismatch->got, "+OK 2 201");
}

const std::string listing = "+OK\r\n1 120\r\n2 200\r\n3 40\r\n.\r\n";

TEST(MatchBody, ComparesLinesInTheirOrder) {
    EXPECT_TRUE(holds("LIST", "S: +OK\nS: 1 120\nS: 2 200\nS: 3 40\nS: .\n", listing));
    EXPECT_FALSE(holds("LIST", "S: +OK\nS: 1 120\nS: 2 200\nS: .\n", listing));
    EXPECT_FALSE(holds("LIST", "S: +OK\nS: 1 120\nS: 2 200\nS: 3 40\nS: 4 1\nS: .\n", listing));
    EXPECT_FALSE(holds("LIST", "S: +OK\nS: 2 200\nS: 1 120\nS: 3 40\nS: .\n", listing));
}

TEST(MatchBody, ElidesCountsAndForbidsLines) {
    EXPECT_TRUE(holds("LIST", "S: +OK\nS: ...\nS: 3 40\nS: .\n", listing));
    EXPECT_TRUE(holds("LIST", "S: +OK\nS: 1 120\n..........\nS: .\n", listing));
    EXPECT_TRUE(holds("LIST", "S: +OK\nS: <3 lines>\nS: .\n", listing));
    EXPECT_FALSE(holds("LIST", "S: +OK\nS: <2 lines>\nS: .\n", listing));
    EXPECT_TRUE(holds("LIST", "S: +OK\nS: <at least 2 lines>\nS: .\n", listing));
    EXPECT_FALSE(holds("LIST", "S: +OK\nS: <at most 2 lines>\nS: .\n", listing));
    EXPECT_TRUE(holds("LIST", "S: +OK\nS?: 0 1\nS: 1 120\nS: ...\nS: .\n", listing));
    EXPECT_FALSE(holds("LIST", "S: +OK\nS!: 2 200\nS: ...\nS: .\n", listing));
    EXPECT_TRUE(holds("LIST", "S: +OK\nS!: 2 201\nS: ...\nS: .\n", listing));
    EXPECT_FALSE(holds("LIST", "S: +OK\nS!~ 2 .*\nS: ...\nS: .\n", listing));
}

TEST(MatchBody, TakesABlockInAnyOrder) {
    const std::string block =
        "S: +OK\nS: <in any order>\nS: 3 40\nS: 1 120\nS: <end of order>\nS: 2 200\nS: .\n";
    EXPECT_TRUE(holds("LIST", block, "+OK\r\n1 120\r\n3 40\r\n2 200\r\n.\r\n"));
    EXPECT_FALSE(holds("LIST", block, listing));
}

TEST(MatchBody, TriesAnElisionAgainWhenTheRestDoesNotFit) {
    EXPECT_TRUE(holds("RETR 1", "S: +OK\nS: ...\nS: a\nS: b\nS: .\n", "+OK\r\na\r\na\r\nb\r\n.\r\n"));
    EXPECT_TRUE(holds("RETR 1", "S: +OK\nS: ...\nS: {x}\nS: end\nS: .\n", "+OK\r\na\r\nb\r\nend\r\n.\r\n"));
}

TEST(MatchBody, ReadsLinesAsOnTheWire) {
    EXPECT_TRUE(holds("RETR 1", "S: +OK\nS: ..\nS: ..x\nS: .\n", "+OK\r\n..\r\n..x\r\n.\r\n"));
}

TEST(MatchBody, LeavesBlanksAtTheEndsOfTextLinesAlone) {
    EXPECT_TRUE(holds("RETR 1", "S: +OK\nS: by pop2\nS: .\n", "+OK\r\n\tby pop2 \r\n.\r\n"));
    EXPECT_FALSE(holds("RETR 1", "S: +OK\nS= by pop2\nS: .\n", "+OK\r\n\tby pop2\r\n.\r\n"));
}

TEST(MatchBody, ComparesUniqueIdsByTheirForm) {
    EXPECT_TRUE(holds("UIDL", "S: +OK\nS: 1 whatever\nS: .\n", "+OK\r\n1 abc\r\n.\r\n"));
    EXPECT_FALSE(holds("UIDL", "S: +OK\nS: 1 whatever\nS: .\n", "+OK\r\n1 a b\r\n.\r\n"));
    EXPECT_FALSE(holds("UIDL", "S: +OK\nS: 2 whatever\nS: .\n", "+OK\r\n1 abc\r\n.\r\n"));
}

TEST(MatchBody, TakesCapabilitiesInAnyOrderAndCase) {
    const std::string capabilities = "+OK\r\nuidl\r\nTOP\r\nSASL PLAIN\r\n.\r\n";
    EXPECT_TRUE(holds("CAPA", "S: +OK\nS: TOP\nS: UIDL\nS: ...\nS: .\n", capabilities));
    EXPECT_FALSE(holds("CAPA", "S: +OK\nS: TOP\nS: UIDL\nS: .\n", capabilities));
    EXPECT_FALSE(holds("CAPA", "S: +OK\nS: STLS\nS: ...\nS: .\n", capabilities));
    EXPECT_FALSE(holds("CAPA", "S: +OK\nS!: TOP\nS: ...\nS: .\n", capabilities));
    EXPECT_TRUE(holds("CAPA", "S: +OK\nS: <3 lines>\nS: .\n", capabilities));
    EXPECT_FALSE(holds("CAPA", "S: +OK\nS: <2 lines>\nS: .\n", capabilities));
    const auto kept = hold("CAPA", "S: +OK\nS: <text as all>\nS: .\n", capabilities);
    ASSERT_TRUE(kept.matched());
    EXPECT_EQ(kept.bindings.at("all"), script::Value(std::string("uidl\r\nTOP\r\nSASL PLAIN\r\n")));
}

TEST(MatchBody, KeepsAListing) {
    const auto result = hold("LIST", "S: +OK\nS: <listing as all>\nS: .\n", listing);
    ASSERT_TRUE(result.matched());
    const script::Listing expected = {{1, "120"}, {2, "200"}, {3, "40"}};
    EXPECT_EQ(std::get<script::Listing>(result.bindings.at("all")), expected);
}

TEST(MatchBody, SaysWhichLineIsDifferent) {
    const auto result = hold("LIST", "S: +OK\nS: 1 120\nS: 2 201\nS: ...\nS: .\n", listing);
    ASSERT_TRUE(result.mismatch);
    EXPECT_EQ(result.mismatch->what, "line 2 of the reply is not what is expected there");
    EXPECT_EQ(result.mismatch->expected, "`2 201`");
    EXPECT_EQ(result.mismatch->got, "2 200");
    EXPECT_EQ(result.mismatch->octet, 7U);
    const auto shorter = hold("LIST", "S: +OK\nS: 1 120\nS: 2 200\nS: 3 40\nS: 4 1\nS: .\n", listing);
    ASSERT_TRUE(shorter.mismatch);
    EXPECT_EQ(shorter.mismatch->what, "the reply ends after 3 lines");
}

TEST(MatchBody, ComparesWithTheMessageThatWasPutIn) {
    pop3::TextSource message("a\r\n.b\r\n");
    for (const auto& [octets, same] : {std::pair("a\r\n.b\r\n", true), std::pair("a\r\n.c\r\n", false)}) {
        pop3::BodyComparer comparer(message);
        comparer.octets(octets);
        const auto comparison = comparer.finish();
        const auto result =
            hold("RETR 1", "S: +OK\nS: <message 1>\nS: .\n", "+OK\r\nx\r\n.\r\n", &comparison);
        EXPECT_EQ(result.matched(), same);
    }
    EXPECT_TRUE(hold("RETR 1", "S: +OK\nS: <message 1>\nS: .\n", "+OK\r\nx\r\n.\r\n").impossible);
}

TEST(MatchBody, SaysWhereItWentWrongBehindAStretchOfAnyLines) {
    const auto result = hold("TOP 1 5", "S: +OK\nS: a\nS: ...\nS: Date: x\nS: b\nS: c\nS: .\n",
                             "+OK\r\na\r\nq\r\nDate: x\r\nb\r\n\r\nc\r\n.\r\n");
    ASSERT_TRUE(result.mismatch);
    EXPECT_EQ(result.mismatch->what, "line 5 of the reply is not what is expected there");
    EXPECT_EQ(result.mismatch->expected, "`c`");
}

}  // namespace
}  // namespace popquiz::run
