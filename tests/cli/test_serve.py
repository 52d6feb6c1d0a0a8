"""`abm-tree serve`: this computer's browser and nobody else, tried with sockets as anybody could."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from program import REPOSITORY, Run

from abm_tree.cli import serve
from abm_tree.cli.exits import Exit

SOCKET_KEY = "x3JJHMbDL1EzLkh9GBhXDw=="
PATIENCE = 30.0


# ---------------------------------------------------------------- what is refused before anything is opened


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0",
        "::",
        "192.168.1.7",
        "10.0.0.1",
        "example.com",
        "localhost.example.com",
        "",
        "127.0.0.1.nip.io",
    ],
)
def test_an_address_that_others_reach_is_refused(host: str, here: Run) -> None:
    ran = here("serve", "--host", host)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert f"error[not-loopback]: {host} can be reached from other computers. There is no password" in ran.err
    assert "ssh -L 8000:127.0.0.1:8000" in ran.err


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_a_port_that_is_none_is_refused(port: str, here: Run) -> None:
    ran = here("serve", f"--port={port}")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert f"error[bad-option]: {port} is no port." in ran.err


def test_without_the_extra_it_says_how_to_get_it(here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    ran = here("serve")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "error[no-extra]" in ran.err
    assert 'help: pip install "abm-tree[serve]"' in ran.err


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000"),
        ("LOCALHOST", 8000, "http://localhost:8000"),
        ("::1", 8000, "http://[::1]:8000"),
        ("127.0.0.2", 80, "http://127.0.0.2"),
    ],
)
def test_addresses_of_this_computer(host: str, port: int, url: str) -> None:
    assert serve._loopback(host)
    assert serve._url(host, port) == url


def test_it_starts_the_interface_in_the_workspace_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "my book; touch x"
    odd.mkdir()
    monkeypatch.chdir(odd)
    start = [sys.executable, "-m", "abm_tree.cli.served"]
    assert shlex.split(serve.command(Namespace())) == [*start, "--workspace", str(odd)]
    there = Namespace(workspace="..", sample=False, journal="j.db")
    assert shlex.split(serve.command(there)) == [
        *start,
        *("--workspace", str(tmp_path), "--journal", str(odd / "j.db")),
    ]
    assert shlex.split(serve.command(Namespace(workspace="x", sample=True, journal=None))) == [
        *start,
        "--sample",
    ]


# ---------------------------------------------------------------- a server, and sockets


@dataclass
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    port: int

    def ask(self, path: str = "/", *headers: str, keep: bool = False) -> tuple[int, str, socket.socket]:
        """A request as a program writes it: the status, head and body, and the socket if it is kept."""
        found = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        lines = [f"GET {path} HTTP/1.1", *(line.replace("PORT", str(self.port)) for line in headers)]
        if not keep:
            lines.append("Connection: close")
        found.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode())
        data = b""
        while piece := found.recv(65536):
            data += piece
            if keep and b"\r\n\r\n" in data:
                break
        if not keep:
            found.close()
        text = data.decode("utf-8", errors="replace")
        return int(text.split(" ", 2)[1]), text, found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    port = free_port()
    folder = tmp_path_factory.mktemp("served")
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "ABM_TREE_DATA": str(folder / "data")}
    process = subprocess.Popen(
        [sys.executable, "-m", "abm_tree", "--sample", "serve", "--port", str(port)],
        cwd=folder,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        # The first line is written when the port is open.
        assert process.stderr.readline() == f"abm-tree is at http://127.0.0.1:{port} - Ctrl+C ends it.\n"
        yield Served(process, port)
        process.kill()


UPGRADE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    f"Sec-WebSocket-Key: {SOCKET_KEY}",
)
HERE, ORIGIN = "Host: 127.0.0.1:PORT", "Origin: http://127.0.0.1:PORT"
FOREIGN = {
    "another name for this address": ("/", ["Host: evil.example:PORT"]),
    "another name without a port": ("/", ["Host: evil.example"]),
    "this address without its port": ("/", ["Host: 127.0.0.1"]),
    "another port": ("/", ["Host: 127.0.0.1:1"]),
    "a name that begins like ours": ("/", ["Host: 127.0.0.1:PORT.evil.example"]),
    "two names": ("/", [HERE, "Host: evil.example"]),
    "no name": ("/", []),
    "another page's script": ("/", [HERE, "Origin: http://evil.example"]),
    "a script of a page on another port": ("/", [HERE, "Origin: http://127.0.0.1:1"]),
    "files for another name": ("/static/js/textual.js", ["Host: evil.example:PORT"]),
    "files under another name of ours": ("/static/js/textual.js", ["Host: localhost:PORT"]),
    "a download for another name": ("/download/x", ["Host: evil.example:PORT"]),
    "a socket from another page": ("/ws", [HERE, "Origin: http://evil.example", *UPGRADE]),
    "a socket from another port": ("/ws", [HERE, "Origin: http://127.0.0.1:1", *UPGRADE]),
    "a socket from a page with another scheme": ("/ws", [HERE, "Origin: https://127.0.0.1:PORT", *UPGRADE]),
    "a socket from a file or a sandbox": ("/ws", [HERE, "Origin: null", *UPGRADE]),
    "a socket from no browser": ("/ws", [HERE, *UPGRADE]),
    "a socket with two origins": ("/ws", [HERE, ORIGIN, "Origin: http://evil.example", *UPGRADE]),
    "a socket by a bent name": (
        "/ws",
        ["Host: evil.example:PORT", "Origin: http://evil.example:PORT", *UPGRADE],
    ),
    "a socket by another way to write it": ("/%77s", [HERE, "Origin: http://evil.example", *UPGRADE]),
    "a socket by our other name": (
        "/ws",
        ["Host: localhost:PORT", "Origin: http://localhost:PORT", *UPGRADE],
    ),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_comes_from_elsewhere_is_refused(case: str, served: Served) -> None:
    path, headers = FOREIGN[case]
    status, text, _ = served.ask(path, *headers)
    assert status in (400, 403), text
    assert "terminal" not in text
    assert "Sec-WebSocket-Accept" not in text


def test_our_own_page_is_shown_and_loads_nothing_from_elsewhere(served: Served) -> None:
    status, text, _ = served.ask("/", HERE)
    head = text.split("\r\n\r\n")[0]
    assert status == 200
    assert f'data-session-websocket-url="ws://127.0.0.1:{served.port}/ws"' in text
    assert (
        f"Content-Security-Policy: default-src 'self'; connect-src 'self' ws://127.0.0.1:{served.port};"
        in head
    )
    for line in ("X-Frame-Options: DENY", "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff"):
        assert line in head
    assert served.ask("/static/js/textual.js", HERE)[0] == 200
    assert served.ask("/static/js/textual.js", HERE, ORIGIN)[0] == 200


@pytest.mark.parametrize("name", ["localhost", "LocalHost", "[::1]"])
def test_another_name_of_this_computer_leads_to_the_one(name: str, served: Served) -> None:
    status, text, _ = served.ask("/", f"Host: {name}:PORT")
    assert status == 302
    assert f"Location: http://127.0.0.1:{served.port}/\r\n" in text


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_tab_of_our_own_shows_the_interface_until_the_server_ends(served: Served) -> None:
    """The last test of this server: Ctrl+C ends it, although a tab is open."""
    status, text, tab = served.ask("/ws?width=80&height=24", HERE, ORIGIN, *UPGRADE, keep=True)
    with tab:
        assert status == 101
        assert "Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=" in text
        data = text.split("\r\n\r\n", 1)[1].encode()
        while b"abm-tree" not in data and b"ample" not in data:  # Home, in the sample workspace
            piece = tab.recv(65536)
            assert piece, data
            data += piece
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(timeout=PATIENCE) == Exit.OK
