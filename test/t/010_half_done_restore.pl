# What is half-way when a dump is taken is half-way where it is restored, and can be finished there:
# on other oids, and without what no dump carries (invalid indexes).
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use Session;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\n");
$node->start;

sub sql
{
    my ($database, $sql) = @_;
    return $node->safe_psql($database, $sql);
}

my $orders = 'CREATE TABLE orders (i int); INSERT INTO orders VALUES (1); CREATE TABLE ran (revision text)';
my $indexed = "$orders; CREATE INDEX orders_i ON orders (i)";
my $parts = q{CREATE TABLE ran (revision text); CREATE TABLE orders (i int) PARTITION BY RANGE (i);
    CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (9)};
my $index = q{SELECT count(*), bool_and(indisvalid) FROM pg_index WHERE indrelid = 'orders'::regclass};
my $building = q{CREATE INDEX CONCURRENTLY orders_i ON orders (i); INSERT INTO ran VALUES ('r3')};
my $dropping = q{DROP INDEX CONCURRENTLY orders_i; INSERT INTO ran VALUES ('r3')};
my $detaching = q{ALTER TABLE orders DETACH PARTITION orders_1 CONCURRENTLY; INSERT INTO ran VALUES ('r3')};
my $is_partition = q{SELECT relispartition FROM pg_class WHERE oid = to_regclass('orders_1')};

# A revision r3, and the state in which the process that deploys it is killed.
my %deploys = (
    failed => {
        base => $orders,
        up => q{INSERT INTO ran VALUES ('r3'); VACUUM ran; SELECT 1 / (SELECT count(*) FROM ran WHERE revision = 'ready')},
        cure => q{INSERT INTO ran VALUES ('ready')},
        state => 'failed|r3',
        proof => q{SELECT count(*) FROM ran WHERE revision = 'r3'},
        proven => '1',
    },
    building => {
        base => $orders,
        up => $building,
        wait => q{SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass('orders_i')},
        proof => $index,
        proven => '1|t',
    },
    building_begins => {
        base => $orders,
        up => $building,
        lock => 'ACCESS EXCLUSIVE',
        proof => $index,
        proven => '1|t',
    },
    dropping => {
        base => $indexed,
        up => $dropping,
        wait => q{SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass('orders_i')},
        proof => $index,
        proven => '0|',
    },
    # Nothing of it is done: the dump has the index.
    dropping_begins => {
        base => $indexed,
        up => q{INSERT INTO ran VALUES ('r3'); DROP INDEX CONCURRENTLY orders_i},
        lock => 'ACCESS EXCLUSIVE',
        proof => $index,
        proven => '0|',
    },
    detaching => {
        base => $parts,
        up => $detaching,
        wait => 'SELECT bool_or(inhdetachpending) FROM pg_inherits',
        proof => $is_partition,
        proven => 'f',
    },
);

# Leaves a database in which a deploy has stopped within r3.
sub leave_half_done
{
    my ($name, %deploy) = @_;
    sql('postgres', "CREATE DATABASE $name");
    sql($name, qq{
        CREATE EXTENSION migrate;
        SELECT migrate_register('r1', \$\$ $deploy{base} \$\$);
        SELECT migrate_register('r2', \$\$ INSERT INTO ran VALUES ('r2') \$\$);
        SELECT migrate_register('r3', \$\$ $deploy{up} \$\$);
        SELECT migrate_register('r4', \$\$ INSERT INTO ran VALUES ('r4') \$\$)});
    sql($name, q{CALL migrate_deploy('r2')});
    if (!$deploy{state})
    {
        my $blocker = Session->new($node, database => $name);
        my $mode = $deploy{lock} // 'ROW EXCLUSIVE';
        $blocker->run("BEGIN; LOCK TABLE orders IN $mode MODE; SELECT txid_current(); TABLE orders");
        my $session = Session->new($node, database => $name);
        my $pid = $session->pid;
        $session->start(q{SET migrate.lock_timeout = 0; CALL migrate_deploy()});
        my $waits = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $pid";
        $node->poll_query_until($name, $_) or die "$name: waited in vain for $_"
            foreach $waits, $deploy{wait} // $waits;
        sql($name, "SELECT pg_terminate_backend($pid, 60000)");
        $session->quit;
        $blocker->run('ROLLBACK');
        $blocker->quit;
    }
    else
    {
        my ($status) = $node->psql($name, 'CALL migrate_deploy()');
        isnt($status, 0, "$name: stopped by an error");
    }
    return;
}

sub check
{
    my ($database, $what, %deploy) = @_;
    my $state = $deploy{state} // 'interrupted|r3';
    is( sql($database, 'SELECT state, running_revision, current FROM migrate_status()'),
        "$state|{r2}", "$what: it is told");
    my ($status, $out, $err) = $node->psql($database, 'CALL migrate_deploy()');
    if ($deploy{cure})
    {
        isnt($status, 0, "$what: stopped by the same error");
        sql($database, $deploy{cure});
        ($status, $out, $err) = $node->psql($database, 'CALL migrate_deploy()');
    }
    is($status, 0, "$what: it is finished") or diag($err);
    is(sql($database, $deploy{proof}), $deploy{proven}, "$what: its work is done");
    is(sql($database, q{SELECT string_agg(revision, ' ' ORDER BY revision) FROM ran WHERE revision <> 'ready'}),
        'r2 r3 r4', "$what: everything ran once");
    is(sql($database, 'SELECT state, current, leftovers FROM migrate_status()'), 'idle|{r4}|{}',
        "$what: nothing is left");
    return;
}

my $directory = PostgreSQL::Test::Utils::tempdir();
foreach my $name (sort keys %deploys)
{
    my %deploy = %{ $deploys{$name} };
    leave_half_done($name, %deploy);
    my $dump = "$directory/$name";
    $node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr($name) ], "$name: dump");
    my $other = "${name}_other";
    sql('postgres', "CREATE DATABASE $other");
    sql($other, 'CREATE TABLE taker (a serial, b text UNIQUE); DROP TABLE taker');
    $node->command_ok([ 'pg_restore', '-j', '2', '-d', $node->connstr($other), $dump ],
        "$name: restore into another database");
    check($other, "$name, in another database", %deploy);
    # The same database: the dump's note of where its oids mean something holds, the oids do not.
    $node->command_ok(
        [ 'pg_restore', '--clean', '--if-exists', '-d', $node->connstr($name), $dump ],
        "$name: restore over the same database");
    check($name, "$name, over the same database", %deploy);
}

$node->stop;
done_testing();
