# Whom a deploy names that could not get a lock: also where it waited for the end of a transaction.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib 'test/lib';
use Session;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
    CREATE EXTENSION migrate;
    SELECT migrate_register('t', 'CREATE TABLE audit_logs (id int PRIMARY KEY, request_id text)');
    SELECT migrate_register('i', 'CREATE INDEX CONCURRENTLY ON audit_logs (request_id)');
    SELECT migrate_register('c', 'ALTER TABLE audit_logs ADD COLUMN actor text');
    SELECT migrate_register('r', 'UPDATE audit_logs SET actor = 1');
});
$node->safe_psql('postgres', q{CALL migrate_deploy('t')});
$node->safe_psql('postgres', q{INSERT INTO audit_logs VALUES (1, 'first')});

my $holder = Session->new($node, application_name => 'holder');
my $pid = $holder->pid;

# What a deploy to `target` says of who is in its way, when `statement` is open.
sub detail
{
    my ($statement, $target) = @_;
    $holder->run("BEGIN; $statement");
    my ($status, $out, $err) = $node->psql('postgres', qq{
        SET migrate.lock_timeout = '100ms';
        SET migrate.lock_retries = 0;
        CALL migrate_deploy('$target');});
    $holder->run('ROLLBACK');
    $node->safe_psql('postgres', "CALL migrate_deploy('$target')");
    return $err =~ /^DETAIL:  (.*?);?$/m ? $1 : $err;
}

is(detail('DELETE FROM audit_logs', 'i'),
    'It waited for ShareLock on a transaction that must end first. '
        . "Process $pid holds ExclusiveLock, idle in transaction: DELETE FROM audit_logs",
    'an index that is built concurrently waits for a transaction');
is(detail('SELECT * FROM audit_logs', 'c'),
    'It waited for AccessExclusiveLock on relation public.audit_logs. '
        . "Process $pid holds AccessShareLock, idle in transaction: SELECT * FROM audit_logs",
    'a relation');
is(detail('SELECT * FROM audit_logs FOR UPDATE', 'r'),
    'It waited for ShareLock on rows of another transaction. '
        . "Process $pid holds ExclusiveLock, idle in transaction: SELECT * FROM audit_logs FOR UPDATE",
    'rows');

$holder->quit;
$node->stop;
done_testing();
