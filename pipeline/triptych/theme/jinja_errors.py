"""Reword Jinja's syntax errors in the terms of the template."""

from __future__ import annotations

import re

_REWORDED = tuple(
    (re.compile(pattern, re.DOTALL), message)
    for pattern, message in (
        (r"(?:unexpected|Expected an expression, got|expected token '.+', got) 'end of print statement'",
         'empty or incomplete expression before "}}"'),
        (r"(?:unexpected|Expected an expression, got|expected token '.+', got) 'end of statement block'",
         'incomplete statement before "%}"'),
        (r"expected token 'end of print statement', got '(.+)'", r'unexpected "\1" in the expression'),
        (r"expected token 'end of statement block', got '(.+)'", r'unexpected "\1" in the statement'),
        (r"unexpected end of template, expected 'end of print statement'", "the expression is not closed"),
        (r"unexpected end of template, expected 'end of statement block'", "the statement is not closed"),
        (r"Unexpected end of template.*block that needs to be closed is '(\w+)'",
         r"{% \1 %} has no {% end\1 %}"),
        (r"Encountered unknown tag '(\w+)'.*block that needs to be closed is '(\w+)'",
         r"{% \2 %} is closed by {% \1 %}"),
        (r"Encountered unknown tag '(\w+)'", r"unknown tag {% \1 %}"),
        (r"expected token '(.+)', got '(.+)'", r'expected "\1", found "\2"'),
        (r"unexpected '(.+)', expected '(.+)'", r'expected "\2", found "\1"'),
        (r"unexpected char (['\"])(.)\1 at \d+", r'unexpected character "\2"'),
        (r"unexpected '(.+)'", r'unexpected "\1"'),
        (r"expected name or number", "a name is missing after the dot"),
        (r"Missing end of comment tag", "the comment is not closed"),
        (r"No (filter|test) named '(.+)'", r'unknown \1 "\2"'),
        (r"'(.+)' is undefined", r'"\1" is not defined'),
    )
)  # fmt: skip


def reword_error(message: str) -> str:
    """Return a message of Jinja in the terms of the template, or the message itself if it is a rare one."""
    for pattern, reworded in _REWORDED:
        if match := pattern.match(message):
            return match.expand(reworded)
    return message
