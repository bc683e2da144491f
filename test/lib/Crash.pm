# Kills a process of a server, as the kernel does when memory is short, and waits until the server
# is back.  Cluster's own functions do not fit: they write a query to a psql that may have ended by
# then for want of a server, and that broken pipe ends the whole test.
package Crash;

use strict;
use warnings;

use Exporter 'import';
use File::Spec;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Time::HiRes qw(usleep);

our @EXPORT = qw(kill_process);

# The checkpointer's process, which no server keeps through a crash; nothing while it is down.
sub checkpointer
{
    my ($node) = @_;
    my ($out, $err) = ('', '');
    IPC::Run::run(
        [ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c',
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'" ],
        '<', File::Spec->devnull, '>', \$out, '2>', \$err);
    chomp $out;
    return $out;
}

sub kill_process
{
    my ($node, $pid) = @_;
    my $before = checkpointer($node) or die 'the server is down already';
    kill KILL => $pid;
    foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
    {
        my $now = checkpointer($node);
        return if $now && $now ne $before;
        usleep(100_000);
    }
    die 'the server did not come back';
}

1;
