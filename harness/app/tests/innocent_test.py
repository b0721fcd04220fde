#!/usr/bin/env python3
"""Servers that do what they may, and servers that are late: nobody is accused of it.

The environment says what is tested: POPQUIZ is the program, POPQUIZ_SUITE the folder of the suite."""

import itertools
import unittest

import hostile_servers as hostile
import small_server


def honest(session, keyword, arguments):
    return None


def closes_behind_each_refusal_before_login(session, keyword, arguments):
    """RFC 1939 section 3 wants a negative status indicator, and does not say how much a server has to put up with."""
    if session.logged_in:
        return None
    reply = session.reply(keyword, arguments)
    if reply.startswith(b"-ERR"):
        session.send(reply)
        raise ConnectionAbortedError
    return reply


def late_with_its_lock():
    """Of each account's logins every other one finds the maildrop still locked, for a session that has ended."""
    logins = itertools.count()

    def answer(session, keyword, arguments):
        if keyword == b"PASS" and arguments == [hostile.PASSWORD] and next(logins) % 2 == 0:
            return b"-ERR [IN-USE] somebody is there\r\n"

    return answer


class Innocent(unittest.TestCase):
    maxDiff = None

    def accused(self, answer, *selectors):
        outcome, record = small_server.play(answer, *selectors)
        judged = [result for result in record["results"] if result["verdict"] in ("pass", "warn", "fail")]
        return small_server.found(record, "fail"), len(judged), outcome

    def test_who_closes_behind_a_refusal_before_login(self):
        selectors = ("rfc1939/3-basic", "rfc1939/4-authorization", "rfc1939/7-user-pass", "rfc2449/5-capa")
        before, _, _ = self.accused(honest, *selectors)
        accused, judged, outcome = self.accused(closes_behind_each_refusal_before_login, *selectors)
        self.assertEqual(accused - before, set(), outcome)
        self.assertGreater(judged, 150, outcome)

    def test_whose_lock_is_not_gone_yet(self):
        selectors = ("rfc1939/3-basic/keyword-case-login", "rfc1939/7-user-pass/login", "rfc1939/7-user-pass/pair")
        accused, _, outcome = self.accused(late_with_its_lock(), *selectors)
        self.assertEqual(accused, set(), outcome)
        self.assertIn(b"still holds the maildrop for a session that was before", outcome.out)


if __name__ == "__main__":
    unittest.main()
