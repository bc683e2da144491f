# Random changes of a schema, by upgrades, downgrades, deploys and reverts of several prefixes.  After each
# the note of the schema, of which a run brings up only what it has touched, is what reading everything
# gives.
#
# A longer run: MIGRATE_SEEDS=1-200 MIGRATE_STEPS=60 prove … test/t/015_noted_schema.pl
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use RandomChanges;
use Session;

my ($first, $last) = ($ENV{MIGRATE_SEEDS} // '1-3') =~ /^(\d+)-(\d+)$/ or die 'MIGRATE_SEEDS=FIRST-LAST';
my $steps = $ENV{MIGRATE_STEPS} // 25;

# The default prefix and one beside it in a schema, one with a schema of its own.
my %prefixes = (
    '' => { names => '', schema => 'app', other => 'app_2' },
    shop => { names => 'shop_', schema => 'app', other => 'app_2' },
    own => { names => '', schema => 'own', other => 'own_2' });

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nclient_min_messages = error\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE regress_note_1; CREATE ROLE regress_note_2');

my %counts = map { $_ => 0 } qw(ran refused compared stamped part);

# The note of a prefix, and what it counts.
sub note_of
{
    my ($prefix) = @_;
    return "SELECT kind, identity, fingerprint, class_oid, object_oid, text FROM migrate.noted_object
            WHERE prefix = '$prefix' ORDER BY kind, identity;
        SELECT revisions, fingerprint FROM migrate.snapshot WHERE prefix = '$prefix' AND origin IS NOT NULL;";
}

# Lines of either that the other does not have.
sub difference
{
    my ($one, $other) = map { [ split /\n/ ] } @_;
    my %lines;
    $lines{$_}++ foreach @{$one};
    $lines{$_}-- foreach @{$other};
    return join "\n", map { ($lines{$_} > 0 ? '- ' : '+ ') . substr $_, 0, 1500 } grep { $lines{$_} } sort keys %lines;
}

# One walk: what is wrong with it, nothing when all is well.
sub walk
{
    my ($seed) = @_;
    srand($seed);
    my $database = "walk$seed";
    $node->safe_psql('postgres', "CREATE DATABASE $database");
    my $session = Session->new($node, database => $database);
    my $try = sub { return $session->run($_[0]) };
    my $sql = sub {
        my $out = $session->run($_[0]);
        die "seed $seed: $_[0]: " . $session->messages if $session->messages =~ /ERROR/;
        return $out;
    };
    $sql->(q{CREATE EXTENSION migrate; CREATE SCHEMA app; CREATE SCHEMA app_2; CREATE SCHEMA own; CREATE SCHEMA own_2;
        SET search_path = app, public;
        SELECT migrate_register('root', '', '');
        SELECT migrate_create_prefix('shop', schema => 'app'), migrate_create_prefix('own', schema => 'own', naming => 'any');
        SELECT migrate_set_option('isolation', 'off', p) FROM unnest('{"",shop,own}'::text[]) AS p;
        CREATE TABLE app.nobodys (a serial PRIMARY KEY); CREATE VIEW app_2.nobodys AS SELECT a AS b FROM app.nobodys;
        CREATE TYPE own_2.nobodys AS ENUM ('a')});
    my %changes = map { $_ => RandomChanges->new(%{ $prefixes{$_} }) } keys %prefixes;
    foreach my $prefix (sort keys %prefixes)
    {
        $sql->("SELECT migrate_register('start', \$text\$" . $changes{$prefix}->beginning . "\$text\$, '', prefix => '$prefix');
            SELECT migrate_upgrade(prefix => '$prefix')");
    }
    foreach my $step (1 .. $steps)
    {
        my $prefix = (sort keys %prefixes)[ int rand 3 ];
        my $is_up = rand() < 0.75;
        my $is_call = rand() < 0.4;
        my $current = $sql->("SELECT array_agg(revision) FROM migrate.version WHERE prefix = '$prefix'");
        my $texts = '';
        if ($is_up)
        {
            foreach my $number (1 .. 1 + int rand 2)
            {
                my $up = $is_call && rand() < 0.4 ? $changes{$prefix}->concurrent_text : $changes{$prefix}->text(1 + int rand 5);
                my $down = $changes{$prefix}->text(int rand 6);
                $texts .= "$up\n-- down\n$down\n";
                $sql->("SELECT migrate_register('r${step}_$number', \$text\$$up\$text\$, \$text\$$down\$text\$, prefix => '$prefix')");
            }
        }
        # What runs of others have changed here meanwhile is accepted.
        if ($current ne '' && $sql->("SELECT count(*) FROM migrate_drift('$prefix')") ne '0')
        {
            $counts{stamped}++;
            $sql->("SELECT migrate_stamp('$current', prefix => '$prefix')");
        }
        $sql->("SELECT migrate_set_option('snapshots', '" . (rand() < 0.3 ? 'revision' : 'run') . "', '$prefix')");
        my $call = $is_call
            ? 'CALL ' . ($is_up ? 'migrate_deploy' : 'migrate_revert') . "(prefix => '$prefix')"
            : 'SELECT ' . ($is_up ? 'migrate_upgrade' : 'migrate_downgrade') . "(prefix => '$prefix')";
        my $what = "seed $seed, step $step, $call";
        $try->($call);
        my $error = $session->messages =~ /ERROR/ ? $session->messages : '';
        $counts{ $error eq '' ? 'ran' : 'refused' }++;
        if ($error ne '')
        {
            # One that a deploy cannot finish is said to be so.
            if ($sql->("SELECT state FROM migrate_status('$prefix')") ne 'idle')
            {
                $sql->("SELECT migrate_stamp(ARRAY(SELECT revision FROM migrate.version WHERE prefix = '$prefix'), prefix => '$prefix')");
            }
            $sql->("SELECT migrate_stamp('{heads}', prefix => '$prefix')") if $is_up;
        }
        my $rows = $sql->("SELECT array_agg(revision) FROM migrate.version WHERE prefix = '$prefix'");
        if ($rows eq '')
        {
            my $drift = $sql->("SELECT change, object, property FROM migrate_drift('$prefix')");
            return "$what: at the base: $drift\n$texts" if $drift ne '' && $current ne '';
            next;
        }
        # A reading of everything writes all of its rows at once.
        $counts{part}++ if $sql->("SELECT count(DISTINCT xmin::text) FROM migrate.noted_object WHERE prefix = '$prefix'") > 1;
        my $before = $sql->(note_of($prefix));
        my $after = $sql->("BEGIN; DO 'BEGIN PERFORM migrate_stamp(''$rows'', prefix => ''$prefix''); END'; " . note_of($prefix) . ' ROLLBACK');
        $counts{compared}++;
        my $difference = difference($before, $after);
        return "$what: the note is not the schema:\n$difference\n$texts" if $difference ne '';
    }
    $session->quit;
    $node->safe_psql('postgres', "DROP DATABASE $database");
    return;
}

foreach my $seed ($first .. $last)
{
    my $wrong = walk($seed);
    ok(!$wrong, "changes of seed $seed") or diag($wrong);
}
note(join ', ', map { "$_: $counts{$_}" } sort keys %counts);
cmp_ok($counts{compared}, '>', ($last - $first + 1) * $steps / 3, 'notes were compared');
cmp_ok($counts{part}, '>', $counts{compared} / 4, 'by runs that read a part');
cmp_ok($counts{ran}, '>', $counts{refused} * 3, 'most calls ran');

$node->stop;
done_testing();
