"""Settings: what the file says, what the environment adds, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.adapters.providers.africastalking.webhooks import Settings as AfricasTalkingSettings
from gateway.adapters.providers.twilio.webhooks import Settings as TwilioSettings
from gateway.cli.processes.startup_checks import hold_folder
from gateway.deployment.settings import Settings, load
from gateway.deployment.settings_tree import OVERRIDES
from gateway.domain.faults_and_errors.codes import CODES
from gateway.domain.faults_and_errors.errors import SettingsInvalid
from gateway.domain.telecom.channel import Keys, PageBudget

REPOSITORY = Path(__file__).parents[1]
KEY = {"GATEWAY_KEY": "a2V5"}
MARK = "#!"

BASE = """\
name: Public services
national_region: KE
channels:
  phone:
    provider: simulator
"""

TWILIO = """\
  twilio:
    provider: twilio
    account_sid: AC00000000000000000000000000000000
    auth_token: $TWILIO_AUTH_TOKEN
    api_url: http://127.0.0.1:8385
"""


def loaded(folder: Path, text: str, environ: dict[str, str], **options: bool) -> Settings:
    """Returns the settings of a deployment whose file has this text."""
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "gateway.yaml").write_text(text, "utf-8")
    return load(folder, environ, secrets_folder=folder / "secrets", **options)


def refused(folder: Path, text: str, environ: dict[str, str], **options: bool) -> SettingsInvalid:
    """Returns the refusal of a file that is expected to be refused."""
    with pytest.raises(SettingsInvalid) as caught:
        loaded(folder, text, environ, **options)
    return caught.value


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    settings = loaded(tmp_path, BASE, KEY)

    assert f"sqlite:///{tmp_path}/data/gateway.db" == settings.database_url
    assert "" == settings.redis_url
    assert tmp_path / "data" == settings.data_folder
    assert tmp_path / "menus" == settings.menus_folder
    assert "http://127.0.0.1:8384" == settings.public_url
    assert ("127.0.0.1", 8384, 8385) == (
        settings.server.host,
        settings.server.port,
        settings.standin.port,
    )
    assert ("UTC", "20:00-07:00") == (settings.time_zone, settings.quiet_hours)
    assert tmp_path == settings.home
    assert ["phone"] == [channel.name for channel in settings.to_channels()]


def test_a_channel_has_the_settings_of_its_provider(tmp_path: Path) -> None:
    text = BASE + TWILIO + "    page: {septets: 140, count_prefix: true}\n    keys: {more: '99'}\n"

    settings = loaded(tmp_path, text, {**KEY, "TWILIO_AUTH_TOKEN": "one two"})

    assert isinstance(settings.channels["twilio"], TwilioSettings)
    assert "one two" == settings.channels["twilio"].auth_token.get_secret_value()
    channel = settings.to_channels()[1]
    assert PageBudget(septets=140, ucs2=70, count_prefix=True) == channel.page
    assert Keys(more="99") == channel.keys


@pytest.mark.parametrize(
    ("variable", "value", "name", "expected"),
    [
        ("GATEWAY_DATABASE_URL", "postgresql+psycopg://g:pw@db/g", "database_url", None),
        ("GATEWAY_REDIS_URL", "redis://:pw@cache/0", "redis_url", None),
        ("GATEWAY_PUBLIC_URL", "https://sms.example.org", "public_url", None),
        ("GATEWAY_DATA", "/srv/gateway", "data_folder", Path("/srv/gateway")),
        ("GATEWAY_KEY", "b3RoZXI=", "master_key", SecretStr("b3RoZXI=")),
    ],
)
def test_the_environment_wins_over_the_file(
    tmp_path: Path, variable: str, value: str, name: str, expected: object
) -> None:
    text = BASE + (
        "public_url: https://other.example\ndata_folder: elsewhere\nmaster_key: $NOWHERE\n"
        "database_url: sqlite:///other.db\nredis_url: redis://other\n"
    )

    settings = loaded(tmp_path, text, {**KEY, variable: value})

    assert (expected or value) == getattr(settings, name)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9384", ("127.0.0.1", 9384)),
        ("0.0.0.0:9384", ("0.0.0.0", 9384)),
        ("[::]:9384", ("::", 9384)),
        ("metrics.lan:1", ("metrics.lan", 1)),
        ("", None),
    ],
)
def test_the_numbers_may_have_an_address_of_their_own(
    tmp_path: Path, written: str, read: tuple[str, int] | None
) -> None:
    settings = loaded(tmp_path, BASE, {**KEY, "GATEWAY_METRICS": written})

    assert read == settings.server.metrics_address


@pytest.mark.parametrize("written", ["x", "127.0.0.1", ":9384", "1:2:3", "65536", "0", "a b:1"])
def test_what_is_no_address_is_told(tmp_path: Path, written: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"HOST:PORT|above 0"):
        loaded(tmp_path, BASE, {**KEY, "GATEWAY_METRICS": written})


@pytest.mark.parametrize(
    ("host", "url"), [("10.0.0.5", "http://10.0.0.5:8384"), ("fd00::5", "http://[fd00::5]:8384")]
)
def test_webhooks_are_where_it_listens_until_it_is_said_otherwise(
    tmp_path: Path, host: str, url: str
) -> None:
    settings = loaded(tmp_path, BASE, {**KEY, "GATEWAY_HOST": host})

    assert url == settings.public_url


def test_the_environment_sets_host_and_port(tmp_path: Path) -> None:
    environ = {**KEY, "GATEWAY_HOST": "0.0.0.0", "GATEWAY_PORT": "80"}

    with_section = loaded(tmp_path, BASE + "server: {port: 9000, threads: 2}\n", environ)
    without = loaded(tmp_path, BASE, environ)

    assert ("0.0.0.0", 80, 2) == (
        with_section.server.host,
        with_section.server.port,
        with_section.server.threads,
    )
    assert ("0.0.0.0", 80) == (without.server.host, without.server.port)


def test_another_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(BASE.replace("Public", "Other"), "utf-8")

    settings = loaded(tmp_path, "nonsense", {**KEY, "GATEWAY_CONFIG": "other.yaml"})

    assert "Other services" == settings.name


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path) -> None:
    """So compose and systemd leave what nobody has filled in."""
    names = (*OVERRIDES.keys() - {"GATEWAY_KEY"}, "GATEWAY_CONFIG", "GATEWAY_API_URL")
    empty = dict.fromkeys(names, "")

    assert loaded(tmp_path, BASE, {**KEY, **empty}) == loaded(tmp_path, BASE, KEY)
    with hold_folder(tmp_path / "data", 9000):
        assert loaded(tmp_path, BASE, {**KEY, **empty}).server.port == 9000


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "TWILIO_AUTH_TOKEN").write_text("from a file\n", "utf-8")

    settings = loaded(tmp_path, BASE + TWILIO, KEY)

    assert isinstance(settings.channels["twilio"], TwilioSettings)
    assert "from a file" == settings.channels["twilio"].auth_token.get_secret_value()


def test_addresses_may_be_variables(tmp_path: Path) -> None:
    text = BASE + "database_url: $DATABASE_URL\nredis_url: $REDIS_URL\n"
    environ = {**KEY, "DATABASE_URL": "postgresql://g:pw@db/g", "REDIS_URL": "redis://:pw@cache"}

    settings = loaded(tmp_path, text, environ)

    assert "postgresql://g:pw@db/g" == settings.database_url
    assert "pw@" not in repr(settings)


def test_in_development_what_speaks_to_this_machine_needs_no_secret(tmp_path: Path) -> None:
    settings = loaded(tmp_path, BASE + TWILIO, {}, development=True)

    assert settings.master_key is None
    assert isinstance(settings.channels["twilio"], TwilioSettings)
    assert "development" == settings.channels["twilio"].auth_token.get_secret_value()


def own_standin(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.standin.port}/{settings.standin_path}"


@pytest.mark.parametrize(
    ("more", "environ", "ports"),
    [
        ("", {}, (8384, 8385)),
        ("", {"GATEWAY_PORT": "9000"}, (9000, 9001)),
        ("server: {port: 7000}\n", {}, (7000, 7001)),
        ("standin: {port: 7007}\n", {"GATEWAY_PORT": "9000"}, (9000, 7007)),
    ],
)
def test_one_variable_moves_the_web_and_the_stand_in_that_channels_speak_to(
    tmp_path: Path, more: str, environ: dict[str, str], ports: tuple[int, int]
) -> None:
    text = BASE + TWILIO.replace("http://127.0.0.1:8385", "standin") + more

    settings = loaded(tmp_path, text, environ, development=True)

    assert ports == (settings.server.port, settings.standin.port)
    assert own_standin(settings) == settings.channels["twilio"].api_url
    assert "development" == settings.channels["twilio"].auth_token.get_secret_value()


def test_the_bare_address_of_ones_own_stand_in_means_it_too(tmp_path: Path) -> None:
    here = loaded(tmp_path, BASE + TWILIO, {}, development=True)
    moved = loaded(tmp_path, BASE + TWILIO, {"GATEWAY_PORT": "9000"}, development=True)

    assert own_standin(here) == here.channels["twilio"].api_url
    assert "http://127.0.0.1:8385" == moved.channels["twilio"].api_url


def test_no_other_gateway_knows_the_way_into_a_stand_in(tmp_path: Path) -> None:
    text = BASE + TWILIO.replace("http://127.0.0.1:8385", "standin")

    urls = {
        loaded(tmp_path, text, {"GATEWAY_DATA": data}, development=True).channels["twilio"].api_url
        for data in ("/tmp/one", "/tmp/other", "data")
    }

    assert 3 == len(urls)


def test_the_stand_in_is_refused_where_citizens_wait(tmp_path: Path) -> None:
    text = BASE + TWILIO.replace("http://127.0.0.1:8385", "standin")

    error = refused(tmp_path, text, {**KEY, "TWILIO_AUTH_TOKEN": "one"})

    assert ["S024"] == [fault.code for fault in error.faults]
    assert "Leave api_url out" in str(error)


@pytest.mark.parametrize(
    "api_url", ["https://api.example.org", "http://127.0.0.1.example.org", "http://10.0.0.1"]
)
def test_in_development_what_speaks_to_others_needs_its_secret(
    tmp_path: Path, api_url: str
) -> None:
    text = BASE + TWILIO.replace("http://127.0.0.1:8385", api_url)

    error = refused(tmp_path, text, {}, development=True)

    assert ["S021"] == [fault.code for fault in error.faults]


def test_to_check_menus_no_secret_is_needed(tmp_path: Path) -> None:
    text = BASE + TWILIO.replace("127.0.0.1", "api.example.org") + "    webhook_key: $NOWHERE\n"
    text += "master_key: $NOWHERE\ndatabase_url: $NOWHERE\nredis_url: $NOWHERE\n"

    settings = loaded(tmp_path, text, {}, secrets_needed=False)

    assert ["phone", "twilio"] == [channel.name for channel in settings.to_channels()]


FAULTS = [
    ("S001", "natonal_region: KE #!", "Did you mean 'national_region'?"),
    ("S001", "server: {prot: 80} #!", "Did you mean 'port'?"),
    ("S003", "server: [80] #!", "Expected a map"),
    ("S003", "server: {port: eighty} #!", "Expected a whole number."),
    ("S003", "server: {port: 70000} #!", "Expected 65535 or less."),
    ("S003", "public_url: sms.example.org #!", "https://sms.example.org"),
    ("S003", "public_url: https://sms.example.org/path #!", "right form"),
    ("S003", "redis_url: http://cache #!", "rediss://"),
    ("S003", "database_url: mysql://db/g #!", "postgresql+psycopg://"),
    ("S003", "time_zone: Africa/Nairobbery #!", "such as Africa/Nairobi"),
    ("S003", "time_zone: ../etc/passwd #!", "no time zone"),
    ("S003", "quiet_hours: 8pm to 7am #!", "such as 20:00-07:00"),
    ("S003", "quiet_hours: 24:00-07:00 #!", "such as 20:00-07:00"),
    ("S003", "routing: {routes: [{channels: []}]} #!", "at least 1 entry"),
    ("S025", "routing: {routes: [{channels: [phome]}]} #!", "There is no channel 'phome'."),
    ("S025", "routing: {routes: [{channels: [phone], network: green}]} #!", "no network 'green'."),
    ("S003", "log_level: loud #!", "'debug', 'info', 'warning' or 'error'"),
    ("S003", "log_level: infos #!", "Did you mean 'info'?"),
    ("S004", "log_level: a: b #!", "This is not YAML"),
    ("S005", "name: Again #!", "line 1 already"),
    ("S006", "log_level: &level info #!", "Anchor &level is refused"),
    ("S020", "database_url: postgresql://g:hush@db/g #!", "put it in the environment"),
    ("S020", "redis_url: redis://:hush@cache #!", "put it in the environment"),
    ("S020", "master_key: hush #!", "put it in the environment, say $MASTER_KEY"),
    ("S021", "redis_url: $NOWHERE #!", "NOWHERE is not set"),
    ("S021", "database_url: $EMPTY #!", "EMPTY is not set"),
]

CHANNEL_FAULTS = [
    ("S001", "    provider: simulator\n    adress: '2026' #!", "Did you mean 'address'?"),
    ("S001", "    provider: simulator\n    page: {septet: 100} #!", "Did you mean 'septets'?"),
    ("S002", "    provider: africastalking\n    username: x", "Key 'api_key' is missing"),
    ("S003", "    provider: simulator\n    service_code: 384 #!", "`*384*2026#`"),
    ("S003", "    provider: simulator\n    page: {septets: 900} #!", "Expected 182 or less."),
    ("S003", "    provider: simulator\n    networks: [10.0.0.1/99] #!", "203.0.113.0/24"),
    ("S003", "    provider: simulator\n    keys: {back: '0', home: '0'} #!", "different keys"),
    (
        "S025",
        "    provider: simulator\n    flows: ureport #!",
        "no flows behind a channel 'ureport'",
    ),
    ("S020", "    provider: simulator\n    webhook_key: hush #!", "say $BAD_WEBHOOK_KEY"),
    ("S021", "    provider: simulator\n    webhook_key: $NOWHERE #!", "NOWHERE is not set"),
    ("S030", "    provider: http\n    preset: wigal-usd #!", "Did you mean 'wigal-ussd'?"),
    ("S032", "    provider: http\n    preset: wigal-ussd\n    address: '2026' #!", "sends no SMS"),
    ("S032", "    provider: http\n    preset: termii", "asks for `api_key` below `secrets`"),
    ("S022", "    provider: simulater #!", "Did you mean 'simulator'?"),
    (
        "S022",
        "    address: '2026'",
        "android, hsenid, http, orange, rapidpro, simulator, smpp, twilio",
    ),
]


@pytest.mark.parametrize(
    ("code", "lines", "says"),
    FAULTS + [(code, f"bad:\n{lines}", says) for code, lines, says in CHANNEL_FAULTS],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, code: str, lines: str, says: str) -> None:
    text = BASE + (f"  {lines}\n" if lines.startswith("bad:") else f"{lines}\n")
    numbers = [number for number, line in enumerate(text.splitlines(), 1) if MARK in line]

    error = refused(tmp_path, text, {**KEY, "EMPTY": ""})

    # Without a mark the fault is shown at the channel's name, after the five lines of the base.
    expected = (numbers or [6])[0]
    assert [(expected, code)] == [(fault.line, fault.code) for fault in error.faults]
    assert says in str(error)
    assert "hush" not in str(error)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("name: Public services\n", "", "S002"),
        ("name: Public services\n", "name:\n", "S003"),
        ("national_region: KE", "national_region: Kenya", "S003"),
        ("  phone:", "  The Phone:", "S010"),
        ("  phone:\n    provider: simulator\n", "  phone: simulator\n", "S003"),
        (BASE, "a list", "S003"),
        (BASE, "- a list", "S003"),
        (BASE, "", "S003"),
    ],
)
def test_what_must_be_said_is_asked_for(tmp_path: Path, old: str, new: str, code: str) -> None:
    error = refused(tmp_path, BASE.replace(old, new), KEY)

    assert code in {fault.code for fault in error.faults}


def test_without_a_file_the_one_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load(tmp_path, {})

    assert ["S007"] == [fault.code for fault in caught.value.faults]
    assert "config/gateway.yaml" in str(caught.value)


def test_in_production_the_master_key_is_needed(tmp_path: Path) -> None:
    error = refused(tmp_path, BASE, {})

    assert ["S021"] == [fault.code for fault in error.faults]
    assert "GATEWAY_KEY" in str(error)


def test_a_bad_variable_is_named_as_the_place(tmp_path: Path) -> None:
    error = refused(tmp_path, BASE, {**KEY, "GATEWAY_PORT": "eighty"})

    assert "$GATEWAY_PORT:1:1: [S003] Expected a whole number." == str(error)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = BASE.replace("name:", "nmae:") + TWILIO + "server: {port: x}\nname: y\nname: z\n"
    text += "redis_url: redis://:hush@cache\n"

    error = refused(tmp_path, text, {"GATEWAY_PUBLIC_URL": "sms"})

    codes = [fault.code for fault in error.faults]
    assert ["S003", "S001", "S021", "S021", "S003", "S005", "S020"] == codes


def test_every_code_of_settings_has_a_case() -> None:
    """S008 to S011 come from the reader that menus share, S023 from handlers.

    S031 comes from presets, S033 from their case files.
    """
    tried = {code for code, _, _ in FAULTS + CHANNEL_FAULTS}
    elsewhere = {"S007", "S008", "S009", "S010", "S011", "S023", "S024", "S031", "S033"}

    assert {code for code in CODES if code.startswith("S")} == tried | elsewhere


def test_the_reference_deployment_starts_without_any_secret() -> None:
    settings = load(REPOSITORY, {}, development=True)

    assert ["phone", "at-ke", "twilio"] == list(settings.channels)
    channel = settings.channels["at-ke"]
    assert isinstance(channel, AfricasTalkingSettings)
    assert ("sandbox", "*384*2026#") == (channel.username, channel.service_code)


def test_the_sample_for_production_needs_what_it_names() -> None:
    names = {"GATEWAY_KEY", "DATABASE_URL", "REDIS_URL", "AT_API_KEY", "TWILIO_AUTH_TOKEN"}
    environ = {"GATEWAY_CONFIG": "config/production.yaml"}
    values = dict.fromkeys(names, "x" * 32) | {
        "DATABASE_URL": "postgresql+psycopg://db/gateway",
        "REDIS_URL": "redis://cache/0",
    }

    with pytest.raises(SettingsInvalid) as caught:
        load(REPOSITORY, environ, secrets_folder=REPOSITORY / "no-secrets")
    settings = load(REPOSITORY, environ | values)

    missing = {fault.sentence.partition(" ")[0] for fault in caught.value.faults}
    assert names == missing
    assert "redis://cache/0" == settings.redis_url
