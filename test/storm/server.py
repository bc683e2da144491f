"""A server and a pooler of the test's own, and what the server's log says of them."""

import glob
import os
import re
import resource
import shutil
import signal
import subprocess
import time

import psycopg2

DATABASE = 'storm'

# What no server may write.  XX000 is what a server says that does not know how it got there; the
# statements of the histories have no reason to cause one, so there is no list of exceptions.
BAD_LINES = re.compile(
    r'terminated by signal|PANIC:|TRAP:|abnormal database system shutdown| XX00\d |stuck spinlock'
    r'|WARNING:.*(leak|you don.t own a lock|not properly)')


class Server:
    """A cluster in a folder; whoever runs this runs the server."""

    def __init__(self, bindir, folder):
        self.bindir, self.folder = bindir, folder
        self.data, self.log = folder + '/data', folder + '/log'
        self.killed = set()  # processes that the test itself has killed
        self.seen = 0  # bytes of the log that were read
        os.makedirs(folder, exist_ok=True)
        # A process that crashes leaves a core file in the data directory.
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        self.run('initdb', '--pgdata', self.data, '--username', 'postgres', '--auth', 'trust',
                 '--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync')
        with open(self.data + '/postgresql.conf', 'a', encoding='utf-8') as settings:
            settings.write(f"""
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 100
fsync = off
full_page_writes = off
restart_after_crash = on
log_line_prefix = '%m [%p] %e %a: '
log_checkpoints = off
""")
        self.start()

    def run(self, program, *arguments):
        done = subprocess.run([f'{self.bindir}/{program}', *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
        if done.returncode:
            raise RuntimeError(f'{program} {" ".join(arguments)}: {done.stdout}')

    def start(self):
        # The server keeps the outputs that it is given, so these are no pipes.
        with open(self.folder + '/pg_ctl', 'w', encoding='utf-8') as output:
            subprocess.run([f'{self.bindir}/pg_ctl', '--pgdata', self.data, '--log', self.log, '-c',
                            '--timeout', '60', '--wait', 'start'],
                           stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=True)

    def stop(self, mode='fast'):
        self.run('pg_ctl', '--pgdata', self.data, '--mode', mode, '--timeout', '60', '--wait', 'stop')

    def is_running(self):
        return os.path.exists(self.data + '/postmaster.pid')

    def connect(self, name, database=DATABASE, host=None, patience=60.0):
        """A session in autocommit mode.  Waits while the server comes back from a crash."""
        end = time.monotonic() + patience
        while True:
            try:
                session = psycopg2.connect(host=host or self.folder, port=5432, user='postgres',
                                           dbname=database, application_name=name)
                session.autocommit = True
                return session
            except psycopg2.Error:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def kill(self, pid):
        """As the kernel does when memory is short."""
        self.killed.add(pid)
        os.kill(pid, signal.SIGKILL)

    def bad_lines(self):
        """What the log has that it should not, since the last look."""
        with open(self.log, 'rb') as log:
            log.seek(self.seen)
            text = log.read()
        text = text[:text.rfind(b'\n') + 1]
        self.seen += len(text)
        found = []
        for line in text.decode(errors='replace').splitlines():
            if not BAD_LINES.search(line):
                continue
            ended = re.search(r'\(PID (\d+)\) was terminated by signal 9', line)
            if not (ended and int(ended.group(1)) in self.killed):
                found.append(line)
        return found

    def stacks(self):
        """Of the core files, which are taken away."""
        found = []
        for core in glob.glob(self.data + '/core*'):
            if shutil.which('gdb'):
                said = subprocess.run(
                    ['gdb', '-batch', '-ex', 'bt 25', f'{self.bindir}/postgres', core],
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                    check=False, text=True, errors='replace').stdout
                found.append('\n'.join(line for line in said.splitlines()
                                       if line.startswith('#') or 'terminated' in line))
            else:
                found.append('a core file, and no gdb to read it')
            os.remove(core)
        return found


class Pooler:
    """PgBouncer in transaction mode."""

    def __init__(self, server, folder, connections):
        program = shutil.which('pgbouncer', path=os.environ.get('PATH', '') + ':/usr/sbin')
        if not program:
            raise RuntimeError('pgbouncer is not installed')
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        with open(folder + '/users', 'w', encoding='utf-8') as users:
            users.write('"postgres" ""\n')
        with open(folder + '/settings', 'w', encoding='utf-8') as settings:
            settings.write(f"""
[databases]
* = host={server.folder} port=5432
[pgbouncer]
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 100
server_login_retry = 1
listen_addr =
listen_port = 5432
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
logfile = {folder}/log
pidfile = {folder}/pid
""")
        self.command, self.starts = [program, '-q', folder + '/settings'], 0
        self.process = None
        self.keep_up()

    def keep_up(self):
        """Some versions end themselves ("server in bad state") when a server goes that they send
        a request to cancel."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.starts += 1

    def stop(self):
        self.process.kill()
        self.process.wait()
