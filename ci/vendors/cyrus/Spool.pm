package Spool;
# What `reset` and `deliver` of Cyrus have in common: a mailbox' files in the spool, and the index that goes with them.
use strict;
use warnings;
use Maildrop;

# Has Cyrus' own program put the mailbox' index in accord with its files.
sub reconstruct {
    my ($drop, $user, $uid, $gid) = @_;
    my ($server) = Maildrop::contents("$drop/run/pid") =~ /^(\d+)$/m or Maildrop::fail('Cyrus does not run');
    my @command = (
        'nsenter', "--target=$server", '--mount', '--pid', "--setuid=$uid", "--setgid=$gid",
        '/usr/lib/cyrus/bin/reconstruct', '-q', "user/$user"
    );
    open(my $output, '-|', "@command 2>&1") or Maildrop::fail("nsenter: $!");
    my $said = do { local $/; <$output> } // '';
    close $output or Maildrop::fail("reconstruct of user/$user failed: $said");
}

sub owner {
    my ($mailbox) = @_;
    my ($uid, $gid) = (stat "$mailbox/cyrus.header")[4, 5] or Maildrop::fail("$mailbox/cyrus.header: $!");
    return ($uid, $gid);
}

1;
