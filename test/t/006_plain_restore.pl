# A role without superuser rights installs, dumps and restores; what belongs to roles that it
# could not become is left out, told, and never runs.
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

# Runs a program as a role; returns status and what it said.
sub as_role
{
    my ($role, @command) = @_;
    local $ENV{PGUSER} = $role;
    my ($out, $err) = ('', '');
    my $ok = IPC::Run::run(\@command, '>', \$out, '2>', \$err);
    return ($ok, $out . $err);
}

sql('postgres', q{
    CREATE ROLE owner LOGIN;
    CREATE ROLE mate LOGIN;
    CREATE ROLE stranger LOGIN;
    GRANT mate TO owner;
    CREATE DATABASE first OWNER owner;
    CREATE DATABASE second OWNER owner;
    CREATE DATABASE third OWNER owner;
});

# Trusted: the database's owner installs it.
my ($ok, $said) = as_role('owner', 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1',
    '-d', $node->connstr('first'), '-c', q{
    CREATE EXTENSION migrate;
    CREATE SCHEMA app;
    GRANT ALL ON SCHEMA app TO mate, stranger;
    SELECT migrate_register('a1', 'CREATE TYPE app.mood AS ENUM (''calm'');
        CREATE TABLE app.people (now app.mood)', 'DROP TABLE app.people');
    SELECT migrate_create_prefix('mates', owner => 'mate', schema => 'app');
    SELECT migrate_register('m1', 'CREATE TABLE mates_things (i int)', 'DROP TABLE mates_things',
        prefix => 'mates');
    SELECT count(*) FROM migrate_upgrade();
    SELECT count(*) FROM migrate_upgrade(prefix => 'mates');
    });
ok($ok, 'a plain owner installs and uses it') or diag($said);
is(sql('first', q{SELECT tableowner FROM pg_tables WHERE tablename = 'mates_things'}), 'mate',
    'objects belong to the owner of the prefix');
sql('first', q{
    SELECT migrate_create_prefix('strange', owner => 'stranger', schema => 'app');
    SELECT migrate_register('s1', 'CREATE TABLE strange_things (i int)', 'DROP TABLE strange_things',
        prefix => 'strange');
    SELECT count(*) FROM migrate_upgrade(prefix => 'strange');
    SELECT migrate_create_prefix('super', owner => 'postgres', schema => 'app');
    SELECT migrate_register('u1', '', '', prefix => 'super');
    SELECT count(*) FROM migrate_upgrade(prefix => 'super');
});

my $dump = PostgreSQL::Test::Utils::tempdir() . '/dump';
($ok, $said) = as_role('postgres', 'pg_dump', '-Fc', '-f', $dump, $node->connstr('first'));
ok($ok, 'dumped') or diag($said);

# By the plain owner: his own and his mate's history are there, the rest is told.
($ok, $said) = as_role('owner', 'pg_restore', '--verbose', '--no-owner', '-d', $node->connstr('second'), $dump);
is(sql('second', 'SELECT name FROM migrate.prefix ORDER BY name'), "\nmates",
    'prefixes that the owner could have made are restored');
is(sql('second', 'SELECT prefix, id FROM migrate.revision ORDER BY 1, 2'), "|a1\nmates|m1",
    'with their revisions');
is(sql('second', 'SELECT prefix, revision FROM migrate.version ORDER BY 1, 2'), "|a1\nmates|m1",
    'and their rows');
for my $role (qw(stranger postgres))
{
    like($said, qr/WARNING:  a row of prefix "\w+" was left out: it belongs to role "$role"/,
        "a prefix of $role was left out, and told");
}
is(sql('second', q{SET ROLE owner; SELECT revision, dropped_types FROM migrate_downgrade()}),
    'a1|{app.mood}', 'the history works: the orphaned type goes');
is(sql('second', q{SELECT count(*) FROM migrate_upgrade('head')}), '1', 'and comes back');

# In parallel, by a superuser, everything.
($ok, $said) = as_role('postgres', 'pg_restore', '-j', '3', '-d', $node->connstr('third'), $dump);
ok($ok, 'restored in parallel') or diag($said);
is(sql('third', 'SELECT prefix, revision FROM migrate.version ORDER BY 1, 2'),
    "|a1\nmates|m1\nstrange|s1\nsuper|u1", 'all rows are there');
is(sql('third', q{SELECT count(*) FROM migrate_downgrade('base', 'strange')}), '1',
    'the history of another role works');

# Direct writes of the owner do not get a text under other rights.
for my $attack (
    [ q{INSERT INTO migrate.prefix (name, owner, schema, search_path)
        VALUES ('evil', 'postgres', 'app', 'app')}, 'a prefix of a superuser' ],
    [ q{INSERT INTO migrate.prefix (name, owner, schema, search_path)
        VALUES ('evil', 'nobody yet', 'app', 'app')}, 'a prefix of a role that is not there yet' ],
    [ q{INSERT INTO migrate.revision (prefix, id, ordinal, up, checksum)
        VALUES ('strange', 'evil', 99, 'DROP TABLE app.people', '')}, 'a revision of a stranger' ],
    [ q{INSERT INTO migrate.version (prefix, revision) VALUES ('strange', 'evil')},
        'a row of a stranger' ])
{
    my ($sql, $what) = @$attack;
    sql('first', "SET ROLE owner; $sql");
    is(sql('first', q{SELECT (SELECT count(*) FROM migrate.prefix WHERE name = 'evil')
        + (SELECT count(*) FROM migrate.revision WHERE id = 'evil')
        + (SELECT count(*) FROM migrate.version WHERE revision = 'evil')}), '0',
        "the owner does not get in $what");
}
like(error_of('first', q{SET ROLE owner; UPDATE migrate.prefix SET owner = 'owner'}),
    qr/permission denied/, 'nor does he change what is there');
like(error_of('first', q{SET ROLE owner; DELETE FROM migrate.revision}),
    qr/permission denied/, 'or delete it');
like(error_of('first', q{SET ROLE mate; INSERT INTO migrate.version VALUES ('mates', 'x')}),
    qr/permission denied/, 'others do not write at all');

# Rows that wait for a prefix are not there when it is made.
sql('first', q{SET ROLE owner; INSERT INTO migrate.object (prefix, type, identity, object_names, object_arguments, class_oid,
        object_oid, object_subid, origin) VALUES ('later', 'type', 'app.mood', '{app,mood}', '{}', 1, 1, 0, '')});
sql('first', q{SELECT migrate_create_prefix('later', owner => 'stranger', schema => 'app')});
is(sql('first', q{SELECT count(*) FROM migrate.object WHERE prefix = 'later'}), '0',
    'a new prefix begins empty');

# `pg_dump -s` has the objects and no rows: nothing is known, and nothing runs by itself.
sql('postgres', 'CREATE DATABASE bare OWNER owner');
my $schema = "$dump.schema";
($ok, $said) = as_role('owner', 'pg_dump', '-s', '-f', $schema, $node->connstr('second'));
ok($ok, 'the owner dumps the schema') or diag($said);
($ok, $said) = as_role('owner', 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('bare'), '-f', $schema);
ok($ok, 'and restores it') or diag($said);
is(sql('bare', q{SELECT count(*) FROM pg_tables WHERE tablename IN ('people', 'mates_things')}), '2',
    'the objects are there');
is(sql('bare', 'SELECT (SELECT count(*) FROM migrate.prefix), (SELECT count(*) FROM migrate.revision),
    (SELECT count(*) FROM migrate.object), (SELECT count(*) FROM migrate_status())'), '0|0|0|0',
    'the history is empty');
is(sql('bare', 'SET ROLE owner; SELECT count(*) FROM migrate_current()'), '0', 'so is migrate_current');
is(sql('bare', 'SET ROLE owner; SELECT count(*) FROM migrate_history()'), '0', 'so is migrate_history');
is(sql('bare', 'SET ROLE owner; SELECT count(*) FROM migrate_plan()'), '0', 'there is nothing to plan');
like(error_of('bare', q{SET ROLE owner; SELECT * FROM migrate_current('mates')}),
    qr/prefix "mates" does not exist/, 'the other prefix is not known');
# Registered again, as an application does when it starts, it would be made again; nothing is lost.
sql('bare', q{SET ROLE owner;
    SELECT migrate_register('a1', 'CREATE TYPE app.mood AS ENUM (''calm'');
        CREATE TABLE app.people (now app.mood)', 'DROP TABLE app.people');
    SELECT migrate_create_prefix('mates', owner => 'mate', schema => 'app');
    SELECT migrate_register('m1', 'CREATE TABLE mates_things (i int)', 'DROP TABLE mates_things',
        prefix => 'mates')});
is(sql('bare', 'SET ROLE owner; SELECT revision FROM migrate_plan()'), 'a1', 'registered, it is pending');
like(error_of('bare', 'SET ROLE owner; SELECT migrate_upgrade()'), qr/type "mood" already exists/,
    'an upgrade without a stamp fails');
is(sql('bare', q{SELECT count(*) FROM pg_tables WHERE tablename IN ('people', 'mates_things')}), '2',
    'and changes nothing');
# The stamp is the way out.
sql('bare', q{SET ROLE owner; SELECT migrate_stamp('{head}'); SELECT migrate_stamp('{head}', prefix => 'mates')});
is(sql('bare', 'SET ROLE owner; SELECT revision FROM migrate_current()'), 'a1', 'stamped, it is current');
is(sql('bare', 'SET ROLE owner; SELECT revision, is_applied FROM migrate_history()'), 'a1|t', 'in the history');
is(sql('bare', 'SET ROLE owner; SELECT count(*) FROM migrate_plan()'), '0', 'with nothing left to plan');
is(sql('bare', 'SET ROLE owner; SELECT count(*) FROM migrate_upgrade()'), '0', 'or to run');
# Which names a prefix reserves is known again; what its revisions made is not recorded.
like(error_of('bare', q{SET ROLE owner; SELECT migrate_register('a2', 'DROP TABLE app.mates_things', ''); SELECT migrate_upgrade()}),
    qr/mates/, 'the fence holds for names that a prefix reserves');
is(sql('bare', q{SELECT count(*) FROM pg_tables WHERE tablename = 'mates_things'}), '1', 'they stay');
sql('bare', q{SET ROLE owner; SELECT migrate_unregister('a2')});
is(sql('bare', 'SET ROLE owner; SELECT revision, dropped_types FROM migrate_downgrade()'), 'a1|{app.mood}',
    'a downgrade takes the orphaned type along');
is(sql('bare', q{SELECT to_regclass('app.people') IS NULL, to_regtype('app.mood') IS NULL}), 't|t', 'all is gone');
is(sql('bare', q{SET ROLE owner; SELECT revision FROM migrate_upgrade()}), 'a1', 'and comes back');

# A role that was dropped in the meantime: the rest is restored, and the superuser gives the
# prefix to somebody else.
sql('postgres', 'CREATE DATABASE fourth OWNER owner');
sql($_, 'REASSIGN OWNED BY stranger TO owner; DROP OWNED BY stranger') for qw(first second third bare);
sql('postgres', 'DROP ROLE stranger');
($ok, $said) = as_role('postgres', 'pg_restore', '-d', $node->connstr('fourth'), $dump);
is(sql('fourth', 'SELECT prefix, revision FROM migrate.version ORDER BY 1, 2'),
    "|a1\nmates|m1\nstrange|s1\nsuper|u1", 'with a missing role all rows are there');
like(error_of('fourth', q{SELECT migrate_downgrade(prefix => 'strange')}),
    qr/role "stranger" does not exist/, 'what belongs to it does not run');
# The GRANTs of the schema were lost with that of the missing role.
sql('fourth', q{GRANT ALL ON SCHEMA app TO mate; SELECT migrate_set_owner('strange', 'mate')});
is(sql('fourth', q{SELECT owner FROM migrate_status('strange')}), 'mate',
    'until somebody else owns it');

$node->stop;
done_testing();
