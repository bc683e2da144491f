# On a streaming standby everything that looks works, and everything that changes is refused.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->start;
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

$primary->safe_psql('postgres', q{
    CREATE EXTENSION migrate;
    SELECT migrate_register('a1', 'CREATE TABLE t ()', 'DROP TABLE t');
    SELECT migrate_register('a2', 'CREATE TABLE u ()', 'DROP TABLE u');
    SELECT count(*) FROM migrate_upgrade('a1');
});
$primary->wait_for_catchup($standby);

my %looks = (
    'SELECT revision FROM migrate_current()' => 'a1',
    'SELECT revision FROM migrate_heads()' => 'a2',
    'SELECT revision, is_applied FROM migrate_history()' => "a2|f\na1|t",
    'SELECT revision, direction FROM migrate_plan()' => 'a2|upgrade',
    'SELECT pending FROM migrate_status()' => '1',
    q{SELECT revision FROM migrate_show('a2')} => 'a2',
);
foreach my $sql (sort keys %looks)
{
    is($standby->safe_psql('postgres', $sql), $looks{$sql}, "on the standby: $sql");
}

my %changes = (
    'SELECT migrate_upgrade()' => 'migrate_upgrade',
    'SELECT migrate_downgrade()' => 'migrate_downgrade',
    q{SELECT migrate_stamp('{a2}')} => 'migrate_stamp',
    q{SELECT migrate_register('a3', '')} => 'migrate_register',
    q{SELECT migrate_create_prefix('x')} => 'migrate_create_prefix',
);
foreach my $sql (sort keys %changes)
{
    my ($status, $out, $err) = $standby->psql('postgres', $sql);
    isnt($status, 0, "refused: $sql");
    like($err, qr/cannot execute $changes{$sql}\(\) during recovery/, "and told why: $sql");
}

# What ran on the primary is seen, and after a promotion the work goes on.
$primary->safe_psql('postgres', 'SELECT migrate_upgrade()');
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', 'SELECT revision FROM migrate_current()'), 'a2',
    'the standby follows');
$primary->stop;
$standby->promote;
is($standby->safe_psql('postgres', 'SELECT revision FROM migrate_downgrade()'), 'a2',
    'promoted, it runs revisions');

$standby->stop;
done_testing();
