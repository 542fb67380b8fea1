"""From defaults, a TOML file and the environment to one checked ``Settings``; an unknown key is an error.

The later wins: built-in default, file, environment. Each value remembers where it came from, so that
``dateline config show`` can tell.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib import resources
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline import __version__
from pipeline.core.errors import ConfigError
from pipeline.core.origins.agencies import Agency, read_agencies

DEFAULT_FILE = Path("config/dateline.toml")
ENVIRONMENT_PREFIX = "DATELINE_"
# Names with our prefix that are no keys: where the file is, and where tests find their data.
NOT_KEYS = {"DATELINE_CONFIG", "DATELINE_EVAL_DATA"}

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


def read_span(value: object) -> timedelta:
    """Read "30s", "5m", "24h" or "7d", or 0. Raises ValueError where it is no span.

    A bare number is none: ``keep_pages = 90`` was meant in days, and seconds would throw all pages away.
    """
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|[smhdw])?\s*", str(value))
    if match is None or (match[2] is None and float(match[1]) != 0):
        raise ValueError(f'{value!r} is no span of time; write a number and a unit, like "30s", "5m" or "7d"')
    return _seconds(float(match[1]) * _UNITS_S[match[2] or "s"])


def _read_wait(value: object) -> timedelta:
    """As ``read_span``, and a bare number is seconds: nobody counts a pause or a deadline in anything else."""
    is_bare = not isinstance(value, timedelta) and re.fullmatch(r"\s*\d+(?:\.\d+)?\s*", str(value)) is not None
    return _seconds(float(str(value))) if is_bare else read_span(value)


def _seconds(seconds: float) -> timedelta:
    if not 0 <= seconds <= 100 * 366 * 86400:
        raise ValueError("a span of time lies between 0 and 100 years")
    return timedelta(seconds=seconds)


def _keep(value: object) -> timedelta | None:
    return None if value == "forever" else read_span(value)


def _network(value: str) -> str:
    try:
        ip_network(value)
    except ValueError as error:
        raise ValueError(f'{value!r} is no network; write it like "10.20.0.0/16" ({error})') from error
    return value


def _proxy(value: str) -> str:
    if value and (urlsplit(value).scheme != "http" or not urlsplit(value).hostname):
        raise ValueError(f'{value!r} is no proxy; write "http://host:port"')
    return value


Positive = Annotated[timedelta, BeforeValidator(read_span), Field(gt=timedelta(0))]
Wait = Annotated[timedelta, BeforeValidator(_read_wait)]
Deadline = Annotated[timedelta, BeforeValidator(_read_wait), Field(gt=timedelta(0))]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreSettings(_Table):
    url: str = "sqlite:///dateline.db"
    keep_pages: Annotated[timedelta | None, BeforeValidator(_keep)] = timedelta(days=90)


class FeedsSettings(_Table):
    file: str = "feeds.toml"


class FetchSettings(_Table):
    user_agent: Annotated[str, Field(min_length=3)] = "Dateline/VERSION (+https://dateline.example/contact)"
    allow_networks: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    proxy: Annotated[str, AfterValidator(_proxy)] = ""
    pause: Wait = timedelta(seconds=1)
    max_body_mb: Annotated[float, Field(gt=0, le=1024)] = 10
    max_page_mb: Annotated[float, Field(gt=0, le=1024)] = 5
    feed_deadline: Deadline = timedelta(seconds=30)
    page_deadline: Deadline = timedelta(seconds=20)


class PaceSettings(_Table):
    min_interval: Positive = timedelta(minutes=5)
    max_interval: Positive = timedelta(hours=24)
    polls_per_feed_per_day: Annotated[float, Field(gt=0, le=1440)] = 24
    revisit: tuple[Positive, ...] = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=7))


class ExtractSettings(_Table):
    processes: Annotated[int, Field(ge=0, le=256)] = 0
    cpu_limit: Deadline = timedelta(seconds=10)
    wall_limit: Deadline = timedelta(seconds=30)
    memory_limit_mb: Annotated[int, Field(ge=128)] = 1024
    agencies: str = ""


class WorkersSettings(_Table):
    kind: Literal["local"] = "local"
    parallel: Annotated[int, Field(ge=1, le=10_000)] = 64


class LogSettings(_Table):
    format: Literal["auto", "text", "json"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_file: str = ""
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0


class Settings(_Table):
    """Everything that can be set; immutable. ``[table] key`` in the file is ``settings.table.key``."""

    store: StoreSettings = StoreSettings()
    feeds: FeedsSettings = FeedsSettings()
    fetch: FetchSettings = FetchSettings()
    pace: PaceSettings = PaceSettings()
    extract: ExtractSettings = ExtractSettings()
    workers: WorkersSettings = WorkersSettings()
    log: LogSettings = LogSettings()

    @property
    def user_agent(self) -> str:
        return self.fetch.user_agent.replace("VERSION", __version__)


class Loaded(BaseModel):
    """Settings, the file they came from (None: built-in defaults) and each key's origin ("file", a variable)."""

    settings: Settings
    file: Path | None
    origins: dict[str, str]

    @property
    def feeds_file(self) -> Path:
        """``feeds.file``, taken from the configuration file's folder where it is relative."""
        return (self.file.parent if self.file else Path()) / self.settings.feeds.file


def read_agencies_file(file: str) -> tuple[Agency, ...]:
    """The operator's own table of agencies in ``file`` (``extract.agencies``); empty where that is "".

    Raises ConfigError where there is no such file, it is no TOML, or an entry is wrong.
    """
    if not file:
        return ()
    if not Path(file).exists():
        raise ConfigError(f"{file}: no such file, though extract.agencies names it; write it, or leave that key out.")
    try:
        return read_agencies(_read_toml(Path(file)))
    except ValueError as error:
        raise ConfigError(f"{file}: {error}.") from error


def load(file: Path | None, environment: Mapping[str, str] | None = None, *, store_url: str | None = None) -> Loaded:
    """Read ``file`` (or ``$DATELINE_CONFIG``, else ``config/dateline.toml`` if there is one) and the environment.

    ``store_url`` stands for ``--store`` and wins over all. Raises ConfigError, which names the key, what is wrong
    with it and the nearest known key where one was misspelt; or the file of agencies, and what is wrong in that.
    """
    environment = os.environ if environment is None else environment
    named = file or (Path(environment["DATELINE_CONFIG"]) if environment.get("DATELINE_CONFIG") else None)
    found = named or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if found is not None:
        for key, value in _flat(_read_toml(found)):
            _put(values, origins, key, value, str(found))
    for name in sorted(environment):
        if name.startswith(ENVIRONMENT_PREFIX) and name not in NOT_KEYS:
            key = name.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")
            _put(values, origins, key, _from_environment(environment[name]), f"${name}")
    if store_url is not None:
        _put(values, origins, "store.url", store_url, "--store")
    if found is not None and origins.get("extract.agencies") == str(found):
        values["extract"]["agencies"] = _beside(found, values["extract"]["agencies"])
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_in_words(error, origins)) from error
    read_agencies_file(settings.extract.agencies)
    return Loaded(settings=_with_bounds_in_order(settings, origins), file=found, origins=origins)


def shown(loaded: Loaded) -> list[dict[str, Any]]:
    """Every key as ``{key, value, origin}``; the password of a store URL is hidden."""
    values = loaded.settings.model_dump()
    rows = []
    for key in known_keys():
        table, name = key.split(".")
        value = re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:***@", str(_in_toml(values[table][name])))
        rows.append({"key": key, "value": value, "origin": loaded.origins.get(key, "default")})
    return rows


def known_keys() -> tuple[str, ...]:
    """Every key as ``table.key``, in the order of ``Settings``."""
    return tuple(
        f"{table}.{key}" for table, field in Settings.model_fields.items() for key in _keys_of(field.annotation)
    )


def bundled(name: str) -> Path:
    """The shipped ``name`` of config/: inside an installed package, or in the checkout of an editable install."""
    installed = Path(str(resources.files("pipeline"))) / "_bundled" / "config" / name
    return installed if installed.exists() else Path(__file__).resolve().parent.parent / "config" / name


def _in_toml(value: object) -> object:
    """A value as one would write it in the file."""
    if value is None:
        return "forever"
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        unit, size = next(
            ((unit, size) for unit, size in reversed(_UNITS_S.items()) if seconds and seconds % size == 0), ("s", 1.0)
        )
        return f"{seconds / size:g}{unit}"
    if isinstance(value, tuple):
        return json.dumps([_in_toml(item) for item in value])
    return value


def _with_bounds_in_order(settings: Settings, origins: dict[str, str]) -> Settings:
    """``settings``; a bound of intervals that nobody set gives way to the one that somebody did.

    Raises ConfigError where both were set, and cross.
    """
    pace, bounds = settings.pace, ("min_interval", "max_interval")
    if pace.min_interval <= pace.max_interval:
        return settings
    own, *other = (bound for bound in bounds if f"pace.{bound}" in origins)
    origin = origins[f"pace.{own}"]
    if other:
        shortest, longest = _in_toml(pace.min_interval), _in_toml(pace.max_interval)
        raise ConfigError(
            f"{origin}: pace.min_interval is longer than pace.max_interval ({shortest} and {longest}); change one."
        )
    origins |= {f"pace.{bound}": origin for bound in bounds}
    return settings.model_copy(update={"pace": pace.model_copy(update=dict.fromkeys(bounds, getattr(pace, own)))})


def _beside(file: Path, value: object) -> object:
    """A path that ``file`` gives, taken from the folder of ``file`` where it is relative."""
    return str(file.parent / value) if isinstance(value, str) and value else value


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError as error:
        raise ConfigError(f"{file}: no such file. `dateline config init` writes one to start from.") from error
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not valid TOML: {error}.") from error


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _from_environment(text: str) -> Any:
    """A JSON value where the text is one (lists, numbers), else the text itself."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, (bool, type(None))) else value


def _put(values: dict[str, Any], origins: dict[str, str], key: str, value: object, origin: str) -> None:
    if key not in known_keys():
        near = difflib.get_close_matches(key, known_keys(), n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else " `dateline config show` lists every key."
        raise ConfigError(f"{origin}: there is no key {key}.{hint}")
    table, name = key.split(".")
    if isinstance(value, (int, float)) and Settings.model_fields[table].annotation is not None:
        # A number may be meant as text: a user agent that is a version, a folder that is a year.
        wants = _keys_of(Settings.model_fields[table].annotation)[name].annotation
        value = str(value) if wants is str else value
    values.setdefault(table, {})[name] = value
    origins[key] = origin


def _keys_of(table: Any) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = table.model_fields
    return fields


def _in_words(error: ValidationError, origins: Mapping[str, str]) -> str:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"][:2])
        what = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "tuple_type":
            what = 'write a list, like ["...", "..."]'
        given = f" (it is {problem['input']!r})" if problem["type"] != "value_error" else ""
        lines.append(f"{origins.get(key, 'default')}: {key}: {what}{given}.")
    return "\n".join(lines)
