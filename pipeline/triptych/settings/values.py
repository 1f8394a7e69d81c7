"""Values as people write them in YAML → values as settings hold them."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from triptych.model.book import RELATORS


def calendar_date(value: object) -> object:
    """Year-month-day and nothing else: pydantic would take a number for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("date_form", "must be year-month-day")
    return value


def position(value: object) -> object:
    """A place in a series, as EPUB writes it."""
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if isinstance(text, str) and text and not re.fullmatch(r"\d+(\.\d+)*", text):
        raise PydanticCustomError("position", "must be a number such as 3 or 2.1")
    return text


def as_list(value: object) -> object:
    """One value where a list may stand."""
    return value if isinstance(value, list) or value is None else [value]


Texts: TypeAlias = Annotated[
    tuple[str, ...],
    BeforeValidator(as_list, json_schema_input_type=str | tuple[str, ...]),
    Field(max_length=200),  # each is read by itself
]


_AMOUNT = r"^\s*(\d+(?:\.\d+)?)\s*(MB|GB|TB)\s*$"
_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12}


def _bytes(value: object) -> object:
    """An amount of data with its unit → bytes."""
    match = re.match(_AMOUNT, value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("amount", "must be a size with a unit, such as 500MB or 2GB")
    return round(float(match[1]) * _UNITS[match[2]])


Bytes: TypeAlias = Annotated[
    int, BeforeValidator(_bytes, json_schema_input_type=Annotated[str, Field(pattern=_AMOUNT)])
]


_DURATION = r"^\s*(\d+(?:\.\d+)?)\s*(s|m|h)\s*$"
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def _seconds(value: object) -> object:
    """A time with its unit → seconds."""
    match = re.match(_DURATION, value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("duration", "must be a duration with a unit, such as 90s, 10m or 1h")
    return float(match[1]) * _SECONDS[match[2]]


Seconds: TypeAlias = Annotated[
    float, BeforeValidator(_seconds, json_schema_input_type=Annotated[str, Field(pattern=_DURATION)])
]


# The values of schema:accessibilityHazard.
Hazard: TypeAlias = Literal[
    "none",
    "unknown",
    "flashing",
    "noFlashingHazard",
    "unknownFlashingHazard",
    "motionSimulation",
    "noMotionSimulationHazard",
    "unknownMotionSimulationHazard",
    "sound",
    "noSoundHazard",
    "unknownSoundHazard",
]


def relator(value: str) -> str:
    """One of the MARC relators."""
    if value not in RELATORS:
        raise PydanticCustomError("relator", "not a MARC relator code")
    return value
