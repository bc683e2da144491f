# A dump carries the history: restored on other oids, into another database or over the same one,
# the prefix stands where it stood, the fence holds, and a downgrade finds its orphaned types.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

sub sql
{
    my ($database, $sql) = @_;
    return $node->safe_psql($database, $sql);
}

sub error_of
{
    my ($database, $sql) = @_;
    my ($status, $out, $err) = $node->psql($database, $sql);
    return $status == 0 ? "none, but: $out" : $err;
}

sub fill
{
    my ($database) = @_;
    sql($database, q{
        CREATE EXTENSION migrate;
        SELECT migrate_register('a1', $up$
            CREATE TYPE mood AS ENUM ('calm', 'angry');
            CREATE TABLE people (id integer PRIMARY KEY, now mood);
            CREATE INDEX people_now ON people (now)
        $up$, 'DROP TABLE people');
        SELECT migrate_register('a2', 'ALTER TABLE people ADD COLUMN later mood',
                                'ALTER TABLE people DROP COLUMN later');
        SELECT migrate_create_prefix('shop', naming => 'any');
        SELECT migrate_register('s1', 'DROP TABLE people', '', prefix => 'shop');
        SELECT count(*) FROM migrate_upgrade();
    });
    return;
}

sub check
{
    my ($database, $what) = @_;
    is(sql($database, 'SELECT revision, is_head FROM migrate_current()'), 'a2|t',
        "$what: the prefix stands where it stood");
    is(sql($database, 'SELECT count(*) FROM migrate.log'), '2', "$what: the log is there");
    like(error_of($database, q{SELECT migrate_upgrade(prefix => 'shop')}),
        qr/table public.people belongs to the default prefix/, "$what: the fence holds");
    is(sql($database, q{SELECT revision, dropped_types FROM migrate_downgrade('base')}),
        "a2|{}\na1|{public.mood}", "$what: the downgrade drops the orphaned type");
    is(sql($database, q{SELECT count(*) FROM pg_type WHERE typname = 'mood'}), '0',
        "$what: it is gone");
    is(sql($database, 'SELECT count(*) FROM migrate.object'), '0', "$what: no record is left");
    is(sql($database, 'SELECT count(*) FROM migrate_upgrade()'), '2', "$what: up again");
    return;
}

my $dump = PostgreSQL::Test::Utils::tempdir() . '/dump';
fill('postgres');
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr('postgres') ], 'dump');

# Other oids: something is created first.
sql('postgres', 'CREATE DATABASE other');
sql('other', 'CREATE TABLE taker (a serial, b text UNIQUE); DROP TABLE taker');
$node->command_ok([ 'pg_restore', '-d', $node->connstr('other'), $dump ],
    'restore into another database');
check('other', 'another database');

$node->command_ok([ 'pg_restore', '--clean', '--if-exists', '-d', $node->connstr('postgres'), $dump ],
    'restore over the same database');
check('postgres', 'the same database');

# The dump differs from one without the extension by the extension and its rows only.
unlike(slurp_file($dump), qr/\bmigrate_people\b/, 'no object is a member of the extension');
my ($plain) = run_command([ 'pg_dump', '-s', $node->connstr('postgres') ]);
like($plain, qr/CREATE TABLE public\.people/, 'migrated tables are dumped as tables');

# Without rows: the way out of a schema-only dump is a stamp.
sql('postgres', 'CREATE DATABASE bare');
my $schema = "$dump.schema";
$node->command_ok([ 'pg_dump', '-s', '-f', $schema, $node->connstr('postgres') ], 'dump -s');
$node->command_ok([ 'psql', '-X', '-q', '-d', $node->connstr('bare'), '-f', $schema ], 'restore it');
is(sql('bare', 'SELECT count(*) FROM migrate.revision'), '0', 'no history came along');
sql('bare', q{
    SELECT migrate_register('a1', 'CREATE TYPE mood AS ENUM (''calm'', ''angry'');
        CREATE TABLE people (id integer PRIMARY KEY, now mood)', 'DROP TABLE people');
    SELECT migrate_stamp('{head}')});
is(sql('bare', q{SELECT dropped_types FROM migrate_downgrade()}), '{public.mood}',
    'a stamped revision comes undone with its type');

# The extension goes with the schema that it was created in, and its history with it; a fresh start
# needs nothing else.
sql('bare', 'SELECT count(*) FROM migrate_upgrade()');
like(error_of('bare', 'DROP SCHEMA public'), qr/extension migrate depends on schema public/,
    'the schema of the extension is not dropped by accident');
sql('bare', 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
is(sql('bare', q{SELECT to_regnamespace('migrate') IS NULL, to_regtype('public.mood') IS NULL}), 't|t',
    'nothing is left of extension and objects');
fill('bare');
check('bare', 'a fresh start after DROP SCHEMA');

# Created in another schema, it outlives the objects: a stamp says that they are gone.
sql('postgres', 'CREATE DATABASE apart');
sql('apart', 'CREATE SCHEMA tools; ALTER DATABASE apart SET search_path = public, tools');
sql('apart', 'CREATE EXTENSION migrate SCHEMA tools');
sql('apart', q{
    SELECT migrate_register('a1', $up$
            CREATE TYPE mood AS ENUM ('calm', 'angry');
            CREATE TABLE people (id integer PRIMARY KEY, now mood)
        $up$, 'DROP TABLE people');
    SELECT count(*) FROM migrate_upgrade()});
sql('apart', 'DROP SCHEMA public CASCADE');
like(error_of('apart', q{SELECT migrate_downgrade()}), qr/schema "public" does not exist/,
    'without its schema nothing runs');
sql('apart', 'CREATE SCHEMA public');
is(sql('apart', 'SELECT revision FROM migrate_current()'), 'a1', 'the history is there');
is(sql('apart', q{SELECT count(*) FROM migrate_stamp('{base}')}), '0', 'stamped with the base');
is(sql('apart', 'SELECT revision FROM migrate_upgrade()'), 'a1', 'it starts afresh');
is(sql('apart', 'SELECT revision, dropped_types FROM migrate_downgrade()'), 'a1|{public.mood}',
    'and comes undone with its type');

# DROP EXTENSION forgets the history without a word; the objects stay, and can be stamped.
sql('apart', 'SELECT count(*) FROM migrate_upgrade()');
my ($status, $out, $err) = $node->psql('apart', 'DROP EXTENSION migrate');
is("$status|$err", '0|', 'DROP EXTENSION warns of nothing');
is(sql('apart', q{SELECT to_regclass('people')}), 'people', 'what was migrated stays');
sql('apart', q{
    CREATE EXTENSION migrate SCHEMA tools;
    SELECT migrate_register('a1', $up$
            CREATE TYPE mood AS ENUM ('calm', 'angry');
            CREATE TABLE people (id integer PRIMARY KEY, now mood)
        $up$, 'DROP TABLE people');
    SELECT migrate_stamp('{head}')});
is(sql('apart', 'SELECT revision, dropped_types FROM migrate_downgrade()'), 'a1|{public.mood}',
    'registered and stamped again, it comes undone');
is(sql('apart', q{SELECT to_regtype('mood') IS NULL}), 't', 'with its type');

$node->stop;
done_testing();
