# The server dies while a call runs: before it, in it, before its commit, right after.  Then the
# prefix stands where the call leads, or as if it had never been made.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use Crash;
use Session;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nrestart_after_crash = on\n");
$node->start;

sub sql
{
    my ($sql) = @_;
    return $node->safe_psql('postgres', $sql);
}

my %ways = (
    'kill -9' => sub {
        my ($session) = @_;
        kill_process($node, $session->pid);
        $session->quit;
    },
    'immediate shutdown' => sub {
        my ($session) = @_;
        $node->stop('immediate');
        $session->quit;
        $node->start;
    },
);

# Rows, history, log, records and the objects of all prefixes, without what differs from call to call.
sub state_of
{
    return sql(q{
        SELECT prefix, revision FROM migrate.version ORDER BY 1, 2;
        SELECT prefix, id, is_head, up, down FROM migrate.revision ORDER BY 1, 2;
        SELECT prefix, revision, direction, outcome FROM migrate.log ORDER BY started_at, revision;
        SELECT prefix, identity, revision FROM migrate.object ORDER BY 1, 2;
        SELECT prefix, state FROM migrate_status() ORDER BY 1;
        SELECT relname FROM pg_class WHERE relname LIKE 'item%' ORDER BY 1;
        SELECT typname FROM pg_type WHERE typtype = 'e' ORDER BY 1});
}

# Stops at an advisory lock that the test holds.
my $stop = 'SELECT pg_advisory_xact_lock(4711)';
sql(qq{
    CREATE EXTENSION migrate;
    SELECT migrate_register('a1', \$\$ CREATE TYPE kind AS ENUM ('a'); CREATE TABLE item1 (k kind) \$\$, \$\$ $stop; DROP TABLE item1 \$\$);
    SELECT count(*) FROM migrate_upgrade();
    SELECT migrate_register('a2', \$\$ CREATE TABLE item2 (k kind); $stop; CREATE TABLE item2b () \$\$,
                            \$\$ DROP TABLE item2b; $stop; DROP TABLE item2 \$\$);
    SELECT migrate_register('a3', 'CREATE TABLE item3 ()', 'DROP TABLE item3')});

# A call, where it is stopped, and what brings everything back.
my @calls = (
    [ 'SELECT migrate_upgrade()', 'SELECT migrate_downgrade(\'a1\')', 1 ],
    [ q{SELECT migrate_register('a4', 'SELECT 1', '')}, q{SELECT migrate_unregister('a4')}, 0 ],
    [ q{SELECT migrate_register('a3', 'CREATE TABLE item3 (i int)', 'DROP TABLE item3')},
        q{SELECT migrate_register('a3', 'CREATE TABLE item3 ()', 'DROP TABLE item3')}, 0 ],
    [ q{SELECT migrate_unregister('a3')},
        q{SELECT migrate_register('a3', 'CREATE TABLE item3 ()', 'DROP TABLE item3')}, 0 ],
    [ q{SELECT migrate_stamp('{head}')}, q{SELECT migrate_stamp('{a1}')}, 0 ],
    [ q{SELECT migrate_create_prefix('more')}, q{SELECT migrate_drop_prefix('more')}, 0 ],
    [ q{SELECT migrate_downgrade('base')}, 'SELECT migrate_upgrade(\'a1\')', 1 ],
);

foreach my $case (@calls)
{
    my ($call, $back, $stops) = @$case;
    foreach my $way (sort keys %ways)
    {
        my $kill = $ways{$way};
        my $before = state_of();
        my @points = ('before the commit', $stops ? 'within the text' : ());
        foreach my $point (@points)
        {
            my $holder = Session->new($node);
            $holder->run('SELECT pg_advisory_lock(4711)') if $point eq 'within the text';
            my $session = Session->new($node);
            my $pid = $session->pid;
            if ($point eq 'within the text')
            {
                $session->start($call);
                $node->poll_query_until('postgres',
                    "SELECT wait_event = 'advisory' FROM pg_stat_activity WHERE pid = $pid")
                    or die "$call: did not stop";
            }
            else
            {
                $session->run("BEGIN; $call");
                is($session->messages =~ /ERROR/ ? $session->messages : '', '', "$call works");
            }
            $kill->($session);
            $holder->quit;
            is(state_of(), $before, "$call, $way $point: as before");
        }
        # Right after: told that it is done, it is.
        my $session = Session->new($node);
        $session->pid;
        $session->run($call);
        my $after = state_of();
        $session->pid;
        $kill->($session);
        isnt($after, $before, "$call has an effect");
        is(state_of(), $after, "$call, $way right after: it is done");
        sql($back);
    }
}

is(sql('SELECT revision FROM migrate_current()'), 'a1', 'all of it was taken back');
is(sql('SELECT count(*) FROM migrate_upgrade()'), '2', 'and the rest goes on');

$node->stop;
done_testing();
