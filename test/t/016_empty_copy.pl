# An empty copy of a prefix's schemas when the server dies in it, and with more tables than the
# server has room for locks.
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
$node->append_conf('postgresql.conf',
    "autovacuum = off\nrestart_after_crash = on\nmax_locks_per_transaction = 64\nmax_connections = 100\n");
$node->start;

sub sql
{
    my ($sql) = @_;
    return $node->safe_psql('postgres', $sql);
}

sql(q{
    CREATE EXTENSION migrate;
    CREATE EXTENSION amcheck;
    CREATE FUNCTION migrate_test_copy(prefix text, sql text, way text, key text) RETURNS text
    LANGUAGE c AS '$libdir/migrate';
    CREATE SCHEMA lab;
    SELECT migrate_create_prefix('lab', current_user::text, 'lab', 'any');
    SELECT migrate_register('a1', 'CREATE TYPE lab.kind AS ENUM (''a''); CREATE TABLE lab.item (id serial PRIMARY KEY, k lab.kind);
        CREATE VIEW lab.look AS SELECT id FROM lab.item', '', prefix => 'lab');
    SELECT count(*) FROM migrate_upgrade(prefix => 'lab');
    INSERT INTO lab.item (k) VALUES ('a')});

# Where everything is, and what is in the table.
sub state_of
{
    return sql(q{
        SELECT n.oid, n.nspname FROM pg_namespace AS n WHERE n.nspname !~ '^pg_' ORDER BY 1;
        SELECT c.oid, c.relname, c.relnamespace FROM pg_class AS c WHERE c.oid >= 16384 ORDER BY 1;
        SELECT t.oid, t.typname, t.typnamespace FROM pg_type AS t WHERE t.oid >= 16384 ORDER BY 1;
        SELECT change, object FROM migrate_drift('lab');
        SELECT * FROM lab.item;
        SELECT prefix, identity FROM migrate.object ORDER BY 1, 2});
}

# Begins a copy that stays as it is until the lock of the key is given up.
sub start_copy
{
    my ($text, $way) = @_;
    my $holder = Session->new($node);
    $holder->run('SELECT pg_advisory_lock(4711)');
    my $session = Session->new($node);
    my $pid = $session->pid;
    $session->start("SELECT length(migrate_test_copy('lab', \$text\$$text\$text\$, '$way', '4711')) > 0");
    $node->poll_query_until('postgres',
        "SELECT wait_event = 'advisory' FROM pg_stat_activity WHERE pid = $pid")
        or die "$way: did not stop: " . $session->messages;
    return ($session, $holder);
}

my %ways = (
    'kill -9' => sub { kill_process($node, $_[0]->pid); $_[0]->quit; },
    'immediate shutdown' => sub { $node->stop('immediate'); $_[0]->quit; $node->start; },
);

my $before = state_of();
foreach my $copy ('trade places', 'step aside')
{
    foreach my $way (sort keys %ways)
    {
        my ($session, $holder) = start_copy('CREATE TABLE lab.item (other integer)', $copy);
        sql('CHECKPOINT');
        $ways{$way}->($session);
        $holder->quit;
        is(state_of(), $before, "$copy, $way: as before");
    }
}
like(sql(q{SELECT count(bt_index_check(c.oid, true)::text) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        JOIN pg_am AS a ON a.oid = c.relam
        WHERE a.amname = 'btree' AND c.relnamespace = 'pg_catalog'::regnamespace AND i.indisvalid}),
    qr/^\d+$/, 'the indexes of the catalogs agree with their tables');

# The lock table has room for 64 locks a connection, all in all some ten thousand.  On a server that is
# built with assertions those on sequences stay to the end of the copy.
my $tables = join ';', map {
    "CREATE TABLE lab.t$_ (id serial PRIMARY KEY, a integer CHECK (a > 0), b text UNIQUE);"
        . "CREATE INDEX ON lab.t$_ (a); ALTER TABLE lab.t$_ ADD FOREIGN KEY (a) REFERENCES lab.t" . ($_ - 1 || 1) . ';'
        . ($_ % 10 == 0 ? "INSERT INTO lab.t$_ (a) SELECT NULL;" : '') . "COMMENT ON TABLE lab.t$_ IS 'x'"
} 1 .. 1500;
my ($session, $holder) = start_copy($tables, 'trade places');
my $pid = $session->pid;
my $locks = sql("SELECT count(*) FROM pg_locks WHERE pid = $pid AND locktype IN ('relation', 'object')");
cmp_ok($locks, '<', 2000, "1,500 tables: $locks locks are held");
$holder->quit;
is($session->wait, 't', 'and all of them fit');
is($session->messages, '', 'without a word');
is(sql("SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND relation::regclass::text ~ 'lab'"), '0', 'no lock is left');
is(state_of(), $before, '1,500 tables: as before');
$session->quit;

# The same as a history, whose stamp is proved.
sql("SELECT migrate_register('a2', \$text\$$tables\$text\$, '', prefix => 'lab')");
like(($node->psql('postgres', q{SELECT migrate_stamp('{a2}', verify => true, prefix => 'lab')}))[2],
    qr/and 1\d\d\d more|only the texts make it/, 'a history of 1,500 tables is replayed');

$node->stop;
done_testing();
