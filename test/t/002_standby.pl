# On a streaming standby everything that looks works, and everything that changes is refused; a
# standby that is promoted in the middle of a deploy knows where it stopped, and finishes it.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use Session;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', 'autovacuum = off');
$primary->start;
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

$primary->safe_psql('postgres', q{
    CREATE EXTENSION migrate;
    SELECT migrate_register('a1', 'CREATE TABLE t ()', 'DROP TABLE t');
    SELECT migrate_register('a2', 'CREATE TABLE u ()', 'DROP TABLE u');
    SELECT count(*) FROM migrate_upgrade('a1');
    CREATE TABLE alembic_version AS SELECT 'a2' AS version_num;
});
$primary->wait_for_catchup($standby);

# --- what looks, and what changes -----------------------------------------------------------------

my %looks = (
    'SELECT revision FROM migrate_current()' => 'a1',
    'SELECT revision FROM migrate_heads()' => 'a2',
    'SELECT revision FROM migrate_bases()' => 'a1',
    'SELECT revision FROM migrate_branches()' => '',
    'SELECT revision, is_applied FROM migrate_history()' => "a2|f\na1|t",
    'SELECT revision, direction FROM migrate_plan()' => 'a2|upgrade',
    q{SELECT revision, direction FROM migrate_plan('base')} => 'a1|downgrade',
    'SELECT pending, state FROM migrate_status()' => '1|idle',
    q{SELECT revision, up FROM migrate_show('a2')} => 'a2|CREATE TABLE u ()',
    # The version table of the other tool was made by hand.
    q{SELECT DISTINCT object LIKE '%alembic_version%' FROM migrate_drift()} => 't',
    q{SELECT revision FROM migrate_owner_of('t')} => 'a1',
    q{SELECT migrate_sql('a1:a2') LIKE '%CREATE TABLE u ()%'} => 't',
    q{SELECT count(*) > 1 FROM migrate_graph() AS line} => 't',
    q{SELECT migrate_graph('dot') LIMIT 1} => 'digraph revisions {',
    q{SELECT migrate_check(prefix => 'none')} =>
        [ '42704', qr/prefix "none" does not exist/ ],
    'SELECT migrate_check()' => [ 'MG015', qr/the default prefix has 1 pending revision/ ],
);

my %changes = (
    'SELECT migrate_upgrade()' => 'migrate_upgrade()',
    q{SELECT migrate_upgrade('a1')} => 'migrate_upgrade()',
    'SELECT migrate_downgrade()' => 'migrate_downgrade()',
    q{SELECT migrate_stamp('{a2}')} => 'migrate_stamp()',
    q{SELECT migrate_adopt('alembic_version')} => 'migrate_adopt()',
    q{SELECT migrate_register('a3', '')} => 'migrate_register()',
    q{SELECT migrate_register('a1', 'CREATE TABLE t ()', 'DROP TABLE t')} => 'migrate_register()',
    q{SELECT migrate_create('more')} => 'migrate_create()',
    q{SELECT migrate_unregister('a2')} => 'migrate_unregister()',
    q{SELECT migrate_merge('{a1,a2}')} => 'migrate_merge()',
    q{SELECT migrate_create_prefix('x')} => 'migrate_create_prefix()',
    q{SELECT migrate_drop_prefix('')} => 'migrate_drop_prefix()',
    q{SELECT migrate_set_owner('', 'postgres')} => 'migrate_set_owner()',
    q{SELECT migrate_set_option('lock_timeout', '1s')} => 'migrate_set_option()',
    'SELECT migrate_verify()' => 'migrate_verify()',
    'CALL migrate_deploy()' => 'CALL migrate_deploy',
    'CALL migrate_revert()' => 'CALL migrate_revert',
);

# A function that is added later has to say which it is.
my %listed = map { $_ => 1 } map { /(migrate_\w+)\(/ } keys %looks, keys %changes;
is( $primary->safe_psql('postgres', q{SELECT string_agg(DISTINCT proname, ' ' ORDER BY proname)
        FROM pg_proc WHERE proname LIKE 'migrate\_%'}),
    join(' ', sort keys %listed), 'this test calls every function');

sub failure_of
{
    my ($node, $sql) = @_;
    my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql");
    return $status == 0 ? "none, but: $out" : $err;
}

foreach my $sql (sort keys %looks)
{
    my $wanted = $looks{$sql};
    if (ref $wanted)
    {
        my ($code, $message) = @$wanted;
        like(failure_of($standby, $sql), qr/ERROR:  $code: .*$message/, "on the standby: $sql");
    }
    else
    {
        is($standby->safe_psql('postgres', $sql), $wanted, "on the standby: $sql");
    }
}
foreach my $sql (sort keys %changes)
{
    like(failure_of($standby, $sql),
        qr/ERROR:  25006: cannot execute \Q$changes{$sql}\E during recovery/, "refused: $sql");
}

# --- what ran on the primary is seen --------------------------------------------------------------

$primary->safe_psql('postgres', 'SELECT migrate_upgrade()');
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', 'SELECT revision FROM migrate_current()'), 'a2',
    'the standby follows');
is($standby->safe_psql('postgres', 'SELECT migrate_check()'), '', 'and is ready');

# --- promotion in the middle of deploys -----------------------------------------------------------

# A deploy in a database of its own, which stops at its third revision for as long as a session
# holds a lock.
sub begin_deploy
{
    my ($name, $table, $up, $wait) = @_;
    $primary->safe_psql('postgres', "CREATE DATABASE $name");
    $primary->safe_psql($name, qq{
        CREATE EXTENSION migrate;
        SELECT migrate_register('r1', \$\$ $table; CREATE TABLE ran (revision text) \$\$);
        SELECT migrate_register('r2', \$\$ INSERT INTO ran VALUES ('r2') \$\$);
        SELECT migrate_register('r3', \$\$ $up \$\$);
        SELECT migrate_register('r4', \$\$ INSERT INTO ran VALUES ('r4') \$\$)});
    $primary->safe_psql($name, q{CALL migrate_deploy('r1')});
    my $blocker = Session->new($primary, database => $name);
    $blocker->run('BEGIN; LOCK TABLE orders IN ROW EXCLUSIVE MODE; INSERT INTO orders VALUES (0)');
    my $session = Session->new($primary, database => $name);
    $session->pid;
    $session->start(q{SET migrate.lock_timeout = 0; CALL migrate_deploy()});
    $primary->poll_query_until($name, $wait) or die "$name: waited in vain";
    return ($blocker, $session);
}

my $table = 'CREATE TABLE orders (i int); INSERT INTO orders VALUES (1)';
my $waits = q{SELECT count(*) = 1 FROM pg_stat_activity
              WHERE datname = current_database() AND wait_event_type = 'Lock'};
my %deploys = (
    whole => {
        up => q{INSERT INTO ran VALUES ('r3'); ALTER TABLE orders ADD COLUMN j int},
        wait => $waits,
        leftovers => '{}',
        proof => q{SELECT count(j) FROM orders},
        proven => '0',
    },
    parts => {
        up => q{INSERT INTO ran VALUES ('r3'); VACUUM ran; ALTER TABLE orders ADD COLUMN j int},
        wait => $waits,
        leftovers => '{}',
        proof => q{SELECT count(j) FROM orders},
        proven => '0',
    },
    building => {
        up => q{INSERT INTO ran VALUES ('r3'); CREATE INDEX CONCURRENTLY orders_i ON orders (i)},
        wait => "$waits AND EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('orders_i'))",
        leftovers => '{"invalid index public.orders_i"}',
        proof => q{SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_i'::regclass},
        proven => 't',
        notice => qr/dropping invalid index public\.orders_i, left by an interrupted run/,
    },
    dropping => {
        table => "$table; CREATE INDEX orders_i ON orders (i)",
        up => q{INSERT INTO ran VALUES ('r3'); DROP INDEX CONCURRENTLY orders_i},
        wait => "$waits AND EXISTS (SELECT FROM pg_index
            WHERE indexrelid = to_regclass('orders_i') AND NOT indisvalid)",
        leftovers => '{"invalid index public.orders_i"}',
        proof => q{SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('orders_i')},
        proven => '0',
    },
);

my @sessions;
foreach my $name (sort keys %deploys)
{
    my %deploy = %{ $deploys{$name} };
    push @sessions, begin_deploy($name, $deploy{table} // $table, $deploy{up}, $deploy{wait});
}
$primary->wait_for_catchup($standby);
foreach my $name (sort keys %deploys)
{
    is($primary->safe_psql($name, 'SELECT state, running_revision FROM migrate_status()'),
        'running|r3', "$name: the primary knows who is at it");
    is( $standby->safe_psql($name,
            'SELECT state, running_revision, running_pid, leftovers FROM migrate_status()'),
        'unknown|r3||{}', "$name: the standby does not claim to know");
}

$standby->promote;
foreach my $name (sort keys %deploys)
{
    my %deploy = %{ $deploys{$name} };
    is( $standby->safe_psql($name, q{SELECT state, current, running_revision, running_pid, leftovers
            FROM migrate_status()}),
        "interrupted|{r2}|r3||$deploy{leftovers}", "$name: promoted, it tells where the deploy stopped");
    my ($status, $out, $err) = $standby->psql($name, 'CALL migrate_deploy()');
    is($status, 0, "$name: it is finished there") or diag($err);
    like($err, $deploy{notice}, "$name: what was left is told") if $deploy{notice};
    is( $standby->safe_psql($name, 'SELECT state, current, running_revision, leftovers FROM migrate_status()'),
        'idle|{r4}||{}', "$name: nothing is left");
    is($standby->safe_psql($name, $deploy{proof}), $deploy{proven}, "$name: its work is done");
    is($standby->safe_psql($name, q{SELECT string_agg(revision, ' ') FROM ran WHERE revision <> 'r3'}),
        'r2 r4', "$name: the revisions around it ran once");
    is($standby->safe_psql($name, q{SELECT count(*) FROM ran WHERE revision = 'r3'}), '1',
        "$name: and so did its statements");
    is( $standby->safe_psql($name, q{SELECT string_agg(revision || ' ' || outcome, ', '
            ORDER BY started_at) FROM migrate.log WHERE revision = 'r3'}),
        'r3 interrupted, r3 applied', "$name: the log has both tries");
}

# After the promotion the work goes on; a primary that lives on is another history.
is($standby->safe_psql('postgres', 'SELECT revision FROM migrate_downgrade()'), 'a2',
    'promoted, it runs revisions');
$sessions[$_]->quit foreach 0 .. $#sessions;
$primary->stop('immediate');
$standby->stop;
done_testing();
