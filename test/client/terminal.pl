#!/usr/bin/perl
#
# migratectl on a terminal: the progress line, colours, narrow and dumb terminals, a question for
# a password, Ctrl-C.  Runs against the server that PGHOST, PGPORT and PGUSER name.
#
use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Pty;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(time sleep);

my $migratectl = $ENV{MIGRATECTL} || 'migratectl';
my $files = tempdir(CLEANUP => 1);
my $database = "migrate_terminal_$$";

sub psql {
    my ($sql, $where) = @_;
    open my $pipe, '-|', 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $where // $database, '-c', $sql
        or die "cannot run psql: $!\n";
    local $/;
    my $result = <$pipe> // '';
    close $pipe or die "psql failed: $sql\n";
    return $result =~ s/\n\z//r;
}

sub write_file {
    my ($name, $text) = @_;
    open my $file, '>', "$files/$name" or die "cannot write $name: $!\n";
    print $file $text;
    close $file;
}

# Runs it on a terminal of this width; `$seen->($output)` is called as output arrives and may
# return something to type.  Returns all output and the status as wait() has it.
sub on_terminal {
    my ($columns, $environment, $arguments, $seen) = @_;
    my $pty = IO::Pty->new;
    my $process = fork // die "cannot fork: $!\n";
    if ($process == 0) {
        $pty->make_slave_controlling_terminal;
        my $terminal = $pty->slave;
        $terminal->set_winsize(24, $columns);
        close $pty;
        open STDIN, '<&', $terminal or die;
        open STDOUT, '>&', $terminal or die;
        open STDERR, '>&', $terminal or die;
        delete @ENV{qw(NO_COLOR TERM)};
        $ENV{PGDATABASE} = $database;
        $ENV{TERM} = 'xterm';
        for my $name (keys %$environment) {
            if (defined $environment->{$name}) { $ENV{$name} = $environment->{$name} } else { delete $ENV{$name} }
        }
        exec $migratectl, @$arguments or die "cannot run $migratectl: $!\n";
    }
    $pty->close_slave;
    my ($output, $deadline) = ('', time + 60);
    while (time < $deadline) {
        my $ready = '';
        vec($ready, fileno($pty), 1) = 1;
        if (select $ready, undef, undef, 0.1) {
            last unless sysread $pty, my $piece, 65536;
            $output .= $piece;
        }
        my $typed = $seen ? $seen->($output) : undef;
        syswrite $pty, $typed if defined $typed;
    }
    kill 'KILL', $process if time >= $deadline;
    waitpid $process, 0;
    return ($output, $?);
}

# What the longest line that was drawn takes, without colours.
sub widest {
    my ($output) = @_;
    my $widest = 0;
    utf8::decode($output);
    for my $line (split /[\r\n]+/, $output) {
        $line =~ s/\e\[[0-9;]*[A-Za-z]//g;
        $widest = length $line if length $line > $widest;
    }
    return $widest;
}

psql("CREATE DATABASE $database", 'postgres');
END {
    local $?;
    psql("DROP DATABASE IF EXISTS $database WITH (FORCE)", 'postgres') if defined $database;
}
psql('CREATE EXTENSION migrate');
write_file('0001_orders.up.sql', 'CREATE TABLE orders (id int);');
write_file('0002_a_long_message_that_goes_on_and_on_and_on_until_it_is_wide.up.sql',
    "SELECT pg_sleep(0.3);\nSELECT pg_sleep(1.4);");
write_file('0001_orders.down.sql', 'DROP TABLE orders;');
write_file('0002_a_long_message_that_goes_on_and_on_and_on_until_it_is_wide.down.sql', 'SELECT 1');

# --- the line -------------------------------------------------------------------------------------

my ($output, $status) = on_terminal(200, {}, [ $files, 'up' ]);
is($status, 0, 'an upgrade on a terminal succeeds');
like($output, qr{\r\e\[36m\[2/2\] 0002 a long message [^\r]*\e\[K}, 'it draws a line with n of m and the message');
like($output, qr{\[2/2\] 0002[^\r]*statement 2: SELECT 1\.0 s}, 'with the running statement and its time');
like($output, qr{\r\e\[K\[2/2\] 0002 [^\r]* \S+ [0-9.]+ m?s\r\n}, 'which gives way to a plain line when it is done');
like($output, qr{applied 2 revisions in [0-9.]+ s\r\n$}, 'and is gone at the end');

psql("SELECT migrate_downgrade('base')");
($output, $status) = on_terminal(40, {}, [ 'deploy' ]);
is($status, 0, 'a narrow terminal');
cmp_ok(length((sort { length $b <=> length $a } grep { /\[36m/ } split /\r/, $output)[0] =~ s/\e\[[0-9;]*[A-Za-z]//gr), '<=', 40 + 2,
    'the line fits');
like($output, qr{\xe2\x80\xa6\e\[0m}, 'with an ellipsis');

psql("SELECT migrate_downgrade('base')");
($output) = on_terminal(100, { NO_COLOR => '1' }, [ 'up' ]);
unlike($output, qr{\e\[[0-9;]+m}, 'NO_COLOR: no colours');
like($output, qr{\r\[2/2\]}, 'but a line');

psql("SELECT migrate_downgrade('base')");
($output) = on_terminal(100, { TERM => 'dumb' }, [ 'up' ]);
unlike($output, qr{\e}, 'a dumb terminal gets no sequences');
unlike($output, qr{\r(?!\n)}, 'and no line that is drawn over');
like($output, qr{\[1/2\] 0001 orders}, 'but plain lines');

psql("SELECT migrate_downgrade('base')");
($output) = on_terminal(100, {}, [ 'up', '--quiet' ]);
is($output, '', '--quiet is quiet on a terminal too');

# --- tables ----------------------------------------------------------------------------------------

($output) = on_terminal(100, {}, [ 'history' ]);
cmp_ok(widest($output), '<=', 100, 'tables fit into the terminal');
like($output, qr{a long.*\xe2\x80\xa6}, 'messages are cut');
($output) = on_terminal(20, {}, [ 'history' ]);
like($output, qr{0001}, 'what is too narrow for any table shows it all the same');

($output) = on_terminal(80, {}, [ 'show', 'nowhere' ]);
like($output, qr{\e\[31mERROR\e\[0m:  }, 'errors are red');

# --- Ctrl-C ------------------------------------------------------------------------------------------

psql("SELECT migrate_downgrade('base')");
psql("SELECT migrate_register('0003', 'SELECT pg_sleep(60)', '')");
my $typed = 0;
($output, $status) = on_terminal(100, {}, [ 'deploy' ], sub {
    return if $typed || $_[0] !~ /0003[^\r]*statement 1/;
    $typed = 1;
    return "\x03";
});
is($status >> 8, 1, 'Ctrl-C: the error of the server ends it');
like($output, qr{canceling statement due to user request}, 'which was asked to cancel');
like($output, qr{warning:\S* 2 revisions were applied: 0001, 0002}, 'what was done is said');
like($output, qr{warning:\S* not applied: 0003}, 'and what was not');
is(psql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = '$database'"), 0, 'no session stays');

# A server that does not answer the cancel: stopped, as a frozen machine would be.
my ($stopped, $server) = (0);
($output, $status) = on_terminal(100, {}, [ 'up' ], sub {
    if (!$server && $_[0] =~ /0003[^\r]*statement 1/) {
        $server = psql("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = '$database'");
        return if !$server; # not asleep yet
        kill 'STOP', $server or die "cannot stop process $server: $!\n";
        $stopped = time;
        return "\x03";
    }
    return $stopped && time - $stopped > 1 && $stopped++ ? "\x03" : undef;
});
kill 'CONT', $server;
is($status & 127, POSIX::SIGINT, 'the second Ctrl-C ends the program at once');

# --- a password ------------------------------------------------------------------------------------------

my $asked = 0;
($output, $status) = on_terminal(100, {}, [ '-W', 'status' ], sub {
    return if $asked || $_[0] !~ /Password: $/;
    $asked = 1;
    return "secret\n";
});
is($status, 0, '-W asks for a password first');
is($asked, 1, 'on the terminal');
unlike($output, qr{secret}, 'and shows nothing of it');

done_testing();
