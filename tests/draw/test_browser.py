"""Pictures in a real headless Chromium: no error, the way in the page, search, zoom, texts in their boxes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from chromium import Chromium, find
from pictured import TITLE, every, hostile, loaded
from small import NOW, tree
from test_formats import counted, walked
from test_picture import large

from abm_tree.session.draw import Format, draw
from abm_tree.session.open import open_tree
from abm_tree.tree.facts import Known
from abm_tree.walk.advance import advance

THICK = (
    "(to) => +document.querySelector(`.line[data-of='size'][data-to='${to}']`).getAttribute('stroke-width')"
)
SEEN = """
((path) => {
  const own = document.querySelector(`[data-path='${path}'] .b`).getBoundingClientRect();
  const room = document.querySelector('.picture').getBoundingClientRect();
  return own.left >= room.left && own.right <= room.right && own.top >= room.top && own.bottom <= room.bottom;
})
"""
PICTURE = "document.querySelector('.picture svg')"
# Every text of the picture whose box does not hold it, measured by the browser.
OUTSIDE = """
[...document.querySelectorAll('svg .box')].flatMap((box) => {
  const room = box.querySelector('.b').getBBox();
  return [...box.querySelectorAll('text')].filter((text) => {
    const own = text.getBBox();
    return own.x < room.x || own.x + own.width > room.x + room.width ||
      own.y < room.y - 1 || own.y + own.height > room.y + room.height + 1;
  }).map((text) => text.textContent);
})
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    program = find()
    if program is None:
        pytest.skip("no Chromium on this machine: install it, or name it in ABM_TREE_CHROMIUM")
    found = Chromium(program, tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


def way_of(folder: Path, name: str) -> Path:
    """A file with the way of facts, and counts, on the tree of every kind."""
    one = every(folder)
    kind = Format.HTML if name.endswith("html") else Format.SVG
    path = folder / name
    path.write_text(draw(one, kind, record=walked(one), counted=counted(one), whole=True), encoding="utf-8")
    return path


def quiet(browser: Chromium, path: Path) -> None:
    """Nothing was complained about, and nothing but the file was asked for."""
    assert browser.errors == []
    assert browser.asked_for == [path.resolve().as_uri()]


def titles(browser: Chromium, kind: str) -> Any:
    return browser.run(
        f"[...document.querySelectorAll('svg .box.{kind}')].map((one) => one.dataset.path).sort()"
    )


@pytest.mark.parametrize("name", ["way.svg", "way.html"])
@pytest.mark.parametrize("dark", [False, True])
def test_the_way_is_in_the_picture(browser: Chromium, tmp_path: Path, name: str, dark: bool) -> None:
    path = way_of(tmp_path, name)
    browser.open(path, dark=dark)
    way = ["age", "last", "last/call", "last/kind", "second", "second/good", "second/warm", "size"]
    assert titles(browser, "way") == way
    assert titles(browser, "here") == ["last/call"]
    lines = browser.run("document.querySelectorAll('svg .line.way').length")
    assert lines >= 5
    assert browser.run(f"({THICK})('second') > ({THICK})('lost') && ({THICK})('lost') > ({THICK})('fit')")
    assert browser.run(OUTSIDE) == []
    fill = "(one) => getComputedStyle(document.querySelector(`svg ${one}`)).fill"
    page, ink = browser.run(f"['rect.page', '.box text.title'].map({fill})")
    assert (page, ink) == (
        ("rgb(20, 23, 28)", "rgb(233, 236, 241)") if dark else ("rgb(255, 255, 255)", "rgb(28, 33, 43)")
    )
    quiet(browser, path)


def test_the_way_is_told_in_steps(browser: Chromium, tmp_path: Path) -> None:
    browser.open(way_of(tmp_path, "way.html"))
    steps = browser.run("[...document.querySelectorAll('.way-list li')].map((one) => one.textContent)")
    assert len(steps) == 6 and "700" in steps[0]
    assert steps[-1] == "So: Call the boss (`last/call`, verdict qualified)."
    assert not any("57" in step for step in steps)
    counts = browser.run("[...document.querySelectorAll('svg text.count')].map((one) => one.textContent)")
    assert "5 (83 %)" in counts


def test_search_finds_marks_and_moves(browser: Chromium, tmp_path: Path) -> None:
    path = way_of(tmp_path, "way.html")
    browser.open(path, 700, 500)
    browser.run("document.querySelector('[data-do=fit]').click()")
    before = browser.run("document.querySelector('.picture svg').getAttribute('viewBox')")
    browser.key("/", "/")
    assert browser.run("document.activeElement.id") == "search"
    browser.type("warm")
    assert titles(browser, "found") == ["second/warm"]
    assert browser.run("document.querySelector('.found').textContent") == "1 of 1"
    assert browser.run("document.querySelector('.details h2').textContent") == "How warm it is"
    assert browser.run("document.querySelector('.picture svg').getAttribute('viewBox')") != before
    assert browser.run(f"{SEEN}('second/warm')")
    browser.run("document.querySelector('#search').select()")
    browser.type("there is no such box")
    assert browser.run("document.querySelector('.found').textContent") == "nothing found"
    browser.key("Escape")
    assert browser.run("document.querySelector('#search').value") == ""
    browser.run("document.querySelector('#search').focus()")
    browser.type("last")
    assert browser.run("document.querySelector('.found').textContent").endswith(" of 4")
    quiet(browser, path)


def test_zoom_and_pan(browser: Chromium, tmp_path: Path) -> None:
    path = way_of(tmp_path, "way.html")
    browser.open(path)

    def view() -> tuple[float, float, float, float]:
        found = browser.run("document.querySelector('.picture svg').getAttribute('viewBox')")
        x, y, w, h = map(float, found.split())
        return x, y, w, h

    browser.key("0", "0")
    x, y, w, h = view()
    browser.key("+", "+")
    assert view()[2] == pytest.approx(w / 1.25)
    browser.run("document.querySelector('[data-do=out]').click()")
    assert view()[2] == pytest.approx(w)
    browser.mouse("mouseWheel", 300, 400, deltaX=0, deltaY=-200)
    closer = view()
    assert closer[2] < w * 0.9
    browser.key("ArrowRight")
    assert view()[0] > closer[0]
    before = view()
    browser.mouse("mousePressed", 300, 400, button="left", clickCount=1)
    browser.mouse("mouseMoved", 340, 420, button="left", buttons=1)
    browser.mouse("mouseMoved", 360, 450, button="left", buttons=1)
    browser.mouse("mouseReleased", 360, 450, button="left", clickCount=1)
    assert view()[0] < before[0] and view()[1] < before[1]
    browser.run("document.querySelector('[data-do=fit]').click()")
    assert view() == pytest.approx((x, y, w, h))
    # Whatever the room, the whole picture is in it.
    assert browser.run(
        f"[...document.querySelectorAll('.box[data-path]')].every((one) => {SEEN}(one.dataset.path))"
    )
    quiet(browser, path)


def test_a_click_tells_of_a_box(browser: Chromium, tmp_path: Path) -> None:
    path = way_of(tmp_path, "way.html")
    browser.open(path)
    browser.key("0", "0")
    x, y = browser.run(
        "(() => { const own = document.querySelector('[data-path=size] .b').getBoundingClientRect();"
        " return [own.x + own.width / 2, own.y + own.height / 2]; })()"
    )
    browser.click(x, y)
    told = browser.run("document.querySelector('.details').innerText")
    for words in ("Large enough", "How many people?", "Go by the list.", "Small ones go elsewhere."):
        assert words in told
    for words in ("To say to everybody", "How many are you?", "To say to end user", "Is your team large?"):
        assert words in told
    assert "≥ 500: A second look 3 (50 %)" in told
    browser.run("[...document.querySelectorAll('.details button')].at(-1).click()")
    told = browser.run("document.querySelector('.details').innerText")
    assert told.startswith("Find out first") and "Call them (rep, P7D)" in told
    # The same by keys alone.
    browser.run("document.querySelector('[data-path=mail]').focus()")
    browser.key("Enter")
    told = browser.run("document.querySelector('.details').innerText")
    assert "P2D after sent_on" in told
    quiet(browser, path)


def test_hostile_titles_are_text(browser: Chromium, tmp_path: Path) -> None:
    one = loaded(hostile(tmp_path))
    for kind in (Format.HTML, Format.SVG):
        path = tmp_path / f"hostile.{kind.value}"
        path.write_text(draw(one, kind), encoding="utf-8")
        browser.open(path)
        assert (
            browser.run(
                "document.title" if kind is Format.HTML else "document.querySelector('title').textContent"
            )
            == TITLE
        )
        assert browser.run("document.querySelectorAll('b, a').length") == 0
        assert browser.run(OUTSIDE) == []
        if kind is Format.HTML:
            assert browser.run("document.querySelector('h1').textContent") == TITLE
            browser.run("document.querySelector('#search').focus()")
            browser.type("</script>")
            assert "(hidden)" not in browser.run("document.querySelector('.details').innerText")
            assert browser.run("document.querySelector('.details h2').textContent").startswith("</script><b>")
        quiet(browser, path)


def test_the_page_lets_nothing_else_in(browser: Chromium, tmp_path: Path) -> None:
    """Its policy holds: a script or a style that somebody slips in does nothing."""
    path = way_of(tmp_path, "way.html")
    text = path.read_text(encoding="utf-8")
    slipped = (
        "<script>window.slipped = 1</script><img src='http://127.0.0.1:9/x' onerror='window.slipped = 2'>"
    )
    path.write_text(text.replace("</header>", f"{slipped}</header>"), encoding="utf-8")
    browser.open(path)
    assert browser.run("window.slipped") is None
    assert len(browser.errors) >= 2 and all("Content Security Policy" in one for one in browser.errors)


def test_on_paper_everything_is_seen(browser: Chromium, tmp_path: Path) -> None:
    path = way_of(tmp_path, "way.html")
    browser.open(path)
    browser.key("+", "+")
    browser.run("window.dispatchEvent(new Event('beforeprint'))")
    whole = [float(one) for one in browser.run(f"{PICTURE}.getAttribute('viewBox')").split()]
    wide, high = (float(browser.run(f"{PICTURE}.getAttribute('{one}')")) for one in ("width", "height"))
    assert whole == pytest.approx([0, 0, wide, high])
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.run("getComputedStyle(document.querySelector('.tools')).display") == "none"
    assert browser.run("getComputedStyle(document.querySelector('.way')).display") != "none"
    browser.call("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("kind", [Format.SVG, Format.HTML], ids=lambda kind: kind.value)
def test_the_tree_that_ships(browser: Chromium, tmp_path: Path, kind: Format) -> None:
    one = open_tree("lead-qualification").tree
    assert NOW is not None
    record = advance(one, {"account.employees": Known(Decimal(5))}, NOW)
    path = tmp_path / f"lead.{kind.value}"
    path.write_text(draw(one, kind, record=record), encoding="utf-8")
    browser.open(path)
    assert titles(browser, "way") == ["self-serve", "size"]
    assert browser.run(OUTSIDE) == []
    quiet(browser, path)


@pytest.mark.slow
def test_a_large_tree_is_usable(browser: Chromium, tmp_path: Path) -> None:
    one = tree(tmp_path, large(300, "mixed"), head="", tail="")
    path = tmp_path / "large.html"
    path.write_text(draw(one, Format.HTML), encoding="utf-8")
    browser.open(path)
    # It begins where the tree does, large enough to be read.
    assert float(browser.run("document.querySelector('.picture svg').dataset.scale")) >= 0.5
    assert browser.run(f"{SEEN}('n0')")
    browser.run("document.querySelector('#search').focus()")
    browser.type("number 277 ")
    assert browser.run(f"{SEEN}('n277')")
    # A small box that stands for one drawn elsewhere leads there.
    browser.run("document.querySelector('.jump').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    target = browser.run("document.querySelector('.jump').dataset.to")
    assert browser.run(f"{SEEN}('{target}')")
    quiet(browser, path)
