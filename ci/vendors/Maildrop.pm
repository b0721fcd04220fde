package Maildrop;
# What `reset` and `deliver` of the servers have in common. Perl, because it is on every Debian and starts in a few
# milliseconds; popquiz calls `reset` before most scenarios.
#
#     my ($drop, $user, @messages) = Maildrop::arguments();
#
# takes `reset USER FOLDER` or `deliver USER FILE`. $drop is the server's folder; each message is its octets, in the
# order of the files' names, with CRLF line ends.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename qw(basename dirname);
use Fcntl qw(:flock O_CREAT O_EXCL O_WRONLY);

my $program = basename($0);

sub fail { die "$program: ", @_, "\n" }

sub arguments {
    @ARGV == 2 or fail("usage: $program USER ", $program eq 'reset' ? 'FOLDER' : 'FILE');
    my ($user, $path) = @ARGV;
    $user =~ /^\w+$/ or fail("'$user' is not a user's name");
    my $here = dirname(abs_path($0));
    my $vendors = $ENV{POPQUIZ_VENDORS} // "$here/../../../build/vendors";
    my @files = -d $path ? map { "$path/$_" } grep { /\.eml$/ } names($path) : $path;
    return ("$vendors/" . basename($here), $user, map { contents($_) } @files);
}

sub names {
    my ($directory) = @_;
    opendir(my $handle, $directory) or fail("$directory: $!");
    return sort grep { !/^\.\.?$/ } readdir $handle;
}

sub contents {
    my ($file) = @_;
    open(my $from, '<:raw', $file) or fail("$file: $!");
    local $/;
    return <$from> // '';
}

# Writes a file whole, for the owner of the folder that it goes to.
sub store {
    my ($file, $octets, $uid, $gid) = @_;
    open(my $to, '>:raw', $file) or fail("$file: $!");
    (print $to $octets) && close $to or fail("$file: $!");
    if ($> == 0) {
        chown $uid, $gid, $file or fail("$file: $!");
    }
}

sub with_lf {
    my ($octets) = @_;
    $octets =~ s/\r\n/\n/g;
    return $octets;
}

# For a server whose sessions run as their user: waits until there is none of this user's. One that has ended for its client may
# still have its mailbox to put in order, and would do that to the next messages. Other servers have users of the same numbers.
sub wait_for_sessions {
    my ($drop, $user) = @_;
    my $uid = (stat "$drop/mail/$user")[4] // fail("$drop/mail/$user: $!");
    my ($server) = contents("$drop/run/pid") =~ /^(\d+)$/m or fail('the server does not run');
    my $namespace = readlink "/proc/$server/ns/pid" or fail("process $server: $!");
    my $is_session = sub {
        my ($process) = @_;
        return ((stat $process)[4] // -1) == $uid && readlink "$process/exe" && (readlink "$process/ns/pid" // '') eq $namespace;
    };
    my $patience = 1000;
    while (grep { /^\d+$/ && $is_session->("/proc/$_") } names('/proc')) {
        $patience-- or fail("a session of $user is still there after 20 s");
        select undef, undef, undef, 0.02;
    }
}

# Empties the Maildir, of what the server remembers of it too, and puts the messages into it.
sub fill_maildir {
    my ($maildir, @messages) = @_;
    my ($uid, $gid) = (stat $maildir)[4, 5] or fail("$maildir: $!");
    for my $directory ($maildir, map { "$maildir/$_" } qw(cur new tmp)) {
        for my $name (names($directory)) {
            # A session that is just ending may be quicker to remove a file of its own.
            unlink "$directory/$name" or $!{ENOENT} or -d "$directory/$name" or fail("$directory/$name: $!");
        }
    }
    # Servers number the messages by the time in their names, or by that of the files: one second for each.
    my $time = 1_000_000_000;
    for my $message (@messages) {
        my $file = sprintf '%s/cur/%d.M1P1.popquiz:2,', $maildir, $time;
        store($file, with_lf($message), $uid, $gid);
        utime $time, $time, $file or fail("$file: $!");
        $time++;
    }
}

# Puts one more message into the Maildir, as a mail transport would: whole, under a new name.
sub deliver_to_maildir {
    my ($maildir, $message) = @_;
    my ($uid, $gid) = (stat $maildir)[4, 5] or fail("$maildir: $!");
    my $name = sprintf '%d.P%d.popquiz', time, $$;
    store("$maildir/tmp/$name", with_lf($message), $uid, $gid);
    rename "$maildir/tmp/$name", "$maildir/new/$name" or fail("$maildir/new/$name: $!");
}

# A message as it stands in an mbox: behind a line "From " with a time, and before an empty line. A line of its own that
# begins so gets a ">" in front, or the next message would begin there. Servers differ in what they make of this again,
# so `style` may say
#
#     between => ''       no empty line behind a message, for a server that sends it to clients. For others a message
#                         that is a header only gets its empty line, or they would not see the next message
#     quoted_again => 1   ">From " gets a ">" too, for a server that takes one away
sub in_mbox {
    my ($message, $time, %style) = @_;
    my $octets = with_lf($message);
    $octets .= "\n" unless $octets =~ /\n\z/;
    my $between = $style{between} // "\n";
    $octets .= $between unless $octets =~ /\n\n/;
    my $quoted = $style{quoted_again} ? qr/^(>*From )/m : qr/^(From )/m;
    $octets =~ s/$quoted/>$1/g;
    return 'From popquiz@localhost ' . gmtime($time) . "\n" . $octets . $between;
}

# The mbox then holds the messages and nothing else. It belongs to whom it belonged, or its folder if it is gone.
sub fill_mbox {
    my ($mbox, $messages, %style) = @_;
    my ($uid, $gid) = (stat(-e $mbox ? $mbox : dirname($mbox)))[4, 5] or fail("$mbox: $!");
    unlink "$mbox.lock";
    my $time = 1_000_000_000;
    store("$mbox.new", join('', map { in_mbox($_, $time++, %style) } @$messages), $uid, $gid);
    chmod 0600, "$mbox.new" or fail("$mbox.new: $!");
    rename "$mbox.new", $mbox or fail("$mbox: $!");
}

# Puts one more message into the mbox, under the locks that servers and transports agree on. A server may hold them as
# long as a session lasts; then there is no delivery.
sub deliver_to_mbox {
    my ($mbox, $message, %style) = @_;
    my $patience = 250;
    until (sysopen my $lock, "$mbox.lock", O_CREAT | O_EXCL | O_WRONLY) {
        $!{EEXIST} or fail("$mbox.lock: $!");
        $patience-- or fail("$mbox.lock is still there after 5 s: a session holds the maildrop");
        select undef, undef, undef, 0.02;
    }
    eval {
        open(my $to, '>>:raw', $mbox) or die "$mbox: $!\n";
        flock($to, LOCK_EX) or die "$mbox: $!\n";
        (print $to in_mbox($message, time, %style)) && close $to or die "$mbox: $!\n";
    };
    my $error = $@;
    unlink "$mbox.lock";
    chomp $error;
    fail($error) if $error;
}

1;
