"""The phone as a person meets it: keys, screen and messages, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gateway.adapters.drawings.text_width import width
from tests.e2e.conftest import OpenPhone, Scheme, Served

pytest.importorskip("playwright.sync_api", reason="pip install '.[e2e]'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install '.[e2e]'")

from playwright.sync_api import expect  # noqa: E402 - only once it is known to be there

if TYPE_CHECKING:
    from playwright.sync_api import Page

CODE = "*384*2026#"
IDLE = "Dial *384*2026#\nand press Call."
HOME_SCREEN = (
    "Public services\n1. Health\n2. Education\n3. ID papers, benefits\n5. Farming, markets\n"
    "6. Problems, warnings\n8. Language\n9. Your data, help"
)

#: The least width that content must fit without scrolling sideways (WCAG 2.2, 1.4.10).
NARROW = {"width": 320, "height": 640}


def key_in(page: Page, *lines: str) -> None:
    """Types each line and presses Enter, as soon as the phone takes it."""
    for line in lines:
        expect(page.locator("#line")).to_be_editable()
        page.keyboard.type(line)
        page.keyboard.press("Enter")


def shows(page: Page, text: str) -> None:
    expect(page.locator("#screen")).to_have_text(text, use_inner_text=True)


def tab_to(page: Page, element_id: str) -> None:
    """Presses Tab until the element has the focus."""
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == element_id:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to #{element_id}.")


def text_by_keyboard(page: Page, served: Served, text: str) -> None:
    before = page.locator(".out .status").count()
    tab_to(page, "text")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(".out .status")).to_have_count(before + 1)
    served.work()


def accessibility_faults(page: Page) -> list[Any]:
    violations = axe.Axe().run(page).response["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in violations]


def test_a_service_is_used_to_its_end_by_keyboard_alone_on_a_narrow_screen(
    open_phone: OpenPhone,
) -> None:
    page = open_phone(**NARROW)
    shows(page, IDLE)

    key_in(page, CODE)
    shows(page, HOME_SCREEN)
    expect(page.locator("#count")).to_have_text("134/160 GSM-7")
    key_in(page, "2", "1", "10231456", "2", "03092007")

    expect(page.locator("#screen")).to_contain_text("Total grade: ")
    expect(page.locator("#state")).to_have_text("ended")
    page.keyboard.press("Escape")
    shows(page, IDLE)


def test_a_text_and_its_answers_by_keyboard_alone_on_a_narrow_screen(
    open_phone: OpenPhone, served: Served
) -> None:
    page = open_phone(**NARROW)

    text_by_keyboard(page, served, "RESULT 10231456 2025")
    expect(page.locator(".in")).to_have_count(1)
    text_by_keyboard(page, served, "03092007")
    expect(page.locator(".in")).to_have_count(2)

    answer = page.locator(".in").last
    expect(answer.locator(".body")).to_contain_text("Total grade: ")
    expect(answer.locator(".segments")).to_have_text("1 SMS")
    expect(answer.locator(".units")).to_contain_text("/160 GSM-7")
    expect(answer.locator(".status")).to_have_text("sent")
    expect(answer.locator(".head b")).to_have_text("2026")


def test_after_hanging_up_the_next_call_can_begin_anew(open_phone: OpenPhone) -> None:
    page = open_phone()
    key_in(page, CODE, "2", "1")
    expect(page.locator("#screen")).to_contain_text("Candidate number")

    page.keyboard.press("Escape")
    key_in(page, CODE)
    expect(page.locator("#screen")).to_contain_text("1. Continue")
    key_in(page, "2")

    shows(page, HOME_SCREEN)


def test_a_lost_connection_is_said_redialled_and_gone_on_with(open_phone: OpenPhone) -> None:
    page = open_phone()
    page.locator("#lose").click()
    expect(page.locator("#note")).to_contain_text("There is no call to lose.")
    tab_to(page, "line")
    key_in(page, "*384*2026*31#")
    expect(page.locator("#screen")).to_contain_text("Candidate number")
    expect(page.locator("#note")).to_be_empty()

    tab_to(page, "lose")
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("lost")
    expect(page.locator("#screen")).to_contain_text("Connection lost.")
    page.get_by_role("button", name="Redial").press("Enter")
    expect(page.locator("#screen")).to_contain_text("Last time the call was cut off: Exam results.")
    tab_to(page, "line")
    key_in(page, "1")

    expect(page.locator("#screen")).to_contain_text("Candidate number")


def test_an_answer_that_comes_after_hanging_up_is_not_shown(open_phone: OpenPhone) -> None:
    page = open_phone()
    held: list[Any] = []
    page.route("**/phone/turn", lambda route: held.append(route))
    with page.expect_request("**/phone/turn"):
        key_in(page, CODE)

    page.keyboard.press("Escape")
    with page.expect_response("**/phone/turn"):
        held[0].continue_()
    page.unroute("**/phone/turn")

    shows(page, IDLE)


def test_a_code_nobody_answers_is_said_on_the_screen(open_phone: OpenPhone) -> None:
    page = open_phone()

    key_in(page, "*999#")

    shows(page, f"Nothing answers there. Dial {CODE}.")
    expect(page.locator("#state")).to_have_text("failed")


def test_a_number_of_a_person_cannot_be_called(open_phone: OpenPhone) -> None:
    page = open_phone()

    key_in(page, "112")

    expect(page.locator("#screen")).to_contain_text("This phone makes no calls.")


def test_digits_reach_the_line_from_any_key_of_the_phone(open_phone: OpenPhone) -> None:
    page = open_phone()
    for key in ("*", "3", "8", "4", "*", "2", "0", "2", "6"):
        page.locator(f'[data-key="{key}"]').click()

    page.keyboard.type("9")
    page.keyboard.press("Backspace")
    page.keyboard.type("#")
    expect(page.locator("#line")).to_have_value(CODE)
    page.get_by_role("button", name="Call").click()

    shows(page, HOME_SCREEN)


def test_digits_outside_the_phone_key_nothing_in(open_phone: OpenPhone) -> None:
    page = open_phone()
    tab_to(page, "redial")

    page.keyboard.type("12")

    expect(page.locator("#line")).to_have_value("")


def test_a_chip_dials_and_another_begins_a_text(open_phone: OpenPhone) -> None:
    page = open_phone()

    page.get_by_role("button", name="*384*2026*21#").click()
    page.get_by_role("button", name="RESULT", exact=True).click()

    expect(page.locator("#screen")).to_contain_text("Which region?")
    expect(page.locator("#text")).to_have_value("RESULT ")


def test_tab_stops_once_at_what_to_dial_and_arrows_go_through_it(open_phone: OpenPhone) -> None:
    page = open_phone()
    chips = page.get_by_role("toolbar", name="Try dialling").get_by_role("button")
    tab_to(page, "dial-channel")
    page.keyboard.press("Tab")

    reached = {"ArrowLeft": -1, "ArrowRight": 0, "End": -1, "Home": 0, "ArrowDown": 1}
    for key, chip in reached.items():
        page.keyboard.press(key)
        expect(chips.nth(chip)).to_be_focused()
    page.keyboard.press("Tab")

    expect(page.get_by_role("log")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(chips.nth(1)).to_be_focused()


def test_another_language_is_spoken_and_counted_in_its_own_units(open_phone: OpenPhone) -> None:
    page = open_phone(**NARROW)

    page.locator("#language").select_option("am")
    expect(page.locator("#note")).to_have_text("Kept. It counts from the next call on.")
    page.locator("#line").focus()
    key_in(page, CODE)

    expect(page.locator("#screen")).to_contain_text("ይምረጡ")
    expect(page.locator("#count")).to_contain_text("/70 UCS-2")
    expect(page.get_by_role("button", name="ውጤት")).to_be_visible()


def test_the_screen_shows_ethiopic_letters_on_a_machine_without_a_font_for_them(
    open_phone: OpenPhone,
) -> None:
    page = open_phone(**NARROW)
    page.locator("#language").select_option("am")
    expect(page.locator("#note")).to_have_text("Kept. It counts from the next call on.")
    page.locator("#line").focus()
    key_in(page, CODE)
    expect(page.locator("#screen")).to_contain_text("ይምረጡ")
    page.evaluate("document.fonts.ready.then(() => true)")

    # Small letters are as wide as whole pixels, by the settings of the machine: large ones hardly.
    wide, size = page.evaluate("""() => {
        const screen = document.getElementById("screen");
        screen.style.fontSize = "200px";
        screen.style.whiteSpace = "pre";
        const title = document.createRange();
        title.setStart(screen.firstChild, 0);
        title.setEnd(screen.firstChild, screen.textContent.indexOf("\\n"));
        return [title.getBoundingClientRect().width, parseFloat(getComputedStyle(screen).fontSize)];
    }""")

    assert width("ይምረጡ", size) == pytest.approx(wide, rel=0.02)


def test_who_calls_for_the_first_time_chooses_a_language_and_is_not_asked_again(
    open_phone: OpenPhone,
) -> None:
    page = open_phone(**NARROW)
    page.locator("#person").select_option("Dawit")
    page.locator("#line").focus()

    key_in(page, CODE)
    expect(page.locator("#screen")).to_contain_text("1. English\n2. Kiswahili\n3. Français")
    key_in(page, "2")
    expect(page.locator("#screen")).to_contain_text("Huduma za umma")
    page.keyboard.press("Escape")
    key_in(page, CODE)

    expect(page.locator("#screen")).to_contain_text("Huduma za umma")


def test_another_number_has_its_own_messages(open_phone: OpenPhone, served: Served) -> None:
    page = open_phone()
    text_by_keyboard(page, served, "HELP")
    expect(page.locator(".in")).to_have_count(1)

    page.locator("#person").select_option("Baraka")
    expect(page.locator("#thread li")).to_have_count(0)
    page.locator("#number").fill("+999700100001")
    page.keyboard.press("Tab")

    expect(page.locator(".in")).to_have_count(1)
    assert "Asha" == page.locator("#person option:checked").inner_text()


def test_the_inbox_is_read_only_while_the_page_is_seen(open_phone: OpenPhone) -> None:
    page = open_phone()
    page.clock.install()
    page.reload()
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url))
    see = """(seen) => {
        Object.defineProperty(document, "visibilityState", {value: seen, configurable: true});
        document.dispatchEvent(new Event("visibilitychange"));
    }"""

    with page.expect_response("**/phone/inbox"):
        page.clock.run_for(1_600)
    page.evaluate(see, "hidden")
    before = len(read)
    page.clock.run_for(60_000)
    assert before == len(read)
    with page.expect_response("**/phone/inbox"):
        page.evaluate(see, "visible")


# ---------------------------------------------------------------- how it looks


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_fault(
    open_phone: OpenPhone, served: Served, scheme: Scheme, width: int
) -> None:
    page = open_phone(width=width, scheme=scheme)
    idle = accessibility_faults(page)

    key_in(page, CODE)
    shows(page, HOME_SCREEN)
    text_by_keyboard(page, served, "HELP")
    expect(page.locator(".in .status")).to_have_text("sent")

    assert ([], []) == (idle, accessibility_faults(page))


@pytest.mark.parametrize("width", [320, 375, 768, 1280, 1920])
def test_nothing_scrolls_sideways(open_phone: OpenPhone, width: int) -> None:
    page = open_phone(width=width)
    key_in(page, CODE)
    shows(page, HOME_SCREEN)

    assert width == page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_jumps_while_the_phone_is_used(open_phone: OpenPhone, width: int) -> None:
    page = open_phone(width=width)
    places = """() => {
        const parts = ["#screen", "#line", "#call", ".pad", ".desk", ".thread", "#text"];
        return parts.map((name) => {
            const {x, y, width} = document.querySelector(name).getBoundingClientRect();
            return [name, x, y + scrollY, width];
        });
    }"""
    before = page.evaluate(places)

    key_in(page, CODE)
    shows(page, HOME_SCREEN)
    during = page.evaluate(places)
    page.get_by_role("button", name="Lose connection").click()
    expect(page.locator("#state")).to_have_text("lost")

    assert [before, before] == [during, page.evaluate(places)]


def test_the_screen_is_as_wide_as_a_handsets(open_phone: OpenPhone) -> None:
    page = open_phone(**NARROW)

    columns = page.evaluate("""() => {
        const screen = document.getElementById("screen");
        screen.textContent = "0";
        const range = document.createRange();
        range.selectNodeContents(screen);
        return screen.clientWidth / range.getBoundingClientRect().width;
    }""")

    assert 21 <= columns < 24.5


def test_a_reader_is_told_each_new_screen(open_phone: OpenPhone) -> None:
    page = open_phone()

    key_in(page, CODE)

    screen = page.get_by_role("region", name="Screen").get_by_role("status")
    expect(screen).to_have_text(HOME_SCREEN, use_inner_text=True)
    assert "true" == screen.get_attribute("aria-atomic")


def test_the_focus_can_be_seen_on_every_key(open_phone: OpenPhone) -> None:
    page = open_phone()
    unseen = page.evaluate("""() => {
        const all = [...document.querySelectorAll("button, input, select, textarea, [tabindex]")];
        const shown = all.filter((one) => one.offsetParent !== null);
        return shown.filter((one) => {
            one.focus({focusVisible: true});
            const style = getComputedStyle(one);
            return style.outlineStyle !== "solid" || parseFloat(style.outlineWidth) < 2;
        }).map((one) => one.outerHTML);
    }""")

    assert [] == unseen
