# Random revisions about types: made, swapped, renamed, given labels, used in tables and in bodies of
# functions, of several histories.  A text is valid whenever its ancestors are applied, and most down
# texts forget the types: those are left to the extension.
#
# What can be looked at afterwards:
# - a mark, a comment "history number" on each type that a revision makes, follows it whatever
#   becomes of its name;
# - a thing is a table or a function: how to try whether it works, and which types it needs, by their
#   marks where the server follows them, by their names where a body names them.
package RandomTypes;

use strict;
use warnings;

sub pick { my (@list) = @_; return $list[ int rand @list ] }

# Options: size (revisions of each history), histories: { key => { names => what names begin with,
# schemas => [ where it runs ] } }.  Uses rand: the caller sets the seed.
sub new
{
    my ($class, %options) = @_;
    my $self = bless { histories => $options{histories}, revisions => {}, types => {}, number => 0 }, $class;
    my @keys = sort keys %{ $options{histories} };
    $self->{revisions}{$_} = [] foreach @keys;
    foreach (1 .. $options{size})
    {
        $self->_add($_) foreach @keys;
    }
    return $self;
}

# A list of { id, parents, up, down, things, types }, parents first.
sub revisions { my ($self, $key) = @_; return @{ $self->{revisions}{$key} } }

# What people make by hand before all else: statements, and things that try them.
sub made_by_hand
{
    return (
        "CREATE TYPE app.h1 AS ENUM ('a', 'b')",
        "CREATE DOMAIN app.h2 AS text CHECK (VALUE <> '')",
        'CREATE TYPE app.h3 AS (x int, y app.h1)',
        'CREATE TYPE app.shop_h4 AS RANGE (subtype = date)',
        map { "COMMENT ON TYPE app.$_ IS 'hand'" } qw(h1 h2 h3 shop_h4));
}
my @hand_types = qw(h1 h2 h3 shop_h4);

sub things_by_hand
{
    return map { { name => "type app.$_", try => "SELECT NULL::app.$_", needs => [] } } @hand_types;
}

# The statement that makes a type, for the kinds that a column and a body can use alike.
sub _definition
{
    my ($kind, $name, @of) = @_;
    my $labels = join ', ', map { "'$_'" } qw(a b c);
    return
          $kind eq 'enum' ? "CREATE TYPE $name AS ENUM ($labels)"
        : $kind eq 'domain' ? 'CREATE DOMAIN ' . $name . ' AS ' . ($of[0] // 'text')
        : $kind eq 'composite' ? "CREATE TYPE $name AS (x int" . join('', map { ", y$_ $of[$_]" } 0 .. $#of) . ')'
        : "CREATE TYPE $name AS RANGE (subtype = date)";
}

# As revisions write it: alone, or within a DO block.
sub _making
{
    my ($statement) = @_;
    (my $quoted = $statement) =~ s/'/''/g;
    return pick(
        $statement, $statement, $statement,
        "DO \$do\$ BEGIN $statement; END \$do\$",
        "DO \$do\$ BEGIN EXECUTE '$quoted'; END \$do\$",
        "DO \$do\$ BEGIN $statement; EXCEPTION WHEN duplicate_object THEN NULL; END \$do\$");
}

# A body that names a type: the function without "CREATE FUNCTION name".
my @bodies = (
    sub { "() RETURNS text LANGUAGE plpgsql %s AS 'DECLARE i int; m $_[0]; BEGIN RETURN m; END'" },
    sub { "() RETURNS text LANGUAGE plpgsql %s AS 'DECLARE m CONSTANT $_[0]\[] DEFAULT NULL; BEGIN RETURN m; END'" },
    sub { "() RETURNS text LANGUAGE plpgsql %s AS 'BEGIN RETURN NULL::$_[0]; END'" },
    sub { "() RETURNS text LANGUAGE plpgsql %s AS 'BEGIN RETURN CAST(NULL AS $_[0]); END'" },
    sub { "() RETURNS text LANGUAGE plpgsql %s AS 'BEGIN EXECUTE ''SELECT NULL::$_[0]''; RETURN 1; END'" },
    sub { "() RETURNS text LANGUAGE plpgsql %s AS 'BEGIN CREATE TEMP TABLE tt (i int, m $_[0]); DROP TABLE tt; RETURN 1; END'" },
    sub { "() RETURNS text LANGUAGE sql %s AS 'SELECT NULL::$_[0]::text'" },
    sub { "() RETURNS text LANGUAGE sql %s AS 'SELECT 1; SELECT (ARRAY[]::$_[0]\[])::text'" },
);
# Ones that the server follows: only while the type is there.
my @followed = (
    sub { "(m $_[0] DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN m; END'" },
    sub { "() RETURNS SETOF $_[0] LANGUAGE plpgsql AS 'BEGIN RETURN; END'" },
    sub { "() RETURNS text LANGUAGE sql RETURN (NULL::$_[0])::text" },
);
# The same word as something else.
my @decoys = (
    sub { "() RETURNS text LANGUAGE plpgsql AS 'DECLARE $_[0] text := ''x''; BEGIN RETURN $_[0]::text; END'" },
    sub { "($_[0] text DEFAULT '') RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN $_[0] || '' $_[0] ''; END'" },
    sub { "() RETURNS text LANGUAGE sql AS 'SELECT $_[0].i::text FROM (SELECT 1 AS i, 2 AS $_[0]) AS $_[0] -- x::$_[0]\n'" },
    sub { "() RETURNS text LANGUAGE plpgsql AS 'BEGIN /* m $_[0]; */ RETURN ''$_[0]''; END'" },
);

# Heads, or any revision for a branch, or two for a merge.
sub _parents
{
    my ($self, $key) = @_;
    my @all = $self->revisions($key);
    return () if !@all;
    my %is_parent = map { $_ => 1 } map { @{ $_->{parents} } } @all;
    my @heads = grep { !$is_parent{ $_->{id} } } @all;
    return @heads[ 0, 1 ] if @heads > 1 && rand() < 0.4;
    return rand() < 0.75 ? pick(@heads) : pick(@all);
}

sub _add
{
    my ($self, $key) = @_;
    my $history = $self->{histories}{$key};
    my @parents = $self->_parents($key);
    my $revision = { id => "r" . ++$self->{number}, parents => [ map { $_->{id} } @parents ], things => [],
        types => [], up => [], down => [] };
    # By name: what is there whenever this one runs.
    my %before = map { $_->{name} => $_ } map { @{ $_->{known} } } @parents;
    $revision->{known} = [ map { $before{$_} } sort keys %before ];
    foreach my $part (1 .. 1 + int rand 3)
    {
        my ($up, $down) = $self->_change($key, $revision);
        push @{ $revision->{up} }, $up;
        unshift @{ $revision->{down} }, $down if $down;
    }
    $revision->{$_} = join ";\n", @{ $revision->{$_} } foreach qw(up down);
    push @{ $self->{revisions}{$key} }, $revision;
    return;
}

# A thing of a revision; @schema@ stands in what it says for where it runs.
sub _table
{
    my ($revision, $name, $needs) = @_;
    push @{ $revision->{things} },
        { name => "table \@schema\@.$name", try => "INSERT INTO \@schema\@.$name DEFAULT VALUES", needs => $needs };
    return;
}

sub _function
{
    my ($revision, $name, $needs) = @_;
    push @{ $revision->{things} },
        { name => "function \@schema\@.$name", try => "SELECT \@schema\@.$name()", path => '@schema@', needs => $needs };
    return;
}

# A type for a revision: its role says what may happen to it later.
sub _new_type
{
    my ($self, $key, $revision, $role) = @_;
    my $number = ++$self->{number};
    my $name = "$self->{histories}{$key}{names}e$number";
    my $kind = $role eq 'swapped' || $role eq 'labelled' ? 'enum' : pick(qw(enum enum domain composite range));
    my @plain = grep { $_->{role} eq 'plain' } @{ $revision->{known} };
    my @of = ($kind eq 'domain' || $kind eq 'composite') && @plain && rand() < 0.3 ? pick(@plain) : ();
    my $type = { name => $name, mark => "$key $number", kind => $kind, role => $role, of => [ map { $_->{mark} } @of ],
        table => "$self->{histories}{$key}{names}t$number" };
    push @{ $revision->{$_} }, $type foreach qw(known types);
    $self->{types}{ $type->{mark} } = $type;
    return ($type, _making(_definition($kind, $name, map { $_->{name} } @of)) . ";\nCOMMENT ON TYPE $name IS '$type->{mark} \@schema\@'");
}

# Statements up and down.
sub _change
{
    my ($self, $key, $revision) = @_;
    my $names = $self->{histories}{$key}{names};
    my $number = $self->{number} + 1;
    my $make = sub {
        my $role = pick(qw(plain plain plain swapped renamed movable labelled own));
        my ($type, $up) = $self->_new_type($key, $revision, $role);
        # Without a table, now and then: nothing but the text knows of it.
        return ($up, '') if $role eq 'plain' && rand() < 0.15;
        my $column = rand() < 0.3 && $role ne 'swapped' ? "$type->{name}\[]" : $type->{name};
        _table($revision, $type->{table}, [ { mark => $type->{mark} } ]);
        # One that cleans up after itself; nobody else uses it.
        my $down = "DROP TABLE $type->{table}" . ($role eq 'own' ? ";\nDROP TYPE $type->{name}" : '');
        return ("$up;\nCREATE TABLE $type->{table} (m $column)", $down);
    };
    my $known = sub { my ($role) = @_; return grep { $_->{role} eq $role && !$_->{taken} } @{ $revision->{known} } };
    # A body of this history's type, of a type made by hand, or of a type of another history, which
    # may not be there yet.
    my $use = sub {
        my @own = ($known->('plain'), $known->('swapped'));
        my @others = grep { $_->{role} eq 'plain' }
            map { @{ $_->{types} } }
            map { $self->revisions($_) } grep { $_ ne $key && $_ ne 'tpl' } sort keys %{ $self->{histories} };
        my $way = rand();
        my $function = "${names}f" . ++$self->{number};
        if ($way < 0.2)
        {
            my $hand = pick(@hand_types);
            _function($revision, $function, []);
            return ("CREATE FUNCTION $function" . sprintf(pick(@bodies)->("app.$hand"), ''), "DROP FUNCTION $function");
        }
        if ($way < 0.4 && @others)
        {
            my $name = 'app.' . pick(@others)->{name};
            _function($revision, $function, [ { name => $name } ]);
            return ("SET check_function_bodies = off;\nCREATE FUNCTION $function" . sprintf(pick(@bodies)->($name), ''),
                "DROP FUNCTION $function");
        }
        return if !@own;
        my $type = pick(@own);
        my ($name, $path) = @{ pick([ $type->{name}, '' ], [ "\@schema\@.$type->{name}", '' ],
            [ $type->{name}, 'SET search_path = @schema@' ]) };
        # A swap cannot drop what the server knows to be used.
        if ($type->{role} eq 'plain' && rand() < 0.2)
        {
            _function($revision, $function, [ { mark => $type->{mark} } ]);
            return ("CREATE FUNCTION $function" . pick(@followed)->($name), "DROP FUNCTION $function");
        }
        _function($revision, $function, [ { name => "\@schema\@.$type->{name}" } ]);
        return ("CREATE FUNCTION $function" . sprintf(pick(@bodies)->($name), $path), "DROP FUNCTION $function");
    };
    my $by_hand = sub {
        my $hand = pick(@hand_types);
        my $table = "${names}t" . ++$self->{number};
        _table($revision, $table, []);
        return ("CREATE TABLE $table (m app.$hand, n app.$hand\[])", "DROP TABLE $table");
    };
    my $swap = sub {
        my ($type) = $known->('swapped') or return;
        $type->{taken} = 1;
        $self->{number}++;
        my ($name, $table) = @$type{qw(name table)};
        my $mark = "$key $number";
        my $exchange = sub {
            my ($aside, $labels, $of) = @_;
            return "ALTER TYPE $name RENAME TO $aside;\nCREATE TYPE $name AS ENUM ($labels);\n"
                . "COMMENT ON TYPE $name IS '$of \@schema\@';\n"
                . "ALTER TABLE $table ALTER COLUMN m TYPE $name USING m::text::$name";
        };
        push @{ $revision->{types} }, { name => $name, mark => $mark, of => [] };
        $self->{types}{$mark} = { of => [] };
        my $up = $exchange->("${name}_old", "'a', 'b'", $mark);
        my $down = $exchange->("${name}_new", "'a', 'b', 'c'", $type->{mark});
        # The old one goes, or stays beside it and is taken back.
        return ("$up;\nDROP TYPE ${name}_old", $down) if rand() < 0.7;
        return ($up, "ALTER TABLE $table ALTER COLUMN m TYPE ${name}_old USING m::text::${name}_old;\n"
                . "ALTER TYPE $name RENAME TO ${name}_new;\nALTER TYPE ${name}_old RENAME TO $name");
    };
    my $rename = sub {
        my ($type) = $known->('renamed') or return;
        $type->{taken} = 1;
        return ("ALTER TYPE $type->{name} RENAME TO $type->{name}_other", "ALTER TYPE $type->{name}_other RENAME TO $type->{name}");
    };
    my $label = sub {
        my ($type) = $known->('labelled') or return;
        $type->{taken} = 1;
        my $if = rand() < 0.5 ? ' IF NOT EXISTS' : '';
        return ("ALTER TYPE $type->{name} ADD VALUE$if 'd'", '');
    };
    while (1)
    {
        my @change = pick($make, $make, $make, $use, $use, $use, $by_hand, $swap, $rename, $label)->();
        return @change if @change;
    }
}

# A thing made by hand that needs a type of a revision, or only looks as if it did: the statement
# that makes it, the one that drops it, and the thing.
sub by_hand
{
    my ($self, $number, $type, $schema) = @_;
    my $name = "hand_$number";
    my $qualified = "$schema.$type->{name}";
    if ($type->{role} eq 'plain' && rand() < 0.25 || $type->{role} =~ /renamed|movable|labelled/)
    {
        my $column = rand() < 0.3 ? "$qualified\[]" : $qualified;
        return ("CREATE TABLE app.$name (m $column)", "DROP TABLE app.$name",
            { name => "table app.$name", try => "INSERT INTO app.$name DEFAULT VALUES",
                needs => [ { mark => "$type->{mark} $schema" } ] });
    }
    my $is_decoy = rand() < 0.25;
    # Not in the schema of the type: by its full name, or by the path.
    my $home = pick($schema, 'other');
    my ($named, $path) = @{ pick([ $qualified, '' ], [ $type->{name}, "SET search_path = $schema" ],
        $home eq $schema ? [ $type->{name}, '' ] : [ $qualified, '' ]) };
    my $function = $is_decoy ? pick(@decoys)->($type->{name}) : sprintf(pick(@bodies)->($named), $path);
    return ("CREATE FUNCTION $home.$name$function", "DROP FUNCTION $home.$name",
        { name => "function $home.$name", try => "SELECT $home.$name()", path => $home,
            needs => $is_decoy ? [] : [ { name => $qualified } ] });
}

1;
