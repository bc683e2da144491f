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
$node->init(extra => [ "--encoding=UTF8", "--no-locale" ]);
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
    'many cancels' => {
        text => 'CREATE INDEX CONCURRENTLY ON TABLE_ (i)',
        block => 1,
        do => sub { sql("SELECT pg_cancel_backend($_[0]) FROM generate_series(1, 3000)") },
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
        my $log = log_of($prefix, q{concat_ws(' ', revision, outcome, error_sqlstate)});
        my $status = sql("SELECT state, running_revision, running_pid FROM migrate_status('$prefix')");
        is($log, "r1 applied\nr2 " . ($way{state} ? "failed $way{state}" : 'applied'),
            "$what: the log");
        is($status, $way{state} ? 'failed|r2|' : '||', "$what: the status") if $way ne 'success';
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

# --- waiting for locks ----------------------------------------------------------------------------

sub attempts { my ($messages) = @_; return scalar(() = $messages =~ /could not get a lock, trying again/g) }

my $patience = q{SET migrate.lock_timeout = '100ms'; SET migrate.retry_delay = '20ms';};

prefix('wait', 'postgres',
    w1 => 'CREATE TABLE waited (i int); INSERT INTO waited VALUES (1)',
    w2 => 'ALTER TABLE waited ADD COLUMN j int',
    w3 => 'UPDATE waited SET j = 3');
my $session = session();
$session->run("CALL migrate_deploy('w1', 'wait')");

# Somebody reads the table: the revisions before stay, the error says who it was.
$blocker = blocker('SELECT * FROM waited');
my $blocker_pid = $blocker->pid;
$session->run("$patience SET migrate.lock_retries = 2; CALL migrate_deploy(prefix => 'wait')");
my $messages = $session->messages;
is(attempts($messages), 2, 'tries again as often as it was told');
like($messages, qr/^NOTICE:  revision "w2" could not get a lock, trying again in [0-9.]+ ms \(retry 1 of 2\)\nDETAIL:  canceling statement due to lock timeout\. It waited for AccessExclusiveLock on relation public\.waited\. Process $blocker_pid holds AccessShareLock, idle in transaction: SELECT \* FROM waited/m,
    'says which lock, and who holds it');
like($messages, qr/^ERROR:  canceling statement due to lock timeout\nDETAIL:  It waited for AccessExclusiveLock on relation public\.waited\. Process $blocker_pid holds/m,
    'gives up with the same words');
like($messages, qr/^HINT:  .*migrate\.lock_retries/m, 'and with a hint');
is(sql(q{SELECT current FROM migrate_status('wait')}), '{w1}', 'what was deployed before stays');
is(log_of('wait', q{concat_ws(' ', revision, outcome, error_sqlstate, error_statement, error_line)}),
    "w1 applied\nw2 failed 55P03 1 1", 'one entry for the failure');
is(state_of('wait'), 'idle', 'nothing is half-way');

# The blocker goes while the deploy is at it.
$session->start(q{SET migrate.lock_retries = 1000; SET migrate.lock_timeout = '50ms';
                  CALL migrate_deploy('w2', 'wait')});
until_true('a retry', qq{SELECT wait_event_type = 'Extension' FROM pg_stat_activity WHERE pid = } . $session->pid);
is(sql(q{SELECT state, running_revision, running_pid FROM migrate_status('wait')}),
    'running|w2|' . $session->pid, 'between two tries the status is "running"');
$blocker->run('COMMIT');
$messages = $session->messages;
cmp_ok(attempts($messages), '>', 0, 'it had to try again');
like($messages, qr/^NOTICE:  \[1\/1\] w2 does w2 … /m, 'its number is that of the revision, not of the try');
unlike($messages, qr/^ERROR/m, 'it gets through when the blocker has gone');

# A row lock is waited for as well.
$blocker->run('BEGIN; SELECT * FROM waited FOR UPDATE');
$session->run(q{SET migrate.lock_retries = 0; CALL migrate_deploy(prefix => 'wait')});
like($session->messages, qr/^DETAIL:  It waited for ShareLock on rows of another transaction\. Process $blocker_pid holds ExclusiveLock, idle in transaction: SELECT \* FROM waited FOR UPDATE/m,
    'names the holder of a row');
$blocker->run('COMMIT');
is($session->run(q{CALL migrate_deploy(prefix => 'wait'); SELECT j FROM waited}), '3', 'then it gets through');

# What the prefix says, and what the session says over that.
prefix('polite', 'postgres', p1 => 'DROP TABLE waited');
sql(q{SELECT migrate_set_option('lock_timeout', '30ms', 'polite'),
             migrate_set_option('migrate.lock_retries', '1', 'polite'),
             migrate_set_option('migrate.retry_delay', '10ms', 'polite')});
sql(q{SELECT migrate_set_option('isolation', 'off', 'polite')});
$blocker->run('BEGIN; SELECT FROM waited');
my $fresh = session();
$fresh->run(q{CALL migrate_deploy(prefix => 'polite')});
is(attempts($fresh->messages), 1, 'the prefix says how often');
like($fresh->messages, qr/^ERROR:  canceling statement due to lock timeout/m, 'and how long');
$fresh->run(q{SET migrate.lock_retries = 3; CALL migrate_deploy(prefix => 'polite')});
is(attempts($fresh->messages), 3, 'the session says it over that');
$fresh->quit;
$blocker->run('COMMIT');

# Statements in a transaction of their own, among others: only the one that waited runs again.
prefix('parts', 'postgres',
    t1 => 'CREATE TABLE parts (i int); CREATE TABLE counter (n int); INSERT INTO counter VALUES (0)',
    t2 => 'UPDATE counter SET n = n + 1; CREATE INDEX CONCURRENTLY ON parts (i); LOCK parts; UPDATE counter SET n = n + 10');
$session->run(q{CALL migrate_deploy('t1', 'parts')});
$blocker->run('BEGIN; SELECT FROM parts');
$session->start(q{SET migrate.lock_retries = 1000; CALL migrate_deploy(prefix => 'parts')});
until_true('a retry', qq{SELECT wait_event_type = 'Extension' FROM pg_stat_activity WHERE pid = } . $session->pid);
$blocker->run('COMMIT');
like($session->messages, qr/^NOTICE:  revision "t2" of prefix "parts", statement 3, could not get a lock/m,
    'names the statement that waited');
is(sql('SELECT n FROM counter'), '11', 'each statement ran once');

# A statement that blocks nobody waits for ever, if nobody says how long.
$session->run('RESET migrate.lock_timeout; RESET migrate.lock_retries; RESET migrate.retry_delay');
prefix('slow', 'postgres', s1 => 'CREATE TABLE slow (i int)', s2 => 'CREATE INDEX CONCURRENTLY ON slow (i)');
$session->run(q{CALL migrate_deploy('s1', 'slow')});
$blocker->run('BEGIN; INSERT INTO slow VALUES (1)');
$session->start(q{CALL migrate_deploy(prefix => 'slow')});
until_blocked($session);

# --- what others see ------------------------------------------------------------------------------

my $pid = $session->pid;
is(sql("SELECT application_name FROM pg_stat_activity WHERE pid = $pid"), 'migrate: [1/1] s2 does s2',
    'the application name shows the step');
is(sql(q{SELECT state, running_revision, running_pid, running_since < now(), running_query, leftovers
           FROM migrate_status('slow')}),
    "running|s2|$pid|t|CREATE INDEX CONCURRENTLY ON slow (i)|{}", 'so does the status');

# --- others while statements run outside of transactions ------------------------------------------

my $other = session();
$other->run(q{SELECT migrate_upgrade(prefix => 'slow')});
like($other->messages, qr/^ERROR:  a deploy of prefix "slow" is running\nDETAIL:  The call needs the lock on prefix "slow"\. Process $pid .*\nHINT:  .*CALL migrate_deploy/m,
    'an upgrade does not wait, and says so');
$other->run(q{SELECT migrate_downgrade('base', 'slow')});
like($other->messages, qr/^ERROR:  a deploy of prefix "slow" is running/m, 'nor does a downgrade');
$other->run(q{SELECT migrate_stamp('{s1}', prefix => 'slow')});
like($other->messages, qr/^ERROR:  a deploy of prefix "slow" is running/m, 'nor a stamp');
is($other->run(q{SELECT migrate_register('s3', 'CREATE TABLE slow3 ()', prefix => 'slow')}), 'registered',
    'a revision can be registered meanwhile');
$other->run(q{SELECT migrate_register('s2', 'SELECT 1', prefix => 'slow')});
like($other->messages, qr/^ERROR:  .*s2/m, 'but the one that runs cannot be replaced');
$other->run(q{SELECT migrate_drop_prefix('slow', force => true)});
like($other->messages, qr/^ERROR:  /m, 'nor the prefix be dropped');
$other->start(q{CALL migrate_deploy(prefix => 'slow')});
until_true('the other deploy to wait',
    "SELECT wait_event_type = 'Lock' AND backend_xmin IS NULL FROM pg_stat_activity WHERE pid = " . $other->{pid});
$blocker->run('COMMIT');
unlike($session->messages, qr/^ERROR/m, 'the deploy ends');
like($other->messages, qr/^NOTICE:  \[1\/1\] s3 /m, 'the one that waited does what was registered meanwhile');
is(sql(q{SELECT current FROM migrate_status('slow')}), '{s3}', 'all is deployed');
is(sql(q{SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = 'slow'::regclass}), 't', 'the index is valid');

# --- others while transactional revisions run -----------------------------------------------------

prefix('tx', 'postgres', x1 => 'CREATE TABLE tx (i int)', x2 => 'LOCK waited; CREATE TABLE tx2 ()', x3 => 'CREATE TABLE tx3 ()');
$blocker->run('BEGIN; SELECT FROM waited');
$session->run(q{SET migrate.lock_timeout = 0});
$session->start(q{CALL migrate_deploy(prefix => 'tx')});
until_blocked($session);
is(sql(q{SELECT current, state, running_revision FROM migrate_status('tx')}), '{x1}|running|x2',
    'a revision is committed by itself');
is(sql("SELECT application_name FROM pg_stat_activity WHERE pid = $pid"), 'migrate: [2/3] x2 does x2',
    'the application name follows');
$other->start(q{SELECT count(*) FROM migrate_upgrade(prefix => 'tx')});
until_blocked($other);
my $registrar = session();
$registrar->start(q{SELECT migrate_register('x4', 'CREATE TABLE tx4 ()', prefix => 'tx')});
until_blocked($registrar);
my $neighbour = session();
$neighbour->run(q{SELECT migrate_create_prefix('near', schema => 'public', naming => 'any');
    SELECT migrate_register('n1', 'CREATE TABLE near (i int); CREATE INDEX CONCURRENTLY ON near (i)', prefix => 'near');});
unlike($neighbour->messages, qr/ERROR/, 'another prefix can be made');
$blocker->run('COMMIT');
unlike($session->messages, qr/ERROR/, 'the deploy goes to its end');
unlike($registrar->messages, qr/ERROR/, 'a registration has waited for it');
like($other->wait, qr/^[01]$/, 'an upgrade has waited for it');
unlike($other->messages, qr/ERROR/, 'and has no error');
sql(q{SELECT migrate_upgrade(prefix => 'tx')});
is(log_of('tx', 'revision'), "x1\nx2\nx3\nx4", 'each ran once');

# --- two prefixes at once -------------------------------------------------------------------------

prefix('left', 'postgres', l1 => 'CREATE TABLE lefts (i int)',
    l2 => 'CREATE INDEX CONCURRENTLY ON lefts ((i + 1))', l3 => 'LOCK waited; ALTER TABLE lefts ADD j int');
prefix('right', 'postgres', r1 => 'CREATE TABLE rights (i int)',
    r2 => 'VACUUM rights', r3 => 'LOCK waited; VACUUM rights; ALTER TABLE rights ADD j int');
$blocker->run('BEGIN; SELECT FROM waited');
$session->start(q{CALL migrate_deploy(prefix => 'left')});
until_true('the first one to be blocked', q{SELECT running_revision = 'l3' FROM migrate_status('left')});
until_blocked($session);
$other->run(q{SET migrate.lock_timeout = 0});
$other->start(q{CALL migrate_deploy(prefix => 'right')});
until_blocked($other);
is(sql(q{SELECT prefix, state, running_revision FROM migrate_status() WHERE prefix IN ('left', 'right') ORDER BY 1}),
    "left|running|l3\nright|running|r3", 'two prefixes are deployed at once');
$blocker->run('COMMIT');
unlike($_->messages, qr/ERROR/, 'and end well') foreach $session, $other;

# --- owner and caller -----------------------------------------------------------------------------

prefix('owned', 'keeper',
    o1 => 'CREATE TABLE owned (i int, who text DEFAULT current_user); INSERT INTO owned VALUES (1)',
    o2 => 'CREATE INDEX CONCURRENTLY owned_i ON owned (i); INSERT INTO owned VALUES (2); VACUUM owned; CREATE TABLE owned2 ()',
    o3 => 'CREATE INDEX CONCURRENTLY waited_j ON waited (j)');
my $app = session(user => 'app');
$app->run(q{CALL migrate_deploy('o2', 'owned')});
unlike($app->messages, qr/ERROR|WARNING/, 'a member deploys');
is(sql(q{SELECT string_agg(relname || ' ' || relowner::regrole, ', ' ORDER BY relname) FROM pg_class WHERE relname LIKE 'owned%'}),
    'owned keeper, owned2 keeper, owned_i keeper', 'what was made is the owner\'s');
is(sql('SELECT string_agg(who, \' \') FROM owned'), 'keeper keeper', 'the texts ran as the owner');
is(log_of('owned', 'role || session_role'), "keeperapp\nkeeperapp", 'the log knows both');
$app->run(q{CALL migrate_deploy(prefix => 'owned')});
like($app->messages, qr/^ERROR:  (must be owner of table waited|table public\.waited belongs to prefix "wait")/m,
    'at top level, too, with the owner\'s rights');
is($app->run('SELECT current_user, session_user'), 'app|app', 'the caller is itself again');
# A superuser is not one while the text of somebody else runs.
$session->run(q{CALL migrate_deploy(prefix => 'owned')});
like($session->messages, qr/^ERROR:  (must be owner of table waited|table public\.waited belongs to prefix "wait")/m,
    'nor with those of a superuser who calls');
is($session->run('SELECT current_user, session_user'), 'postgres|postgres', 'who is itself again, too');
# What goes wrong before the first statement is a failure as well, and no interruption.
prefix('held', 'keeper', h1 => 'CREATE TABLE held ()');
$session->run(q{DECLARE held CURSOR WITH HOLD FOR SELECT 1; CALL migrate_deploy(prefix => 'held')});
like($session->messages, qr/^ERROR:  cannot run revisions of prefix "held" as another role while cursors are open/m,
    'no foreign text runs while cursors are open');
is(state_of('held'), 'idle', 'nothing was begun');
is(log_of('held', q{concat_ws(' ', revision, outcome, error_sqlstate)}), 'h1 failed 55000', 'the failure is in the log');
$session->run('CLOSE held');
sql('CREATE ROLE stranger LOGIN');
my $stranger = session(user => 'stranger');
$stranger->run(q{CALL migrate_deploy(prefix => 'owned')});
like($stranger->messages, qr/^ERROR:  permission denied/m, 'a stranger may not');
$_->quit foreach $app, $stranger, $registrar, $neighbour;

# --- clients that read little ---------------------------------------------------------------------

sql(q{SET client_encoding = 'UTF8'; SELECT migrate_create_prefix('words', schema => 'public', naming => 'any');
      SELECT migrate_register('v1', 'CREATE TABLE words ()', '', 'größer 数据库', prefix => 'words')});
$session->run(q{SET client_encoding = 'LATIN1'; CALL migrate_deploy(prefix => 'words')});
like($session->messages, qr/^NOTICE:  \[1\/1\] v1 gr\?+er \?+ \.\.\. [0-9.]+ m?s$/m,
    'what the client cannot read does not stop a deploy');
unlike($session->messages, qr/ERROR/, 'nor is it an error');
$session->run('RESET client_encoding');

# --- where an error is ----------------------------------------------------------------------------

prefix('place', 'postgres', p1 => 'SELECT 1 / 0');
$session->run("\\set VERBOSITY verbose\nCALL migrate_deploy(prefix => 'place')");
like($session->messages, qr/^LOCATION:  int4div, int\.c:\d+$/m, 'an error says where the server raised it');
$session->run("\\set VERBOSITY default\nSELECT 1");

# --- twenty callers, one index on a big table -----------------------------------------------------

prefix('big', 'postgres',
    b1 => 'CREATE TABLE big AS SELECT i, md5(i::text) AS t FROM generate_series(1, 1000000) AS i',
    b2 => 'CREATE INDEX CONCURRENTLY big_t ON big (t)',
    b3 => 'ALTER TABLE big ADD COLUMN done int DEFAULT 1');
my @callers = map { session(application_name => "caller $_") } 1 .. 20;
$_->start(q{CALL migrate_deploy(prefix => 'big')}) foreach @callers;
my @ends = map { $_->messages } @callers;
is(scalar(grep { /ERROR|FATAL|WARNING/ } @ends), 0, 'twenty callers: all end well')
    or diag(grep { /ERROR|FATAL|WARNING/ } @ends);
is(scalar(grep { /\[3\/3\]/ } @ends), 1, 'one of them did the work');
is(sql(q{SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_t'::regclass}), 't', 'the index is valid');
is(log_of('big', q{revision || ' ' || outcome}), "b1 applied\nb2 applied\nb3 applied", 'each revision ran once');
$_->quit foreach @callers;

# --- the extension goes ---------------------------------------------------------------------------

prefix('doom', 'postgres', d1 => 'CREATE TABLE doomed (i int)', d2 => 'LOCK doomed', d3 => 'CREATE TABLE doomed3 ()');
$session->run(q{CALL migrate_deploy('d1', 'doom')});
$blocker->run('BEGIN; INSERT INTO doomed VALUES (1)');
$session->run('SET migrate.lock_timeout = 0');
$session->start(q{CALL migrate_deploy(prefix => 'doom')});
until_blocked($session);
$other->start('DROP EXTENSION migrate CASCADE');
until_blocked($other);
$blocker->run('COMMIT');
unlike($session->messages, qr/ERROR/, 'DROP EXTENSION waits for the end of a deploy');
unlike($other->messages, qr/ERROR/, 'and then goes through');
is(sql(q{SELECT to_regclass('doomed3') IS NOT NULL}), 't', 'the deploy was complete');

# An index cannot be finished while it waits: whoever notices first gives way.
sql(q{CREATE EXTENSION migrate; SELECT migrate_register('f1', 'CREATE INDEX CONCURRENTLY doomed_i ON doomed (i)')});
$blocker->run('BEGIN; INSERT INTO doomed VALUES (1)');
$session->start(q{CALL migrate_deploy()});
until_blocked($session);
$other->start('DROP EXTENSION migrate CASCADE');
until_blocked($other);
$blocker->run('COMMIT');
my @told = map { $_->messages } $session, $other;
is(scalar(grep { /^ERROR/m } @told), 1, 'one of deploy and DROP EXTENSION gives way') or diag(@told);
is($session->run('SELECT 1'), '1', 'and both sessions live');
is(locks_of($session->pid), '0', 'without locks');
sql('DROP EXTENSION IF EXISTS migrate CASCADE');

# Between two tries nothing of the deploy stands in its way; the deploy says what happened.
sql(q{CREATE EXTENSION migrate; SELECT migrate_register('e1', 'LOCK doomed')});
$blocker->run('BEGIN; SELECT FROM doomed');
$session->start(q{SET migrate.lock_timeout = '20ms'; SET migrate.lock_retries = 1000; SET migrate.retry_delay = '200ms';
                  CALL migrate_deploy()});
until_true('a retry', qq{SELECT wait_event_type = 'Extension' FROM pg_stat_activity WHERE pid = $pid});
$other->run('DROP EXTENSION migrate');
unlike($other->messages, qr/ERROR/, 'DROP EXTENSION between two tries');
like($session->messages, qr/^ERROR:  the deploy of the default prefix has lost its lock\nDETAIL:  .*extension/m,
    'the deploy ends with an error that says so');
is($session->run('SELECT 1'), '1', 'and the session lives');
is(locks_of($pid), '0', 'without locks');
$blocker->run('COMMIT');
$_->quit foreach $blocker, $session, $other;

$node->stop;
done_testing();
