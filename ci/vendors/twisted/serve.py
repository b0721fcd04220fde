"""serve.py FOLDER PORT TLSPORT: Twisted's POP3 server on Maildirs, as an application would put it together."""

import hashlib
import os
import sys

from twisted.cred import checkers, credentials, error, portal
from twisted.internet import defer, protocol, reactor, ssl
from twisted.mail import maildir, pop3
from twisted.python import log
from zope.interface import implementer


class Maildir(maildir.MaildirMailbox):
    """Twisted's own has two slips that only show on Python 3: it hashes a str, and opens messages as text."""

    def getMessage(self, i):
        return open(self.list[i], "rb")

    def getUidl(self, i):
        return hashlib.md5(os.path.basename(self.list[i]).encode()).hexdigest().encode()


@implementer(portal.IRealm)
class Realm:
    def __init__(self, folder):
        self.folder = folder

    def requestAvatar(self, user, mind, *interfaces):
        return pop3.IMailbox, Maildir(os.path.join(self.folder, "mail", user.decode(), "Maildir")), lambda: None


@implementer(checkers.ICredentialsChecker)
class Passwords:
    credentialInterfaces = (credentials.IUsernamePassword, credentials.IUsernameHashedPassword)

    def __init__(self, file):
        with open(file, "rb") as lines:
            self.password_of = dict(line.split() for line in lines)

    def requestAvatarId(self, login):
        password = self.password_of.get(login.username)
        if password is not None and login.checkPassword(password):
            return defer.succeed(login.username)
        return defer.fail(error.UnauthorizedLogin())


@implementer(pop3.IServerFactory)
class Factory(protocol.ServerFactory):
    challengers = {b"CRAM-MD5": credentials.CramMD5Credentials}

    def __init__(self, folder):
        self.portal = portal.Portal(Realm(folder), [Passwords(os.path.join(folder, "passwords"))])

    def buildProtocol(self, address):
        session = pop3.POP3()
        session.factory = self
        session.portal = self.portal
        session.timeOut = 600
        return session

    def cap_IMPLEMENTATION(self):
        return "Twisted"

    def cap_EXPIRE(self):
        raise NotImplementedError

    def cap_LOGIN_DELAY(self):
        raise NotImplementedError

    def perUserExpiration(self):
        return False

    def perUserLoginDelay(self):
        return False


folder, port, tls_port = sys.argv[1:]
log.startLogging(sys.stderr)
certificate = ssl.DefaultOpenSSLContextFactory(os.path.join(folder, "tls/key.pem"), os.path.join(folder, "tls/cert.pem"))
reactor.listenTCP(int(port), Factory(folder), interface="127.0.0.1")
reactor.listenSSL(int(tls_port), Factory(folder), certificate, interface="127.0.0.1")
reactor.run()
