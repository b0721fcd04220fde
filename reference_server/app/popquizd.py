"""Starts popquizd for a test, and talks to it as exactly as a test wants."""

import os
import resource
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

POPQUIZD = os.environ.get("POPQUIZD", "popquizd")
SANITIZED = bool(os.environ.get("POPQUIZD_SANITIZE"))

# How long anything may take before a test gives up: a limit, never a proof.
PATIENCE = 60


def tls_context(certificate=None, key=None):
    """Trusts everybody: the certificate was made at the server's start. Shows its own, if there is one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(certificate, key)
    return context


def allow_many_descriptors():
    """Raises the soft limit, and gives what it is now."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Server:
    """A popquizd on free ports, with Maildirs in `root` or in a folder of its own. The users are u1, u2 and u3, and
    their password is secret."""

    def __init__(self, *options, users=("u1:secret", "u2:secret", "u3:secret"), root=None, **process_options):
        self.folder = None if root else tempfile.mkdtemp(prefix="popquizd-test-")
        self.root = root or self.folder
        command = [POPQUIZD, "--tls-port", "0", "--maildir-root", self.root]
        for user in users:
            command += ["--user", user]
        self.process = subprocess.Popen(
            command + list(options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **process_options
        )
        words = self.process.stdout.readline().split()
        if len(words) != 4 or words[0] != "ready":
            self.process.kill()
            raise RuntimeError(f"not ready: {words} {self.process.communicate()}")
        self.host, self.port, self.tls_port = words[1], int(words[2]), int(words[3])

    def maildir(self, user="u1"):
        return os.path.join(self.root, user)

    def deliver(self, name, octets, user="u1", folder="new"):
        path = os.path.join(self.maildir(user), folder)
        os.makedirs(path, exist_ok=True)
        with open(os.path.join(path, name), "wb") as file:
            file.write(octets)

    def mails(self, user="u1"):
        """The names of the files of all messages."""
        return sorted(
            name
            for folder in ("new", "cur")
            if os.path.isdir(path := os.path.join(self.maildir(user), folder))
            for name in os.listdir(path)
        )

    def connect(self, tls=False, context=None):
        return Client(self.host, self.tls_port if tls else self.port, tls, context)

    def peak_memory(self):
        """In octets, since the start."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))

    def stop(self, with_signal=signal.SIGTERM):
        """Ends it, and gives its exit status and what it wrote on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            errors = self.process.communicate(timeout=PATIENCE)[1]
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.communicate()
            if self.folder:
                shutil.rmtree(self.folder)
        return self.process.returncode, errors


class Authority:
    """A certificate authority for a test, by openssl, in a folder of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="popquizd-ca-")
        self.key, self.certificate = self.path("ca.key"), self.path("ca.pem")
        self.openssl("req", "-x509", *self.new_key(self.key), "-subj", "/CN=Test Authority", "-out", self.certificate)

    def sign(self, name, common_name, email=None):
        """A client's key and certificate, as files."""
        key, request, certificate = self.path(f"{name}.key"), self.path(f"{name}.csr"), self.path(f"{name}.pem")
        self.openssl("req", *self.new_key(key), "-subj", f"/CN={common_name}", "-out", request)
        extensions = self.path(f"{name}.cnf")
        with open(extensions, "w", encoding="ascii") as file:
            file.write("extendedKeyUsage = clientAuth\n")
            if email:
                file.write(f"subjectAltName = email:{email}\n")
        signer = ("-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial")
        self.openssl("x509", "-req", "-in", request, *signer, "-extfile", extensions, "-out", certificate)
        return key, certificate

    def new_key(self, path):
        return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=PATIENCE)

    def path(self, name):
        return os.path.join(self.folder, name)

    def remove(self):
        shutil.rmtree(self.folder)


class Client:
    """A connection, octet for octet."""

    def __init__(self, host, port, tls=False, context=None):
        self.context = context or tls_context()
        self.socket = socket.create_connection((host, port), timeout=PATIENCE)
        self.file = None
        self.greeting = None
        if tls:
            self.start_tls(greeting=True)
        else:
            self.file = self.socket.makefile("rb")
            self.greeting = self.line()

    def start_tls(self, greeting=False):
        if self.file:
            self.file.close()
        self.socket = self.context.wrap_socket(self.socket)
        self.file = self.socket.makefile("rb")
        if greeting:
            self.greeting = self.line()

    def send(self, octets):
        self.socket.sendall(octets)

    def line(self):
        return self.file.readline()

    def say(self, line):
        """Sends a command and gives the first line of its reply, without the CRLF."""
        self.send(line.encode("latin-1") + b"\r\n")
        reply = self.line()
        assert reply.endswith(b"\r\n"), reply
        return reply[:-2].decode("ascii")

    def lines(self):
        """The rest of a multi-line reply, as it came, without the terminator."""
        lines = []
        while (line := self.line()) != b".\r\n":
            assert line.endswith(b"\r\n"), line
            lines.append(line)
        return lines

    def log_in(self, user="u1", password="secret"):
        assert self.say(f"USER {user}").startswith("+OK")
        reply = self.say(f"PASS {password}")
        assert reply.startswith("+OK"), reply
        return self

    def rest(self):
        """All octets until the server ends the connection."""
        return self.file.read()

    def is_silent(self):
        """Nothing is there to be read now."""
        return not select.select([self.socket], [], [], 0)[0]

    def close(self):
        self.file.close()
        self.socket.close()


class ServerTest(unittest.TestCase):
    """Gives each test a server, and looks at how it ends."""

    options = ()

    def setUp(self):
        self.server = Server(*self.options)
        self.addCleanup(self.end)

    def end(self):
        status, errors = self.server.stop()
        self.assertEqual((status, errors), (0, self.expected_errors))

    expected_errors = ""
