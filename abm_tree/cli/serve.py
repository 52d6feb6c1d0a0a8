"""`abm-tree serve`: the terminal interface in a browser of the same computer.

Promises: only a browser on this computer that its user sent here is answered. A foreign `Host` (a name bent
to point here) and a foreign `Origin` (a script of another page) are refused; the page loads nothing from
elsewhere. Refuses: addresses that other computers reach, since there is no password.
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.cli.exits import Exit
from abm_tree.report.diagnostics import full
from abm_tree.source import Diagnostic, Severity

if TYPE_CHECKING:
    from aiohttp import web
    from aiohttp.typedefs import Handler, Middleware

LAST_PORT = 65535
SHUTDOWN = 1.0  # seconds that open tabs have to end; what was answered in them is saved already
PAGE, SOCKET = "/", "/ws"  # textual-serve's page, and where it connects to
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl+C."""
    problem = _problem(options.host, options.port)
    if problem is not None:
        print(full([problem], lambda _: None), file=sys.stderr)
        return Exit.USAGE
    from aiohttp import web

    url = _url(options.host, options.port)
    web.run_app(
        make_app(command(options), options.host, options.port),
        host=options.host,
        port=options.port,
        # Called once the port is open.
        print=lambda *_: print(f"abm-tree is at {url} - Ctrl+C ends it.", file=sys.stderr, flush=True),
        access_log=None,
        shutdown_timeout=SHUTDOWN,
    )
    return Exit.OK


def command(options: argparse.Namespace) -> str:
    """The shell's line that starts the interface in the workspace that the options name."""
    parts = [sys.executable, "-m", "abm_tree.cli.served"]
    if getattr(options, "sample", False):
        parts.append("--sample")
    else:
        parts += ["--workspace", str(Path(getattr(options, "workspace", None) or ".").resolve())]
    if getattr(options, "journal", None):
        parts += ["--journal", str(Path(options.journal).resolve())]
    return subprocess.list2cmdline(parts) if os.name == "nt" else shlex.join(parts)


async def make_app(line: str, host: str, port: int) -> web.Application:
    """The web application: textual-serve's, behind a guard."""
    from aiohttp import web
    from rich.console import Console
    from textual_serve.server import Server

    server = Server(line, host, port, title="abm-tree", public_url=_url(host, port))
    server.console = Console(quiet=True)  # its banner is no message of ours
    app = await server._make_app()
    app.middlewares.append(web.middleware(guard(host, port)))
    return app


def guard(host: str, port: int) -> Middleware:
    """A middleware that answers only our own page, asked for by the address that we serve."""
    from aiohttp import web

    url = _url(host, port)
    here = url.removeprefix("http://")
    others = {_url(name, port).removeprefix("http://") for name in ("127.0.0.1", "localhost", "::1")}
    policy = (
        f"default-src 'self'; connect-src 'self' ws://{here}; style-src 'self' 'unsafe-inline'; "
        "script-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )

    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = [name.lower() for name in request.headers.getall("Host", [])]
        origins = request.headers.getall("Origin", [])
        if request.path == PAGE and not origins and len(asked) == 1 and asked[0] in others - {here}:
            raise web.HTTPFound(f"{url}/")  # one name for all, so that there is one origin
        # A browser always says where the script comes from that opens a socket; who does not is none.
        wanted = ([url],) if request.path == SOCKET else ([], [url])
        if asked != [here] or origins not in wanted:
            raise web.HTTPForbidden(text="This page is for the browser of this computer alone.\n")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
            response.headers["Content-Security-Policy"] = policy
        return response

    return guarded


def _problem(host: str, port: int) -> Diagnostic | None:
    """Why this cannot be served, or None."""
    if not _loopback(host):
        return Diagnostic(
            "not-loopback",
            Severity.ERROR,
            f"{host} can be reached from other computers. There is no password: whoever reaches it sees and "
            "changes everything.",
            "--host",
            help="Leave --host out. From elsewhere, an SSH tunnel leads here: "
            f"ssh -L {port}:127.0.0.1:{port} this-computer",
        )
    if not 1 <= port <= LAST_PORT:
        message = f"{port} is no port."
        return Diagnostic(
            "bad-option", Severity.ERROR, message, "--port", help=f"Ports are 1 to {LAST_PORT}."
        )
    if find_spec("textual_serve") is None:
        return Diagnostic(
            "no-extra",
            Severity.ERROR,
            "Serving needs the package textual-serve, which is not installed.",
            "serve",
            help='pip install "abm-tree[serve]"',
        )
    return None


def _loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _url(host: str, port: int) -> str:
    """The address as a browser writes it."""
    name = f"[{host}]" if ":" in host else host.lower()
    return f"http://{name}" if port == 80 else f"http://{name}:{port}"
