# Finds names in SQL that a search_path, or an object planted beside ours, could give another
# meaning: operators, functions, casts and tables without their schema.  Words, not a grammar: it
# reads the SQL of this project, and says so when it meets something that it does not know.
package SqlNames;

use strict;
use warnings;

# What may stand before a parenthesis without being a function that is looked up.
my %grammar = map { $_ => 1 } qw(
    all and any array as between by case check coalesce conflict distinct else exists from greatest group
    grouping having in is join key lateral least limit not nullif on operator or order
    over partition primary references returning row rows select set some then union unique using
    values when where with grant insert update);
# What RAISE takes, of PL/pgSQL.
my %raised = map { $_ => 1 } qw(errcode message detail hint);
# What ends the list of assignments after SET.
my %ends_set = map { $_ => 1 } qw(where from returning on);
my %schemas = map { $_ => 1 } qw(pg_catalog migrate);

# Words, operators and punctuation, without comments; a constant is the word ''.
sub tokens {
    my ($sql) = @_;
    $sql =~ s{ ('(?:[^']|'')*') | --[^\n]* | /\*.*?\*/ }{ defined $1 ? "''" : ' ' }gsex;
    return $sql =~ m{ '' | "(?:[^"]|"")+" | \$\d+ | [A-Za-z_]\w* | \d+(?:\.\d+)? | :: | =>
        | [-+*/<>=~!\@#%^&|?`]+ | \S }gx;
}

# What is wrong in one statement; an empty list when nothing is.
sub problems {
    my ($sql) = @_;
    my @token = tokens($sql);
    my @lower = map { lc } @token;
    my $at = sub { my $i = shift; $i >= 0 && $i < @lower ? $lower[$i] : '' };
    my $is_name = sub { $at->(shift) =~ /^[a-z_"]/ };
    my (@problems, %known, $in_set);
    my $in_raise = grep { $_ eq 'raise' } @lower;
    # Names that the statement itself gives.
    for my $i (0 .. $#token) {
        $known{ $at->($i) } = 1 if $at->($i - 1) =~ /^(?:as|recursive|with)$/;
        $known{ $at->($i) } = 1 if $is_name->($i) && $at->($i + 1) eq 'as' && $at->($i + 2) eq '(';
        # name (columns) AS (
        next unless $is_name->($i) && $at->($i + 1) eq '(';
        my $end = $i + 2;
        $end++ while $at->($end) =~ /^(?:\w+|,)$/;
        $known{ $at->($i) } = 1 if $at->($end) eq ')' && $at->($end + 1) eq 'as' && $at->($end + 2) eq '(';
    }
    for my $i (0 .. $#token) {
        my $word = $at->($i);
        my $is_qualified = $at->($i - 1) eq '.';
        if ($word eq 'set' && $at->($i + 2) eq '=') {
            $in_set = 1;
        } elsif ($ends_set{$word}) {
            $in_set = 0;
        }
        if ($word =~ m{^[-+*/<>=~!\@#%^&|?`]+$} && $word ne '=>') {
            my $is_star = $word eq '*' && $at->($i - 1) =~ /^(?:\(|select|,|\.)$/;
            my $is_assignment = $word eq '='
                && ($in_set || $at->($i - 1) eq ':' || ($in_raise && $raised{ $at->($i - 1) }));
            my $is_operator = $is_qualified && $at->($i - 2) eq 'pg_catalog' && $at->($i - 4) eq 'operator';
            push @problems, "operator $word" unless $is_star || $is_assignment || $is_operator;
        } elsif ($word eq '::') {
            push @problems, "cast to $token[$i + 1]"
                unless $at->($i + 1) eq 'pg_catalog' && $at->($i + 2) eq '.';
        } elsif ($is_name->($i) && $at->($i + 1) eq '(' && !$grammar{$word}) {
            # Created under this name, or columns of what has just been named.
            my $is_own = $at->($i - 1) =~ /^(?:as|recursive|with|function|procedure)$/ || $known{$word};
            push @problems, "function $token[$i]"
                unless $is_own || ($is_qualified && $schemas{ $at->($i - 2) });
        } elsif ($word =~ /^(?:from|join|into|references|table|update|type|using)$/) {
            next if $word eq 'type' && $at->($i - 1) !~ /^(?:create|on)$/; # a column
            my $name = $i + 1;
            $name++ while $at->($name) =~ /^(?:only|lateral)$/;
            next if !$is_name->($name) || $grammar{ $at->($name) } || $at->($name) eq 'set';
            next if $word eq 'using' && ($at->(0) eq 'create' || ($in_raise && $raised{ $at->($name) }));
            next if $known{ $at->($name) } && $at->($name + 1) ne '.';
            push @problems, "$word $token[$name]"
                unless $schemas{ $at->($name) } && $at->($name + 1) eq '.';
        } elsif ($word eq 'cast' && $at->($i + 1) eq '(') {
            push @problems, 'CAST: write it with ::';
        }
    }
    return @problems;
}

# The statements of a script.
sub statements {
    my ($script) = @_;
    my @statements;
    $script =~ s/^\\.*$//mg;
    while ($script =~ m{ \G ( (?: '(?:[^']|'')*' | --[^\n]* | /\*.*?\*/ | [^;] )*? ) ; }gsx) {
        push @statements, $1;
    }
    return @statements;
}

# Objects of a script that it does not comment on.
sub uncommented {
    my ($script) = @_;
    my (%created, %commented);
    for my $statement (statements($script)) {
        my @token = tokens($statement);
        my $text = join ' ', @token;
        $text =~ s/ \. /./g;
        if ($text =~ /^CREATE (SCHEMA|TABLE|TYPE|VIEW|FUNCTION|PROCEDURE) ([\w.]+)/) {
            my ($kind, $name) = ($1, $2);
            $created{"$kind $name"} = 1;
            next unless $kind eq 'TABLE';
            my ($columns) = $text =~ /^[^(]*\((.*)\)$/;
            1 while $columns =~ s/\([^()]*\)//g;
            for my $column (split /,/, $columns) {
                $column =~ /^\s*(\w+)/ && $1 !~ /^(?:PRIMARY|CHECK|UNIQUE|FOREIGN|CONSTRAINT)$/
                    and $created{"COLUMN $name.$1"} = 1;
            }
        } elsif ($text =~ /^CREATE (?:CONSTRAINT )?(TRIGGER) (\w+) .*? ON ([\w.]+)/) {
            $created{"$1 $2 ON $3"} = 1;
        } elsif ($text =~ /^COMMENT ON (TRIGGER \w+ ON [\w.]+|\w+ [\w.]+)/) {
            $commented{$1} = 1;
        }
    }
    return grep { !$commented{$_} } sort keys %created;
}

# The SQL among the strings of C++ sources (path => text), as [ path, statement ].  A string is a
# run of literals and macros that stand for some.
sub embedded {
    my (%sources) = @_;
    my $literal = qr{"(?:\\.|[^"\\\n])*"};
    my $argument = qr{\((?:\s|$literal)*\)};
    my (%macro, @found);
    for my $text (values %sources) {
        $text =~ s/\\\n/ /g;
        while ($text =~ /^\s*#\s*define\s+(MIGRATE_\w+)(\((\w+)\))?[ ]+(.*)$/mg) {
            my ($name, $parameter, $body) = ($1, $3, $4);
            $macro{$name} = [ $parameter, $body ] if $body =~ /"/;
        }
        $text =~ s/^\s*#.*$//mg;
    }
    my $names = join '|', map { quotemeta } keys %macro;
    my $part = $names ? qr{(?:$literal|(?:$names)\b(?:$argument)?)} : $literal;
    for my $path (sort keys %sources) {
        while ($sources{$path} =~ /($part(?:\s*$part)*)/g) {
            my $run = $1;
            for (1 .. 10) {
                last unless $names
                    && $run =~ s{\b($names)\b(?:\(((?:\s|$literal)*)\))?}{
                        my ($name, $value) = ($1, $2 // '');
                        my ($parameter, $body) = @{ $macro{$name} };
                        $body =~ s/\b$parameter\b/$value/g if defined $parameter;
                        " $body ";
                    }gex;
            }
            my $sql = join '', map { s/^"|"$//gr =~ s/\\(.)/$1/gr } $run =~ /$literal/g;
            push @found, [ $path, $sql ]
                if $sql =~ /^\s*(?:(?:SELECT|WITH|UPDATE|DELETE FROM|INSERT INTO)\s+\S+\s+\S|DECLARE\s+\w+\s+CURSOR)/
                && $sql !~ /[.]\s*$/; # a sentence
        }
    }
    return @found;
}

1;
