#!/usr/bin/perl
#
# Checks that need no server: the layers of the sources, constructs that are banned in some of them,
# names in our SQL that somebody else could take over, the symbols that the module exports, and that
# every test there is gets run.
#
#   static_checks.pl ROOT INCLUDEDIR_SERVER REGRESS ISOLATION
#
# REGRESS and ISOLATION are the lists of the Makefile.  Prints `ok - NAME` or `not ok - NAME` for
# each check, and before the latter what is wrong; the exit status says nothing about them.
#
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Find;

use lib dirname(__FILE__);
use SqlNames;

my ($root, $server_include, $regress, $isolation) = @ARGV;
chdir $root or die "cannot change to $root: $!\n";

# What each part of src may include of the project; nobody but pg may name the server's headers.
# functions.cpp and migrate.cpp are what the server sees, so pg's inner headers are open to them.
my %may_include = (
    core => [qr{^core/}],
    pg => [qr{^(pg|core)/}],
    engine => [qr{^(engine|core)/}, qr{^pg/(?!wall/postgres\.hpp$|wall/call\.hpp$)}],
    files => [qr{^(files|core)/}],
    client => [qr{^(client|files|core)/}],
    surface => [qr{^(engine|core|pg)/}],
);
my %calls_server = map { $_ => 1 } qw(pg);

# The folders of each layer, from the bottom to the top: a file may use its own folder and those
# before it.  A command uses no other command: what two of them need has a room of its own.
my %folders = (
    core => [qw(core core/sql core/graph core/plan core/schema core/schema/kinds)],
    files => [qw(files)],
    pg => [qw(pg/wall pg/catalog pg/sql pg/session pg/hooks pg/script pg/entry)],
    engine => [qw(engine/tables engine/catalog engine/access engine/objects engine/schema/kinds engine/schema engine/run
                  engine/registry engine/commands)],
    client => [qw(client/failure client/cli client/server client/output client/commands client)],
);
my $most_modules = 16;
my $most_lines = 530;

# Where an exception may be caught: elsewhere nobody would abort the failed (sub)transaction.
my $may_catch = qr{^src/(pg/wall/(boundary|subtransaction)\.cpp|pg/session/(lock|transaction)\.cpp|(core|files|client)/.*)$};

sub report {
    my ($name, @wrong) = @_;
    print "$_\n" for @wrong;
    print @wrong ? 'not ok' : 'ok', " - $name\n";
}

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "cannot read $path: $!\n";
    local $/;
    return scalar <$file>;
}

# The text without comments, with every line where it was.
sub without_comments {
    my ($text) = @_;
    $text =~ s{
        ( R"([^\s()\\]*)\(.*?\)\2" | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' )
        | //[^\n]* | /\*.*?\*/
    }{ defined $1 ? $1 : $& =~ tr/\n//cdr }gsex;
    return $text;
}

sub without_strings {
    my ($text) = @_;
    $text =~ s{ R"([^\s()\\]*)\(.*?\)\1" | "(?:\\.|[^"\\\n])*" }{ '""' . $& =~ tr/\n//cdr }gsex;
    return $text;
}

# --- sources --------------------------------------------------------------------------------------

my %sources;
find({ no_chdir => 1, wanted => sub { $sources{$_} = without_comments(slurp($_)) if /\.[ch]pp$/ } }, 'src');

sub part_of {
    my ($path) = @_;
    return $path =~ m{^src/([^/]+)/} ? $1 : 'surface';
}

sub includes_of {
    my ($path) = @_;
    my ($number, @includes) = (0);
    for my $line (split /\n/, $sources{$path}) {
        $number++;
        push @includes, [ $number, $1 ] if $line =~ /^\s*#\s*include\s*[<"]([^>"]+)[>"]/;
    }
    return @includes;
}

my %by_part;
push @{ $by_part{ part_of($_) } }, $_ for sort keys %sources;

for my $part (sort keys %by_part) {
    my @wrong;
    for my $path (@{ $by_part{$part} }) {
        for my $include (includes_of($path)) {
            my ($number, $name) = @$include;
            if (-e "src/$name") {
                push @wrong, "$path:$number: $name is not for $part"
                    unless grep { $name =~ $_ } @{ $may_include{$part} || [] };
            } elsif (-e "$server_include/$name" && !$calls_server{$part}) {
                push @wrong, "$path:$number: $name is a header of the server";
            }
        }
    }
    report("layers: what $part includes", @wrong);
}

# The folder of a file below src, as %folders names it; one file is a room of its own.
sub folder_of {
    my ($name) = @_;
    return $name =~ m{^(client/failure)\.} ? $1 : dirname($name);
}

# What is wrong with `$includes`, a map from files to the files that they include, below src.
sub folder_problems {
    my (%includes) = @_;
    my @wrong;
    for my $path (sort keys %includes) {
        my ($layer) = $path =~ m{^([^/]+)/} or next;
        my %place;
        @place{ @{ $folders{$layer} } } = 0 .. $#{ $folders{$layer} };
        my $own = folder_of($path);
        if (!defined $place{$own}) {
            push @wrong, "src/$path: folder $own is not known";
            next;
        }
        for my $name (grep { m{^\Q$layer\E/} } @{ $includes{$path} }) {
            my $folder = folder_of($name);
            push @wrong, "src/$path: $name is in a folder above"
                if ($place{$folder} // @{ $folders{$layer} }) > $place{$own};
            push @wrong, "src/$path: $name is another command"
                if $folder eq 'engine/commands' && $name =~ s/\.\w+$//r ne $path =~ s/\.\w+$//r;
        }
    }
    return @wrong;
}

my %project_includes;
for my $path (keys %sources) {
    $project_includes{ $path =~ s{^src/}{}r } = [ grep { -e "src/$_" } map { $_->[1] } includes_of($path) ];
}
report('folders: what each folder of a layer includes', folder_problems(%project_includes));
report('the check of folders sees what is wrong',
    map { "nothing found in: @$_" } grep { !folder_problems($_->[0] => [ $_->[1] ]) }
    [ 'engine/tables/a.cpp', 'engine/run/b.hpp' ], [ 'engine/commands/a.cpp', 'engine/commands/b.hpp' ],
    [ 'engine/run/a.cpp', 'engine/commands/b.hpp' ], [ 'core/graph/a.cpp', 'core/plan/b.hpp' ],
    [ 'engine/elsewhere/a.cpp', 'engine/run/b.hpp' ], [ 'pg/wall/a.cpp', 'pg/unknown/b.hpp' ]);

my %modules;
$modules{ dirname($_) }{ s/\.\w+$//r } = 1 for keys %sources;
report("no folder has more than $most_modules modules, no file more than $most_lines lines",
    (map { "$_ has " . keys %{ $modules{$_} } } grep { keys %{ $modules{$_} } > $most_modules } sort keys %modules),
    grep { $_ } map { my $lines = slurp($_) =~ tr/\n//; $lines > $most_lines ? "$_ has $lines" : () } sort keys %sources);

# `migrate_X` is found in engine/commands/X, or in the one file there that says that it has it.
my $functions = slurp('src/functions.cpp');
my %commands_of;
for my $path (glob 'src/engine/commands/*.hpp') {
    my ($head) = slurp($path) =~ m{^((?://[^\n]*\n)+)};
    push @{ $commands_of{$_} }, $path for ($head // '') =~ /\bmigrate_\w+/g;
}
report('each function of SQL has one file in engine/commands',
    map { my @files = @{ $commands_of{$_} || [] }; @files == 1 ? () : "$_ is in: @files" }
    grep { !/^migrate_guard_/ } $functions =~ /^MIGRATE_(?:FUNCTION|TRIGGER)\((\w+)\)/mg);

# Lines of code (no comments, no strings) that match, outside of the allowed files.
sub banned {
    my ($pattern, $allowed) = @_;
    my @found;
    for my $path (sort grep { !/$allowed/ } keys %sources) {
        my $number = 0;
        for my $line (split /\n/, without_strings($sources{$path})) {
            $number++;
            push @found, "$path:$number: $&" if $line =~ $pattern;
        }
    }
    return @found;
}

report('exceptions are caught in few places', banned(qr{\bcatch\s*\(.*}, $may_catch));
report('the server\'s error handling stays in src/pg',
    banned(qr{\b(?:PG_(?:TRY|CATCH|FINALLY|RE_THROW)|sig(?:set|long)jmp|(?:set|long)jmp)\b}, qr{^src/pg/}));
report('the module starts no threads',
    banned(qr{\b(?:std::(?:jthread|thread|async)|pthread_create)\b}, qr{^src/client/}));

# --- SQL ------------------------------------------------------------------------------------------

# Types in definitions may go without a schema: pg_catalog is searched first of all while an
# extension's script runs.  Casts, which are expressions, may not.
my $script = join "\n", map { slurp($_) } sort glob 'src/sql/*.sql';
my @script = SqlNames::statements($script);
report('the extension script names what it calls with its schema',
    @script ? () : 'no statement was found',
    map { my $sql = $_ =~ s/\s+/ /gr; map { "$_ in: $sql" } SqlNames::problems($sql) } @script);
report('the extension script replaces nothing that it finds',
    map { s/\s+/ /gr } grep { /\bOR\s+REPLACE\b|\bIF\s+NOT\s+EXISTS\b/i } map { s/'(?:[^']|'')*'//gr } @script);
report('the extension script comments on what it makes',
    map { "$_ has no comment" } SqlNames::uncommented($script));

# Scripts that update are held to the same.  What they replace must be a member by then: a function
# of the version that they start from.
my @updates = sort glob 'src/sql/update/*.sql';
for my $path (@updates) {
    my ($from, $to) = $path =~ /--([^-]+)--([^-]+)\.sql$/ or die "$path: which versions?\n";
    my $update = slurp($path);
    my @update = SqlNames::statements($update);
    my $old = -e "test/released/migrate--$from.sql" ? slurp("test/released/migrate--$from.sql") : '';
    my %old_function = map { $_ => 1 } $old =~ /^CREATE (?:FUNCTION|PROCEDURE) ([\w.]+)\(/mg;
    my @replacing = grep { /\bOR\s+REPLACE\b|\bIF\s+NOT\s+EXISTS\b/i } map { s/'(?:[^']|'')*'//gr } @update;
    my @locked = map { split /\s*,\s*/ } $update =~ /^LOCK TABLE ([^;]+);/mg;
    my %locked = map { $_ => 1 } @locked;
    report("the script from $from to $to names what it calls with its schema",
        map { my $sql = $_ =~ s/\s+/ /gr; map { "$_ in: $sql" } SqlNames::problems($sql) } @update);
    report("the script from $from to $to replaces functions of $from only",
        map { s/\s+/ /gr }
        grep { !(/^\s*CREATE OR REPLACE (?:FUNCTION|PROCEDURE) ([\w.]+)\s*\(/ && $old_function{$1}) } @replacing);
    report("the script from $from to $to comments on what it makes",
        map { "$_ has no comment" } SqlNames::uncommented($update));
    report("the script from $from to $to waits for those who use $from",
        $update =~ /cannot be updated while a deploy is running/ ? () : 'a deploy is not asked for',
        map { "$_ is not locked" } grep { !$locked{$_} } $old =~ /^CREATE TABLE ([\w.]+)/mg);
}

# From every version that is kept a way must lead to the present one.
my ($present) = slurp('migrate.control') =~ /^default_version *= *'(.*)'/m;
my %next_versions;
for my $path (@updates) {
    my ($from, $to) = $path =~ /--([^-]+)--([^-]+)\.sql$/;
    push @{ $next_versions{$from} }, $to;
}
sub leads_to_present {
    my ($version) = @_;
    return $version eq $present || grep { leads_to_present($_) } @{ $next_versions{$version} || [] };
}
my @released = map { m{/migrate--([^-]+?)\.sql$} && $1 !~ /\.dump$/ ? $1 : () } sort glob 'test/released/*.sql';
report('every earlier version can be updated and has its content',
    (@released ? () : 'there is none'),
    (map { "nothing leads from $_ to $present" } grep { !leads_to_present($_) } @released),
    (map { "test/released/migrate--$_.dump.sql is missing" } grep { !-e "test/released/migrate--$_.dump.sql" } @released),
    (map { "test/released/migrate--$_.sql is missing" } grep { my $v = $_; !grep { $_ eq $v } @released } sort keys %next_versions));

# What the server prints for these queries depends on the search_path, so there is one for them;
# with pg_catalog first and pg_temp last it also settles what their own names mean.
my @fixed_path = grep { m{^src/engine/schema/(?:kinds/|candidates|dependency_rows|readable|security_labels|shared_objects)} } sort keys %sources;
report("the queries of the model run with a search_path of their own",
    @fixed_path < 10 ? "too few files: @fixed_path" :
    slurp('src/engine/schema/reader.cpp') =~ /\{"search_path", "pg_catalog, pg_temp"\}/
    ? () : 'src/engine/schema/reader.cpp does not set it');
my @embedded = grep { my $path = $_->[0]; !grep { $_ eq $path } @fixed_path } SqlNames::embedded(%sources);
report('SQL in the sources names what it calls with its schema',
    @embedded > 50 ? () : 'too few statements were found: ' . @embedded,
    # "{}." is filled in with the schema of the extension's functions.
    map { my ($path, $sql) = @$_; map { "$path: $_ in: $sql" } SqlNames::problems($sql =~ s/\{\}\./migrate./gr) } @embedded);

my @unqualified = (
    'SELECT now()', 'SELECT 1 FROM prefix', 'SELECT a = b FROM migrate.prefix', "SELECT ''::text",
    'UPDATE migrate.prefix SET a = b WHERE a = 1', 'DELETE FROM log', 'SELECT public.f()',
    'INSERT INTO version VALUES (1)', 'SELECT a || b', 'SELECT count(*) FROM pg_catalog.pg_class',
    'SELECT 1 FROM migrate.log JOIN other ON true', 'SELECT 1 OPERATOR(public.+) 1',
    'SELECT CAST(1 AS text)', 'IF a = 1 THEN RAISE EXCEPTION USING HINT = b || c', 'WITH a AS (SELECT f()) SELECT 1 FROM a');
my @found = SqlNames::embedded('a.cpp' => join "\n", '#define MIGRATE_CALL(x) "f(" x ")"',
    'Statement a("SELECT " MIGRATE_CALL("1")', '  " FROM t");', '');
report('these checks see what is wrong',
    (@found == 1 && $found[0][1] eq 'SELECT f(1) FROM t' ? () : 'a statement in parts was not joined'),
    (map { "nothing found in: $_" } grep { !SqlNames::problems($_) } @unqualified),
    map { "$_ lacks a comment, unseen" } grep { !SqlNames::uncommented($_) } 'CREATE SCHEMA x;',
    'CREATE TABLE migrate.x (a text); COMMENT ON TABLE migrate.x IS \'x\';');

# --- exported symbols -----------------------------------------------------------------------------

my $module = 'migrate.so';
if (!-e $module) {
    report('the module exports what src/exports.txt lists', 'the module is not built');
} else {
    my @allowed = grep { length } map { s/#.*//r =~ s/\s+//gr } split /\n/, slurp('src/exports.txt');
    my $allowed = join '|', map { join '.*', map { quotemeta } split /\*/, $_, -1 } @allowed;
    my @symbols = map { /(\S+)$/ ? $1 : () } `nm -D --defined-only $module`;
    my @wrong = map { "$module exports $_" } grep { !/^(?:$allowed)$/ } @symbols;
    push @wrong, "$module exports nothing" unless @symbols;
    report('the module exports what src/exports.txt lists', @wrong);
}

# --- lists of tests -------------------------------------------------------------------------------

# A test that is only for some versions is at least named in the Makefile.
my $makefile = slurp('Makefile');

sub check_tests {
    my ($kind, $inputs, $expected, $listed) = @_;
    my %listed = map { $_ => 1 } split ' ', $listed // '';
    my ($ending) = $inputs =~ /(\.\w+)$/;
    my %input = map { m{([^/]+)\Q$ending\E$} ? ($1 => 1) : () } glob $inputs;
    my %output = map { m{([^/]+)\.out$} ? ($1 => 1) : () } glob "$expected/*.out";
    return unless %input || %output || %listed;
    my @wrong;
    for my $name (sort keys %input) {
        push @wrong, "$name has no $expected/$name.out" unless $output{$name};
        push @wrong, "$name is not listed in the Makefile"
            unless $listed{$name} || $makefile =~ /(?<![\w.-])\Q$name\E(?![\w.-])/;
    }
    for my $name (sort keys %listed) {
        push @wrong, "$name is listed, and there is no such test" unless $input{$name};
    }
    for my $name (sort keys %output) {
        push @wrong, "$expected/$name.out belongs to no test" unless $input{$name} || $input{ $name =~ s/_\d$//r };
    }
    report("every $kind test is run and has a result", @wrong);
}

check_tests('regression', 'sql/*.sql', 'expected', $regress);
check_tests('isolation', 'test/specs/*.spec', 'test/expected', $isolation);
