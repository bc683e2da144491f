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
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
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
SQL

my $version = $node->safe_psql('postgres', "SELECT current_setting('server_version_num')::integer / 10000");

# What a server may lack.
sub has
{
    my ($need) = @_;
    my ($extension) = $need =~ /^extension (\w+)$/;
    my %query = (
        icu => "SELECT count(*) FROM pg_collation WHERE collprovider = 'i'",
        lz4 => "SELECT count(*) FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)");
    $query{$need} = "SELECT count(*) FROM pg_available_extensions WHERE name = '$extension'" if defined $extension;
    die "needs: $need" if !defined $query{$need};
    return $node->safe_psql('postgres', $query{$need});
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

# Each prefix more makes all others of its database slower, so there are a few.
my @databases = map { "model$_" } 1 .. 4;
foreach my $i (0 .. $#databases)
{
    $node->safe_psql('postgres', "CREATE DATABASE $databases[$i]" . ($i > 0 ? " TEMPLATE $databases[0]" : ''));
    $node->safe_psql($databases[$i], 'CREATE EXTENSION migrate') if $i == 0;
}
$cases[$_]{database} = $databases[ $_ % @databases ] foreach 0 .. $#cases;

# Runs a script per case, in a session per database, and notes the errors of each.
sub run_scripts
{
    my ($what, $script_of, $settings) = @_;
    my %script = map { $_ => "SET client_min_messages = error;\n" . ($settings // '') } @databases;
    foreach my $case (@cases)
    {
        my $schema = $case->{schema};
        $script{ $case->{database} } .=
            "\\warn case $schema\nSET search_path = $schema, public;\n" . $script_of->($case) . "\n";
    }
    my ($out, $err) = in_each_database(sub { ('psql', '-XAtq', '-f', '-', '-d', $_[0]) }, \%script);
    my $errors_of = _by_case($err);
    $_->{problems} .= $errors_of->{ $_->{schema} } ? "$what: $errors_of->{ $_->{schema} }" : '' foreach @cases;
    return $out;
}

# Runs a program for each database, all at once: its outputs, one after the other.
sub in_each_database
{
    my ($command_of, $input) = @_;
    my @runs;
    foreach my $database (@databases)
    {
        my $run = { in => $input->{$database} // '', out => '', err => '' };
        $run->{program} = IPC::Run::start([ $command_of->($node->connstr($database)) ],
            '<', \$run->{in}, '>', \$run->{out}, '2>', \$run->{err});
        push @runs, $run;
    }
    $_->{program}->finish foreach @runs;
    return (join('', map { $_->{out} } @runs), join('', map { $_->{err} } @runs));
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
    my $out = run_scripts($what, $query, $settings);
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
    my ($out, $err) = in_each_database(sub { ('pg_dump', '-s', '-d', $_[0]) });
    die "pg_dump: $err" if $err ne '';
    return ModelCorpus::split_dump($out, @cases);
}

run_scripts('set-up', sub {
    my ($case) = @_;
    my $schema = $case->{schema};
    return "BEGIN;\nCREATE SCHEMA $schema;\n"
        . "SELECT FROM migrate_create_prefix('$schema', schema => '$schema', naming => 'any');\n"
        . "SELECT FROM migrate_register('r', \$revision\$$case->{setup}\$revision\$, prefix => '$schema');\n"
        . "SELECT FROM migrate_upgrade(prefix => '$schema');\nCOMMIT;";
});
my $dump_before = dump_schemas();
my $drift_before = drift('drift before the change', $unusual);
run_scripts('change', sub { $_[0]{change} });
my $dump_after = dump_schemas();
my $drift_after = drift('drift');

# Extensions are common to a database: what a case does to one, others see.
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
