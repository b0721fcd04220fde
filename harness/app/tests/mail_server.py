"""A server that takes mail over LMTP or SMTP and puts it into popquizd's Maildirs, as a delivering server does: with
header lines on top, and with the line ends of its store."""

import itertools
import os
import socketserver
import threading


class MailServer(socketserver.ThreadingTCPServer):
    """On a free port. `place(user, octets)` puts a message where it belongs; a test may give another one."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, maildirs, protocol="lmtp", offers=("8BITMIME", "SIZE 50000000", "PIPELINING")):
        super().__init__(("127.0.0.1", 0), Session)
        self.maildirs, self.protocol, self.offers = maildirs, protocol, offers
        self.numbers = itertools.count(1)
        self.taken = []  # (sender, recipient, octets)
        self.refuses = {}  # command: reply
        self.change = lambda octets: octets
        self.place = self.put
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, request, client_address):
        """A client that is killed has gone in the midst of a session."""

    def deliver(self, sender, recipient, octets):
        self.taken.append((sender, recipient, octets))
        number = next(self.numbers)
        top = (
            f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n"
            f"Received: from popquiz ([127.0.0.1])\r\n\tby test (mail_server.py) with {self.protocol.upper()} id {number:x}\r\n"
        )
        self.place(recipient.partition("@")[0], self.change(top.encode() + octets))

    def put(self, user, octets):
        folder = self.maildirs / user
        for part in ("cur", "new", "tmp"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        name = f"17000000{next(self.numbers):08}.M1.test"
        (folder / "tmp" / name).write_bytes(octets.replace(b"\r\n", b"\n"))
        os.rename(folder / "tmp" / name, folder / "new" / name)


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220-test")
        self.say(f"220 {self.server.protocol}")
        sender = recipient = None
        for line in self.rfile:
            command = line.decode("ascii", "replace").strip()
            word = command.split(" ")[0].upper()
            if word in self.server.refuses:
                self.say(self.server.refuses[word])
            elif word in ("LHLO", "EHLO"):
                wanted = "LHLO" if self.server.protocol == "lmtp" else "EHLO"
                answers = ["test", *self.server.offers] if word == wanted else None
                if not answers:
                    self.say("500 what?")
                for answer in answers or []:
                    self.say(f"250{' ' if answer is answers[-1] else '-'}{answer}")
            elif word == "HELO":
                self.say("250 test")
            elif word == "MAIL":
                sender = command.partition("<")[2].partition(">")[0]
                self.say("250 2.1.0 sender")
            elif word == "RCPT":
                recipient = command.partition("<")[2].partition(">")[0]
                self.say("250 2.1.5 recipient")
            elif word == "DATA":
                self.say("354 go on")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                octets = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
                if "." in self.server.refuses:
                    self.say(self.server.refuses["."])
                else:
                    self.server.deliver(sender, recipient, octets)
                    self.say("250 2.0.0 delivered")
            elif word == "QUIT":
                return self.say("221 bye")
            else:
                self.say("500 what?")
