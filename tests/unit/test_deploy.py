"""What stands in deploy/ is what the program has: commands, flags, configuration keys, and one another's paths."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from pipeline import config
from pipeline.cli import app

CHECKOUT = Path(__file__).resolve().parents[2]
DEPLOY = CHECKOUT / "deploy"
README = (DEPLOY / "README.md").read_text()


def understood(line: str) -> str:
    """The command that ``dateline ...`` names; raises LookupError where there is no such command or flag."""
    name, *words = shlex.split(line)
    door: Any = typer.main.get_command(app)
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            options = {option: param for param in door.params for option in (*param.opts, *param.secondary_opts)}
            if word not in options:
                raise LookupError(f"{name} has no {word}")
            if not options[word].is_flag:
                words = words[1:]
        elif commands := getattr(door, "commands", {}):
            if word not in commands:
                raise LookupError(f"{name} has no command {word}")
            name, door = word, commands[word]
    return name


def unit() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "dateline.service")
    return parser["Service"]


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def dockerfile() -> str:
    """Its instructions, each on one line."""
    return re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text())


@pytest.mark.parametrize("line", ["dateline walk", "dateline run --fast", "dateline feeds forget http://a.example/"])
def test_a_command_that_is_none_is_noticed(line: str) -> None:
    with pytest.raises(LookupError):
        understood(line)


class TestSystemd:
    def test_it_starts_the_daemon_on_the_configuration_that_the_readme_writes(self) -> None:
        program, *_ = line = shlex.split(unit()["ExecStart"])

        assert understood(unit()["ExecStart"]) == "run"
        assert Path(line[line.index("--config") + 1]).parent.as_posix() in README
        assert f"{program} config init" in README

    def test_it_waits_for_the_word_and_the_signs_of_life_that_the_daemon_gives(self) -> None:
        said = (CHECKOUT / "pipeline" / "daemon.py").read_text()

        assert unit()["Type"] == "notify"
        assert 'notify("READY=1")' in said
        assert 'notify("WATCHDOG=1")' in said
        assert int(unit()["WatchdogSec"]) >= 10

    def test_it_leaves_the_daemon_the_time_that_it_takes_to_stop(self) -> None:
        from pipeline.daemon import GRACE_S

        assert int(unit()["TimeoutStopSec"]) > GRACE_S + 3

    def test_it_does_not_try_again_what_only_an_edit_mends(self) -> None:
        from pipeline.cli.saying import MISUSED

        assert unit()["RestartPreventExitStatus"] == str(MISUSED)

    def test_systemd_itself_has_nothing_to_say_against_it(self, tmp_path: Path) -> None:
        if shutil.which("systemd-analyze") is None:
            pytest.skip("this machine has no systemd-analyze")
        # It looks for the program, which is not installed here.
        text = (DEPLOY / "dateline.service").read_text().replace("/opt/dateline/bin/dateline", "/bin/true")
        (tmp_path / "dateline.service").write_text(text)

        done = subprocess.run(
            ["systemd-analyze", "verify", tmp_path / "dateline.service"], capture_output=True, text=True, check=False
        )

        assert (done.returncode, done.stderr) == (0, "")


class TestDocker:
    def test_what_is_copied_into_the_image_is_there_and_let_through_to_the_builder(self) -> None:
        copied = [word for line in re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile(), re.M) for word in line.split()]
        let_through = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()

        assert {"requirements.lock", "pyproject.toml", "pipeline", "migrations", "config"} <= set(copied)
        for name in copied:
            assert (CHECKOUT / name).exists()
            assert any(line.removeprefix("!").split("/")[0] == name for line in let_through if line.startswith("!"))

    def test_it_installs_the_lock_with_its_hashes(self) -> None:
        assert "--require-hashes --no-deps --requirement requirements.lock" in dockerfile()

    def test_it_runs_the_daemon_as_nobody_special(self) -> None:
        text = dockerfile()
        (entry,) = re.findall(r"^ENTRYPOINT (.+)$", text, re.M)
        (command,) = re.findall(r"^CMD (.+)$", text, re.M)

        assert understood(shlex.join(yaml.safe_load(entry) + yaml.safe_load(command))) == "run"
        assert re.findall(r"^USER (.+)$", text, re.M) == ["dateline"]

    def test_its_health_is_the_freshness_of_the_metrics_file(self) -> None:
        (file,) = re.findall(r"DATELINE_LOG__METRICS_FILE=(\S+)", dockerfile())

        (check,) = re.findall(r"^HEALTHCHECK .*CMD (.+)$", dockerfile(), re.M)

        assert f"find {file} " in check

    def test_the_settings_of_image_and_compose_are_keys_with_values_that_can_be_used(self) -> None:
        of_image = dict(re.findall(r"(DATELINE_\w+)=(\S+)", dockerfile()))
        of_compose = {
            name: value
            for name, value in compose()["services"]["dateline"]["environment"].items()
            if name.startswith("DATELINE_")
        }

        loaded = config.load(config.bundled("dateline.toml"), of_image | of_compose)

        assert loaded.settings.store.url == "postgresql+psycopg://dateline@postgres/dateline"
        assert loaded.settings.log.metrics_file == "/tmp/dateline.prom"


class TestCompose:
    def test_it_ends_in_the_daemon(self) -> None:
        (script,) = compose()["services"]["dateline"]["command"]

        assert understood(script.rpartition("exec ")[2]) == "run"

    def test_the_password_is_a_secret_of_both_and_stands_nowhere(self) -> None:
        services = compose()["services"]
        (name,) = compose()["secrets"]
        (script,) = services["dateline"]["command"]

        assert services["dateline"]["secrets"] == services["postgres"]["secrets"] == [name]
        assert services["postgres"]["environment"]["POSTGRES_PASSWORD_FILE"] == f"/run/secrets/{name}"
        assert f"/run/secrets/{name}" in script
        assert "POSTGRES_PASSWORD" not in services["postgres"]["environment"]

    def test_its_script_writes_what_the_client_of_postgres_reads(self, tmp_path: Path) -> None:
        (script,) = compose()["services"]["dateline"]["command"]
        (tmp_path / "secret").write_text("abc123\n")
        # Compose undoubles the dollars before the shell sees them.
        script = script.replace("$$", "$").replace("/run/secrets/postgres-password", str(tmp_path / "secret"))
        script = script.replace("exec dateline run", "true")

        subprocess.run(["sh", "-c", script], env={"PGPASSFILE": str(tmp_path / "pgpass")}, check=True)

        assert (tmp_path / "pgpass").read_text() == "postgres:5432:dateline:dateline:abc123\n"
        assert (tmp_path / "pgpass").stat().st_mode & 0o777 == 0o600

    def test_the_database_is_waited_for_and_kept(self) -> None:
        services = compose()["services"]

        assert services["dateline"]["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert "pg_isready" in services["postgres"]["healthcheck"]["test"]
        (volume,) = services["postgres"]["volumes"]
        assert volume.split(":")[0] in compose()["volumes"]

    def test_the_secret_is_made_where_it_is_looked_for_and_kept_out_of_the_repository(self) -> None:
        file = f"deploy/{Path(compose()['secrets']['postgres-password']['file']).name}"

        assert f"> {file} " in README
        assert file in (CHECKOUT / ".gitignore").read_text().splitlines()


# A command as people are told to type it: in backticks, or behind the prompt of an example or the times of a cron line.
IN_BACKTICKS = re.compile(r"`(dateline [^`]+)`")
AT_PROMPT = re.compile(r"^(?:[$#]|\*/10 .*) (?:.*&& )?(?:sudo -u \w+ )?\S*?(dateline [^#`\n]+)", re.MULTILINE)
PLACES = sorted(
    [*(CHECKOUT / "pipeline").rglob("*.py"), *(CHECKOUT / "config").glob("*.toml"), DEPLOY / "README.md"]
    + [CHECKOUT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
)


def told_in(text: str) -> list[str]:
    return IN_BACKTICKS.findall(text) + AT_PROMPT.findall(text)


def test_the_ways_of_running_are_told_with_their_commands() -> None:
    assert {understood(line) for line in told_in(README)} >= {"doctor", "status", "init", "poll"}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place.relative_to(CHECKOUT)))
def test_every_command_that_we_tell_people_to_type_exists(place: Path) -> None:
    for line in told_in(place.read_text()):
        understood(line)
