package Spool;
# What `reset` and `deliver` of Cyrus have in common: a mailbox' files in the spool, and the index that goes with them.
use strict;
use warnings;
use Fcntl qw(F_SETLKW F_WRLCK O_CREAT O_RDWR SEEK_SET);
use Maildrop;

# Has Cyrus' own program put the mailbox' index in accord with its files.
sub reconstruct {
    my ($drop, $user, $uid, $gid) = @_;
    my @command = (
        'nsenter', '--target=' . server($drop), '--mount', '--pid', "--setuid=$uid", "--setgid=$gid",
        '/usr/lib/cyrus/bin/reconstruct', '-q', "user/$user"
    );
    open(my $output, '-|', "@command 2>&1") or Maildrop::fail("nsenter: $!");
    my $said = do { local $/; <$output> } // '';
    close $output or Maildrop::fail("reconstruct of user/$user failed: $said");
}

# Waits until no session is in the mailbox, and keeps all out until what it returns is gone: a session that has ended for its
# client still has files to remove, and an index to write anew, and these would be those of other messages. Each session holds a
# lock that is named after the mailbox.
sub alone {
    my ($drop, $mailbox, $uid, $gid) = @_;
    my ($id) = Maildrop::contents("$mailbox/cyrus.header") =~ /[( ]I ([0-9a-z]+) / or Maildrop::fail("$mailbox has no id");
    my $root = sprintf('/proc/%d/root', server($drop));    # the server has a /run of its own
    my $file = "$root/run/cyrus/lock/$id.lock";
    sysopen(my $lock, $file, O_RDWR | O_CREAT, 0600) or Maildrop::fail("$file: $!");
    chown $uid, $gid, $file or Maildrop::fail("$file: $!");
    local $SIG{ALRM} = sub { Maildrop::fail("a session is still in $mailbox after 20 s") };
    alarm 20;
    my $wanted = pack('s s x![q] q q i x![q]', F_WRLCK, SEEK_SET, 0, 0, 0);
    fcntl($lock, F_SETLKW, $wanted) or Maildrop::fail("$file: $!");
    alarm 0;
    return $lock;
}

# How many messages the index of a mailbox has, as its header says.
sub indexed { return unpack('x20 N', Maildrop::contents("$_[0]/cyrus.index")) }

sub server {
    my ($drop) = @_;
    my ($server) = Maildrop::contents("$drop/run/pid") =~ /^(\d+)$/m or Maildrop::fail('Cyrus does not run');
    return $server;
}

sub owner {
    my ($mailbox) = @_;
    my ($uid, $gid) = (stat "$mailbox/cyrus.header")[4, 5] or Maildrop::fail("$mailbox/cyrus.header: $!");
    return ($uid, $gid);
}

1;
