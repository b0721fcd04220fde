#include "harness/script/evaluate.hpp"

#include <map>

#include <gtest/gtest.h>

#include "harness/script/expression.hpp"

namespace popquiz::script {
namespace {

class Known : public Environment {
  public:
    std::map<std::string, Value, std::less<>> values = {
        {"n", std::int64_t{7}},
        {"zero", std::int64_t{0}},
        {"most", std::int64_t{9223372036854775807}},
        {"word", std::string("abc")},
        {"body", std::string("one\r\ntwo\r\nthree")},
        {"list", Listing{{1, "120"}, {3, "200"}}},
        {"same", Listing{{1, "120"}, {3, "200"}}},
        {"none", Listing{}},
        {"ids", Listing{{1, "whqtswO00WBw418f9t5JxYwZ"}}},
        {"huge", Listing{{1, "9223372036854775807"}, {2, "1"}}},
    };

    [[nodiscard]] std::optional<Value> lookup(std::string_view name) const override {
        const auto found = values.find(name);
        if (found == values.end()) return std::nullopt;
        return found->second;
    }

    [[nodiscard]] boost::system::result<Value, Problem> call(
        std::string_view function, const std::vector<Value>& arguments) const override {
        if (function == "octets") return Problem{"no maildrop was filled"};
        return Value(std::string(function) + " of " + show(arguments.front()));
    }
};

/// The expression as it is written, with the names of Known bound to its types.
ExpressionPointer parsed(const std::string& text) {
    Scope scope(std::make_shared<Bindings>());
    const Known known;
    for (const auto& [name, value] : known.values) {
        Binding binding;
        binding.type = Type::unknown;  // so that wrong types get through to the evaluation
        scope.bind_local(name, binding);
    }
    const Source source("a.pop3", text);
    ::popquiz::script::Mistakes mistakes;
    const auto result = parse_expression(line_of(source, 0), 0, scope, mistakes);
    EXPECT_TRUE(result.has_value()) << text << "\n" << render(mistakes.sorted("a.pop3", 9));
    return result ? result->expression : nullptr;
}

std::string value_of(const std::string& text, std::size_t most = most_text_octets) {
    const auto value = evaluate(*parsed(text), Known(), most);
    if (!value)
        return "error at " + std::to_string(value.error().place.column) + ": " + value.error().message;
    return show(*value);
}

TEST(Evaluate, OctetsOfATextAndAttributesOfAMessage) {
    EXPECT_EQ(value_of("length(word)"), "3");
    EXPECT_EQ(value_of("length(\"\")"), "0");
    EXPECT_EQ(value_of("contains(\"a,b\", \",\")"), "1");
    EXPECT_EQ(value_of("contains(\"a,b\", \"ba\")"), "0");
    EXPECT_EQ(value_of("number(\"4096\") + 1"), "4097");
    EXPECT_EQ(value_of("attribute(\"r=a=b,s=QSX=,i=4096\", \"s\")"), "\"QSX=\"");
    EXPECT_EQ(value_of("attribute(\"r=a=b,s=QSX=,i=4096\", \"r\")"), "\"a=b\"");
    EXPECT_EQ(value_of("attribute(\"n,,n=user,r=x\", \"n\")"), "\"user\"");
    EXPECT_EQ(value_of("attribute(\"r=,s=\", \"s\")"), "\"\"");
    EXPECT_EQ(value_of("attribute(\"rs=1,s\", \"s\")"),
              "error at 1: there is no attribute `s` in this message: \"rs=1,s\"");
}

TEST(Evaluate, Numbers) {
    EXPECT_EQ(value_of("1 + 2 * 3"), "7");
    EXPECT_EQ(value_of("(1 + 2) * 3"), "9");
    EXPECT_EQ(value_of("10 - 2 - 3"), "5");
    EXPECT_EQ(value_of("n - 1"), "6");
    EXPECT_EQ(value_of("0 - most - 1"), "-9223372036854775808");
}

TEST(Evaluate, Texts) {
    EXPECT_EQ(value_of("word + \"\\x00\\r\\n\\\"\""), R"("abc\x00\r\n\"")");
    EXPECT_EQ(value_of("upper(\"aB\") + lower(\"aB\")"), "\"ABab\"");
    EXPECT_EQ(value_of("beginning(\"abc\", 2) + beginning(\"d\", 7)"), "\"abd\"");
    EXPECT_EQ(value_of("repeat(\"ab\", 3)"), "\"ababab\"");
    EXPECT_EQ(value_of("repeat(\"ab\", 0)"), "\"\"");
    EXPECT_EQ(value_of("repeat(\"\", most)"), "\"\"");
    EXPECT_EQ(value_of("repeat(\"a\", 100)"), "\"" + std::string(60, 'a') + "...\" (100 octets)");
    EXPECT_EQ(value_of("lines(body)"), "3");
    EXPECT_EQ(value_of("lines(\"\")"), "0");
    EXPECT_EQ(value_of("lines(\"a\\r\\n\")"), "1");
    EXPECT_EQ(value_of("base64(word)"), R"("base64 of \"abc\"")");
}

TEST(Evaluate, Listings) {
    EXPECT_EQ(value_of("count(list)"), "2");
    EXPECT_EQ(value_of("sum(list)"), "320");
    EXPECT_EQ(value_of("sum(none)"), "0");
    EXPECT_EQ(value_of("size(list, 3)"), "200");
    EXPECT_EQ(value_of("id(ids, 1)"), "\"whqtswO00WBw418f9t5JxYwZ\"");
    EXPECT_EQ(value_of("list"), "a listing of 2 lines");
}

TEST(Evaluate, Comparisons) {
    EXPECT_EQ(value_of("n == 7"), "1");
    EXPECT_EQ(value_of("n != 7"), "0");
    EXPECT_EQ(value_of("n < 8"), "1");
    EXPECT_EQ(value_of("n <= 6"), "0");
    EXPECT_EQ(value_of("n > 6"), "1");
    EXPECT_EQ(value_of("n >= 8"), "0");
    EXPECT_EQ(value_of("word == \"abc\""), "1");
    EXPECT_EQ(value_of("list == same"), "1");
    EXPECT_EQ(value_of("list != none"), "1");
}

TEST(Evaluate, ErrorsHavePlacesAndWords) {
    EXPECT_EQ(value_of("most + 1"), "error at 6: 9223372036854775807 + 1 is no number of 64 bits");
    EXPECT_EQ(value_of("0 - most - 2"), "error at 10: -9223372036854775807 - 2 is no number of 64 bits");
    EXPECT_EQ(value_of("most * 2"), "error at 6: 9223372036854775807 * 2 is no number of 64 bits");
    EXPECT_EQ(value_of("1 + word"), R"(error at 5: `word` is a text, and a number is wanted: "abc")");
    EXPECT_EQ(value_of("word + n"), "error at 8: `n` is a number, and a text is wanted: 7");
    EXPECT_EQ(value_of("word < 1"), R"(error at 1: `word` is a text, and a number is wanted: "abc")");
    EXPECT_EQ(value_of("count(n)"), "error at 7: `n` is a number, and a listing is wanted: 7");
    EXPECT_EQ(value_of("size(list, 2)"), "error at 1: message 2 is not in this listing of 2 lines");
    EXPECT_EQ(value_of("size(ids, 1)"),
              R"(error at 1: message 1 has no size in this listing: "whqtswO00WBw418f9t5JxYwZ")");
    EXPECT_EQ(value_of("sum(ids)"),
              R"(error at 1: message 1 has no size in this listing: "whqtswO00WBw418f9t5JxYwZ")");
    EXPECT_EQ(value_of("sum(huge)"),
              "error at 1: the sizes of this listing add up to more than 64 bits hold");
    EXPECT_EQ(value_of("repeat(\"a\", zero - 1)"), "error at 1: a text cannot be repeated -1 times");
    EXPECT_EQ(value_of("repeat(\"ab\", most)"), "error at 1: the text would have more than 268435456 octets");
    EXPECT_EQ(value_of("repeat(\"ab\", 6)", 11), "error at 1: the text would have more than 11 octets");
    EXPECT_EQ(value_of("word + word", 5), "error at 6: the text would have more than 5 octets");
    EXPECT_EQ(value_of("octets(1)"), "error at 1: no maildrop was filled");
    EXPECT_EQ(value_of("user"), "error at 1: `user` has no value");
}

TEST(Check, ShowsBothSides) {
    const Assert assertion{parsed("count(list) == n - 1"), "count(list) == n - 1"};
    const auto outcome = check(assertion, Known());
    ASSERT_TRUE(outcome.has_value());
    EXPECT_FALSE(outcome->holds);
    EXPECT_EQ(outcome->left, Value(std::int64_t{2}));
    EXPECT_EQ(outcome->right, Value(std::int64_t{6}));
    EXPECT_TRUE(check({parsed("n == 7"), ""}, Known())->holds);
    EXPECT_FALSE(check({parsed("n"), ""}, Known()).has_value());
    EXPECT_FALSE(check({parsed("user == \"a\""), ""}, Known()).has_value());
}

TEST(Render, PutsTheValuesIn) {
    const Text text{
        {std::string("LIST "), parsed("n"), std::string(" "), parsed("word"), std::string("\r\n")}};
    EXPECT_EQ(render(text, Known()).value(), "LIST 7 abc\r\n");
    EXPECT_EQ(render(Text{}, Known()).value(), "");
}

TEST(Render, FailsWithoutAValue) {
    EXPECT_EQ(render({{parsed("user")}}, Known()).error().message, "`user` has no value");
    EXPECT_EQ(render({{parsed("list")}}, Known()).error().message, "`list` is a listing, and no text");
    EXPECT_EQ(render({{Capture{"x", CaptureType::word, {}}}}, Known()).error().message,
              "`x` has no value yet");
    EXPECT_THROW((void)render({{parsed("user")}}, Known()).value(), std::runtime_error);
}

}  // namespace
}  // namespace popquiz::script
