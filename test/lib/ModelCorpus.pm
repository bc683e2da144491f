# Cases of test/fixtures/model: what is changed in a schema, and which differences are to be told.
#
# A file describes one kind of object.  A case is
#
#     -- case: TITLE
#     -- since: 17                  runs on this version of the server and later ones
#     -- until: 17                  runs on this version and earlier ones
#     -- needs: extension citext    or icu, or lz4: what a server may lack
#     -- dump: same, REASON         pg_dump writes the same, although something changes
#     -- dump: differs, REASON      pg_dump writes something else, although nothing changes
#     SQL that a revision of the prefix runs
#     -- change:
#     SQL that is run by hand
#     -- expect:
#     -- changed table {s}.t: comment
#
# {s} is the schema of the case, the name of its prefix, and the beginning of names that no schema
# has.  Both texts run with this schema first in the search_path.  An expected difference is one of
#
#     added OBJECT, removed OBJECT
#     changed OBJECT: PROPERTY | BEFORE | AFTER
#                               exactly one; without a property, whichever; the values may be missing
#     some OBJECT               one or more changes of it; * stands for any characters
#     any OBJECT                one or more differences, whatever they say
#     maybe OBJECT              the same, or none
#
# where OBJECT is kind and name.  A case without any expects no difference.
package ModelCorpus;

use strict;
use warnings;

use File::Basename qw(basename);

my $attribute = qr/since|until|needs|dump/;

# The cases of all files of a folder, in their order.
sub cases
{
    my ($folder) = @_;
    my @cases;
    foreach my $file (sort glob "$folder/*.sql")
    {
        push @cases, _cases_of($file);
    }
    return @cases;
}

sub _cases_of
{
    my ($file) = @_;
    my $kind = basename($file, '.sql');
    my (@cases, $case, $part);
    open my $in, '<', $file or die "$file: $!";
    while (my $line = <$in>)
    {
        if ($line =~ /^-- case: (.*\S)/)
        {
            $case = { title => "$kind: $1", schema => sprintf('%s_%03d', $kind, @cases + 1), place => "$file:$.",
                setup => '', change => '', expected => [] };
            push @cases, $case;
            $part = 'setup';
        }
        elsif (!$case) { next }
        elsif ($line =~ /^-- ($attribute): (.*\S)/ && $part eq 'setup') { $case->{$1} = $2 }
        elsif ($line =~ /^-- change:$/) { $part = 'change' }
        elsif ($line =~ /^-- expect:$/) { $part = 'expected' }
        elsif ($part eq 'expected')
        {
            next if $line =~ /^\s*$/;
            $line =~ /^-- (added|removed|changed|some|any|maybe) (.*\S)/ or die "$file:$.: not a difference: $line";
            push @{ $case->{expected} }, _expected($1, $2, $case->{schema});
        }
        else { $case->{$part} .= $line }
    }
    close $in;
    foreach my $each (@cases)
    {
        $each->{$_} =~ s/\{s\}/$each->{schema}/g foreach qw(setup change);
    }
    return @cases;
}

sub _expected
{
    my ($change, $text, $schema) = @_;
    $text =~ s/\{s\}/$schema/g;
    my $expected = { change => $change, text => "$change $text" };
    if ($change eq 'changed')
    {
        ($text, my @values) = split / \| ?/, $text, -1;
        @{$expected}{qw(before after)} = @values if @values;
        $expected->{property} = $1 if $text =~ s/: ([a-z ]+)$//;
    }
    $expected->{object} = $text;
    return $expected;
}

# Whether a difference, as migrate_drift says it, is the expected one.
sub is_expected
{
    my ($expected, $row) = @_;
    if ($expected->{change} =~ /^(some|any|maybe)$/)
    {
        my $pattern = join '.*', map { quotemeta } split /\*/, $expected->{object}, -1;
        return $row->{object} =~ /^$pattern$/ && ($expected->{change} ne 'some' || $row->{change} eq 'changed');
    }
    return 0 if $row->{change} ne $expected->{change} || $row->{object} ne $expected->{object};
    foreach my $what (qw(property before after))
    {
        return 0 if defined $expected->{$what} && $expected->{$what} ne ($row->{$what} // '');
    }
    return 1;
}

# What is wrong with the differences of a case, as lines of text; nothing when they are as expected.
sub complaints
{
    my ($case, @rows) = @_;
    my @complaints;
    foreach my $expected (@{ $case->{expected} })
    {
        my @left = grep { !is_expected($expected, $_) } @rows;
        my $found = @rows - @left;
        if ($expected->{change} !~ /^(some|any|maybe)$/ && $found > 1)
        {
            push @complaints, "$found times: $expected->{text}";
        }
        push @complaints, "missing: $expected->{text}" if $found == 0 && $expected->{change} ne 'maybe';
        @rows = @left;
    }
    return (@complaints, map { 'too much: ' . text_of($_) } @rows);
}

sub text_of
{
    my ($row) = @_;
    return "$row->{change} $row->{object}" if $row->{change} ne 'changed';
    return "$row->{change} $row->{object}: $row->{property} | " . ($row->{before} // '') . ' | ' . ($row->{after} // '');
}

# A dump as { schema of a case => its entries, sorted }.  What has no schema belongs to the case whose
# schema its text names first.
sub split_dump
{
    my ($dump, @cases) = @_;
    my %known = map { $_->{schema} => [] } @cases;
    my %setting;
    my ($header, $text);
    my $end = sub {
        return if !defined $header;
        # How the entry was made, when that is said before it.
        my ($type) = $header =~ /; Type: ([^;]*);/;
        if ($type =~ /^(TABLE|MATERIALIZED VIEW)$/) { $text = "$setting{access_method}\n$text" }
        if ($type =~ /^(TABLE|MATERIALIZED VIEW|INDEX|CONSTRAINT)$/) { $text = "$setting{tablespace}\n$text" }
        my ($schema) = $header =~ /; Schema: ([^;]*);/;
        foreach my $name (($schema eq '-' ? $header . $text : $schema) =~ /\b([a-z_]+_\d{3})(?!\d)/g)
        {
            next if !$known{$name};
            push @{ $known{$name} }, "$header\n$text";
            last;
        }
    };
    my %next = (access_method => '', tablespace => '');
    foreach my $line (split /\n/, $dump)
    {
        if ($line =~ /^-- Name: .*; Type: /)
        {
            $end->();
            ($header, $text) = ($line, '');
            %setting = %next;
        }
        elsif ($line =~ /^SET default_(?:table_)?(access_method|tablespace) = /) { $next{$1} = $line }
        elsif ($line !~ /^(--.*|\\(?:un)?restrict .*|\s*)$/) { $text .= "$line\n" if defined $text }
    }
    $end->();
    return { map { $_ => join "\n", sort @{ $known{$_} } } keys %known };
}

1;
