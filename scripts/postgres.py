"""Runs a command beside a PostgreSQL server of its own: ``python scripts/postgres.py [--optional] [--durable] COMMAND ...``.

The server lies in a temporary folder, listens on a free port of this machine alone, and is stopped when the command ends, by whatever
way. The command finds its URL in ``LEADROUTE_TEST_POSTGRES``. The binaries are those that are there; where there are none, Debian's
package is installed, or with ``--optional`` the command runs without a server. A URL that is set already is used as it is.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

VARIABLE = "LEADROUTE_TEST_POSTGRES"
USER = "postgres"
PASSWORD = "kept-from-everybody"  # noqa: S105 - of a server that lives for one command; tests look that it is never printed
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


def binaries() -> Path | None:
    """The folder with ``initdb`` and ``postgres``: the newest of Debian's, else that of the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    found = shutil.which("initdb")
    initdb = debian[-1] if debian else Path(found) if found else None
    return initdb.resolve().parent if initdb is not None else None


def install() -> None:
    """Debian's package; it says itself why it cannot."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        sys.exit("there is no PostgreSQL server here: install one (Debian: apt-get install postgresql)")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (("update", "-qq"), ("install", "-qq", "--no-install-recommends", "postgresql")):
        subprocess.run((apt, *step), check=True, env=quiet, stdout=sys.stderr)


@contextlib.contextmanager
def server(folder: Path, programs: Path, *, durable: bool) -> Iterator[str]:
    """A running server, and its URL. The server refuses to run as root: then it is the user postgres's."""
    # Group and extra groups too: a process that keeps root's group could still read what is root's.
    who: dict[str, object] = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
    if who:
        shutil.chown(folder, USER, USER)
    data, log = folder / "data", folder / "log"
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)  # the folder is closed to others
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*argv: object) -> None:
        subprocess.run(list(map(str, argv)), check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)  # type: ignore[call-overload]

    run(
        programs / "initdb",
        f"--pgdata={data}",
        "--username=leadroute",
        f"--pwfile={secret}",
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
    )
    settings = ("listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *(() if durable else QUICK))
    options = " ".join(f"-c {setting}" for setting in settings)
    try:
        run(programs / "pg_ctl", "start", "--wait", "--silent", f"--pgdata={data}", f"--log={log}", f"--options=-p {port} {options}")
    except subprocess.CalledProcessError:
        sys.exit(log.read_text() if log.exists() else "the PostgreSQL server did not start")
    try:
        yield f"postgresql+psycopg://leadroute:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        run(programs / "pg_ctl", "stop", "--wait", "--silent", "--mode=immediate", f"--pgdata={data}")


def command(argv: Sequence[str], url: str | None) -> int:
    """Run the command; its exit code. A signal that ends this script is handed on, so that the server is stopped after it."""
    environment = dict(os.environ) if url is None else {**os.environ, VARIABLE: url}
    with subprocess.Popen(argv, env=environment) as child:
        before = [signal.signal(number, lambda sent, _: child.send_signal(sent)) for number in (signal.SIGTERM, signal.SIGHUP)]
        before.append(signal.signal(signal.SIGINT, lambda *_: None))  # a terminal sends it to the child as well
        try:
            return child.wait()
        finally:
            for number, handler in zip((signal.SIGTERM, signal.SIGHUP, signal.SIGINT), before, strict=True):
                signal.signal(number, handler)


def main() -> None:
    """Starts the server, runs the command, stops the server; the exit code is the command's."""
    options = argparse.ArgumentParser(prog="python scripts/postgres.py", description=__doc__)
    options.add_argument("--optional", action="store_true", help="run the command without a server where there is none")
    options.add_argument("--durable", action="store_true", help="with the settings of a real server: what is committed is on the disk")
    options.add_argument("command", nargs=argparse.REMAINDER)
    given = options.parse_args()
    if not given.command:
        options.error("name a command to run")
    if os.environ.get(VARIABLE):
        sys.exit(command(given.command, None))
    programs = binaries()
    if programs is None and given.optional:
        print("no PostgreSQL server here: the tests that need one are skipped", file=sys.stderr)
        sys.exit(command(given.command, None))
    if programs is None:
        install()
        programs = binaries()
        if programs is None:
            sys.exit("Debian's package brought no PostgreSQL server")
    with (
        tempfile.TemporaryDirectory(prefix="leadroute-postgres-", ignore_cleanup_errors=True) as folder,
        server(Path(folder), programs, durable=given.durable) as url,
    ):
        code = command(given.command, url)
    sys.exit(code)


if __name__ == "__main__":
    main()
