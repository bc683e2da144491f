# Deploys that are cut off, by whatever means and wherever: the status tells the truth, and the
# next call finishes the work, in which each statement has its effect once.
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
    "autovacuum = off\nrestart_after_crash = on\nmax_prepared_transactions = 2\n");
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

# The ways of being cut off.
my %ends = (
    'kill -9' => sub { my ($pid) = @_; kill_process($node, $pid) },
    'immediate stop' => sub { $node->stop('immediate'); $node->start; },
    terminate => sub {
        my ($pid) = @_;
        sql("SELECT pg_terminate_backend($pid)");
        until_true('the end of the process', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid");
    },
    cancel => sub {
        my ($pid) = @_;
        sql("SELECT pg_cancel_backend($pid)");
    },
);
my @all = sort keys %ends;
my @some = ('cancel', 'kill -9');

my $count = 0;

# Runs `text` in the middle of a revision until it is stopped by the last of the blockers (each a
# transaction of another session; it goes when the next one has begun), cuts it off in each way,
# and finishes it.  T stands for a table (i int) of its own with an index T_old.
sub cut_off
{
    my (%case) = @_;
    my $is_down = $case{is_down};
    my $owner = $case{owner} // 'postgres';
    foreach my $how (@{ $case{how} })
    {
        my $table = 'table' . ++$count;
        my $prefix = "prefix$count";
        my $what = "$case{name}, $how";
        my $filled = sub { my ($text) = @_; $text =~ s/\bT(?=\b|_)/$table/g; return $text };
        my $text = $filled->("UPDATE T_count SET n = n + 1;\n$case{text};\n"
                . 'UPDATE T_count SET n = n + 10; BEGIN; UPDATE T_count SET n = n + 100;'
                . 'UPDATE T_last SET n = n + 1000; COMMIT');
        my $setup = $filled->('CREATE TABLE T (i int); INSERT INTO T SELECT generate_series(1, 100);'
                . 'CREATE INDEX T_old ON T (i); CREATE TABLE T_count AS SELECT 0 AS n;'
                . 'CREATE TABLE T_last AS SELECT 0 AS n;' . ($case{setup} // ''));
        my ($up, $down) = $is_down ? ('', $text) : ($text, '');
        sql("SELECT migrate_create_prefix('$prefix', owner => '$owner', schema => 'public', naming => 'any')");
        sql("SELECT migrate_register('r1', \$up\$$setup\$up\$, '', prefix => '$prefix');"
                . "SELECT migrate_register('r2', \$up\$$up\$up\$, \$up\$$down\$up\$, prefix => '$prefix');"
                . "SELECT count(*) FROM migrate_upgrade('" . ($is_down ? 'r2' : 'r1') . "', '$prefix')");
        my $call = $is_down ? "CALL migrate_revert(prefix => '$prefix')" : "CALL migrate_deploy(prefix => '$prefix')";

        my $session = Session->new($node);
        my $pid = $session->pid;
        my $blocker;
        foreach my $block (@{ $case{blocks} })
        {
            my $next = Session->new($node);
            # Asked before the transaction: its snapshot could be one that an index waits for.
            my $next_pid = $next->pid;
            $next->run($filled->("BEGIN; $block->[0]") =~ s/PREFIX/$prefix/gr);
            unlike($next->messages, qr/ERROR/, "$what: the blocker") if $next->messages;
            if ($blocker)
            {
                $blocker->run('ROLLBACK');
                $blocker->quit;
            }
            else
            {
                $session->start("SET migrate.lock_timeout = 0; $call");
            }
            $blocker = $next;
            my $condition = $block->[1] // 'true';
            until_true("$what: $block->[0]", 'SELECT pg_blocking_pids(' . $pid . ') @> ARRAY['
                    . $next_pid . '] AND ' . $condition =~ s/PID/$pid/gr);
        }
        $ends{$how}->($pid);
        $session->wait;
        if ($how ne 'kill -9' && $how ne 'immediate stop')
        {
            like($session->messages, qr/canceling statement|terminating connection/, "$what: the caller is told");
            $blocker->run('ROLLBACK');
        }
        $_->quit foreach $session, $blocker;

        # Nothing is left where the first statement failed, which is a transaction of its own.
        my $state = $how ne 'cancel' ? 'interrupted|r2' : $case{is_whole} ? 'idle|' : 'failed|r2';
        my $leftovers = $filled->($case{leftovers} // '{}');
        my $standing = ($is_down ? '{r2}' : '{r1}');
        like( sql("SELECT state, running_revision, coalesce(running_pid, 0), current, leftovers FROM migrate_status('$prefix')"),
            qr/^\Q$state|0|$standing|\E$leftovers$/, "$what: the status tells the truth");

        # What is half-way is nobody else's business.
        my $done = sql("SELECT statements > 0 OR statement IS NOT NULL FROM migrate.run WHERE prefix = '$prefix'") eq 't';
        is($done ? 't' : 'f', $case{is_whole} ? 'f' : 't', "$what: whether something was done");
        foreach my $other ("SELECT migrate_upgrade(prefix => '$prefix')", "CALL migrate_deploy(prefix => '$prefix')",
            "CALL migrate_revert('base', prefix => '$prefix')", "SELECT migrate_downgrade('base', '$prefix')")
        {
            next if !$done || $other =~ /^CALL/ && ($other =~ /deploy/ xor $is_down);
            my ($status, $out, $err) = $node->psql('postgres', $other);
            my $undone = $is_down ? 'partially reverted' : 'partially applied';
            like($err, qr/ERROR:  revision "r2" of prefix "$prefix" is $undone/, "$what: refused: $other");
            if ($other =~ /^SELECT migrate_upgrade/ && $err =~ /HINT:  Finish it with (CALL [^;]*?\)),/)
            {
                $call = $1;
            }
        }

        my ($status, $out, $err) = $node->psql('postgres', $filled->('SET search_path = ' . ($case{path} // 'public')) . "; $call");
        is($status, 0, "$what: $call finishes it") or diag($err);
        if ($leftovers =~ /invalid index/ && $text !~ /DROP INDEX/)
        {
            like($err, qr/NOTICE:  dropping invalid index/, "$what: the leftover is dropped");
        }
        if ($case{warning})
        {
            like($err, $case{warning}, "$what: what is left is told");
            sql($1) if $err =~ $case{warning};
        }
        is(sql($filled->('SELECT T_count.n + T_last.n FROM T_count, T_last')), '1111', "$what: each statement ran once");
        is(sql($filled->("SELECT string_agg(relname, ' ') FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
                WHERE NOT indisvalid AND relname ~ '^T(_|\$)' AND relkind = 'i'")), '', "$what: no invalid index is left");
        is(sql($filled->($case{query})), $filled->($case{result}), "$what: the statement has done its work");
        is( sql("SELECT state, running_revision, current, leftovers FROM migrate_status('$prefix')"),
            'idle||' . ($is_down ? '{r1}' : '{r2}') . '|{}', "$what: the status at the end");
        is( sql("SELECT string_agg(concat_ws(' ', outcome, error_sqlstate), ', ' ORDER BY started_at) FROM migrate.log
                WHERE prefix = '$prefix' AND revision = 'r2' AND direction = '" . ($is_down ? 'downgrade' : 'upgrade') . "'"),
            ($how eq 'cancel' ? 'failed 57014' : 'interrupted') . ($is_down ? ', reverted' : ', applied'),
            "$what: the log");
        is(sql("SELECT count(*) FROM migrate.run WHERE prefix = '$prefix'"), '0', "$what: nothing is half-way");
    }
    return;
}

sql('CREATE EXTENSION migrate; CREATE ROLE keeper; GRANT ALL ON SCHEMA public TO keeper');

# --- CREATE INDEX CONCURRENTLY --------------------------------------------------------------------

sub in_phase { return "EXISTS (SELECT FROM pg_stat_progress_create_index WHERE pid = PID AND phase = '$_[0]')" }

my $writer = 'INSERT INTO T VALUES (0)';
my $reader = 'SELECT FROM T';
my $snapshot = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1';
# Whoever registers holds the lock that a revision needs to be written down.
my $registrar = q{SELECT migrate_register('later', '', down_revision => '{r1}', prefix => 'PREFIX')};
my %index = (
    text => 'CREATE INDEX CONCURRENTLY T_new ON T (i)',
    # Valid, and written down as the work of its revision.
    query => q{SELECT indisvalid, (SELECT revision FROM migrate.object WHERE identity = 'public.T_new')
        FROM pg_index WHERE indexrelid = 'T_new'::regclass},
    result => 't|r2',
);
cut_off(%index, name => 'index, before it', how => \@all,
    blocks => [ ['LOCK T'] ]);
cut_off(%index, name => 'index, before the build', how => \@all,
    blocks => [ [ $writer, in_phase('waiting for writers before build') ] ],
    leftovers => '{"invalid index public.T_new"}');
cut_off(%index, name => 'index, before the validation', how => \@some,
    blocks => [ [$writer], [ $writer, in_phase('waiting for writers before validation') ] ],
    leftovers => '{"invalid index public.T_new"}');
cut_off(%index, name => 'index, before it is valid', how => \@all,
    blocks => [ [ $snapshot, in_phase('waiting for old snapshots') ] ],
    leftovers => '{"invalid index public.T_new"}');
cut_off(%index, name => 'index without a name', how => ['kill -9'],
    text => 'CREATE INDEX CONCURRENTLY ON T ((i + 1))',
    blocks => [ [ $snapshot, in_phase('waiting for old snapshots') ] ],
    leftovers => '{"invalid index public.T_expr_idx"}',
    query => q{SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY indexrelid::regclass::text)
        FROM pg_index WHERE indrelid = 'T'::regclass},
    result => 'T_expr_idx T_old');
cut_off(%index, name => 'index, if it does not exist', how => \@some,
    text => 'CREATE INDEX CONCURRENTLY IF NOT EXISTS T_new ON T (i)',
    blocks => [ [ $writer, in_phase('waiting for writers before build') ] ],
    leftovers => '{"invalid index public.T_new"}');

# --- the statements around it ---------------------------------------------------------------------

cut_off(%index, name => 'the statement before it', how => \@all, is_whole => 1,
    blocks => [ ['SELECT FROM T_count FOR UPDATE'] ]);
cut_off(%index, name => 'the statement after it', how => \@all,
    # LOCK has no snapshot, for which the index would wait.
    blocks => [ [$writer], ['LOCK T_count IN SHARE MODE'] ]);
cut_off(%index, name => 'inside of a block', how => \@all,
    blocks => [ ['SELECT FROM T_last FOR UPDATE'] ]);
cut_off(%index, name => 'before it is written down', how => \@all,
    text => 'VACUUM T; CREATE INDEX CONCURRENTLY T_new ON T (i); SELECT 1; VACUUM T_count',
    blocks => [ [$writer], [$registrar] ]);

# --- other statements that refuse a transaction ---------------------------------------------------

my %no_index = (query => q{SELECT to_regclass('T_old') IS NULL}, result => 't');
cut_off(%no_index, name => 'dropped index, before it', how => \@some,
    text => 'DROP INDEX CONCURRENTLY T_old', blocks => [ ['LOCK T'] ]);
cut_off(%no_index, name => 'dropped index, still read', how => \@all,
    text => 'DROP INDEX CONCURRENTLY T_old', blocks => [ [$reader] ],
    leftovers => '{"invalid index public.T_old"}');
cut_off(%no_index, name => 'dropped index, dead', how => \@some,
    text => 'DROP INDEX CONCURRENTLY T_old', blocks => [ [$reader], [$reader] ],
    leftovers => '{"invalid index public.T_old"}');
cut_off(%no_index, name => 'dropped index, gone', how => \@some,
    text => 'DROP INDEX CONCURRENTLY T_old', blocks => [ [$reader], [$registrar] ]);

# The file of an index tells whether it was made again.
my %reindex = (
    setup => q{CREATE TABLE T_files AS SELECT pg_relation_filenode('T_old') AS file},
    query => q{SELECT pg_relation_filenode('T_old') <> file, (SELECT count(*) FROM pg_class WHERE relname ~ '^T_.*cc') FROM T_files},
    result => 't|0',
);
cut_off(%reindex, name => 'reindex, before the build', how => \@all,
    text => 'REINDEX INDEX CONCURRENTLY T_old', blocks => [ [ $writer, in_phase('waiting for writers before build') ] ],
    leftovers => '{"invalid index public.T_old_ccnew"}');
cut_off(%reindex, name => 'reindex, before it is valid', how => \@some,
    text => 'REINDEX INDEX CONCURRENTLY T_old', blocks => [ [ $snapshot, in_phase('waiting for old snapshots') ] ],
    leftovers => '{"invalid index public.T_old_ccnew"}');
cut_off(%reindex, name => 'reindex, before the old one is dead', how => \@all,
    text => 'REINDEX TABLE CONCURRENTLY T', blocks => [ [ $reader, in_phase('waiting for readers before marking dead') ] ],
    leftovers => '{"invalid index public.T_old_ccold"}');
cut_off(%reindex, name => 'reindex, before the old one is dropped', how => \@some,
    text => 'REINDEX TABLE CONCURRENTLY T',
    blocks => [ [$reader], [ $reader, in_phase('waiting for readers before dropping') ] ],
    leftovers => '{"invalid index public.T_old_ccold"}');
# One table after the other, and the second one is where it stops.
cut_off(%reindex, name => 'reindex of a schema, between two tables', how => \@some,
    setup => q{CREATE SCHEMA T_schema; CREATE TABLE T_schema.a (i int PRIMARY KEY);
               CREATE TABLE T_schema.b (i int PRIMARY KEY);
               CREATE TABLE T_files AS SELECT pg_relation_filenode('T_schema.a_pkey') AS a, pg_relation_filenode('T_schema.b_pkey') AS b},
    text => 'REINDEX SCHEMA CONCURRENTLY T_schema', blocks => [ ['LOCK T_schema.b'] ],
    query => q{SELECT pg_relation_filenode('T_schema.a_pkey') <> a, pg_relation_filenode('T_schema.b_pkey') <> b FROM T_files},
    result => 't|t');

# Those of a table that holds long values: the owner cannot drop every copy.
cut_off(name => 'reindex with a toast index, as its owner', how => ['kill -9'], owner => 'keeper',
    setup => 'ALTER TABLE T ADD t text', text => 'REINDEX TABLE CONCURRENTLY T',
    blocks => [ [ $writer, in_phase('waiting for writers before build') ] ],
    leftovers => '{"invalid index public.T_old_ccnew","invalid index pg_toast.pg_toast_[0-9]+_index_ccnew"}',
    warning => qr/WARNING:  invalid index pg_toast\.pg_toast_\d+_index_ccnew was left by an interrupted run\nDETAIL:  Role "keeper" may not drop it\.\nHINT:  Have a superuser call (DROP INDEX CONCURRENTLY pg_toast\.\S+)\.$/m,
    query => q{SELECT count(*) FROM pg_index WHERE NOT indisvalid}, result => '0');

my %detach = (
    setup => 'CREATE TABLE T_parent (i int) PARTITION BY LIST (i); CREATE TABLE T_part PARTITION OF T_parent FOR VALUES IN (1)',
    text => 'ALTER TABLE T_parent DETACH PARTITION T_part CONCURRENTLY',
    query => q{SELECT relispartition, (SELECT count(*) FROM pg_inherits WHERE inhparent = 'T_parent'::regclass)
                 FROM pg_class WHERE relname = 'T_part'},
    result => 'f|0',
);
cut_off(%detach, name => 'detach, before it', how => \@some, blocks => [ ['LOCK T_parent'] ]);
cut_off(%detach, name => 'detach, half-way', how => \@all, blocks => [ ['SELECT FROM T_parent'] ],
    leftovers => '{"half detached partition public.T_part"}');
cut_off(%detach, name => 'detach, done', how => \@some, blocks => [ ['SELECT FROM T_parent'], [$registrar] ]);
# Names are those of the revision, whatever the search_path of who calls.
cut_off(name => 'detach in another schema', how => \@some,
    setup => 'CREATE SCHEMA T_schema; CREATE TABLE T_schema.parent (i int) PARTITION BY LIST (i);'
        . 'CREATE TABLE T_schema.part PARTITION OF T_schema.parent FOR VALUES IN (1)',
    text => 'ALTER TABLE T_schema.parent DETACH PARTITION T_schema.part CONCURRENTLY',
    blocks => [ ['SELECT FROM T_schema.parent'] ], path => 'T_schema, public',
    leftovers => '{"half detached partition T_schema.part"}',
    query => q{SELECT relispartition FROM pg_class WHERE oid = 'T_schema.part'::regclass}, result => 'f');

cut_off(name => 'vacuum', how => \@all, text => 'VACUUM T',
    blocks => [ ['LOCK T IN SHARE UPDATE EXCLUSIVE MODE'] ], query => 'SELECT count(*) FROM T', result => '100');

my %database = (
    text => 'CREATE DATABASE T_base',
    query => q{SELECT count(*) FROM pg_database WHERE datname = 'T_base'},
    result => '1',
);
cut_off(%database, name => 'database, before it', how => \@some,
    blocks => [ [q{COMMENT ON DATABASE template1 IS 'it'}] ]);
cut_off(%database, name => 'database, done', how => \@some,
    blocks => [ [q{COMMENT ON DATABASE template1 IS 'it'}], ['SELECT FROM T_count FOR UPDATE'] ]);

# --- down texts -----------------------------------------------------------------------------------

cut_off(%no_index, is_down => 1, name => 'down, dropped index', how => \@all,
    text => 'DROP INDEX CONCURRENTLY T_old', blocks => [ [$reader] ],
    leftovers => '{"invalid index public.T_old"}');
cut_off(%index, is_down => 1, name => 'down, new index', how => \@some,
    result => 't|', # what a down text makes is the work of no revision
    blocks => [ [ $snapshot, in_phase('waiting for old snapshots') ] ],
    leftovers => '{"invalid index public.T_new"}');
cut_off(%no_index, is_down => 1, name => 'down, after it', how => \@some,
    text => 'DROP INDEX CONCURRENTLY T_old', blocks => [ [$reader], ['SELECT FROM T_count FOR UPDATE'] ]);

$node->stop;
done_testing();
