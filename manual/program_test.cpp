#include "manual/program.hpp"

#include <map>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

namespace manual {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A program with one of each.
class Program_test : public testing::Test {
  protected:
    Program_test() {
        app.add_option("--suite", suite, "folder")->type_name("DIR");
        auto* run = app.add_subcommand("run", "play\nscenarios");
        run->add_option("SELECTOR", many, "what");
        run->add_option("-j,--jobs", number, "how many")->type_name("N")->check(CLI::PositiveNumber);
        run->add_option("--server", text, "where")->type_name("HOST:PORT");
        run->add_option("--level", number, "how much")
            ->transform(CLI::CheckedTransformer(std::map<std::string, int>{{"may", 0}, {"must", 1}}))
            ->type_name("LEVEL");
        run->add_option("--color", text, "when")->type_name("auto|never");
        run->add_option("--mode", text, "how")->check(CLI::IsMember({"fast", "slow"}));
        run->add_option("--report", many, "as what")->type_name("FORMAT=FILE")->allow_extra_args(false);
        run->add_option("--wall-time", text, "how long")->type_name("DURATION")->expected(0, 1);
        run->add_flag("-q,--quiet", quiet, "nothing");
        run->add_option("--secret", text, "")->group("");
    }

    Option option(const std::string& name) {
        const auto program = read_program(app, {{"FORMAT=FILE", {{"json="}, {}}}});
        for (const auto& each : program.commands.at(0).options)
            if ((each.positional() ? each.value : each.names.back()) == name) return each;
        ADD_FAILURE() << "there is no " << name;
        return {};
    }

    CLI::App app{"a program", "folder/program"};
    std::string suite, text;
    std::vector<std::string> many;
    int number = 0;
    bool quiet = false;
};

TEST_F(Program_test, is_named_without_its_folder) {
    EXPECT_EQ(read_program(app, {}).name, "program");
}

TEST_F(Program_test, help_stands_on_one_line) {
    EXPECT_EQ(read_program(app, {}).commands.at(0).help, "play scenarios");
}

TEST_F(Program_test, a_flag_takes_no_value) {
    EXPECT_THAT(option("--quiet").names, ElementsAre("-q", "--quiet"));
    EXPECT_FALSE(option("--quiet").takes_value());
    EXPECT_FALSE(option("--quiet").repeatable);
}

TEST_F(Program_test, what_a_check_says_is_no_part_of_the_word_for_the_value) {
    EXPECT_EQ(option("--jobs").value, "N");
    EXPECT_EQ(option("--level").value, "LEVEL");
    EXPECT_EQ(option("--server").value, "HOST:PORT");
}

TEST_F(Program_test, words_come_from_checks_from_the_value_and_from_kinds) {
    EXPECT_THAT(option("--level").values.words, ElementsAre("may", "must"));
    EXPECT_THAT(option("--mode").values.words, ElementsAre("fast", "slow"));
    EXPECT_THAT(option("--color").values.words, ElementsAre("auto", "never"));
    EXPECT_THAT(option("--report").values.words, ElementsAre("json="));
    EXPECT_THAT(option("--jobs").values.words, IsEmpty());
}

TEST_F(Program_test, folders_are_known_by_their_word) {
    const auto options = read_program(app, {}).options;
    EXPECT_EQ(options.back().values.paths, Values::Paths::folders);
}

TEST_F(Program_test, brackets_say_that_a_value_may_be_left_out_and_nothing_of_its_kind) {
    app.add_option("--trace", text, "where")->type_name("[=FILE]")->expected(0, 1);
    app.add_option("--delay", text, "who")->type_name("[NAME:]FILE");
    const auto options = read_program(app, {}).options;
    EXPECT_EQ(options[options.size() - 2].values.paths, Values::Paths::files);
    EXPECT_EQ(options.back().values.paths, Values::Paths::none);
}

TEST_F(Program_test, says_what_may_be_left_out_and_what_may_come_again) {
    EXPECT_TRUE(option("--wall-time").value_may_be_left_out);
    EXPECT_FALSE(option("--jobs").value_may_be_left_out);
    EXPECT_TRUE(option("--report").repeatable);
    EXPECT_FALSE(option("--jobs").repeatable);
    EXPECT_TRUE(option("SELECTOR").positional());
    EXPECT_TRUE(option("SELECTOR").repeatable);
}

TEST_F(Program_test, hidden_options_are_not_there) {
    const auto program = read_program(app, {});
    for (const auto& each : program.commands.at(0).options)
        EXPECT_THAT(each.names, testing::Not(testing::Contains("--secret")));
}

TEST_F(Program_test, options_without_help_are_found) {
    EXPECT_THAT(without_help(read_program(app, {})), IsEmpty());
    app.add_option("--mute", text);
    app.add_subcommand("walk")->add_option("FILE", suite);
    EXPECT_THAT(without_help(read_program(app, {})),
                ElementsAre("program --mute", "program walk", "program walk FILE"));
}

}  // namespace
}  // namespace manual
