# What the server and its modules get of a statement of a revision: the statement alone, as a client
# would send it.  pg_stat_activity, auto_explain, pg_stat_statements, pgaudit; and a statement that is
# run again, which the server's first try has changed.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use Session;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

# Whether the module is installed, and can be loaded at start.
sub has_module
{
    my ($name) = @_;
    my ($status) = $node->psql('postgres', "LOAD '$name'");
    return $status == 0;
}

# A module that LOAD refuses says that it is there, and wants to be loaded at start.
sub is_preloadable
{
    my ($name) = @_;
    my ($status, undef, $err) = $node->psql('postgres', "LOAD '$name'");
    return $status == 0 || $err =~ /shared_preload_libraries/;
}

sub in_log_since
{
    my ($offset) = @_;
    return substr(slurp_file($node->logfile), $offset);
}

sub preload
{
    my (@modules) = @_;
    $node->append_conf('postgresql.conf', "shared_preload_libraries = '" . join(',', @modules) . "'\n");
    $node->restart;
    return;
}

my $has_auto_explain = has_module('auto_explain');
my ($statistics) = grep { is_preloadable($_) } 'pg_stat_statements';
my ($audit) = grep { is_preloadable($_) } 'pgaudit';
if ($statistics)
{
    preload($statistics);
    $node->append_conf('postgresql.conf', "pg_stat_statements.track = all\n");
    $node->reload;
    $node->safe_psql('postgres', 'CREATE EXTENSION pg_stat_statements');
}
$node->safe_psql('postgres', 'CREATE EXTENSION migrate');

sub query_of
{
    my ($pid) = @_;
    return $node->safe_psql('postgres', "SELECT state || ': ' || query FROM pg_stat_activity WHERE pid = $pid");
}

# Others look at a session: the statement that runs, and afterwards what the client has sent.
my $runner = Session->new($node, application_name => 'runner');
my $pid = $runner->pid;

sub runs
{
    my ($name, $call, $query, $lock) = @_;
    my $holder = Session->new($node);
    $holder->run("BEGIN; SELECT pg_advisory_xact_lock($lock)");
    $runner->start($call);
    $node->poll_query_until('postgres',
        "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $pid AND locktype = 'advisory' AND NOT granted)")
        or die "nobody waits\n";
    is(query_of($pid), "active: $query", "$name: the statement that runs");
    $holder->run('COMMIT');
    $holder->quit;
    $runner->wait;
    return;
}

$node->safe_psql('postgres', q{
    SELECT migrate_register('a', E'/* ä */ CREATE TABLE a (i int);; -- b\n'
        '  SELECT pg_advisory_xact_lock(1), ''ü'' ; SELECT 2', 'DROP TABLE a');
    SELECT migrate_register('b', E'SELECT ''ä'';\nSELECT pg_advisory_xact_lock(2), 1 / (0 * random())::int; SELECT 3');
});
runs('an upgrade', q{SELECT count(*) FROM migrate_upgrade('a')}, q{SELECT pg_advisory_xact_lock(1), 'ü'}, 1);
is(query_of($pid), q{idle: SELECT count(*) FROM migrate_upgrade('a');}, 'and then the call');
runs('an error', 'CALL migrate_deploy()', 'SELECT pg_advisory_xact_lock(2), 1 / (0 * random())::int', 2);
like($runner->messages, qr/division by zero.*revision "b" of the default prefix, statement 2, line 2/s,
    'an error: its place');
is(query_of($pid), 'idle: CALL migrate_deploy();', 'and then the call');
is($runner->run(q{
        DO $$ BEGIN PERFORM migrate_upgrade(); EXCEPTION WHEN division_by_zero THEN NULL; END $$;
        SELECT current_query()}),
    'SELECT current_query();', 'an error that is caught');

# The SQL of a session sees it, too.
$node->safe_psql('postgres', q{
    SELECT migrate_unregister('b');
    SELECT migrate_register('q', E'SELECT 1; CREATE TABLE q AS SELECT current_query() AS text; SELECT 2');
    SELECT * FROM migrate_upgrade()});
is($node->safe_psql('postgres', 'SELECT text FROM q'), 'CREATE TABLE q AS SELECT current_query() AS text',
    'current_query()');

# A statement at top level of a deploy.
$node->safe_psql('postgres', q{
    CREATE FUNCTION locked(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(3); RETURN $1; END';
    INSERT INTO a VALUES (1);
    SELECT migrate_register('i', E'SELECT 1;\n/* ä */ CREATE INDEX CONCURRENTLY ai ON a (locked(i));')});
runs('a deploy', 'CALL migrate_deploy()', 'CREATE INDEX CONCURRENTLY ai ON a (locked(i))', 3);

# A part of a text is run again after it has waited too long for a lock.  What it has done to the
# tree of a statement must not matter.
{
    $node->safe_psql('postgres', q{
        CREATE TABLE held (i int);
        SELECT migrate_create_prefix('again', naming => 'any');
        SELECT migrate_register('r', 'BEGIN; CREATE TABLE made (id serial PRIMARY KEY); ALTER TABLE held ADD j int;'
            'COMMIT; CREATE INDEX CONCURRENTLY ON made (id)', prefix => 'again')});
    my $holder = Session->new($node);
    $holder->run('BEGIN; LOCK TABLE held');
    $runner->start(q{SET migrate.lock_timeout = '100ms'; SET migrate.lock_retries = 100;
        CALL migrate_deploy(prefix => 'again')});
    $runner->{run}->pump until $runner->{err} =~ /retry 1 of/ || $runner->{err} =~ /ERROR/;
    $holder->run('COMMIT');
    $holder->quit;
    unlike($runner->messages, qr/ERROR/, 'a part that is run again');
}

$runner->quit;

# The same text by an upgrade and by psql: how much a module logs of it.
my $many = join("\n", map { "CREATE TABLE many$_ (id serial PRIMARY KEY, name text, value int);" } 1 .. 200);
my $inserts = join("\n", map { "INSERT INTO many$_ (name) VALUES ('some name');" } 1 .. 200);

# The bytes that the log gets of both, with `settings`; the text of the log of the first.
sub logged
{
    my ($prefix, $settings, $text) = @_;
    $node->safe_psql('postgres', qq{
        CREATE SCHEMA $prefix; CREATE SCHEMA ${prefix}_psql;
        SELECT migrate_create_prefix('$prefix', schema => '$prefix', naming => 'any');
        SELECT migrate_register('r', \$t\$$text\$t\$, prefix => '$prefix')});
    $settings = "SET log_statement = 'none'; $settings";
    my $start = -s $node->logfile;
    $node->safe_psql('postgres', "$settings; SELECT count(*) FROM migrate_upgrade(prefix => '$prefix')");
    my $log = in_log_since($start);
    my $middle = -s $node->logfile;
    $node->safe_psql('postgres', "$settings; SET search_path = ${prefix}_psql;\n$text");
    return (length($log), length(in_log_since($middle)), $log);
}

SKIP:
{
    skip 'auto_explain is not installed', 3 if !$has_auto_explain;
    my $settings = q{LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0;
        SET auto_explain.log_nested_statements = on};
    my ($ours, $limit, $log) = logged('explained', $settings, "$many\n$inserts");
    note("auto_explain: $ours bytes, psql $limit");
    cmp_ok($ours, '<', 3 * $limit, 'auto_explain logs no more than thrice as much as for psql');
    like($log, qr/Query Text: INSERT INTO many200 \(name\) VALUES \('some name'\)\n/, '… each statement');
    unlike($log, qr/INSERT INTO many200\b[^;]*;\n.*INSERT INTO many200/s, '… alone');
}

SKIP:
{
    skip 'pg_stat_statements is not installed', 3 if !$statistics;
    $node->safe_psql('postgres', q{
        SELECT migrate_create_prefix('counted', naming => 'any');
        SELECT migrate_register('r', E'CREATE TABLE counted (i int, t text);\n'
            '/* ä */ INSERT INTO counted VALUES (1, ''ü''); INSERT INTO counted VALUES (2);\n'
            'INSERT INTO counted VALUES (3, ''ö'') -- end', 'DROP TABLE counted', prefix => 'counted');
        SELECT pg_stat_statements_reset()});
    $node->safe_psql('postgres', q{SELECT count(*) FROM migrate_upgrade(prefix => 'counted')});
    is( $node->safe_psql('postgres', q{
            SELECT calls || ' ' || query FROM pg_stat_statements WHERE query LIKE '%INTO counted%' ORDER BY 1}),
        "1 INSERT INTO counted VALUES (\$1)\n2 INSERT INTO counted VALUES (\$1, \$2)",
        'pg_stat_statements has an entry for each kind of statement');
    is( $node->safe_psql('postgres', q{
            SELECT query FROM pg_stat_statements WHERE query LIKE '%CREATE TABLE counted%'}),
        'CREATE TABLE counted (i int, t text)', '… also for what has no plan');

    # It reads the text again, by the setting of that moment: the server crashed.
    $node->safe_psql('postgres', q{
        SELECT migrate_register('s', $t$
            SET standard_conforming_strings = off;
            INSERT INTO counted VALUES (4, 'it''s\' || '
                a line
                ');
            SET standard_conforming_strings = on$t$, '', prefix => 'counted')});
    my ($status, undef, $err) = $node->psql('postgres', q{SELECT count(*) FROM migrate_upgrade(prefix => 'counted')});
    is($status, 0, '… also where the text changes how literals are read') or diag($err);
}

SKIP:
{
    skip 'pgaudit is not installed', 3 if !$audit;
    preload($audit, $statistics // ());
    my ($ours, $limit, $log) = logged('audited', "SET pgaudit.log = 'ddl,write'", $many);
    note("pgaudit: $ours bytes, psql $limit");
    cmp_ok($ours, '<', 2 * $limit, 'pgaudit logs less than twice as much as for psql');
    like($log, qr/AUDIT: SESSION,[^"\n]*"CREATE TABLE many200 \([^;]*\)",/, '… each statement alone');

    # Some versions of it stop statements at top level: nothing of the revision has run then.
    $node->safe_psql('postgres', q{
        SELECT migrate_create_prefix('top', naming => 'any');
        SELECT migrate_register('r', E'CREATE TABLE top (i int);\nCREATE INDEX CONCURRENTLY top_i ON top (i);\n'
            'VACUUM top', prefix => 'top')});
    my ($status, undef, $err) = $node->psql('postgres', q{CALL migrate_deploy(prefix => 'top')});
    my $tables = $node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname IN ('top', 'top_i')});
    if ($status == 0)
    {
        is($tables, 2, 'pgaudit lets statements at top level run');
    }
    else
    {
        like("$tables $err",
            qr/^0 .*"r" of prefix "top" cannot be run beside the pgaudit .*HINT:  Install pgaudit [\d.]+ or later/s,
            'pgaudit stops statements at top level: refused before anything runs');
    }
}

$node->stop;
done_testing();
