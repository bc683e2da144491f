# Through PgBouncer in transaction mode, where a client's next transaction may run in another
# session: many clients over few connections, and nothing is left behind in any of these.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use Session;

my ($pgbouncer) = grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin';
plan skip_all => 'pgbouncer is not installed' if !$pgbouncer;

my $connections = 10;
my $clients = 50;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\n");
$node->start;

my $folder = PostgreSQL::Test::Utils::tempdir_short();
my $port = PostgreSQL::Test::Cluster::get_free_port();
my $user = $node->safe_psql('postgres', 'SELECT current_user');
append_to_file("$folder/users", qq{"$user" ""\n});
append_to_file("$folder/settings", <<"END");
[databases]
* = host=${\$node->host} port=${\$node->port}
[pgbouncer]
pool_mode = transaction
default_pool_size = $connections
max_client_conn = 100
listen_addr =
listen_port = $port
unix_socket_dir = $folder
auth_type = trust
auth_file = $folder/users
ignore_startup_parameters = options
logfile = $folder/log
pidfile = $folder/pid
END
my $output = '';
my $bouncer = IPC::Run::start([ $pgbouncer, '-q', "$folder/settings" ], '<', \undef, '>&', \$output);
my $pooled = "host=$folder port=$port user=$user dbname=postgres";
my $is_up = 0;
for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
{
    last if $is_up = run_log([ 'psql', '-X', '-A', '-t', '-d', $pooled, '-c', 'SELECT 1' ],
        '>', \my $ignored, '2>&1');
    select undef, undef, undef, 0.1;
}
ok($is_up, 'PgBouncer is up') or BAIL_OUT(slurp_file("$folder/log"));

sub sql
{
    my ($sql) = @_;
    return $node->safe_psql('postgres', $sql);
}

sub client
{
    return Session->new($node, target => $pooled);
}

# What each of the pooled sessions is like, by process: as many transactions as there are
# connections have all of them.
sub pool
{
    my @clients = map { client() } 1 .. $connections;
    $_->run('BEGIN') foreach @clients;
    my %pool = map { $_->run('SELECT pg_backend_pid()') => $_->run(q{
        SELECT FROM migrate_heads(); -- loads the library, which has settings
        SELECT name, setting, source FROM pg_settings
         WHERE name NOT IN ('application_name', 'transaction_read_only') ORDER BY 1;
        SELECT current_user, session_user, current_setting('role');
        SELECT name FROM pg_cursors ORDER BY 1;
        SELECT name FROM pg_prepared_statements ORDER BY 1;
        SELECT relname FROM pg_class WHERE relpersistence = 't' ORDER BY 1;
        SELECT pg_listening_channels()}) } @clients;
    $_->run('COMMIT') foreach @clients;
    $_->quit foreach @clients;
    return \%pool;
}

sub is_unchanged
{
    my ($before, $what) = @_;
    my $after = pool();
    is_deeply([ sort keys %$after ], [ sort keys %$before ], "$what: the same sessions");
    is(scalar(grep { $after->{$_} ne ($before->{$_} // '') } keys %$after), 0, "$what: they are as before");
    is(sql('SELECT count(*) FROM pg_locks WHERE pid IN (' . join(', ', keys %$after) . ')'), '0',
        "$what: without locks");
    return;
}

# All clients at once; returns how many had an error.
sub all_call
{
    my ($sql) = @_;
    my @clients = map { client() } 1 .. $clients;
    $_->start($sql) foreach @clients;
    my @errors = grep { /ERROR|FATAL|server closed/ } map { $_->messages } @clients;
    diag(@errors) if @errors;
    $_->quit foreach @clients;
    return scalar @errors;
}

sub log_of
{
    my ($prefix) = @_;
    return sql("SELECT string_agg(revision || ' ' || outcome, ', ' ORDER BY started_at) FROM migrate.log WHERE prefix = '$prefix'");
}

sql(q{
    CREATE EXTENSION migrate;
    CREATE ROLE keeper;
    GRANT ALL ON SCHEMA public TO keeper;
    SELECT migrate_create_prefix('up', owner => 'keeper', schema => 'public', naming => 'any');
    SELECT migrate_register('u1', 'SET work_mem = ''3MB''; CREATE TABLE up1 (i int)', 'DROP TABLE up1', prefix => 'up');
    SELECT migrate_register('u2', 'CREATE TABLE up2 (i int)', 'DROP TABLE up2', prefix => 'up');
    SELECT migrate_create_prefix('out', owner => 'keeper', schema => 'public', naming => 'any');
    SELECT migrate_register('o1', 'CREATE TABLE out1 AS SELECT generate_series(1, 10000) AS i', 'DROP TABLE out1', prefix => 'out');
    SELECT migrate_register('o2', 'SET work_mem = ''3MB''; SET app.color = ''red'';
        CREATE INDEX CONCURRENTLY out1_i ON out1 (i); INSERT INTO out1 VALUES (0); VACUUM out1',
        'DROP INDEX CONCURRENTLY out1_i', prefix => 'out');
    SELECT migrate_register('o3', 'CREATE TABLE out3 (i int)', 'DROP TABLE out3', prefix => 'out');
});
my $before = pool();
is(scalar keys %$before, $connections, "$connections connections");

is(all_call(q{SELECT migrate_upgrade(prefix => 'up')}), 0, "$clients clients upgrade");
is(log_of('up'), 'u1 applied, u2 applied', 'each revision ran once');
is_unchanged($before, 'upgrade');

is(all_call(q{CALL migrate_deploy(prefix => 'out')}), 0, "$clients clients deploy");
is(log_of('out'), 'o1 applied, o2 applied, o3 applied', 'each revision ran once');
is(sql(q{SELECT bool_and(indisvalid), (SELECT count(*) FROM out1) FROM pg_index WHERE indrelid = 'out1'::regclass}),
    't|10001', 'the index is valid');
is_unchanged($before, 'deploy');

is(all_call(q{CALL migrate_revert('o1', prefix => 'out')}), 0, "$clients clients revert");
is(log_of('out'), 'o1 applied, o2 applied, o3 applied, o3 reverted, o2 reverted', 'once');
is_unchanged($before, 'revert');

# Failures leave nothing either.
sql(q{
    SELECT migrate_create_prefix('fail', owner => 'keeper', schema => 'public', naming => 'any');
    SELECT migrate_register('f1', 'CREATE TABLE fail AS SELECT 1 AS i FROM generate_series(1, 2)', prefix => 'fail');
    SELECT migrate_register('f2', 'SET work_mem = ''3MB''; SET app.color = ''red'';
        CREATE UNIQUE INDEX CONCURRENTLY fail_i ON fail (i)', prefix => 'fail');
});
my $client = client();
$client->run(q{CALL migrate_deploy(prefix => 'fail')});
like($client->messages, qr/ERROR:  could not create unique index "fail_i"/, 'a deploy fails');
is_unchanged($before, 'failure');
sql('TRUNCATE fail');
sql(q{SELECT migrate_set_option('migrate.statement_timeout', '500ms', 'fail')});
my $blocker = Session->new($node);
$blocker->run('BEGIN; INSERT INTO fail VALUES (5)');
$client->run(q{CALL migrate_deploy(prefix => 'fail')});
like($client->messages, qr/ERROR:  canceling statement due to statement timeout/, 'and runs out of time');
$blocker->run('COMMIT');
is_unchanged($before, 'timeout');
sql(q{SELECT migrate_set_option('migrate.statement_timeout', NULL, 'fail')});
$client->run(q{CALL migrate_deploy(prefix => 'fail')});
unlike($client->messages, qr/ERROR/, 'the next one finishes it');
is_unchanged($before, 'the end of it');

# Where it cannot commit it says so.
foreach my $call ('BEGIN; CALL migrate_deploy(); ROLLBACK', 'SELECT 1 \; CALL migrate_deploy()')
{
    $client->run($call);
    like($client->messages, qr/ERROR:  migrate_deploy cannot run inside of a transaction block/, "refused: $call");
    $client->run('ROLLBACK');
}
$_->quit foreach $client, $blocker;

# The extended protocol, through PgBouncer and directly; prepared statements, and a pipeline.
my $script = "$folder/script";
my $times = 4;
append_to_file("$script.$_->[0]", $_->[1]) foreach
    [ deploy => "CALL migrate_deploy(prefix => 'out');\nSELECT 1;\n" ],
    [ pipeline => "\\startpipeline\nSELECT 1;\nCALL migrate_deploy(prefix => 'out');\n\\endpipeline\n" ],
    [ first => "\\startpipeline\nCALL migrate_deploy(prefix => 'out');\nSELECT 1;\n\\endpipeline\n" ];
foreach my $way ([ $pooled, 'extended' ], [ $node->connstr('postgres'), 'extended' ], [ $node->connstr('postgres'), 'prepared' ])
{
    sql(q{CALL migrate_revert('o1', prefix => 'out'); TRUNCATE migrate.log});
    my ($target, $protocol) = @$way;
    my $what = ($target eq $pooled ? 'pooled' : 'direct') . ", $protocol";
    my ($out, $err) = run_command([ 'pgbench', '-n', '-M', $protocol, '-c', 8, '-t', $times, '-f', "$script.deploy", $target ]);
    like($out, qr/actually processed: (32)\/32/, "$what: all calls succeed") or diag($err);
    is(log_of('out'), 'o2 applied, o3 applied', "$what: each revision ran once");
}
sql(q{CALL migrate_revert('o2', prefix => 'out')});
my ($out, $err) = run_command([ 'pgbench', '-n', '-M', 'extended', '-t', 1, '-f', "$script.pipeline", $node->connstr('postgres') ]);
like($err, qr/migrate_deploy cannot run inside of a transaction block/, 'refused: in a pipeline');
($out, $err) = run_command([ 'pgbench', '-n', '-M', 'extended', '-t', 1, '-f', "$script.first", $node->connstr('postgres') ]);
like($out, qr{actually processed: 1/1}, 'at the head of a pipeline it is by itself') or diag($err);
is(sql(q{SELECT current FROM migrate_status('out')}), '{o3}', 'and does its work');
is_unchanged($before, 'the extended protocol');

$bouncer->signal('INT');
$bouncer->finish;
$node->stop;
done_testing();
