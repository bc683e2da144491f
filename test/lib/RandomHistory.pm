# Random graphs of revisions with random DDL.  What a revision does is valid whenever its ancestors
# are applied, and the schema depends on which revisions are applied, not on their order.  No down
# text drops an enum type: that is left to the extension.
package RandomHistory;

use strict;
use warnings;

# Options: size (revisions), concurrent (some build indexes concurrently).  Uses rand: the caller
# sets the seed.
sub new
{
    my ($class, %options) = @_;
    my $self = bless { revisions => [], touched => {}, concurrent => $options{concurrent} }, $class;
    $self->_add foreach 1 .. $options{size};
    return $self;
}

# A list of { id, up, down, parents }, parents first.
sub revisions { my ($self) = @_; return @{ $self->{revisions} } }

sub _pick { my (@list) = @_; return $list[ int rand @list ] }

# Heads, or any revision for a branch, or two for a merge.
sub _parents
{
    my ($self) = @_;
    my @all = $self->revisions;
    return () if !@all || rand() < 0.05;
    my %is_parent = map { $_ => 1 } map { @{ $_->{parents} } } @all;
    my @heads = grep { !$is_parent{$_} } map { $_->{id} } @all;
    return @heads[ 0, 1 ] if @heads > 1 && rand() < 0.4;
    return rand() < 0.75 ? _pick(@heads) : _pick(@all)->{id};
}

sub _add
{
    my ($self) = @_;
    my $number = 1 + $self->revisions;
    my @parents = $self->_parents;
    my %before;
    foreach my $parent (grep { my $id = $_->{id}; grep { $_ eq $id } @parents } $self->revisions)
    {
        $before{$_} = 1 foreach @{ $parent->{tables} };
    }
    my @tables = sort keys %before;
    my (@up, @down, @new);
    if ($self->{concurrent} && @tables && rand() < 0.3)
    {
        my $table = _pick(@tables);
        push @up, "CREATE INDEX CONCURRENTLY x$number ON $table (id, kind)";
        push @down, "DROP INDEX CONCURRENTLY x$number";
    }
    else
    {
        foreach my $part (1 .. 1 + int rand 3)
        {
            my ($up, $down, $table) = $self->_change("${number}_$part", @tables);
            push @up, $up;
            unshift @down, $down;
            push @new, $table if $table;
        }
    }
    push @{ $self->{revisions} },
        {
            id => "r$number",
            parents => \@parents,
            tables => [ @tables, @new ],
            up => join(";\n", @up),
            down => join(";\n", @down),
        };
    return;
}

# Whether nobody has done this to the table before: parallel lines must not meet.
sub _first_time { my ($self, $what, $table) = @_; return !$self->{touched}{"$what $table"}++ }

# Up, down, and the table that it makes.  A table tN has the enum type eN.
sub _change
{
    my ($self, $name, @tables) = @_;
    my $rows = "INSERT INTO t$name SELECT i, 'b' FROM generate_series(1, 20) AS i";
    my $make = "CREATE TYPE e$name AS ENUM ('a', 'b', 'c');\nCREATE TABLE t$name "
        . "(id int PRIMARY KEY, kind e$name, n int DEFAULT 1 CHECK (n > 0)";
    return ("$make);\n$rows", "DROP TABLE t$name", "t$name") if !@tables;
    my $table = _pick(@tables);
    (my $type = $table) =~ s/^t/e/;
    my @changes = (
        sub { return ("$make);\n$rows", "DROP TABLE t$name", "t$name") },
        sub {
            return ("$make, other int REFERENCES $table, same ${type}[]);\n$rows",
                "DROP TABLE t$name", "t$name");
        },
        sub {
            return if !$self->_first_time('column', $table);
            return ("CREATE TYPE e$name AS ENUM ('x', 'y');\n"
                    . "ALTER TABLE $table ADD COLUMN c$name e$name DEFAULT 'x'",
                "ALTER TABLE $table DROP COLUMN c$name");
        },
        sub {
            return if !$self->_first_time('rename', $table);
            return ("ALTER TABLE $table RENAME n TO n$name", "ALTER TABLE $table RENAME n$name TO n");
        },
        sub {
            return if !$self->_first_time('not null', $table);
            return ("ALTER TABLE $table ALTER kind SET NOT NULL",
                "ALTER TABLE $table ALTER kind DROP NOT NULL");
        },
        sub {
            return if !$self->_first_time('comment', $table);
            return ("COMMENT ON TABLE $table IS 'of $name'", "COMMENT ON TABLE $table IS NULL");
        },
        sub { return ("CREATE INDEX x$name ON $table (kind)", "DROP INDEX x$name") },
        sub { return ("CREATE VIEW v$name AS SELECT id, kind FROM $table", "DROP VIEW v$name") },
        sub {
            return ("CREATE MATERIALIZED VIEW m$name AS SELECT kind, count(*) FROM $table GROUP BY 1",
                "DROP MATERIALIZED VIEW m$name");
        },
        sub {
            return ("CREATE FUNCTION f$name($type) RETURNS $type LANGUAGE sql AS 'SELECT \$1'",
                "DROP FUNCTION f$name($type)");
        },
        sub {
            return ("CREATE FUNCTION f$name() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n"
                    . "CREATE TRIGGER g$name BEFORE UPDATE ON $table FOR EACH ROW EXECUTE FUNCTION f$name()",
                "DROP TRIGGER g$name ON $table;\nDROP FUNCTION f$name()");
        },
        sub { return ("CREATE SEQUENCE s$name OWNED BY $table.id", "DROP SEQUENCE s$name") },
        sub {
            return ("UPDATE $table SET kind = 'c' WHERE id % 2 = 0", "UPDATE $table SET kind = 'b'");
        },
    );
    while (1)
    {
        my @change = _pick(@changes)->();
        return @change if @change;
    }
}

1;
