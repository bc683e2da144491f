# Random histories about types, walked at random: up, down, deploy, revert, reset under new ids, dumped
# and restored, with changes by hand in between.  Whatever the way: what others made is there and
# works, what a downgrade leaves behind is needed by somebody, and the way up always exists.
#
# A longer run: MIGRATE_SEEDS=1-200 MIGRATE_STEPS=40 prove … test/t/011_random_types.pl
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use RandomTypes;

my ($first, $last) = ($ENV{MIGRATE_SEEDS} // '1-3') =~ /^(\d+)-(\d+)$/ or die 'MIGRATE_SEEDS=FIRST-LAST';
my $steps = $ENV{MIGRATE_STEPS} // 12;
my $size = $ENV{MIGRATE_REVISIONS} // 6;

# Two histories of their own in one schema, and a template with two instances.
my %histories = (
    main => { prefix => '', names => '', schemas => ['app'] },
    shop => { prefix => 'shop', names => 'shop_', schemas => ['app'] },
    tpl => { prefix => 'tpl', names => '', schemas => [ 'i1', 'i2' ] });
# Who runs: prefix => history and schema.
my %runners = (
    '' => [ 'main', 'app' ], shop => [ 'shop', 'app' ], i1 => [ 'tpl', 'i1' ], i2 => [ 'tpl', 'i2' ]);

my $prefixes = join ',', map { "\"$_\"" } sort keys %runners;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\n");
$node->start;

my %counts = map { $_ => 0 } qw(up down refused reset restored made dropped changed kept left);

# One walk.  Everything that it sends is kept, to be played again with psql.
package Walk;

use Test::More;

sub new
{
    my ($class, $seed) = @_;
    srand($seed);
    my $self = bless {
        seed => $seed, databases => 0, number => 0, log => [],
        types => RandomTypes->new(size => $size, histories => \%histories),
        registered => { main => [], shop => [], tpl => [] },
        # things made by hand, by their names: { thing, drop }
        hand => {},
        # mark of a type => 1: a downgrade had to keep it; moved away by hand
        kept => {}, moved => {},
    }, $class;
    return $self;
}

sub prepare
{
    my ($self) = @_;
    $self->{waiting}{$_} = [ $self->{types}->revisions($_) ] foreach keys %histories;
    $self->{database} = $self->_new_database;
    $self->sql('CREATE SCHEMA app; CREATE SCHEMA i1; CREATE SCHEMA i2; CREATE SCHEMA other; CREATE EXTENSION migrate SCHEMA public');
    # Tries a statement, and leaves no trace of it.
    $self->sql(q{CREATE FUNCTION other.works(path text, statement text) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM set_config('search_path', path, true);
            EXECUTE statement;
            RAISE EXCEPTION USING ERRCODE = 'ZZ000';
        EXCEPTION WHEN SQLSTATE 'ZZ000' THEN RETURN 'yes';
            WHEN OTHERS THEN RETURN SQLERRM;
        END $$});
    $self->sql("SELECT migrate_create_prefix('shop'), migrate_create_prefix('tpl', naming => 'any')");
    $self->sql("SELECT migrate_create_prefix('$_', schema => '$_', naming => 'any', template => 'tpl')") foreach qw(i1 i2);
    $self->sql(join '; ', RandomTypes::made_by_hand());
    $self->{hand}{ $_->{name} } = { thing => $_ } foreach RandomTypes::things_by_hand();
    return;
}

sub _new_database
{
    my ($self) = @_;
    my $name = "types$self->{seed}_" . ++$self->{databases};
    foreach my $sql ("CREATE DATABASE $name", "ALTER DATABASE $name SET search_path = app, public")
    {
        $node->safe_psql('postgres', $sql);
        push @{ $self->{log} }, "$sql;";
    }
    push @{ $self->{log} }, "\\c $name" if $self->{databases} == 1;
    return $name;
}

# Sends SQL; returns what it printed, and dies of what went wrong.
sub sql
{
    my ($self, $sql) = @_;
    my ($status, $out, $err) = $self->try($sql);
    die "$sql\n$err" if $status != 0;
    return $out;
}

sub try
{
    my ($self, $sql) = @_;
    push @{ $self->{log} }, "$sql;";
    delete $self->{applied};
    return $node->psql($self->{database}, $sql, on_error_stop => 1);
}

# The same for what changes nothing.
sub look { my ($self, $sql) = @_; return $node->safe_psql($self->{database}, $sql) }

# --- what is where --------------------------------------------------------------------------------

sub applied
{
    my ($self, $prefix) = @_;
    if (!$self->{applied})
    {
        foreach (split /\n/, $self->look("SELECT p, revision FROM unnest('{$prefixes}'::text[]) AS p, migrate_history(prefix => p) WHERE is_applied"))
        {
            my ($where, $revision) = split /\|/;
            push @{ $self->{applied}{$where} }, $revision;
        }
    }
    return @{ $self->{applied}{$prefix} // [] };
}

sub at
{
    my ($text, $schema) = @_;
    return $text =~ s/\@schema\@/$schema/gr;
}

# A thing of a revision where it runs.
sub thing_at
{
    my ($thing, $schema) = @_;
    return {
        name => at($thing->{name}, $schema), try => at($thing->{try}, $schema),
        path => at($thing->{path} // 'app', $schema),
        # What a revision made is marked with where it runs.
        needs => [ map { $_->{mark} ? { mark => "$_->{mark} $schema" } : { name => at($_->{name}, $schema) } } @{ $thing->{needs} } ] };
}

# All that is there: by hand, and of the revisions that are applied.
sub things
{
    my ($self) = @_;
    my %things = map { $_ => $self->{hand}{$_}{thing} } keys %{ $self->{hand} };
    foreach my $prefix (sort keys %runners)
    {
        my ($key, $schema) = @{ $runners{$prefix} };
        my %applied = map { $_ => 1 } $self->applied($prefix);
        foreach my $thing (map { @{ $_->{things} } } grep { $applied{ $_->{id} } } @{ $self->{registered}{$key} })
        {
            my $here = thing_at($thing, $schema);
            $things{ $here->{name} } = $here;
        }
    }
    return \%things;
}

# Types with a mark: mark => name.  One that is remade by a down text has the mark again.
sub marked
{
    my ($self) = @_;
    my %marked;
    foreach (split /\n/, $self->look(q{SELECT obj_description(t.oid, 'pg_type') || ';' || format('%I.%I', nspname, typname)
        FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = typnamespace
        WHERE nspname IN ('app', 'i1', 'i2', 'other') AND obj_description(t.oid, 'pg_type') LIKE '% % %'}))
    {
        my ($mark, $name) = split /;/;
        push @{ $marked{$mark} }, $name;
    }
    return \%marked;
}

# What does not work: name => why.
sub broken
{
    my ($self, $things) = @_;
    my @names = sort keys %$things;
    my $calls = join ' UNION ALL ', map { my $thing = $things->{ $names[$_] };
        "SELECT $_, other.works('" . ($thing->{path} // 'app') . "', \$try\$$thing->{try}\$try\$)" } 0 .. $#names;
    my %broken;
    foreach (split /\n/, $self->look("SELECT n || ';' || replace(said, E'\\n', ' ') FROM ($calls) AS tried (n, said) WHERE said <> 'yes'"))
    {
        my ($number, $said) = split /;/, $_, 2;
        $broken{ $names[$number] } = $said;
    }
    return \%broken;
}

# Which marks somebody needs.
sub needed
{
    my ($self, $things, $marked) = @_;
    my %named;
    $named{$_} = 1 foreach map { $_->{mark} // $_->{name} } map { @{ $_->{needs} } } values %$things;
    my %needed;
    for (my $more = 1; $more;)
    {
        $more = 0;
        foreach my $mark (grep { !$needed{$_} } keys %$marked)
        {
            next if !$named{$mark} && !grep { $named{$_} } @{ $marked->{$mark} };
            $needed{$mark} = $more = 1;
            # What it is made of is needed, too.
            my ($plain, $schema) = $mark =~ /^(\S+ \S+) (\S+)$/;
            $named{"$_ $schema"} = 1 foreach @{ $self->{types}{types}{$plain}{of} };
        }
    }
    return \%needed;
}

# The marks of types that somebody who is applied made.
sub answered_for
{
    my ($self) = @_;
    my %answered;
    foreach my $prefix (keys %runners)
    {
        my ($key, $schema) = @{ $runners{$prefix} };
        my %applied = map { $_ => 1 } $self->applied($prefix);
        $answered{"$_->{mark} $schema"} = 1
            foreach map { @{ $_->{types} } } grep { $applied{ $_->{id} } } @{ $self->{registered}{$key} };
    }
    return \%answered;
}

# Dies of whatever is not as it should be after a step.
sub check
{
    my ($self, $what, $before) = @_;
    my ($things, $marked) = ($self->things, $self->marked);
    my $broken = $self->broken($things);
    my %there = map { $_ => 1 } keys %$marked, map { @$_ } values %$marked;
    foreach my $name (sort keys %$broken)
    {
        my $thing = $things->{$name};
        my $worked = $before->{things}{$name} && !$before->{broken}{$name};
        # One that names a type of another history works when that is there.
        next if !$worked && grep { !$there{ $_->{mark} // $_->{name} } } @{ $thing->{needs} };
        die "$what: $name does not work" . ($worked ? ' any more' : '') . ": $broken->{$name}\n";
    }
    my ($needed, $answered) = ($self->needed($things, $marked), $self->answered_for);
    foreach my $mark (sort keys %$marked)
    {
        my @names = @{ $marked->{$mark} };
        if ($answered->{$mark})
        {
            delete $self->{kept}{$mark};
            # One that was moved away stays behind when another is made.
            die "$what: several types are marked \"$mark\": @names\n" if @names > 1 && !$self->{moved}{$mark};
            next;
        }
        next if $self->{moved}{$mark};
        if ($needed->{$mark})
        {
            $counts{kept}++ if !$self->{kept}{$mark}++;
            next;
        }
        # Needed when its revision was taken back: it waits for the next upgrade.
        next if $self->{kept}{$mark};
        die "$what: left behind, and nobody needs it: type @names (mark \"$mark\")\n";
    }
    return { things => $things, broken => $broken };
}

# --- steps ----------------------------------------------------------------------------------------

sub register
{
    my ($self, $key, $count) = @_;
    my $prefix = $histories{$key}{prefix};
    my @revisions = splice @{ $self->{waiting}{$key} }, 0, $count;
    $self->sql(join ";\n", map { registration($prefix, $_) } @revisions) if @revisions;
    push @{ $self->{registered}{$key} }, @revisions;
    return;
}

sub registration
{
    my ($prefix, $revision) = @_;
    my $parents = join ',', @{ $revision->{parents} };
    return "SELECT migrate_register('$revision->{id}', \$up\$$revision->{up}\$up\$,
        \$down\$$revision->{down}\$down\$, down_revision => '{$parents}', prefix => '$prefix')";
}

sub run
{
    my ($self, $is_up, $prefix, $target) = @_;
    my $call = rand() < 0.5 ? 'SELECT migrate_' . ($is_up ? 'upgrade' : 'downgrade') : 'CALL migrate_' . ($is_up ? 'deploy' : 'revert');
    my ($status, $out, $err) = $self->try("$call('$target', '$prefix')");
    my $is_refused = $status != 0 && $err =~ /ERROR:/ && $err !~ /^(?:CONTEXT:.*)?revision "/m;
    die "$call('$target', '$prefix'): $err\n" if $status != 0 && (!$is_refused || $target =~ /^(?:heads|base)$/);
    $counts{ $status != 0 ? 'refused' : $is_up ? 'up' : 'down' }++;
    return "$call('$target', '$prefix')";
}

sub random_run
{
    my ($self, $is_up) = @_;
    my $prefix = RandomTypes::pick(sort keys %runners);
    my @ids = map { $_->{id} } @{ $self->{registered}{ $runners{$prefix}[0] } };
    my $id = RandomTypes::pick(@ids);
    return $self->run($is_up, $prefix,
        RandomTypes::pick($is_up ? ('heads', 'heads', '+1', $id, $id) : ('-1', '-1', $id, $id, "$id-1", 'base')));
}

# Something by hand that needs a type of a revision that is applied.
sub make
{
    my ($self) = @_;
    my $prefix = RandomTypes::pick(sort keys %runners);
    my ($key, $schema) = @{ $runners{$prefix} };
    my %applied = map { $_ => 1 } $self->applied($prefix);
    my @types = grep { ($_->{role} // 'own') ne 'own' && !$self->{moved}{"$_->{mark} $schema"} }
        map { @{ $_->{types} } } grep { $applied{ $_->{id} } } @{ $self->{registered}{$key} };
    return 'nothing' if !@types;
    my $type = RandomTypes::pick(@types);
    my ($now) = @{ $self->marked->{"$type->{mark} $schema"} // [] };
    # Renamed or swapped away at the moment: only what follows it by name is made now.
    return 'nothing' if !defined $now || $now ne "$schema.$type->{name}";
    my ($make, $drop, $thing) = $self->{types}->by_hand(++$self->{number}, $type, $schema);
    $self->sql($make);
    $self->{hand}{ $thing->{name} } = { thing => $thing, drop => $drop };
    $counts{made}++;
    return $make;
}

sub drop
{
    my ($self) = @_;
    my @names = grep { $self->{hand}{$_}{drop} } sort keys %{ $self->{hand} };
    return 'nothing' if !@names;
    my $gone = delete $self->{hand}{ RandomTypes::pick(@names) };
    $self->sql($gone->{drop});
    $counts{dropped}++;
    return $gone->{drop};
}

# Renames or moves a type of a revision that nobody names.
sub change
{
    my ($self) = @_;
    my $prefix = RandomTypes::pick(sort keys %runners);
    my ($key, $schema) = @{ $runners{$prefix} };
    my %applied = map { $_ => 1 } $self->applied($prefix);
    my @types = grep { ($_->{role} // '') eq 'movable' && !$self->{moved}{"$_->{mark} $schema"} }
        map { @{ $_->{types} } } grep { $applied{ $_->{id} } } @{ $self->{registered}{$key} };
    return 'nothing' if !@types;
    my $type = RandomTypes::pick(@types);
    my $mark = "$type->{mark} $schema";
    my ($now) = @{ $self->marked->{$mark} // [] };
    # In a restored database the first run goes by names.
    return 'nothing' if !defined $now || $self->{databases} > 1;
    my $is_move = rand() < 0.5;
    my $change = "ALTER TYPE $now " . ($is_move ? 'SET SCHEMA other' : 'RENAME TO ' . ($now =~ s/.*\.//r) . '_' . ++$self->{number});
    # Two of one name would meet there.
    return 'nothing' if $is_move && grep { /^other\./ } map { @$_ } values %{ $self->marked };
    $self->sql($change);
    $self->{$is_move ? 'moved' : 'renamed'}{$mark} = 1;
    $counts{changed}++;
    return $change;
}

# The history is replaced by one of the same texts with other ids.
sub reset_history
{
    my ($self) = @_;
    my $key = RandomTypes::pick(sort keys %histories);
    my $prefix = $histories{$key}{prefix};
    my @runners = grep { $runners{$_}[0] eq $key } sort keys %runners;
    my %rows;
    foreach my $runner (@runners)
    {
        $rows{$runner} = [ split ' ', $self->look("SELECT coalesce(string_agg(revision, ' '), '') FROM migrate_current(prefix => '$runner')") ];
        $self->sql("SELECT migrate_stamp('{base}', prefix => '$runner')") if @{ $rows{$runner} };
    }
    my @revisions = @{ $self->{registered}{$key} };
    $self->sql(join ";\n", map { "SELECT migrate_unregister('$_->{id}', prefix => '$prefix')" } reverse @revisions);
    my %renamed;
    foreach my $revision (@revisions, @{ $self->{waiting}{$key} })
    {
        $revision->{id} = $renamed{ $revision->{id} } = "$revision->{id}x";
        $revision->{parents} = [ map { $renamed{$_} } @{ $revision->{parents} } ];
    }
    $self->sql(join ";\n", map { registration($prefix, $_) } @revisions);
    foreach my $runner (grep { @{ $rows{$_} } } @runners)
    {
        my $targets = join ',', map { $renamed{$_} } @{ $rows{$runner} };
        $self->sql("SELECT migrate_stamp('{$targets}', prefix => '$runner')");
    }
    $counts{reset}++;
    return "reset of $key";
}

sub dump_and_restore
{
    my ($self) = @_;
    my $old = $self->{database};
    my $new = $self->_new_database;
    my ($from, $to) = map { $node->connstr($_) } $old, $new;
    my $file = "$PostgreSQL::Test::Utils::tmp_check/$new.sql";
    push @{ $self->{log} }, "\\! pg_dump $old | psql -X -q $new", "\\c $new";
    PostgreSQL::Test::Utils::run_log([ 'pg_dump', '-f', $file, $from ]) or die "pg_dump of $old\n";
    PostgreSQL::Test::Utils::run_log([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, '-d', $to ]) or die "restore of $old\n";
    $self->{database} = $new;
    $node->safe_psql('postgres', "DROP DATABASE $old");
    unlink $file;
    # Known by names from now on, under which these are not.
    $self->{moved}{$_} = 1 foreach keys %{ $self->{renamed} };
    $counts{restored}++;
    return 'dump and restore';
}

sub walk
{
    my ($self) = @_;
    $self->register($_, $size / 2) foreach sort keys %histories;
    my $state = $self->check('at first', { things => {}, broken => {} });
    my $step = sub { my ($what) = @_; $state = $self->check($what, $state) };
    $step->($self->run(1, $_, 'heads')) foreach sort keys %runners;
    foreach my $number (1 .. $steps)
    {
        $self->register($_, 1) foreach $number % 2 == 0 ? sort keys %histories : ();
        my $way = rand();
        my $what =
              $way < 0.28 ? $self->random_run(1)
            : $way < 0.55 ? $self->random_run(0)
            : $way < 0.75 ? $self->make
            : $way < 0.82 ? $self->drop
            : $way < 0.88 ? $self->change
            : $way < 0.95 ? $self->reset_history
            : $self->dump_and_restore;
        $step->("step $number, $what") if $what ne 'nothing';
    }
    # Everything down, up and down.
    foreach my $target ('base', 'heads', 'base')
    {
        $step->('the end, ' . $self->run($target eq 'heads', $_, $target)) foreach sort keys %runners;
    }
    # Once more without what is made by hand, each by itself: what one had to leave because another
    # used it is taken over, and goes.
    foreach my $name (grep { $self->{hand}{$_}{drop} } sort keys %{ $self->{hand} })
    {
        $self->sql((delete $self->{hand}{$name})->{drop});
    }
    foreach my $runner (sort keys %runners)
    {
        $step->('alone, ' . $self->run($_ eq 'heads', $runner, $_)) foreach 'heads', 'base';
    }
    # Nobody needs anything now.
    my $marked = $self->marked;
    my @left = grep { !$self->{moved}{$_} } sort keys %$marked;
    die 'left at the end: ' . join(', ', map { "@{ $marked->{$_} } (mark \"$_\")" } @left) . "\n" if @left;
    $node->safe_psql('postgres', "DROP DATABASE $self->{database}");
    return;
}

package main;

foreach my $seed ($first .. $last)
{
    my $walk = Walk->new($seed);
    my $is_well = eval { $walk->prepare; $walk->walk; 1 };
    my $wrong = $@;
    ok($is_well, "types of seed $seed");
    diag("seed $seed: $wrong\nThe whole of it, for psql:\n" . join("\n", @{ $walk->{log} }) . "\n-- $wrong") if !$is_well;
}
note(join ', ', map { "$_: $counts{$_}" } sort keys %counts);

$node->stop;
done_testing();
