"""`gateway dial` and `gateway text`, in process and against a gateway that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from gateway.adapters.sql import engine as database
from gateway.composition.gateway import Gateway
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.standin.server import running
from gateway.web.app import create_app
from tests.cli.conftest import Run
from tests.gateways import HOME, SAMPLES


def test_dialling_with_answers_prints_each_reply_behind_a_line(loaded: Run) -> None:
    result = loaded("dial", "*384*2026#", "1", "2", "1", "10231456")

    assert 0 == result.exit_code
    asked, first, second, third, fourth = result.stdout.split("---\n")
    assert asked.startswith("CON Choose\n1. English\n2. Kiswahili\n")
    assert first.startswith("CON Public services\n1. Health\n")
    assert second.startswith("CON Education\n1. Exam results\n")
    assert third.startswith("CON Candidate number")
    assert fourth.startswith("CON Year of the exam?")


def test_who_has_chosen_a_language_is_not_asked_for_one(loaded: Run) -> None:
    dialled = loaded("dial", "*384*2026#", "2", "--language", "sw")
    texted = loaded("text", "HI", "--language", "fr")

    assert dialled.stdout.startswith("CON Huduma za umma\n")
    assert texted.stdout.startswith("Services publics\n")


def test_a_session_that_ends_is_printed_as_end(loaded: Run) -> None:
    result = loaded("dial", "*384*2026#", "1", "2", "1", "10231456", "2", "03092007")

    assert result.stdout.split("---\n")[-1].startswith("END 10231456 A. M., exam of 2025")


def test_answers_dialled_behind_the_code_are_taken_without_a_terminal(loaded: Run) -> None:
    result = loaded("dial", "*384*2026*31*10231456*2*03092007#")

    assert result.stdout.startswith("END 10231456 A. M., exam of 2025")


def test_answers_behind_the_end_are_told_of(loaded: Run) -> None:
    result = loaded("dial", "*384*2026#", "1", "2", "1", "10231456", "2", "03092007", "1")

    assert 0 == result.exit_code
    assert "1 answer left over" in result.stderr


def test_a_deployment_without_data_is_tried_on_the_samples(run: Run) -> None:
    result = run("dial", "*384*2026#", "1", "1", "1")

    assert "Which region?" in result.stdout
    assert re.search(r"taken from samples: .*\bfacilities\b", result.stderr)


def test_what_is_loaded_is_used_and_a_sample_only_for_what_is_not(run: Run, tmp_path: Path) -> None:
    header = (SAMPLES / "facilities.csv").read_text("utf-8").splitlines()[0]
    own = tmp_path / "own.csv"
    row = "0101,Clinic of ours,health_centre,Our region,Our district,08:00-17:00,+254712345678,Here"
    own.write_text(f"{header}\n{row}\n", "utf-8")
    run("migrate")
    assert 0 == run("data", "import", "facilities", str(own)).exit_code

    found = run("text", "CLINIC Our district", "--language", "en")
    sample = run("dial", "*384*2026*31*10231456*2*03092007#", "--language", "en")

    assert "Clinics in Our district:\n1. Clinic of ours" in found.stdout
    assert sample.stdout.startswith("END 10231456 A. M., exam of 2025")
    assert "facilities" not in sample.stderr
    assert "taken from samples: immunisation_schedule" in sample.stderr


def test_what_is_loaded_is_used_where_another_table_is_still_to_be_made(
    loaded: Run, tmp_path: Path
) -> None:
    engine = database.create(f"sqlite:///{tmp_path / 'gateway.db'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE slow_calls"))
    engine.dispose()

    result = loaded("text", "CLINIC Mbale", "--language", "en")

    assert 0 == result.exit_code
    assert "samples" not in result.stderr


def test_what_is_neither_loaded_nor_has_a_sample_is_told_with_what_loads_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    run("init", str(home), "--languages", "en,sw")
    (home / "datasets").mkdir()
    (home / "datasets" / "wells.yaml").write_text("key: id\ncolumns: {id: {room: 4}}\n", "utf-8")

    monkeypatch.setenv("GATEWAY_HOME", str(home))

    result = run("dial", "*384*2026#", "1")

    assert 0 == result.exit_code
    assert "without a sample: wells. What asks for it fails: gateway migrate, then" in result.stderr
    assert "gateway data import wells FILE" in result.stderr


def test_a_dataset_that_was_loaded_empty_is_empty(loaded: Run, tmp_path: Path) -> None:
    header = (SAMPLES / "advisories.csv").read_text("utf-8").splitlines()[0]
    (tmp_path / "none.csv").write_text(f"{header}\n", "utf-8")
    loaded("data", "import", "advisories", str(tmp_path / "none.csv"), "--allow-empty")

    told = loaded("text", "WEATHER Mbale", "--language", "en")

    assert "samples" not in told.stderr
    assert "rain" not in told.stdout.lower()


def test_trying_out_writes_nothing_into_the_deployment(loaded: Run) -> None:
    words = "REPORT water Mbale the pump gives no water"
    opened = loaded("text", words)
    found = loaded("text", "STATUS 100020266")

    assert 0 == opened.exit_code
    assert "name" in opened.stdout
    assert 0 == found.exit_code


def test_texting_prints_the_replies(loaded: Run) -> None:
    result = loaded("text", "RESULT 10231456 2025 03092007", "--channel", "twilio")

    assert 0 == result.exit_code
    assert result.stdout.startswith("10231456 A. M., exam of 2025\n")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("dial",), 2, "Missing argument 'CODE'"),
        (("dial", "*384*2026#", "1", "--from", "0712"), 2, "a full one such as"),
        (("dial", "*384*2026#", "1", "--channel", "at"), 5, "There are: phone, at-ke, twilio"),
        (("dial", "*384*2026#", "1", "--channel", "twilio"), 5, "cannot be dialled"),
        (("dial", "*384*2026#", "1", "--url", "http://127.0.0.1:9"), 4, "does not answer"),
        (("dial", "*999#"), 5, "Nothing answers there. Dial *384*2026#."),
        (("dial", "*384*20261#"), 5, "Nothing answers there."),
        (("dial", "*384*2026#", "1", "--language", "xx"), 2, "the menu speaks en, sw, fr, am"),
        (
            ("text", "HI", "--language", "sw", "--url", "http://127.0.0.1:9"),
            2,
            "choose it by dialling or texting",
        ),
        (("text", "HELP", "--url", "http://127.0.0.1:9"), 4, "does not answer"),
        (("dial", "*384*2026#", "1", "--url", "nonsense"), 2, "such as http://127.0.0.1:8384"),
        (("text", "HELP", "--url", "ftp://127.0.0.1"), 2, "such as http://127.0.0.1:8384"),
        (("text", "HELP", "--url", "http://"), 2, "such as http://127.0.0.1:8384"),
        (("text", "HELP", "--url", "http://[::1"), 2, "such as http://127.0.0.1:8384"),
        (("text", "HELP", "--url", "http://here:port"), 2, "such as http://127.0.0.1:8384"),
    ],
)
def test_what_cannot_be_tried_says_why(
    loaded: Run, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    result = loaded(*arguments)

    assert code == result.exit_code
    assert sentence in result.stderr


@pytest.fixture
def served(gateway: Gateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """The address of a gateway that runs on the data the command line sees, too."""
    monkeypatch.setenv("GATEWAY_DATABASE_URL", str(gateway.engine.url))
    with running(create_app(gateway)) as url:
        yield url


def test_dialling_a_gateway_that_runs_takes_its_webhook(loaded: Run, served: str) -> None:
    result = loaded("dial", "*384*2026#", "4", "--url", served, "--channel", "at-ke")

    assert 0 == result.exit_code
    assert result.stdout.split("---\n")[1].startswith("CON ")


def test_texting_a_gateway_that_runs_waits_for_its_reply(
    loaded: Run, served: str, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "gateway.adapters.redis.rq_jobs.RqJobs.wake_inbound",
        lambda _: gateway.inbound.route_pending(),
    )

    result = loaded("text", "HELP", "--url", served)

    assert result.stdout.startswith("Public services of Zamani.")
    assert DeliveryStatus.QUEUED in {status for _, status in sent(gateway)}


def test_a_text_that_is_met_with_silence_is_told_so(
    loaded: Run, served: str, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "gateway.adapters.redis.rq_jobs.RqJobs.wake_inbound",
        lambda _: gateway.inbound.route_pending(),
    )
    monkeypatch.setattr("gateway.cli.trials.target.REPLY_SECONDS", 0.25)
    loaded("text", "STOP", "--url", served)

    again = loaded("text", "STOP", "--url", served)

    assert (0, "", "No SMS came within 0.25 s.\n") == (again.exit_code, again.stdout, again.stderr)


def sent(gateway: Gateway) -> list[tuple[object, DeliveryStatus]]:
    from gateway.domain.telecom.msisdn import Msisdn

    return list(gateway.sql.outbox.to_subscriber(Msisdn.from_e164("+254700000001"), 5))


def test_a_gateway_that_runs_is_spoken_to_whatever_the_files_hold(
    loaded: Run, served: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It serves its last good menu while somebody mends a slip."""
    (tmp_path / "menus").mkdir()
    (tmp_path / "menus" / "main.yaml").write_text("langages: {}\n", "utf-8")
    monkeypatch.setenv("GATEWAY_MENUS_FOLDER", str(tmp_path / "menus"))

    result = loaded("dial", "*384*2026#", "4", "--url", served, "--channel", "at-ke")

    assert 0 == result.exit_code
    assert "M0" not in result.output


def test_a_phone_is_hung_up_with_the_end_of_what_is_typed(
    loaded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["1"])

    def line(prompt: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", line)
    monkeypatch.setattr("gateway.cli.trials.dial_and_text._is_terminal", lambda: True)

    result = loaded("dial", "*384*2026#")

    assert 0 == result.exit_code
    assert "Public services" in result.stdout
    assert result.stdout.endswith("You have hung up.\n")


def test_an_interrupted_command_ends_with_130_and_without_a_word(
    loaded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupted)
    monkeypatch.setattr("gateway.cli.trials.dial_and_text._is_terminal", lambda: True)

    result = loaded("dial", "*384*2026#")

    assert (130, "\n") == (result.exit_code, result.stderr)


def on_networks_with_tokens(folder: Path, monkeypatch: pytest.MonkeyPatch, **more: bool) -> None:
    """Lets the simulator's networks give tokens in the place of numbers."""
    config = yaml.safe_load((HOME / "config" / "gateway.yaml").read_text("utf-8"))
    config["channels"]["phone"] |= {"tokens": True, **more}
    file = folder / "gateway.yaml"
    file.write_text(yaml.safe_dump(config), "utf-8")
    monkeypatch.setenv("GATEWAY_CONFIG", str(file))


TOKEN = "4bd1aa30c2f94e07"


def test_who_has_a_token_dials_and_reads_that_no_sms_can_come(
    loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_networks_with_tokens(tmp_path, monkeypatch)

    result = loaded("dial", "*384*2026#", "9", "4", "--language", "en", "--from", TOKEN)

    assert result.stdout.split("---\n")[-1].startswith(
        "END This service answers by SMS. No SMS from us can reach you on this network."
    )


def test_who_has_a_token_texts_where_sms_reach_it(
    loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_networks_with_tokens(tmp_path, monkeypatch, sms_to_tokens=True)

    result = loaded("text", "HI", "--language", "en", "--from", TOKEN)

    assert result.stdout.startswith("Public services\n")


def test_a_number_is_a_number_where_others_have_tokens(
    loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_networks_with_tokens(tmp_path, monkeypatch)

    result = loaded("text", "HI", "--language", "en", "--from", "0712 345 678")

    assert result.stdout.startswith("Public services\n")


@pytest.mark.parametrize("written", [TOKEN, "two words of nothing", "12"])
def test_what_is_no_number_is_refused_where_there_are_no_tokens(loaded: Run, written: str) -> None:
    result = loaded("dial", "*384*2026#", "--from", written)

    assert 2 == result.exit_code
    assert "expected a number of the country" in result.stderr
    assert "token" not in result.stderr
