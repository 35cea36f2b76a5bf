"""Which pages there are, and who sees them: found by following links as each of the city's people."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from browser.every_page import WITHOUT
from xuecheng.city.people.models import Person

from .cities import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_ONE_ROUTE = 2
"""Pages of one address pattern and one person that are opened to find what lies behind them."""
_LINK = re.compile(r'href="(/[^"#]*)')
_SHAPE = re.compile(r'<([a-z][a-z0-9-]*)(?:[^>]*?\sclass="([^"]*)")?')
_MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
_NOT_OPENED = {"account_logout", "care:stop_acting"}
"""Their pages end what the crawl needs; the first is opened by the one who is signed in no more."""
_PROGRAMS = ("idp:", "looking-")
_FILE = re.compile(r"export|download|preview|take_archive|configuration|jwks|template")

#: Addresses without a page of their own, or with one that a story leads to: the tests say why of each.
NO_PAGE = {*WITHOUT, "workdays:show_today"}


@dataclass(frozen=True)
class Found:
    """A page that somebody sees."""

    route: str
    who: str
    url: str


@dataclass
class Crawl:
    """What was found, and which addresses nobody reached."""

    pages: list[Found] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def routes(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """Every address pattern by name, but those of the interface for programs."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            if not namespace.startswith("api:"):
                yield f"{namespace}{pattern.name}"
        else:
            yield from routes(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)


def wanted(name: str, only: str) -> bool:
    """Whether the name of an address holds one of the words, separated by commas; all, where there are none."""
    return any(word in name for word in only.split(","))


def crawl(people: dict[str, str], *, only: str = "", seeds: tuple[str, ...] = ()) -> Crawl:
    """Follow links as each of `people` (name of the role → sign-in name) and as nobody."""
    done = Crawl()
    shapes: dict[str, list[frozenset[str]]] = {}
    reached: set[str] = set()
    for who, sign_in in {NOBODY: "", **people}.items():
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        if sign_in:
            done.sessions[who] = _signed_in(client, sign_in)
        for route, url, page in _walk(client, seeds, done, reached):
            main = _MAIN.search(page)
            shape = frozenset(" ".join(each) for each in _SHAPE.findall(main[0] if main else page))
            # The same page with other words in it is photographed once; a page that shows a role more, once more.
            if any(shape <= known for known in shapes.get(route, [])):
                continue
            shapes.setdefault(route, []).append(shape)
            if wanted(route, only):
                done.pages.append(Found(route, who, url))
    done.unseen = sorted(
        {name for name in routes() if wanted(name, only) and not name.startswith(_PROGRAMS)} - reached - NO_PAGE
    )
    return done


def again(people: dict[str, str], kept: dict[str, Any], *, only: str = "") -> Crawl:
    """The pages that the last run found in this copy, with fresh sessions."""
    done = Crawl(
        pages=[Found(*each) for each in kept["pages"] if wanted(each[0], only)],
        unseen=[name for name in kept["unseen"] if wanted(name, only)],
    )
    for who, sign_in in people.items():
        done.sessions[who] = _signed_in(Client(SERVER_NAME="localhost"), sign_in)
    return done


def _signed_in(client: Client, sign_in: str) -> str:
    person = Person.objects.get(sign_in_name=sign_in)
    client.force_login(person)
    session = client.session
    # Proofs as fresh as those of somebody who just signed in: pages that ask for one are to be seen.
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [
        {"method": method, "at": time.time(), "username": sign_in, "uid": str(person.pk)}
        for method in ("password", "code")
    ]
    session.save()
    return client.cookies["sessionid"].value


def _walk(client: Client, seeds: tuple[str, ...], done: Crawl, reached: set[str]) -> Iterator[tuple[str, str, str]]:
    opened: Counter[str] = Counter()
    yielded: set[str] = set()
    waiting = deque([*_without_arguments(), *seeds])
    known = set(waiting)
    while waiting:
        url = waiting.popleft()
        route = _route_of(url)
        if not route or opened[route] >= _OF_ONE_ROUTE or route in _NOT_OPENED:
            continue
        opened[route] += 1
        answer: Any = client.get(url)
        if answer.status_code >= 500:
            done.faults.append(f"{answer.status_code} {url}")
        if answer.status_code in (301, 302):
            links = [answer.url]
        elif answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            page = answer.content.decode()
            links = [unescape(link) for link in _LINK.findall(page)]
            reached.add(route)
            if route not in yielded:
                yielded.add(route)
                yield route, url, page
        else:
            if answer.status_code in (200, 405) or _FILE.search(route):
                reached.add(route)
            links = []
        for link in links:
            short = link.partition("?")[0] if "next=" not in link else ""
            if short and short not in known:
                known.add(short)
                waiting.append(short)


def _without_arguments() -> list[str]:
    found = []
    for name in routes():
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return found


def _route_of(url: str) -> str:
    try:
        match = resolve(url.partition("?")[0])
    except Resolver404:
        return ""
    return "" if match.view_name.startswith(("api:", "idp:")) else match.view_name
