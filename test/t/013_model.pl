# Whatever is changed of an object, kind by kind and property by property, migrate_drift reports this
# and nothing else.  The cases are in test/fixtures/model; pg_dump is asked whether there is a change.
#
# Some cases: MIGRATE_CASES='^index: ' prove … test/t/013_model.pl
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use ModelCorpus;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
autovacuum = off
fsync = off
allow_in_place_tablespaces = on
wal_level = logical
max_locks_per_transaction = 256
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE regress_model_owner SUPERUSER;
CREATE ROLE regress_model_other SUPERUSER;
CREATE ROLE regress_model_reader;
CREATE ROLE regress_model_writer;
CREATE ROLE "regress model ""odd" SUPERUSER;
CREATE TABLESPACE regress_model_space LOCATION '';
CREATE EXTENSION migrate;
SQL

my $version = $node->safe_psql('postgres', "SELECT current_setting('server_version_num')::integer / 10000");

sub has
{
    my ($need) = @_;
    my ($name) = $need =~ /^extension (\w+)$/ or die "needs: $need";
    return $node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = '$name'");
}

sub runs_here
{
    my ($case) = @_;
    return 0 if defined $ENV{MIGRATE_CASES} && $case->{title} !~ /$ENV{MIGRATE_CASES}/;
    return 0 if defined $case->{since} && $version < $case->{since};
    return 0 if defined $case->{until} && $version > $case->{until};
    return !defined $case->{needs} || has($case->{needs});
}

my @cases = grep { runs_here($_) } ModelCorpus::cases('test/fixtures/model');
die 'no cases' if !@cases;

# Runs a script per case, in so many sessions at once, and notes the errors of each.
sub run_scripts
{
    my ($what, $script_of, $sessions, $settings) = @_;
    my @runs = map { { script => "SET client_min_messages = error;\n" . ($settings // ''), out => '', err => '' } }
        1 .. $sessions;
    foreach my $i (0 .. $#cases)
    {
        my $schema = $cases[$i]{schema};
        $runs[ $i % $sessions ]{script} .=
            "\\warn case $schema\nSET search_path = $schema, public;\n" . $script_of->($cases[$i]) . "\n";
    }
    foreach my $run (@runs)
    {
        $run->{psql} = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-f', '-' ],
            '<', \$run->{script}, '>', \$run->{out}, '2>', \$run->{err});
    }
    $_->{psql}->finish foreach @runs;
    my $errors_of = _by_case(join '', map { $_->{err} } @runs);
    $_->{problems} .= $errors_of->{ $_->{schema} } ? "$what: $errors_of->{ $_->{schema} }" : '' foreach @cases;
    return join '', map { $_->{out} } @runs;
}

sub _by_case
{
    my ($text) = @_;
    my (%found, $case);
    foreach my $line (split /\n/, $text)
    {
        if ($line =~ /^case (\w+)$/) { $case = $1 }
        elsif (defined $case) { $found{$case} .= "$line\n" }
    }
    return \%found;
}

# Settings that change how the server prints, and a role without rights.
my $unusual = <<'SQL';
SET quote_all_identifiers = on;
SET DateStyle = 'German';
SET IntervalStyle = 'sql_standard';
SET TimeZone = 'Asia/Kathmandu';
SET extra_float_digits = -5;
SET bytea_output = 'escape';
SET xmloption = 'document';
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SET backslash_quote = on;
SET ROLE regress_model_reader;
SQL

# What migrate_drift says of each case: schema => [ differences ].
sub drift
{
    my ($what, $settings) = @_;
    my $query = sub { "COPY (SELECT * FROM public.migrate_drift('$_[0]{schema}')) TO STDOUT;" };
    my $out = run_scripts($what, $query, 2, $settings);
    my %found;
    foreach my $line (split /\n/, $out)
    {
        my ($prefix, %row);
        ($prefix, @row{qw(change object property before after)}) = map { $_ eq '\N' ? undef : $_ } split /\t/, $line, -1;
        push @{ $found{$prefix} }, \%row;
    }
    return \%found;
}

sub dump_schemas
{
    my ($out, $err) = ('', '');
    IPC::Run::run([ 'pg_dump', '-s', '-h', $node->host, '-p', $node->port, 'postgres' ], '>', \$out, '2>', \$err)
        or die "pg_dump: $err";
    return ModelCorpus::split_dump($out, @cases);
}

run_scripts('set-up', sub {
    my ($case) = @_;
    my $schema = $case->{schema};
    return "BEGIN;\nCREATE SCHEMA $schema;\n"
        . "SELECT FROM migrate_create_prefix('$schema', schema => '$schema', naming => 'any');\n"
        . "SELECT FROM migrate_register('r', \$revision\$$case->{setup}\$revision\$, prefix => '$schema');\n"
        . "SELECT FROM migrate_upgrade(prefix => '$schema');\nCOMMIT;";
}, 1);
my $dump_before = dump_schemas();
my $drift_before = drift('drift before the change', $unusual);
run_scripts('change', sub { $_[0]{change} }, 1);
my $dump_after = dump_schemas();
my $drift_after = drift('drift');

# Extensions are common to the database: what a case does to one, others see.
my %extensions;
foreach my $case (@cases)
{
    $extensions{ $_->{object} } = 1 foreach @{ $case->{expected} };
    $extensions{$1} = 1 if ($case->{needs} // '') =~ /(extension \w+)/;
}

# The differences that a case may answer for.
sub own_differences
{
    my ($case, $found) = @_;
    my %mine = map { $_->{object} => 1 } @{ $case->{expected} };
    return grep { $_->{object} !~ /^extension / || $mine{ $_->{object} } || !$extensions{ $_->{object} } }
        @{ $found->{ $case->{schema} } // [] };
}

foreach my $case (@cases)
{
    my $schema = $case->{schema};
    my @rows = own_differences($case, $drift_after);
    my @problems = $case->{problems} ne '' ? $case->{problems} : ();
    push @problems, map { 'before the change: ' . ModelCorpus::text_of($_) } own_differences($case, $drift_before);
    push @problems, ModelCorpus::complaints($case, @rows);
    my $is_dumped = $dump_before->{$schema} ne $dump_after->{$schema};
    my $dump = ($case->{dump} // '') =~ /^(same|differs), ./ ? $1 : '';
    my $is_change = grep { $_->{change} ne 'maybe' } @{ $case->{expected} };
    push @problems, 'the dump is the same' if !$is_dumped && $is_change && $dump ne 'same';
    push @problems, 'the dump differs' if $is_dumped && !$is_change && $dump ne 'differs';
    push @problems, "the dump is not as the case says: $case->{dump}"
        if $dump ne '' && $is_dumped == ($dump eq 'same');
    ok(!@problems, $case->{title}) or diag(join "\n", $case->{place}, @problems);
}

$node->stop;
done_testing();
