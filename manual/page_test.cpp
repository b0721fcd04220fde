#include "manual/page.hpp"

#include <gmock/gmock.h>

namespace manual {
namespace {

using testing::HasSubstr;

Program program() {
    Option verbose{{"-v", "--verbose"}, "", "say more", {}};
    Option file{{}, "FILE", "what to read", {}};
    file.repeatable = true;
    Option time{{"--time"}, "DURATION", ".5s or 'now' \\o/", {}};
    time.value_may_be_left_out = true;
    return {
        "tool", "tool: does things", "Exit status: 0 good", {verbose}, {{"do", "does one", {file, time}}}};
}

TEST(Page, has_the_sections_of_a_manual_page_in_their_order) {
    const auto page = write_page(program(), {"1", "2026-11-23", "1.2", {"other(5)", "last(7)"}});
    EXPECT_EQ(page,
              ".\\\" Made from the options' own text; changes belong there.\n"
              ".TH TOOL 1 2026-11-23 \"tool 1.2\" \"User Commands\"\n"
              ".SH NAME\ntool \\- does things\n"
              ".SH SYNOPSIS\n\\fBtool do\\fR [\\fIoption\\fR ...] [\\fIFILE\\fR ...]\n"
              ".SH COMMANDS\n.SS do\ndoes one\n"
              ".TP\n\\fIFILE\\fR ...\nwhat to read\n"
              ".TP\n\\fB\\-\\-time\\fR [\\fIDURATION\\fR]\n\\&.5s or 'now' \\eo/\n"
              ".SH OPTIONS\n.TP\n\\fB\\-v\\fR, \\fB\\-\\-verbose\\fR\nsay more\n"
              ".SH EXIT STATUS\n0 good\n"
              ".SH SEE ALSO\n.BR other (5) ,\n.BR last (7)\n");
}

TEST(Page, of_a_program_without_commands_has_one_line_of_synopsis) {
    auto tool = program();
    tool.options.push_back(tool.commands[0].options[0]);
    tool.commands.clear();
    const auto page = write_page(tool, {"1", "2026-11-23", "1.2", {}});
    EXPECT_THAT(
        page, HasSubstr(".SH SYNOPSIS\n\\fBtool\\fR [\\fIoption\\fR ...] [\\fIFILE\\fR ...]\n.SH OPTIONS\n"));
}

TEST(Page, further_lines_of_help_are_the_description) {
    auto tool = program();
    tool.help = "tool, a thing.\nIt does much.";
    const auto page = write_page(tool, {"1", "2026-11-23", "1.2", {}});
    EXPECT_THAT(page, HasSubstr("tool \\- a thing\n"));
    EXPECT_THAT(page, HasSubstr(".SH DESCRIPTION\nIt does much.\n"));
}

}  // namespace
}  // namespace manual
