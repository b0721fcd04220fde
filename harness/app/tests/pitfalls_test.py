#!/usr/bin/env python3
"""Mistakes of real servers, made by small servers of our own: what scenarios/pitfalls.tsv says to catch a mistake catches it,
and finds nothing on the same server without the mistake.

The environment says what is tested: POPQUIZ is the program, POPQUIZ_SUITE the folder of the suite."""

import csv
import unittest

import hostile_servers as hostile
import popquiz
import small_server

ERR, OK = hostile.ERR, hostile.OK


def caught_by():
    """Of each pitfall the scenarios and always-on checks that catch it."""
    with open(popquiz.SUITE / "pitfalls.tsv", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["id"]: row["caught_by"].split(", ") for row in rows}


# ---- the mistakes: each an `answer` of hostile_servers.Honest ------------------------------------------------------------


def without_stuffing(session, keyword, arguments):
    if keyword == b"RETR" and session.reply(keyword, arguments).startswith(b"+OK"):
        return OK + hostile.MESSAGES[int(arguments[0]) - 1] + b".\r\n"


def without_stuffing_in_top(session, keyword, arguments):
    if keyword == b"TOP" and session.reply(keyword, arguments).startswith(b"+OK"):
        return OK + hostile.MESSAGES[int(arguments[0]) - 1] + b".\r\n"


def lines_in_front_of_the_dot(session, keyword, arguments):
    if keyword == b"RETR" and session.logged_in:
        reply = session.reply(keyword, arguments)
        return reply[: -len(b".\r\n")] + b"\r\n.\r\n" if reply.startswith(b"+OK") else reply


def dot_with_cr_alone(session, keyword, arguments):
    if keyword == b"RETR" and session.logged_in:
        reply = session.reply(keyword, arguments)
        return reply[: -len(b"\n")] if reply.startswith(b"+OK") else reply


def sizes_with_one_octet_a_line_end(session, keyword, arguments):
    size = lambda number: len(hostile.MESSAGES[number - 1].replace(b"\r\n", b"\n"))
    numbers = range(1, len(hostile.MESSAGES) + 1)
    if keyword == b"STAT":
        return b"+OK %d %d\r\n" % (len(numbers), sum(map(size, numbers)))
    if keyword == b"LIST" and not arguments:
        return OK + b"".join(b"%d %d\r\n" % (number, size(number)) for number in numbers) + b".\r\n"


def size_in_the_format_of_a_language(session, keyword, arguments):
    if keyword == b"LIST" and not arguments and session.logged_in:
        return OK + b"1 %!d(float64=120)\r\n2 %!d(float64=200)\r\n.\r\n"


def marked_are_counted(session, keyword, arguments):
    if keyword == b"STAT" and session.logged_in:
        return b"+OK %d %d\r\n" % (len(hostile.MESSAGES), sum(map(len, hostile.MESSAGES)))


def marked_are_listed(session, keyword, arguments):
    if keyword == b"LIST" and not arguments and session.marked:
        numbers = range(1, len(hostile.MESSAGES) + 1)
        size = lambda number: 0 if number in session.marked else len(hostile.MESSAGES[number - 1])
        return OK + b"".join(b"%d %d\r\n" % (number, size(number)) for number in numbers) + b".\r\n"


def number_left_out(session, keyword, arguments):
    if keyword in (b"LIST", b"UIDL") and arguments and session.logged_in:
        reply = session.reply(keyword, arguments)
        return b"+OK " + reply.split(b" ", 2)[2] if reply.startswith(b"+OK") else reply


def argument_ignored(session, keyword, arguments):
    if keyword in (b"LIST", b"UIDL") and arguments:
        return session.reply(keyword, [])


def three_spaces(session, keyword, arguments):
    if keyword == b"UIDL" and session.logged_in:
        reply = session.reply(keyword, arguments)
        return reply.replace(b" uid", b"   uid") if reply.startswith(b"+OK") else reply


def number_0_is_1(session, keyword, arguments):
    if arguments and arguments[0] in (b"0", b"00", b"-0"):
        return session.reply(keyword, [b"1", *arguments[1:]])


def junk_behind_a_number(session, keyword, arguments):
    if arguments and session.logged_in and not arguments[0].isdigit():
        digits = arguments[0][: len(arguments[0]) - len(arguments[0].lstrip(b"0123456789"))]
        return session.reply(keyword, [digits, *arguments[1:]]) if digits else ERR


def numbers_of_32_bits(session, keyword, arguments):
    if arguments and session.logged_in and arguments[0].isdigit():
        return session.reply(keyword, [b"%d" % (int(arguments[0]) % 2**32), *arguments[1:]])


def numbered_from_0(session, keyword, arguments):
    if keyword == b"LIST" and not arguments and session.logged_in:
        lines = (b"%d %d\r\n" % (at, len(message)) for at, message in enumerate(hostile.MESSAGES))
        return OK + b"".join(lines) + b".\r\n"


def top_0_is_all(session, keyword, arguments):
    if keyword == b"TOP" and arguments[1:] == [b"0"]:
        return session.reply(b"RETR", arguments[:1])


def top_of_one_line(session, keyword, arguments):
    if keyword == b"TOP" and len(arguments) == 2:
        return session.reply(keyword, [arguments[0], b"1"])


def top_twice(session, keyword, arguments):
    if keyword == b"TOP" and session.logged_in:
        reply = session.reply(keyword, arguments)
        return reply + ERR if reply.startswith(b"+OK") else reply


def top_without_arguments(session, keyword, arguments):
    if keyword == b"TOP" and len(arguments) < 2 and session.logged_in:
        return session.reply(keyword, [b"1", b"0"])


def unique_ids_of_100_characters(session, keyword, arguments):
    if keyword == b"UIDL" and session.logged_in:
        reply = session.reply(keyword, arguments)
        return reply.replace(b"uid-", b"u" * 100) if reply.startswith(b"+OK") else reply


def quit_without_a_reply(session, keyword, arguments):
    return b"" if keyword == b"QUIT" else None


def marks_forgotten_by_stat(session, keyword, arguments):
    if keyword == b"STAT":
        session.marked.clear()


def error_in_the_midst(session, keyword, arguments):
    if keyword == b"RETR" and session.reply(keyword, arguments).startswith(b"+OK"):
        return OK + b"-ERR the message is gone\r\n"


def two_spaces_are_one_more(session, keyword, arguments):
    if arguments[:1] == [b""] and session.logged_in:
        return session.reply(keyword, [b"1", *arguments[2:]])


def password_ends_at_a_space(session, keyword, arguments):
    if keyword == b"PASS":
        return session.reply(keyword, arguments[:1])


def errors_repeat_the_line(session, keyword, arguments):
    if keyword == b"RETR" and session.logged_in:
        reply = session.reply(keyword, arguments)
        return reply if reply != ERR else b"-ERR what is " + keyword + b" " + b" ".join(arguments) + b"\r\n"


MISTAKES = [
    ("P01", "rfc1939/3-basic/stuffed", without_stuffing),
    ("P02", "rfc1939/7-top/stuffed-header", without_stuffing_in_top),
    ("P07", "rfc1939/5-retr/line-ends-at-the-end", lines_in_front_of_the_dot),
    ("P08", "rfc1939/3-basic/multi-line-ends", dot_with_cr_alone),
    ("P14", "rfc1939/11-message-format/size-counts-crlf", sizes_with_one_octet_a_line_end),
    ("P15", "always/scan-listing-format", size_in_the_format_of_a_language),
    ("P16", "rfc1939/5-stat/without-marked", marked_are_counted),
    ("P17", "rfc1939/5-list/without-marked", marked_are_listed),
    ("P18", "rfc1939/5-list/one-number", number_left_out),
    ("P19", "rfc1939/5-list/one", argument_ignored),
    ("P19", "rfc1939/7-uidl/one", argument_ignored),
    ("P20", "rfc1939/7-uidl/format", three_spaces),
    ("P21", "rfc1939/4-authorization/number-zero", number_0_is_1),
    ("P21", "rfc1939/4-authorization/number-zero-dele", number_0_is_1),
    ("P22", "rfc1939/3-basic/bad-number-dele", junk_behind_a_number),
    ("P22", "rfc1939/4-authorization/number-wrapped-dele", numbers_of_32_bits),
    ("P22", "rfc1939/4-authorization/number-wrapped-top-uidl", numbers_of_32_bits),
    ("P23", "always/scan-listing-format", numbered_from_0),
    ("P27", "rfc1939/7-top/zero", top_0_is_all),
    ("P28", "rfc1939/7-top/count", top_of_one_line),
    ("P30", "rfc1939/7-top/one-reply", top_twice),
    ("P31", "rfc1939/7-top/argument-missing", top_without_arguments),
    ("P33", "always/uidl-length", unique_ids_of_100_characters),
    ("P38", "rfc1939/6-quit/replies-and-closes", quit_without_a_reply),
    ("P40", "rfc1939/3-basic/wrong-state-keeps-marks", marks_forgotten_by_stat),
    ("P42", "rfc1939/5-retr/no-error-after-ok", error_in_the_midst),
    ("P48", "rfc1939/7-user-pass/password-not-cut", password_ends_at_a_space),
    ("P58", "rfc1939/3-basic/reply-512-long-argument", errors_repeat_the_line),
    ("P67", "rfc1939/3-basic/separator-same-meaning", two_spaces_are_one_more),
]

# What provokes an always-on check.
PROVOKED = {
    "always/scan-listing-format": "rfc1939/5-list/scan-format",
    "always/uidl-length": "rfc1939/7-uidl/all",
}


class PitfallsTest(unittest.TestCase):
    maxDiff = None

    def found(self, scenario, answer):
        """The ids of scenarios and checks in which something is found, without rows, and the outcome."""
        outcome, record = small_server.play(answer, scenario, maildrop=small_server.maildrop_of(scenario))
        return small_server.found(record, "fail", "warn"), outcome

    def look_at(self, pitfall, catcher, mistake):
        self.assertIn(catcher, caught_by()[pitfall])
        scenario = PROVOKED.get(catcher, catcher)
        bad, outcome = self.found(scenario, lambda *_: None)
        self.assertEqual(bad, set(), f"found on a server without the mistake: {outcome}")
        bad, outcome = self.found(scenario, mistake)
        self.assertTrue(bad & set(caught_by()[pitfall]), f"only {bad}: {outcome}")


for number, (pitfall, catcher, mistake) in enumerate(MISTAKES, 1):
    setattr(
        PitfallsTest,
        f"test_{pitfall}_{mistake.__name__}_{number}",
        lambda self, given=(pitfall, catcher, mistake): self.look_at(*given),
    )

if __name__ == "__main__":
    unittest.main()
