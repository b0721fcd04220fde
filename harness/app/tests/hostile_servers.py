"""Servers that no client wants to meet: broken, dead, endless, or not POP3 at all. Each is a function that is given the
accepted socket and does its worst with it; SERVERS lists them, and HostileServer lets one listen on a port of its own.

A connection ends when its function returns. Whatever a function loops over ends by an OSError when the client has gone,
or when the server is closed at the end of a test."""

import socket
import struct
import threading
import time

GREETING = b"+OK ready <1896.697170952@dbc.mtview.ca.us>\r\n"
OK = b"+OK\r\n"
ERR = b"-ERR no\r\n"
PASSWORD = b"sesame-opens-it"

# Of a line that the client sends, so many octets are looked at.
LONGEST = 1000

# The maildrop of RFC 1939's examples; a test puts the messages of its suite here.
MESSAGES = [b"Subject: one\r\n\r\none\r\n", b"Subject: two\r\n\r\ntwo\r\n"]


def stuffed(octets):
    """A body as it travels: byte-stuffed, with its terminator."""
    return b"".join(b"." + line if line.startswith(b".") else line for line in octets.splitlines(True)) + b".\r\n"


class Honest:
    """A small POP3 server for one connection, which means well. Hostile ones are made by changing what it answers."""

    capabilities = [b"USER", b"TOP", b"UIDL", b"PIPELINING"]

    def __init__(self, connection, greeting=GREETING, answer=None, send=None, capabilities=None, long_line=None):
        """`answer(session, keyword, arguments)` gives the octets of a reply, or None for the honest one. `send` sends.
        `long_line(connection)` is called when a line is longer than any command."""
        self.connection = connection
        self.greeting = greeting
        self.answer = answer or (lambda session, keyword, arguments: None)
        self.send = send or connection.sendall
        self.capabilities = capabilities or Honest.capabilities
        self.long_line = long_line or (lambda connection: None)
        self.logged_in = False
        self.marked = set()

    def lines(self):
        """The client's lines without their ends; of one that is too long only the beginning."""
        line = b""
        while octets := self.connection.recv(65536):
            *complete, rest = (line + octets).split(b"\n")
            yield from (one.rstrip(b"\r") for one in complete)
            line = rest[:LONGEST]
            if len(line) == LONGEST:
                self.long_line(self.connection)

    def serve(self):
        self.send(self.greeting)
        for line in self.lines():
            keyword, _, rest = line.partition(b" ")
            keyword = keyword.upper()
            arguments = rest.split(b" ") if rest else []
            reply = self.answer(self, keyword, arguments)
            if reply is None:
                reply = self.reply(keyword, arguments)
            self.send(reply)
            if keyword == b"QUIT":
                return

    def reply(self, keyword, arguments):
        if keyword == b"QUIT":
            return b"+OK bye\r\n"
        if keyword == b"CAPA":
            return b"+OK\r\n" + b"".join(line + b"\r\n" for line in self.capabilities) + b".\r\n"
        if not self.logged_in:
            if keyword == b"USER":
                return OK
            if keyword == b"PASS":
                self.logged_in = arguments == [PASSWORD]
                return OK if self.logged_in else ERR
            return ERR
        here = [number for number in range(1, len(MESSAGES) + 1) if number not in self.marked]
        octets = {number: len(MESSAGES[number - 1]) for number in here}
        if keyword == b"STAT":
            return b"+OK %d %d\r\n" % (len(here), sum(octets.values()))
        if keyword == b"NOOP":
            return OK
        if keyword == b"RSET":
            self.marked.clear()
            return OK
        if keyword in (b"LIST", b"UIDL") and not arguments:
            lines = (self.line_of(keyword, number, octets) for number in here)
            return b"+OK\r\n" + b"".join(lines) + b".\r\n"
        number = int(arguments[0]) if arguments and arguments[0].isdigit() and len(arguments[0]) < 9 else 0
        if number not in here:
            return ERR
        if keyword in (b"LIST", b"UIDL"):
            return b"+OK " + self.line_of(keyword, number, octets)
        if keyword == b"DELE":
            self.marked.add(number)
            return OK
        message = MESSAGES[number - 1]
        if keyword == b"RETR":
            return b"+OK\r\n" + stuffed(message)
        if keyword == b"TOP" and len(arguments) == 2 and arguments[1].isdigit():
            header, body = message.split(b"\r\n\r\n", 1)
            part = b"".join(body.splitlines(True)[: int(arguments[1])])
            return b"+OK\r\n" + stuffed(header + b"\r\n\r\n" + part)
        return ERR

    @staticmethod
    def line_of(keyword, number, octets):
        return b"%d %d\r\n" % (number, octets[number]) if keyword == b"LIST" else b"%d uid-%d\r\n" % (number, number)


# ---- ways to end and ways to go on ------------------------------------------------------------------------------


def wait_for_the_end(connection):
    """Reads what comes, and says nothing."""
    while connection.recv(65536):
        pass


def hold(connection):
    """Does not even read, as long as the server lives."""
    connection.gone.wait()


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def for_ever(connection, octets, before=b""):
    connection.sendall(before)
    block = octets * max(1, 65536 // len(octets))
    while True:
        connection.sendall(block)


def drip(connection, seconds):
    def send(octets):
        for at in range(len(octets)):
            connection.sendall(octets[at : at + 1])
            time.sleep(seconds)

    return send


def instead(replies):
    """An answer that is `replies[keyword]`, and honest for all other keywords."""
    return lambda session, keyword, arguments: replies.get(keyword)


def after_login(octets):
    """An answer that is `octets` to everything once the client has logged in."""
    return lambda session, keyword, arguments: octets if session.logged_in else None


# ---- the servers ------------------------------------------------------------------------------------------------


def never_answers(connection):
    wait_for_the_end(connection)


def greets_and_falls_silent(connection):
    connection.sendall(GREETING)
    wait_for_the_end(connection)


def silent_after_login(connection):
    Honest(connection, answer=after_login(b"")).serve()


def endless_greeting(connection):
    for_ever(connection, b"A", b"+OK ")


def endless_status_lines(connection):
    def answer(session, keyword, arguments):
        if session.logged_in:
            for_ever(connection, b"A", b"+OK ")

    Honest(connection, answer=answer).serve()


def numbered_lines(first):
    return b"".join(b"%d 1\r\n" % number for number in range(first, first + 5000))


def endless_listing(connection):
    def answer(session, keyword, arguments):
        if keyword in (b"LIST", b"UIDL") and not arguments and session.logged_in:
            connection.sendall(OK)
            number = 1
            while True:
                connection.sendall(numbered_lines(number))
                number += 5000

    Honest(connection, answer=answer).serve()


def endless_short_lines(connection):
    def answer(session, keyword, arguments):
        if keyword in (b"LIST", b"UIDL", b"RETR", b"TOP") and session.logged_in:
            for_ever(connection, b"\r\n", OK)

    Honest(connection, answer=answer).serve()


def endless_message(connection):
    def answer(session, keyword, arguments):
        if keyword in (b"RETR", b"TOP"):
            for_ever(connection, b"All work and no play makes Jack a dull boy.\r\n", OK)

    Honest(connection, answer=answer).serve()


def endless_message_without_lines(connection):
    def answer(session, keyword, arguments):
        if keyword in (b"RETR", b"TOP"):
            for_ever(connection, b"A", OK)

    Honest(connection, answer=answer).serve()


def endless_chatter(connection):
    """Replies to what nobody asked."""
    for_ever(connection, b"+OK and another thing\r\n", GREETING)


def endless_capabilities(connection):
    def answer(session, keyword, arguments):
        if keyword == b"CAPA":
            for_ever(connection, b"X-MORE AND MORE\r\n", OK)

    Honest(connection, answer=answer).serve()


def endless_challenges(connection):
    """AUTH never comes to an end, and each challenge ends with a bare LF."""

    def answer(session, keyword, arguments):
        if keyword == b"AUTH" or session.challenging:
            session.challenging = True
            return b"+ \n"
        return None

    session = Honest(connection, answer=answer, capabilities=Honest.capabilities + [b"SASL PLAIN"])
    session.challenging = False
    session.serve()


def drips_slowly(connection):
    Honest(connection, send=drip(connection, 0.3)).serve()


def drips_fast(connection):
    Honest(connection, send=drip(connection, 0.001)).serve()


def resets_in_mid_reply(connection):
    def answer(session, keyword, arguments):
        if keyword in (b"RETR", b"LIST", b"TOP") and session.logged_in:
            connection.sendall(b"+OK\r\n1 12")
            reset(connection)

    Honest(connection, answer=answer).serve()


def closes_in_mid_reply(connection):
    def answer(session, keyword, arguments):
        if keyword in (b"RETR", b"LIST", b"TOP") and session.logged_in:
            connection.sendall(b"+OK\r\n1 12")
            raise ConnectionAbortedError

    Honest(connection, answer=answer).serve()


def closes_at_once(connection):
    pass


def resets_at_once(connection):
    reset(connection)


def closes_behind_the_greeting(connection):
    connection.sendall(GREETING)


def nuls(connection):
    connection.sendall(b"+OK \0\0\0 ready\r\n")
    Honest(
        connection,
        greeting=b"",
        answer=instead({b"STAT": b"+OK 2\0 320\r\n", b"LIST": b"+OK\r\n\0\0\r\n1\0 120\r\n.\r\n", b"NOOP": b"\0\r\n"}),
    ).serve()


def escape_sequences(connection):
    evil = b"\x1b[2J\x1b]0;owned\x07\x1b[31m\x9b1m"
    Honest(
        connection,
        greeting=b"+OK " + evil + b"\r\n",
        answer=instead({b"STAT": b"+OK " + evil + b"\r\n", b"LIST": b"+OK\r\n" + evil + b"\r\n.\r\n", b"NOOP": evil + b"\r\n"}),
    ).serve()


def markup(connection):
    evil = b"<script>alert(1)</script> ]]> &amp; &#0; <!-- \"' %s {} ${user}"
    Honest(
        connection,
        greeting=b"+OK " + evil + b"\r\n",
        answer=instead({b"STAT": b"+OK " + evil + b"\r\n", b"LIST": b"+OK\r\n" + evil + b"\r\n.\r\n", b"NOOP": evil + b"\r\n"}),
    ).serve()


def bad_utf8(connection):
    evil = b"\xff\xfe\xc0\x80\xed\xa0\x80\xf8\x88\x80\x80\x80 \xe2\x80\xae\xef\xbf\xbe"
    Honest(
        connection,
        greeting=b"+OK " + evil + b"\r\n",
        answer=instead({b"STAT": b"+OK " + evil + b"\r\n", b"LIST": b"+OK\r\n" + evil + b"\r\n.\r\n", b"NOOP": evil + b"\r\n"}),
    ).serve()


def status_lines_of_a_mebioctet(connection):
    Honest(connection, answer=after_login(b"+OK " + b"A" * (1024 * 1024) + b"\r\n")).serve()


def absurd_numbers(connection):
    nines = b"9" * 20
    Honest(
        connection,
        answer=instead(
            {
                b"STAT": b"+OK %s %s\r\n" % (nines, nines),
                b"LIST": b"+OK\r\n1 %s\r\n-1 -5\r\n%s 1\r\n0 0\r\n1e9 0x10\r\n.\r\n" % (nines, nines),
                b"UIDL": b"+OK\r\n%s a\r\n-1 b\r\n1 %s\r\n.\r\n" % (nines, b"u" * 100000),
            }
        ),
    ).serve()


def claims_a_milliard_messages(connection):
    Honest(
        connection,
        answer=instead(
            {
                b"STAT": b"+OK 1000000000 18446744073709551615\r\n",
                b"LIST": b"+OK 1000000000 messages\r\n1000000000 1\r\n4294967296 18446744073709551615\r\n.\r\n",
            }
        ),
    ).serve()


def a_million_lines(connection):
    def answer(session, keyword, arguments):
        if keyword in (b"LIST", b"UIDL") and not arguments and session.logged_in:
            connection.sendall(OK)
            for first in range(1, 1000001, 5000):
                connection.sendall(numbered_lines(first))
            return b".\r\n"
        return b"+OK 1000000 1000000\r\n" if keyword == b"STAT" and session.logged_in else None

    Honest(connection, answer=answer).serve()


def greets_twice(connection):
    Honest(connection, greeting=GREETING + GREETING).serve()


def replies_twice(connection):
    def answer(session, keyword, arguments):
        reply = session.reply(keyword, arguments)
        return reply + reply

    Honest(connection, answer=answer).serve()


def refuses_everything(connection):
    Honest(connection, answer=lambda *_: ERR).serve()


def refuses_from_the_greeting_on(connection):
    Honest(connection, greeting=ERR, answer=lambda *_: ERR).serve()


def agrees_to_everything(connection):
    Honest(connection, answer=lambda *_: OK).serve()


def echoes(connection):
    while octets := connection.recv(65536):
        connection.sendall(octets)


def greets_and_echoes(connection):
    connection.sendall(GREETING)
    echoes(connection)


def repeats_the_password(connection):
    """Refuses a login and says with what; takes the second one, and goes on talking about it."""

    def answer(session, keyword, arguments):
        if keyword == b"PASS":
            session.logged_in = arguments == [PASSWORD]
            return b"+ok your password is " + b" ".join(arguments) + b"\r\n"
        if session.logged_in:
            return b"-ERR " + keyword + b" " + PASSWORD + b"\r\n+OK " + PASSWORD + b"\r\n"
        return None

    Honest(connection, answer=answer).serve()


def repeats_the_password_in_refusals(connection):
    def answer(session, keyword, arguments):
        if keyword == b"PASS":
            return b"-ERR [AUTH] wrong password '" + b" ".join(arguments) + b"'\r\n"
        return None

    Honest(connection, answer=answer).serve()


def http(connection):
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def smtp(connection):
    connection.sendall(b"220 mail.example.org ESMTP\r\n")
    while connection.recv(65536):
        connection.sendall(b"500 5.5.2 Error: command not recognized\r\n")


def bare_lf(connection):
    Honest(connection, send=lambda octets: connection.sendall(octets.replace(b"\r\n", b"\n"))).serve()


def lower_case(connection):
    lowered = lambda octets: octets.replace(b"+OK", b"+ok").replace(b"-ERR", b"-err")
    Honest(connection, send=lambda octets: connection.sendall(lowered(octets))).serve()


def never_closes(connection):
    Honest(connection).serve()
    hold(connection)


def stops_reading(connection):
    """Answers until a long line comes, and reads no more from then on."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    Honest(connection, long_line=hold).serve()


def floods_and_stops_reading(connection):
    """As soon as a long line comes, reads no more and sends without end."""
    Honest(connection, long_line=lambda client: for_ever(client, OK)).serve()


# On the TLS port, or behind STLS.


def half_a_handshake(connection):
    """The header of a ServerHello that is announced and does not come."""
    connection.recv(65536)
    connection.sendall(bytes.fromhex("160303007a0200007603034242"))
    wait_for_the_end(connection)


def half_a_handshake_and_reset(connection):
    connection.recv(65536)
    connection.sendall(bytes.fromhex("160303007a0200007603034242"))
    reset(connection)


def plain_text(connection):
    Honest(connection).serve()


def tls_garbage_for_ever(connection):
    for_ever(connection, bytes(range(256)))


def stls_then(behave):
    def server(connection):
        def answer(session, keyword, arguments):
            if keyword != b"STLS":
                return None
            connection.sendall(b"+OK begin TLS\r\n")
            return behave(connection) or b""

        Honest(connection, answer=answer, capabilities=Honest.capabilities + [b"STLS"]).serve()

    server.__name__ = f"stls_then_{behave.__name__}"
    return server


def garbage(connection):
    connection.sendall(b"\x16\x03\x01garbage \xff\x00 and nothing else\r\n" * 3)
    wait_for_the_end(connection)


def hang_up(connection):
    connection.shutdown(socket.SHUT_RDWR)


def refuses_whatever_comes(connection):
    while connection.recv(65536):
        connection.sendall(ERR)


stls_garbage = stls_then(garbage)
stls_plain_text = stls_then(refuses_whatever_comes)
stls_silence = stls_then(wait_for_the_end)
stls_half_a_handshake = stls_then(half_a_handshake)
stls_close = stls_then(hang_up)


class HostileServer:
    """Listens on a free port of 127.0.0.1 and lets `behave` have each connection, in a thread of its own. After `dies_after`
    connections the listener is closed and those that are open are reset. With `accepts`, only so many are accepted; the
    others wait in the backlog."""

    def __init__(self, behave, dies_after=None, accepts=None):
        self.behave = behave
        self.dies_after = dies_after
        self.accepts = accepts
        self.gone = threading.Event()
        self.connections = []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.gone.set()
        self.stop_listening()
        with self.lock:
            for connection in self.connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def stop_listening(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()

    def listen(self):
        count = 0
        while self.accepts is None or count < self.accepts:
            try:
                accepted, _ = self.listener.accept()
            except OSError:
                return
            count += 1
            connection = Connection(accepted, self.gone)
            with self.lock:
                self.connections.append(connection)
            threading.Thread(target=self.have, args=(connection,), daemon=True).start()
            if count == self.dies_after:
                return self.die()
        self.gone.wait()

    def have(self, connection):
        try:
            self.behave(connection)
        except (OSError, ValueError):
            pass
        connection.close()
        with self.lock:
            self.connections.remove(connection)

    def die(self):
        self.stop_listening()
        with self.lock:
            for connection in self.connections:
                try:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.shutdown(socket.SHUT_RD)
                except OSError:
                    pass


class Connection:
    """An accepted socket that knows when its server is gone."""

    def __init__(self, accepted, gone):
        self.accepted = accepted
        self.gone = gone

    def __getattr__(self, name):
        return getattr(self.accepted, name)
