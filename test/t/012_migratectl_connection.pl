# How migratectl reaches a server: passwords, password and service files, URIs, TLS, a server that
# is only starting, one that is read-only.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
my $port = $node->port;
my $data = $node->data_dir;
my $work = PostgreSQL::Test::Utils::tempdir();

# Certificates: an authority of our own, and a server called localhost.
sub openssl {
    my (@arguments) = @_;
    PostgreSQL::Test::Utils::run_log([ 'openssl', @arguments ]) or die "openssl @arguments failed\n";
}
openssl('req', '-new', '-x509', '-days', '30', '-nodes', '-subj', '/CN=authority',
    '-keyout', "$work/authority.key", '-out', "$work/authority.crt");
openssl('req', '-new', '-nodes', '-subj', '/CN=localhost', '-keyout', "$data/server.key", '-out', "$work/server.csr");
openssl('x509', '-req', '-days', '30', '-in', "$work/server.csr", '-CA', "$work/authority.crt",
    '-CAkey', "$work/authority.key", '-CAcreateserial', '-out', "$data/server.crt");
chmod 0600, "$data/server.key";

$node->append_conf('postgresql.conf', "listen_addresses = '127.0.0.1'\nssl = on\n");
$node->start;
$node->safe_psql('postgres', q{
    CREATE EXTENSION migrate;
    SET password_encryption = 'scram-sha-256';
    CREATE ROLE keeper LOGIN PASSWORD 'p@ss/word';
});
unlink "$data/pg_hba.conf";
$node->append_conf('pg_hba.conf', "local all all trust\nlocal replication all trust\nhostssl all keeper 127.0.0.1/32 scram-sha-256\n"
    . "host all nobody 127.0.0.1/32 reject\n");
$node->reload;

# Runs it with nothing of the environment but what is given.
sub client {
    my ($environment, @arguments) = @_;
    local %ENV = (PATH => $ENV{PATH}, HOME => $work, LD_LIBRARY_PATH => $ENV{LD_LIBRARY_PATH} // '', %$environment);
    my ($out, $err) = ('', '');
    # A session of its own: no terminal could be asked for a password.
    IPC::Run::run([ 'setsid', '--wait', 'migratectl', @arguments ], '<', \undef, '>', \$out, '2>', \$err);
    return ($? >> 8, $out, $err);
}

sub succeeds {
    my ($name, @how) = @_;
    my ($status, $out, $err) = client(@how);
    is($status, 0, $name) or diag($err);
    return;
}

sub fails {
    my ($name, $pattern, @how) = @_;
    my ($status, $out, $err) = client(@how);
    is($status, 1, "$name: an error");
    like($err, $pattern, "$name: which one");
    return;
}

my @there = ('-h', '127.0.0.1', '-p', $port, '-U', 'keeper', '-d', 'postgres');

# --- passwords ------------------------------------------------------------------------------------

succeeds('PGPASSWORD', { PGPASSWORD => 'p@ss/word' }, @there, 'status');
fails('a wrong password', qr{password authentication failed for user "keeper"}, { PGPASSWORD => 'wrong' }, @there, 'status');
fails('no password and nobody to ask', qr{no password supplied}, {}, @there, 'status');
fails('a wrong password is final', qr{password authentication failed}, { PGPASSWORD => 'wrong' }, @there, '--wait', '60', 'status');

PostgreSQL::Test::Utils::append_to_file("$work/.pgpass", "127.0.0.1:$port:*:keeper:p\@ss/word\n");
chmod 0600, "$work/.pgpass";
succeeds('.pgpass', {}, @there, 'status');

PostgreSQL::Test::Utils::append_to_file("$work/.pg_service.conf",
    "[here]\nhost=127.0.0.1\nport=$port\nuser=keeper\ndbname=postgres\n");
succeeds('a service', { PGSERVICE => 'here' }, 'status');
succeeds('a service by -d', {}, '-d', 'service=here', 'status');
unlink "$work/.pgpass";

# --- URIs --------------------------------------------------------------------------------------------

my $address = "keeper:p%40ss%2Fword\@127.0.0.1:$port/postgres";
succeeds('a URI', {}, '-d', "postgresql://$address", 'status');
succeeds('DATABASE_URL', { DATABASE_URL => "postgres://$address" }, 'status');
succeeds('as asyncpg has it', { DATABASE_URL => "postgresql+asyncpg://$address?ssl=require" }, 'status');
succeeds('as psycopg2 has it', { DATABASE_URL => "postgresql+psycopg2://$address?sslmode=require" }, 'status');
succeeds('DATABASE_URL goes before PGHOST', { DATABASE_URL => "postgres://$address", PGHOST => '/nowhere' }, 'status');
fails('an option goes before DATABASE_URL', qr{port 1 failed|Connection refused}, { DATABASE_URL => "postgres://$address" }, '-p', '1', 'status');

# --- TLS ----------------------------------------------------------------------------------------------

fails('no TLS where it is demanded', qr{no pg_hba.conf entry.*no encryption}, { PGPASSWORD => 'p@ss/word', PGSSLMODE => 'disable' }, @there, 'status');
succeeds('the certificate is checked', {}, '-d', "postgresql://keeper:p%40ss%2Fword\@localhost:$port/postgres"
    . "?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=$work/authority.crt", 'status');
fails('and refused for another name', qr{certificate}, {}, '-d', "postgresql://keeper:p%40ss%2Fword\@127.0.0.1:$port/postgres"
    . "?sslmode=verify-full&sslrootcert=$work/authority.crt", 'status');

# --- a cancel over TLS -----------------------------------------------------------------------------------

mkdir "$work/files";
PostgreSQL::Test::Utils::append_to_file("$work/files/0001_sleep.up.sql", 'SELECT pg_sleep(60);');
$node->safe_psql('postgres', 'GRANT CREATE ON SCHEMA public TO keeper');
{
    local %ENV = (%ENV, PGPASSWORD => 'p@ss/word');
    my ($out, $err) = ('', '');
    my $run = IPC::Run::start([ 'migratectl', @there, "$work/files", 'up' ], '<', \undef, '>', \$out, '2>', \$err);
    $node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        or die "it does not sleep\n";
    $run->signal('INT');
    $run->finish;
    like($err, qr{canceling statement due to user request}, 'Ctrl-C reaches the server over TLS');
}

# --- a server that cannot write ---------------------------------------------------------------------------

$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->append_conf('postgresql.conf', "ssl = off\n");
$standby->start;
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
my @standby = ('-h', $standby->host, '-p', $standby->port, '-U', $ENV{PGUSER} // scalar(getpwuid($<)), '-d', 'postgres');
succeeds('a standby can be looked at', {}, @standby, 'history');
fails('and refuses a run', qr{ERROR:  .*(?:read-only|recovery|standby)}, {}, @standby, 'up');
is((client({}, @standby, 'check'))[0], 3, 'and can be checked');
$standby->stop;

# --- a server that is starting ------------------------------------------------------------------------------

$node->stop;
my @local = ('-h', $node->host, '-p', $port, '-U', $ENV{PGUSER} // scalar(getpwuid($<)), '-d', 'postgres');
fails('a server that is not there', qr{No such file or directory|Connection refused}, {}, @local, 'status');
{
    my ($out, $err) = ('', '');
    my $run = IPC::Run::start([ 'migratectl', @local, '--wait', '60', 'status' ], '<', \undef, '>', \$out, '2>', \$err);
    sleep 1;
    ok($run->pumpable, 'is waited for');
    $node->start;
    ok($run->finish, 'until it is there');
    like($out, qr{pending}, 'and then it is asked');
}
$node->stop;

done_testing();
