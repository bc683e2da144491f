# A psql that stays open beside others: statements are sent, and waited for when the test wants to
# know how they ended.  PostgreSQL::Test::BackgroundPsql is not in every minor version.
package Session;

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Utils;

# Options: database, and others that go into the connection string, such as user.
sub new
{
    my ($class, $node, %options) = @_;
    my $database = delete $options{database} // 'postgres';
    my $target = delete $options{target} // $node->connstr($database);
    $target .= " $_='$options{$_}'" foreach sort keys %options;
    my $self = bless { in => '', out => '', err => '', count => 0, waits => 0 }, $class;
    $self->{timer} = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);
    $self->{run} = IPC::Run::start(
        [ 'psql', '-X', '-A', '-t', '-q', '-d', $target, '-f', '-' ],
        '<', \$self->{in}, '>', \$self->{out}, '2>', \$self->{err}, $self->{timer});
    return $self;
}

# Sends statements without waiting for their end; the last one needs no semicolon.
sub start
{
    my ($self, $sql) = @_;
    my $end = ++$self->{count};
    $self->{out} = $self->{err} = '';
    $self->{waits} = 1;
    $self->{in} .= "$sql;\n\\echo -- end $end\n\\warn -- end $end\n";
    $self->{run}->pump_nb;
    return $self;
}

# Waits for the end of what was sent; returns what it printed.
sub wait
{
    my ($self) = @_;
    my $end = qr/^-- end $self->{count}\n/m;
    $self->{timer}->start;
    while ($self->{waits} && !($self->{out} =~ $end && $self->{err} =~ $end))
    {
        last if !$self->{run}->pumpable;
        $self->{run}->pump;
    }
    $self->{timer}->reset;
    $self->{waits} = 0;
    $self->{$_} =~ s/$end// foreach qw(out err);
    $self->{err} =~ s/^psql:<stdin>:\d+: //mg;
    chomp(my $out = $self->{out});
    return $out;
}

sub run
{
    my ($self, $sql) = @_;
    return $self->start($sql)->wait;
}

# What was printed as errors and notices since the last start; as far as it has come.
sub messages
{
    my ($self) = @_;
    $self->wait;
    return $self->{err};
}

sub pid
{
    my ($self) = @_;
    $self->{pid} //= $self->run('SELECT pg_backend_pid()');
    return $self->{pid};
}

# Ends the session, or notices that it has been ended.
sub quit
{
    my ($self) = @_;
    $self->{in} .= "\\q\n" if $self->{run}->pumpable;
    eval { $self->{run}->finish };
    return;
}

1;
