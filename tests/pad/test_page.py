"""`pad.js` on a page by itself, in Chromium: a script stands for the notebook and its kernel (`conftest.py`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.pad.lab import drag

SHOWN = ".sbir-pad[data-state=shown]"
Open = Callable[..., Any]


def ready(page: Any) -> Any:
    page.wait_for_selector(SHOWN)
    return page


def draw(page: Any, *points: Sequence[float]) -> None:
    drag(page, *points)
    ready(page)


def press(page: Any, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def strokes(page: Any) -> list[list[list[float]]]:
    """What Python was told last."""
    said = page.evaluate("stage.said.filter(m => m.kind === 'paper' && m.steps.length).at(-1).steps.at(-1).strokes")
    return list(said)


def keys(page: Any) -> list[str]:
    return list(page.locator(".sbir-photos li").evaluate_all("items => items.map(item => item.dataset.key)"))


def dark(page: Any, x: float, y: float) -> bool:
    """Whether there is ink at a point of the paper."""
    code = """([x, y]) => {
      const canvas = document.querySelector("canvas");
      const at = [Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1];
      return canvas.getContext("2d").getImageData(...at).data[0] < 128;
    }"""
    return bool(page.evaluate(code, [x, y]))


def test_it_opens_with_the_example_and_its_photos(stage: Open) -> None:
    page = ready(stage())
    assert page.evaluate("stage.said.map(m => m.kind)") == ["hello"]
    assert dark(page, 0.5, 0.5)
    assert keys(page) == ["thing 0/0", "thing 1/1"]
    page.get_by_role("img", name="Rank 1: a photo of thing 0").wait_for()
    page.get_by_role("img", name="Paper to draw on with mouse, pen or finger; now 2 strokes, an example").wait_for()
    assert "your first stroke takes its place" in page.locator(".sbir-hint").text_content()
    assert page.locator(".sbir-status").text_content() == "Found in 7 ms in the kernel"
    assert page.errors == []


def test_the_mouse_draws_in_the_examples_place_and_the_photos_follow(stage: Open) -> None:
    page = ready(stage())
    draw(page, (0.25, 0.25), (0.25, 0.75))
    [stroke] = strokes(page)
    assert stroke[0] == pytest.approx([0.25, 0.25], abs=0.005)
    assert stroke[-1] == pytest.approx([0.25, 0.75], abs=0.005)
    assert [y for _, y in stroke] == sorted(y for _, y in stroke)
    assert dark(page, 0.25, 0.5)
    assert not dark(page, 0.5, 0.5)
    assert keys(page) == ["thing 0/0"]
    draw(page, (0.5, 0.25), (0.75, 0.75))
    assert len(strokes(page)) == 2
    assert keys(page) == ["thing 0/0", "thing 1/1"]
    words = page.locator(".sbir-status").text_content().split()
    assert (words[:2], words[-5:]) == (["Found", "in"], ["7", "ms", "in", "the", "kernel"])
    took = float(page.locator(".sbir-pad").get_attribute("data-milliseconds"))
    assert 5 <= took < 5000
    assert page.errors == []


def test_a_click_is_a_dot(stage: Open) -> None:
    page = ready(stage())
    draw(page, (0.3, 0.6))
    [[dot]] = strokes(page)
    assert dot == pytest.approx([0.3, 0.6], abs=0.005)
    assert dark(page, 0.3, 0.6)


def test_a_stroke_over_the_edge_ends_there_and_goes_on_where_it_comes_back(stage: Open) -> None:
    page = ready(stage())
    draw(page, (0.5, 0.5), (1.2, 0.5), (1.2, 0.8), (0.5, 0.8))
    out, back = strokes(page)
    assert out[-1][0] == back[0][0] == 1
    assert back[-1] == pytest.approx([0.5, 0.8], abs=0.005)
    assert all(0 <= value <= 1 for stroke in (out, back) for point in stroke for value in point)
    press(page, "Undo")  # one movement of the hand, one step
    ready(page)
    assert keys(page) == ["thing 0/0", "thing 1/1"]
    assert "example" in page.locator("canvas").get_attribute("aria-label")


def test_the_eraser_cuts_the_strokes_it_touches_and_no_others(stage: Open) -> None:
    page = ready(stage())
    draw(page, (0.1, 0.3), (0.9, 0.3))
    draw(page, (0.1, 0.8), (0.9, 0.8))
    untouched = strokes(page)[1]
    press(page, "Erase")
    draw(page, (0.5, 0.1), (0.5, 0.5))
    left, right, other = strokes(page)
    assert other == untouched
    assert left[-1][0] == pytest.approx(0.46, abs=0.02)
    assert right[0][0] == pytest.approx(0.54, abs=0.02)
    assert not dark(page, 0.5, 0.3)
    assert dark(page, 0.4, 0.3)
    before = len(page.evaluate("stage.said.flatMap(m => m.steps ?? [])"))
    draw(page, (0.5, 0.5), (0.6, 0.6))  # touches nothing: nothing has changed
    assert len(page.evaluate("stage.said.flatMap(m => m.steps ?? [])")) == before
    press(page, "Undo")
    ready(page)
    assert len(strokes(page)) == 2
    press(page, "Draw")
    draw(page, (0.5, 0.5), (0.6, 0.6))
    assert len(strokes(page)) == 3


def test_undo_and_redo_go_through_all_that_was_done(stage: Open) -> None:
    page = ready(stage())
    assert page.get_by_role("button", name="Undo", exact=True).is_disabled()
    draw(page, (0.2, 0.2), (0.2, 0.8))
    draw(page, (0.4, 0.2), (0.4, 0.8))
    press(page, "Clear")
    ready(page)
    assert strokes(page) == []
    assert page.locator(".sbir-hint").text_content() == "Draw something: the photos follow your pen."
    assert page.get_by_role("button", name="Clear", exact=True).is_disabled()
    for count in (2, 1):
        press(page, "Undo")
        ready(page)
        assert len(strokes(page)) == count
    assert page.evaluate("stage.said.at(-1).steps.at(-1).back") is True
    press(page, "Redo")
    ready(page)
    assert len(strokes(page)) == 2
    page.keyboard.press("Control+z")
    ready(page)
    assert len(strokes(page)) == 1
    draw(page, (0.6, 0.2), (0.6, 0.8))
    assert page.get_by_role("button", name="Redo", exact=True).is_disabled()
    assert page.errors == []


def test_one_question_is_on_its_way_and_the_newest_paper_is_next(stage: Open) -> None:
    page = ready(stage())
    page.evaluate("stage.silent = true")
    drag(page, (0.2, 0.2), (0.2, 0.8))
    drag(page, (0.4, 0.2), (0.4, 0.8))
    drag(page, (0.6, 0.2), (0.6, 0.8))
    assert len(page.evaluate("stage.said")) == 2  # hello, and the first stroke's beginning
    assert len(page.evaluate("stage.said[1].live")) == 1
    hits = {"kind": "hits", "hits": [], "problem": "", "milliseconds": 1, "thumbnails": []}
    front = page.evaluate("stage.said[1].front")
    page.evaluate("hits => stage.tell(hits)", {**hits, "front": "another page", "turn": 1})
    page.evaluate("hits => stage.tell(hits)", {**hits, "front": front, "turn": 0})
    assert len(page.evaluate("stage.said")) == 2
    page.evaluate("hits => stage.tell(hits)", {**hits, "front": front, "turn": 1})
    assert len(page.evaluate("stage.said")) == 3
    last = page.evaluate("stage.said[2]")
    assert last["live"] is None
    assert [len(step["strokes"]) for step in last["steps"]] == [1, 2, 3]  # none is lost


def test_the_search_follows_while_a_stroke_is_drawn(stage: Open) -> None:
    page = ready(stage())
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 200, steps=5)
    page.wait_for_function("stage.said.at(-1).live?.[0].at(-1)[1] > 0.6")  # the pointer rests, and is still down
    ready(page)
    assert keys(page) == ["thing 0/0"]
    assert page.locator(".sbir-found").get_attribute("aria-busy") == "true"
    assert page.evaluate("stage.said.flatMap(m => m.steps ?? []).length") == 0
    page.mouse.up()
    ready(page)
    assert page.locator(".sbir-found").get_attribute("aria-busy") == "false"
    assert len(strokes(page)) == 1


def test_thumbnails_are_kept_and_asked_for_where_they_are_missing(stage: Open) -> None:
    page = ready(stage())
    first = page.locator(".sbir-photos img").first.get_attribute("src")
    draw(page, (0.2, 0.2), (0.2, 0.8))
    assert page.locator(".sbir-photos img").first.get_attribute("src") == first
    assert page.evaluate("document.querySelector('.sbir-photos img').naturalWidth") == 96
    hit = {"key": "never/sent", "rank": 1, "score": 0.5, "name": "never", "caption": "never"}
    turn = page.evaluate("stage.said.at(-1)")
    found = {"kind": "hits", "front": turn["front"], "turn": turn["turn"], "hits": [hit], "problem": ""}
    page.evaluate("found => stage.tell(found)", {**found, "milliseconds": 1, "thumbnails": []})
    page.wait_for_function("stage.said.at(-1).kind === 'hello'")


def test_the_kernel_is_waited_for_and_found_again(stage: Open) -> None:
    page = ready(stage())
    page.evaluate("stage.silent = true")
    drag(page, (0.2, 0.2), (0.2, 0.8))
    page.get_by_text("Waiting for the kernel …").wait_for()
    page.evaluate("stage.silent = false")
    draw(page, (0.4, 0.2), (0.4, 0.8))
    page.get_by_text("in the kernel").wait_for()
    assert keys(page) == ["thing 0/0", "thing 1/1"]


def test_a_problem_is_a_line(stage: Open) -> None:
    page = ready(stage())
    page.evaluate("stage.silent = true")
    drag(page, (0.2, 0.2))
    for _ in range(2):  # the live stroke, and the one that has ended
        turn = page.evaluate("stage.said.at(-1)")
        found = {"kind": "hits", "front": turn["front"], "turn": turn["turn"], "hits": [], "thumbnails": []}
        page.evaluate("f => stage.tell(f)", {**found, "problem": "A spot is too little.", "milliseconds": 0})
    ready(page)
    assert page.locator(".sbir-status").text_content() == "A spot is too little."
    assert keys(page) == []
    assert page.errors == []


def test_what_python_draws_is_on_the_paper_and_can_be_undone(stage: Open) -> None:
    page = ready(stage())
    paper = {"kind": "paper", "strokes": [[[0.1, 0.5], [0.9, 0.5]]], "example": False, "pen": 0.05, "places": 8}
    found = {"hits": [], "problem": "", "milliseconds": 1, "thumbnails": [], "back": False}
    page.evaluate("message => stage.tell(message)", {**paper, **found})
    assert dark(page, 0.3, 0.5)
    assert not dark(page, 0.3, 0.3)
    press(page, "Undo")
    assert dark(page, 0.3, 0.3)
    page.evaluate("message => stage.tell(message)", {**paper, **found, "strokes": [], "back": True})
    assert not dark(page, 0.3, 0.3)


def test_replay_shows_the_strokes_in_order_and_all_in_the_end(stage: Open) -> None:
    page = ready(stage())
    draw(page, (0.1, 0.2), (0.9, 0.2))
    draw(page, (0.1, 0.5), (0.9, 0.5))
    draw(page, (0.1, 0.8), (0.9, 0.8))
    code = """() => new Promise(done => {
      const seen = [], root = document.querySelector(".sbir-pad");
      new MutationObserver(() => {
        seen.push(root.dataset.replaying);
        if (root.dataset.replaying === undefined) done(seen);
      }).observe(root, { attributes: true, attributeFilter: ["data-replaying"] });
      [...document.querySelectorAll("button")].find(button => button.textContent === "Replay").click();
    })"""
    seen = page.evaluate(code)
    assert list(dict.fromkeys(seen)) == ["1", "2", "3", None]
    assert dark(page, 0.5, 0.8)
    said = len(page.evaluate("stage.said"))
    press(page, "Replay")
    press(page, "Stop")
    assert dark(page, 0.5, 0.8)
    press(page, "Replay")
    draw(page, (0.5, 0.1), (0.5, 0.9))  # drawing ends it
    assert page.locator(".sbir-pad").get_attribute("data-replaying") is None
    assert len(strokes(page)) == 4
    assert said < len(page.evaluate("stage.said"))
    assert page.errors == []


def test_replay_moves_nothing_where_less_motion_is_asked_for(stage: Open) -> None:
    page = ready(stage(reduced_motion="reduce"))
    draw(page, (0.1, 0.2), (0.9, 0.2))
    draw(page, (0.1, 0.5), (0.9, 0.5))
    page.evaluate("""() => {
      window.frames = 0;
      const real = requestAnimationFrame;
      window.requestAnimationFrame = (callback) => { window.frames += 1; return real(callback); };
    }""")
    press(page, "Replay")
    assert dark(page, 0.88, 0.2)  # a whole stroke at once
    page.wait_for_selector(".sbir-pad:not([data-replaying])")
    assert dark(page, 0.5, 0.5)
    assert page.evaluate("frames") == 0


def test_a_finger_draws_and_the_page_stays_where_it_is(stage: Open) -> None:
    page = ready(stage(390, has_touch=True, is_mobile=True, device_scale_factor=2))
    box = page.locator("canvas").bounding_box()
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, *points: tuple[float, float]) -> None:
        spots = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    finger("touchStart", (0.5, 0.8))
    for y in (0.7, 0.6, 0.5, 0.4, 0.3):
        finger("touchMove", (0.5, y))
    finger("touchEnd")
    ready(page)
    [stroke] = strokes(page)
    assert (stroke[0][1], stroke[-1][1]) == pytest.approx((0.8, 0.3), abs=0.01)
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.querySelector('canvas').width / document.querySelector('canvas').clientWidth") == 2
    finger("touchStart", (0.2, 0.2))
    finger("touchMove", (0.3, 0.3))
    finger("touchCancel")  # the browser took it for something else
    ready(page)
    page.wait_for_function("stage.said.at(-1).live === null")
    assert len(strokes(page)) == 1
    assert not dark(page, 0.25, 0.25)
    assert page.errors == []


def test_a_narrow_page_has_the_photos_below_and_a_wide_one_beside(stage: Open) -> None:
    for width, below in ((390, True), (1280, False)):
        page = ready(stage(width))
        paper, photos = (page.locator(each).bounding_box() for each in ("canvas", ".sbir-photos"))
        assert (photos["y"] > paper["y"] + paper["height"]) is below
        assert (photos["x"] > paper["x"] + paper["width"]) is not below
        assert paper["width"] == pytest.approx(paper["height"], abs=1)
        assert paper["width"] >= 300
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        cut = "buttons => buttons.filter(b => b.scrollWidth > b.clientWidth + 1).map(b => b.textContent)"
        assert page.locator("button").evaluate_all(cut) == []
        names = page.locator(".sbir-name").all_text_contents()
        assert names == ["thing 0", "thing 1"]
        assert min(each.bounding_box()["width"] for each in page.locator(".sbir-name").all()) > 30


def test_the_colours_are_the_pages_and_the_paper_is_white(stage: Open) -> None:
    colour = "element => getComputedStyle(element).color"
    for theme, text in (("light", "rgb(0, 0, 0)"), ("dark", "rgb(221, 221, 221)")):
        page = ready(stage(color_scheme=theme))
        for part in (".sbir-status", ".sbir-name >> nth=0", "button >> nth=0"):
            assert page.locator(part).evaluate(colour) == text
        assert page.locator("canvas").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
        assert not dark(page, 0.1, 0.9)
        assert dark(page, 0.5, 0.5)


def test_everything_but_drawing_goes_by_keyboard(stage: Open) -> None:
    page = ready(stage())
    draw(page, (0.2, 0.2), (0.2, 0.8))
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
    assert reached[:5] == ["Draw", "Erase", "Undo", "Clear", "Replay"]  # Redo has nothing to do
    page.get_by_role("button", name="Clear", exact=True).focus()
    page.keyboard.press("Enter")
    ready(page)
    assert strokes(page) == []
    page.get_by_role("button", name="Erase", exact=True).focus()
    page.keyboard.press("Space")
    assert page.get_by_role("button", name="Erase", pressed=True).count() == 1
    assert page.get_by_role("region", name="What is found").get_attribute("aria-live") == "polite"


def test_two_views_of_one_pad_show_the_same(stage: Open) -> None:
    page = ready(stage())
    page.evaluate("""() => {
      const second = document.body.appendChild(document.createElement("section"));
      stage.second = stage.view(second);
    }""")
    page.locator("section .sbir-pad[data-state=shown]").wait_for()
    box = page.locator("section canvas").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 200, steps=4)
    page.mouse.up()
    page.locator("section .sbir-pad[data-state=shown]").wait_for()
    assert page.locator(".sbir-pad").evaluate_all("all => all.map(each => each.dataset.strokes)") == ["1", "1"]
    assert dark(page, 60 / box["width"], 0.4)
    page.evaluate("stage.second()")
    assert page.errors == []


def test_without_a_kernel_one_can_draw_all_the_same(stage: Open) -> None:
    page = stage(reply=None)
    drag(page, (0.2, 0.2), (0.2, 0.8))
    assert dark(page, 0.2, 0.5)
    press(page, "Undo")
    assert not dark(page, 0.2, 0.5)
    assert page.errors == []
