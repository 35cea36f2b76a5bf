"""Every component renders, in both languages and every frame, and is sound HTML."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.template import engines
from django.template.loader import render_to_string

from xuecheng.web.build import PACKAGE

pytestmark = pytest.mark.django_db
VOID = {"input", "br", "meta", "link", "wbr", "img", "hr"}


class Page(HTMLParser):
    """What a page holds, and whether its tags are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def part(source: str, **context: object) -> str:
    """`source` as a page would hold it."""
    compiled = engines["django"].engine.template_loaders[0].loaders[0].cotton_compiler.process(source)
    return engines["django"].from_string(compiled).render(context)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("frame", ["public", "resident", "staff"])
def test_the_page_of_all_parts_is_sound(client, language, frame):
    client.post("/preferences/", {"language": language})
    answer = client.get("/parts/", {"frame": frame})
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    assert page.open == []
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    ids = Counter(attrs["id"] for _tag, attrs in page.tags if "id" in attrs)
    assert [each for each, times in ids.items() if times > 1] == []
    for attrs in page.all("label"):
        assert "for" not in attrs or attrs["for"] in ids
    for _tag, attrs in page.tags:
        for named in (attrs.get("aria-describedby") or "").split():
            assert named in ids


def test_the_page_of_all_parts_shows_every_component():
    used = (PACKAGE / "web" / "templates" / "web" / "parts.html").read_text(encoding="utf-8")
    frames = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("web/templates/web", "web/templates/cotton")
        for file in (PACKAGE / folder).rglob("*.html")
    )
    components = {
        str(file.relative_to(PACKAGE / "web" / "templates" / "cotton").with_suffix(""))
        .replace("/", ".")
        .replace("_", "-")
        for file in (PACKAGE / "web" / "templates" / "cotton").rglob("*.html")
    }
    for name in {each.removesuffix(".index") for each in components}:
        assert re.search(rf"<c-{re.escape(name)}[\s/>]", used) or re.search(rf"<c-{re.escape(name)}[\s/>]", frames), (
            name
        )


def test_icons_in_use_are_in_the_sprite(client):
    from xuecheng.web.build import used_icons

    page = client.get("/parts/").content.decode()
    drawn = set(re.findall(r"icons\.svg#([a-z0-9-]+)", page))
    icons = used_icons()
    assert {name for name in drawn if name not in icons and not name.startswith(("w-", "brand-"))} == set()


def test_text_of_people_is_escaped_wherever_it_stands():
    hostile = '"><script>alert(1)</script>'
    shown = part(
        '<c-card title="{{ words }}">{{ words }}</c-card><c-card :title="words" data-x="{{ words }}" />'
        '<c-chip>{{ words }}</c-chip><c-button href="{{ words }}">{{ words }}</c-button>'
        '<c-note :title="words">{{ words }}</c-note><c-line :title="words" :href="words" />'
        '<c-figure :label="words" value="{{ words }}" /><c-table :caption="words" /><c-empty :title="words" />'
        '<c-people.person :role="words" :name="words" :note="words" /><c-event :when="words">{{ words }}</c-event>',
        words=hostile,
    )
    assert "<script" not in shown
    Page(shown)


def test_a_link_looks_like_a_button_and_is_one_tag():
    assert '<a href="/x/" class="btn btn-outline-primary"' in part('<c-button kind="outline" href="/x/">Go</c-button>')
    assert '<button type="submit"' in part("<c-button>Go</c-button>")


def test_attributes_that_a_component_does_not_know_reach_its_tag():
    assert 'hx-get="/more/"' in part('<c-button hx-get="/more/">More</c-button>')


def test_a_component_does_not_take_words_from_the_page_around_it():
    assert "elsewhere" not in part("<c-card>inside</c-card>", title="elsewhere", foot="elsewhere", head="elsewhere")


def test_what_folds_is_open_where_something_inside_is_wrong():
    assert " open" not in part('<c-details summary="End it"><p>Are you sure?</p></c-details>')
    assert " open" in part('<c-details summary="End it"><p class="xc-error">Fill this in.</p></c-details>')


def test_progress_says_its_numbers_to_those_who_hear():
    shown = part(
        '<c-progress title="Import" :done="done" :total="total" words="half" poll="/job/" />', done=5, total=10
    )
    assert 'aria-valuenow="50"' in shown
    assert 'hx-get="/job/"' in shown


def test_a_page_with_errors_says_so_in_its_title(client):
    answer = client.post("/preferences/", {"theme": "pink"}, headers={"cookie": "django_language=en"})
    assert "<title>Error: " in answer.content.decode()


def test_a_page_needs_no_script_from_elsewhere(client):
    answer = client.get("/parts/")
    policy = answer["Content-Security-Policy"]
    assert "'unsafe" not in policy
    assert "script-src 'self'" in policy
    page = Page(answer.content.decode())
    for attrs in page.all("script") + page.all("link") + page.all("img"):
        assert (attrs.get("src") or attrs.get("href") or "").startswith(("/static/", "/manifest."))


def test_the_page_of_a_fault_needs_nothing():
    from xuecheng.web.preferences import Preferences

    page = render_to_string("500.html", {"fault_id": "AB23-CD45", "chosen": Preferences(mode="elder", theme="dark")})
    assert "AB23-CD45" in page
    assert 'data-xc-mode="elder"' in page
    assert Page(page).open == []
