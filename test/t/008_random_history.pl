# Random histories, walked at random: up, down, rolled back, cut off by a crash, again.  The schema is
# that of the revisions that are applied, whatever the way there; the base is an empty schema.
#
# A longer run: MIGRATE_SEEDS=1-200 MIGRATE_STEPS=40 prove … test/t/008_random_history.pl
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

use lib 'test/lib';
use RandomHistory;
use Crash;
use Session;

my ($first, $last) = ($ENV{MIGRATE_SEEDS} // '1-3') =~ /^(\d+)-(\d+)$/ or die 'MIGRATE_SEEDS=FIRST-LAST';
my $steps = $ENV{MIGRATE_STEPS} // 10;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nrestart_after_crash = on\n");
$node->start;

my %counts = map { $_ => 0 } qw(ran refused crashed compared);

sub sql
{
    my ($database, $sql) = @_;
    return $node->safe_psql($database, $sql);
}

sub applied
{
    my ($database) = @_;
    return sql($database, 'SELECT string_agg(revision, \' \' ORDER BY revision) FROM migrate_history() WHERE is_applied');
}

# What would be applied after a call.
sub outcome_of
{
    my ($database, $call) = @_;
    my ($status, $out) = $node->psql($database, "BEGIN; DO \$\$ BEGIN PERFORM " . ($call =~ s/^SELECT //r) . "; END \$\$;
        SELECT string_agg(revision, ' ' ORDER BY revision) FROM migrate_history() WHERE is_applied; ROLLBACK",
        on_error_stop => 1);
    return $status == 0 ? $out : applied($database);
}

# The schema, without the words that differ from call to call.
sub schema_of
{
    my ($database) = @_;
    my ($out, $err) = run_command([ 'pg_dump', '-s', $node->connstr($database) ]);
    die $err if !$out;
    return join "\n", grep { !/^\\(?:un)?restrict / } split /\n/, $out;
}

# Sends a call and kills its process, or the whole server, after a moment.
sub cut_off
{
    my ($database, $call) = @_;
    my $session = Session->new($node, database => $database);
    my $pid = $session->pid;
    $session->start($call);
    usleep(int rand 60_000);
    if (rand() < 0.5)
    {
        kill_process($node, $pid);
        $session->quit;
    }
    else
    {
        $node->stop('immediate');
        $session->quit;
        $node->start;
    }
    return;
}

sub random_target
{
    my ($is_up, @ids) = @_;
    my $id = $ids[ int rand @ids ];
    my @targets = $is_up ? ('head', 'heads', '+1', '+2', $id, $id) : ('-1', '-2', $id, $id, "$id-1", 'base');
    return $targets[ int rand @targets ];
}

# One history: returns what is wrong with it, nothing when all is well.
sub walk
{
    my ($seed) = @_;
    srand($seed);
    my $is_concurrent = $seed % 2 == 0;
    my $history = RandomHistory->new(size => 12, concurrent => $is_concurrent);
    my $database = "random$seed";
    sql('postgres', "CREATE DATABASE $database");
    sql($database, 'CREATE EXTENSION migrate');
    my (%schemas, @ids);
    $schemas{''} = schema_of($database);

    my $compare = sub {
        my ($what) = @_;
        my $set = applied($database);
        my $schema = schema_of($database);
        $schemas{$set} //= $schema;
        $counts{compared}++;
        return $schema eq $schemas{$set} ? () : "$what: another schema with ($set) applied";
    };
    my $register = sub {
        foreach my $revision (@_)
        {
            my $parents = join ',', @{ $revision->{parents} };
            sql($database, "SELECT migrate_register('$revision->{id}', \$up\$$revision->{up}\$up\$,
                \$down\$$revision->{down}\$down\$, down_revision => '{$parents}')");
            push @ids, $revision->{id};
        }
    };

    my @revisions = $history->revisions;
    $register->(splice @revisions, 0, 7);
    foreach my $step (1 .. $steps)
    {
        $register->(splice @revisions, 0, 3) if $step % 3 == 0;
        my $is_up = rand() < 0.6;
        my $target = random_target($is_up, @ids);
        my $name = $is_up ? [ 'upgrade', 'deploy' ] : [ 'downgrade', 'revert' ];
        my $is_call = $is_concurrent || rand() < 0.3;
        my $call = $is_call ? "CALL migrate_$name->[1]('$target')" : "SELECT migrate_$name->[0]('$target')";
        my $what = "seed $seed, step $step, $call";
        my $before = applied($database);
        my $way = rand();
        if ($way < 0.12)
        {
            my $aim = $is_call ? undef : outcome_of($database, $call);
            cut_off($database, $call);
            $counts{crashed}++;
            my $after = applied($database);
            return "$what: cut off between two states" if !$is_call && $after ne $before && $after ne $aim;
            if (sql($database, q{SELECT state FROM migrate_status('')}) ne 'idle')
            {
                sql($database, $call);
                return "$what: not finished" if sql($database, q{SELECT state FROM migrate_status('')}) ne 'idle';
            }
        }
        elsif ($way < 0.25 && !$is_call)
        {
            $node->psql($database, "BEGIN; $call; ROLLBACK");
            return "$what, rolled back: the rows have changed" if applied($database) ne $before;
        }
        else
        {
            my ($status, $out, $err) = $node->psql($database, "\\set VERBOSITY verbose\n$call");
            $counts{ $status == 0 ? 'ran' : 'refused' }++;
            # Targets may be wrong; a text never fails.
            return "$what: $err" if $status != 0 && $err !~ /ERROR:  (?:MG00[1-6]|22023|42704):/;
            return "$what: refused, and the rows have changed" if $status != 0 && applied($database) ne $before;
        }
        my ($wrong) = $compare->($what);
        return $wrong if $wrong;
    }
    # All the way down, up and down: the base leaves nothing behind.
    foreach my $round (1, 2)
    {
        foreach my $call ($round == 2 ? "CALL migrate_deploy('heads')" : (), "CALL migrate_revert('base')")
        {
            my ($status, $out, $err) = $node->psql($database, $call);
            return "seed $seed, $call: $err" if $status != 0;
            my ($wrong) = $compare->("seed $seed, $call, round $round");
            return $wrong if $wrong;
        }
        return "seed $seed: not at the base" if applied($database) ne '';
        my $left = sql($database, 'SELECT count(*) FROM migrate.object WHERE revision IS NOT NULL');
        return "seed $seed: $left records are left" if $left != 0;
    }
    sql('postgres', "DROP DATABASE $database");
    return;
}

foreach my $seed ($first .. $last)
{
    my $wrong = walk($seed);
    ok(!$wrong, "history of seed $seed") or diag($wrong);
}
note(join ', ', map { "$_: $counts{$_}" } sort keys %counts);
cmp_ok($counts{ran}, '>', ($last - $first + 1) * $steps / 4, 'enough calls ran');
cmp_ok($counts{compared}, '>', $counts{ran}, 'schemas were compared');

$node->stop;
done_testing();
