# A deploy among other sessions: how it leaves its own session, how others wait for it and it for
# them, and what they see of it.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use Session;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nmax_connections = 60\n");
$node->start;

sub sql
{
    my ($sql) = @_;
    return $node->safe_psql('postgres', $sql);
}

sub until_true
{
    my ($what, $sql) = @_;
    $node->poll_query_until('postgres', $sql) or die "waited in vain for $what";
    return;
}

# Waits until a session waits for a lock.
sub until_blocked
{
    my ($session) = @_;
    my $pid = $session->pid_before_start;
    until_true("process $pid to wait for a lock",
        "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $pid");
    return;
}

sub Session::pid_before_start { return $_[0]->{pid} // die 'ask for the pid first' }

# A session whose pid is known.
sub session
{
    my (%options) = @_;
    my $session = Session->new($node, %options);
    $session->pid;
    return $session;
}

# A session that keeps every CREATE INDEX CONCURRENTLY on `table` from its end.
sub blocker
{
    my ($sql) = @_;
    my $session = session(application_name => 'blocker');
    $session->run("BEGIN; $sql");
    return $session;
}

sub state_of
{
    my ($prefix) = @_;
    return sql("SELECT state FROM migrate_status('$prefix')");
}

sub log_of
{
    my ($prefix, $columns) = @_;
    return sql("SELECT $columns FROM migrate.log WHERE prefix = '$prefix' ORDER BY started_at, outcome DESC");
}

# A prefix whose revisions are (id => up text, …) in a line.
sub prefix
{
    my ($name, $owner, @revisions) = @_;
    my $script = "SELECT migrate_create_prefix('$name', owner => '$owner', schema => 'public', naming => 'any');";
    while (my ($id, $up) = splice @revisions, 0, 2)
    {
        $script .= "SELECT migrate_register('$id', \$up\$$up\$up\$, '', 'does $id', prefix => '$name');";
    }
    sql($script);
    return;
}

sql(q{
    CREATE EXTENSION migrate;
    CREATE ROLE keeper NOLOGIN;
    CREATE ROLE app LOGIN IN ROLE keeper;
    ALTER ROLE app SET maintenance_work_mem = '5MB';
    ALTER ROLE app SET search_path = pg_catalog, public;
    GRANT ALL ON SCHEMA public TO keeper;
});

# --- the session is as before, whichever way the call ends ----------------------------------------

my $snapshot = q{
    SELECT name, setting, source FROM pg_settings ORDER BY 1;
    SELECT current_user, session_user, current_setting('role'), current_setting('app.color', true),
           current_setting('app.shape', true), pg_is_in_recovery(), inet_client_addr();
    SELECT name, statement FROM pg_cursors ORDER BY 1;
    SELECT name FROM pg_prepared_statements ORDER BY 1;
    SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() ORDER BY 1;
    SELECT pg_listening_channels()};

sub locks_of
{
    my ($pid) = @_;
    return sql("SELECT count(*) FROM pg_locks WHERE pid = $pid");
}

# The lines that only one of two texts has.
sub difference
{
    my ($before, $after) = @_;
    my %count;
    $count{"- $_\n"}++ foreach split /\n/, $before;
    exists $count{"- $_\n"} && $count{"- $_\n"}-- > 0 or $count{"+ $_\n"}++ foreach split /\n/, $after;
    return join '', map { $_ x $count{$_} } sort keys %count;
}

# Settings in the text, of every kind of source, before a statement that refuses a transaction.
my $settings = q{
    SET work_mem = '3MB';
    SET app.color = 'red';
    SET app.shape = 'round';
    SET TIME ZONE 'Asia/Tokyo';
    SET maintenance_work_mem = '7MB';
    SELECT set_config('app.shape', 'square', false);
};
my $blocker;
my %ways = (
    success => {
        text => 'CREATE INDEX CONCURRENTLY ON TABLE_ (i)',
        like => qr/^NOTICE:  \[2\/2\] r2 does r2 … [0-9.]+ m?s$/m,
        state => undef,
    },
    'error at top level' => {
        text => 'CREATE UNIQUE INDEX CONCURRENTLY ON TABLE_ ((i / i))',
        like => qr/^ERROR:  could not create unique index/m,
        state => '23505',
    },
    'error in a transaction' => {
        text => 'CREATE INDEX CONCURRENTLY ON TABLE_ (i); SELECT 1 / 0',
        like => qr/^ERROR:  division by zero/m,
        state => '22012',
    },
    'error in the settings' => {
        text => q{SET work_mem = 'lots'; CREATE INDEX CONCURRENTLY ON TABLE_ (i)},
        like => qr/^ERROR:  invalid value for parameter "work_mem"/m,
        state => '22023',
    },
    cancel => {
        text => 'CREATE INDEX CONCURRENTLY ON TABLE_ (i)',
        block => 1,
        do => sub { sql("SELECT pg_cancel_backend($_[0])") },
        like => qr/^ERROR:  canceling statement due to user request/m,
        state => '57014',
    },
    'cancel in a transaction' => {
        text => 'LOCK TABLE_; CREATE INDEX CONCURRENTLY ON TABLE_ (i)',
        block => 1,
        do => sub { sql("SELECT pg_cancel_backend($_[0])") },
        like => qr/^ERROR:  canceling statement due to user request/m,
        state => '57014',
    },
    statement_timeout => {
        text => 'CREATE INDEX CONCURRENTLY ON TABLE_ (i)',
        block => 1,
        before => q{SET statement_timeout = '2s'},
        like => qr/^ERROR:  canceling statement due to statement timeout/m,
        state => '57014',
    },
    'migrate.statement_timeout' => {
        text => 'CREATE INDEX CONCURRENTLY ON TABLE_ (i)',
        block => 1,
        before => q{SET migrate.statement_timeout = '1s'; SET statement_timeout = '10min'},
        like => qr/^ERROR:  canceling statement due to statement timeout/m,
        state => '57014',
    },
    lock_timeout => {
        text => 'CREATE INDEX CONCURRENTLY ON TABLE_ (i)',
        block => 1,
        before => q{SET migrate.lock_timeout = '100ms'; SET migrate.lock_retries = 1;
                    SET migrate.retry_delay = '10ms'},
        like => qr/^ERROR:  canceling statement due to lock timeout/m,
        state => '55P03',
    },
);

my $number = 0;
foreach my $way (sort keys %ways)
{
    foreach my $caller ('postgres', 'app')
    {
        my %way = %{ $ways{$way} };
        my $owner = $caller eq 'app' ? 'keeper' : 'postgres';
        my $what = "$way, as $caller";
        my $prefix = 'way' . ++$number;
        my $table = "${prefix}_table";
        (my $text = $way{text}) =~ s/TABLE_/$table/g;
        prefix($prefix, $owner,
            r1 => "CREATE TABLE $table (i int); INSERT INTO $table SELECT generate_series(1, 3)",
            r2 => "$settings; $text");
        my $session = session(
            $caller eq 'app' ? (user => 'app') : (),
            options => '-c app.shape=flat -c DateStyle=German');
        $session->run(qq{
            SELECT FROM migrate_heads('$prefix'); -- loads the library, which has settings
            SET work_mem = '2MB';
            SET app.color = 'green';
            SET application_name = 'mine';
            CREATE TEMP TABLE mine ();
            PREPARE mine AS SELECT 1;
            LISTEN mine});
        $session->run(q{SET search_path = public; SET lock_timeout = '10min';
                        DECLARE mine CURSOR WITH HOLD FOR SELECT 1}) if $caller ne 'app';
        $session->run($way{before}) if $way{before};
        my $before = $session->run($snapshot);
        if ($way{block})
        {
            # The table must be there to be blocked.
            $session->run("CALL migrate_deploy('r1', '$prefix')");
            $blocker = blocker("LOCK TABLE $table IN ROW EXCLUSIVE MODE");
        }
        $session->start("CALL migrate_deploy(prefix => '$prefix')");
        if ($way{do})
        {
            until_blocked($session);
            $way{do}->($session->pid);
        }
        like($session->messages, $way{like}, "$what: how it ended");
        is(locks_of($session->pid), '0', "$what: no lock is left");
        is(difference($before, $session->run($snapshot)), '', "$what: the session is as before");
        is( log_of($prefix, q{concat_ws(' ', revision, outcome, error_sqlstate)}),
            "r1 applied\nr2 " . ($way{state} ? "failed $way{state}" : 'applied'),
            "$what: the log");
        is( sql("SELECT state, running_revision, running_pid FROM migrate_status('$prefix')"),
            $way{state} ? 'failed|r2|' : '||', "$what: the status") if $way ne 'success';
        # The caller's timers are as before too.
        $session->run(q{SET statement_timeout = '50ms'; SELECT pg_sleep(600)});
        like($session->messages, qr/due to statement timeout/, "$what: statement_timeout counts");
        $session->quit;
        if ($blocker)
        {
            $blocker->run('COMMIT');
            $blocker->quit;
            $blocker = undef;
        }
    }
}

$node->stop;
done_testing();
