"""What attack tools try behind the sign-in: attack_targets.py URL ACCOUNTS.json prints role, cookie and address by tabs.

Signs in once as each role of the demonstration (`xuecheng demo accounts --json`), follows the links of its own pages one
step deep and fills every form that asks by address (GET) with a letter: these addresses take what a stranger types.
A role's first line is its home, where a crawler begins.
"""

from __future__ import annotations

import json
import sys
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

MOST_PAGES = 40
NEVER = ("/sign-out", "/language", "/export", ".csv", "/static/", "/api/")


class Page(HTMLParser):
    """Its links, its forms by GET, and the token of its first form."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, list[str]]] = []
        self.token = ""
        self._fields: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in at:
            self.links.append(at["href"])
        elif tag == "form":
            self._fields = None if at.get("method", "get").lower() == "post" else []
            if self._fields is not None:
                self.forms.append((at.get("action", ""), self._fields))
        elif tag in ("input", "select") and at.get("name"):
            if at["name"] == "csrfmiddlewaretoken":
                self.token = self.token or at["value"]
            elif self._fields is not None and at["name"] not in self._fields:
                self._fields.append(at["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None


def main(url: str, accounts: list[dict[str, str]]) -> None:
    for role, account in {one["role"]: one for one in reversed(accounts)}.items():
        jar = CookieJar()
        opener = build_opener(HTTPCookieProcessor(jar))

        def fetch(address: str, data: dict[str, str] | None = None, opener=opener) -> Page:  # bound here: one for each role
            sent = urlencode(data).encode() if data else None
            with opener.open(address, sent, timeout=30) as answer:
                return Page(answer.read().decode("utf-8", "replace"))

        page = fetch(f"{url}/sign-in/")
        page = fetch(
            f"{url}/sign-in/",
            {"csrfmiddlewaretoken": page.token, "login": account["sign_in"], "password": account["password"]},
        )
        cookie = "; ".join(f"{one.name}={one.value}" for one in jar)
        if "sessionid" not in cookie:
            sys.exit(f"{role}: could not sign in as {account['sign_in']}")
        print(role, cookie, f"{url}/", sep="\t")
        queue, seen, told = [f"{url}/"], set(), set()
        while queue and len(seen) < MOST_PAGES:
            at = queue.pop(0)
            path = urlsplit(at).path
            if path in seen or urlsplit(at).netloc != urlsplit(url).netloc or any(part in at for part in NEVER):
                continue
            seen.add(path)
            try:
                page = fetch(at)
            except OSError:
                continue
            if len(seen) <= MOST_PAGES // 2:
                queue += [urljoin(at, link) for link in page.links]
            for action, fields in page.forms:
                target = urldefrag(urljoin(at, action)).url.split("?")[0] + "?" + urlencode(dict.fromkeys(fields, "a"))
                if fields and target not in told:
                    told.add(target)
                    print(role, cookie, target, sep="\t")


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
