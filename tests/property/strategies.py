"""Generate Markdown: typical, with typos, and random."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

# A few examples, equal in each run; `make fuzz` tries more.
BOUNDED = settings(max_examples=15, deadline=None, derandomize=True, database=None)

words = st.text("abc xyzäé中", min_size=1, max_size=12).map(lambda text: text.strip() or "x")
ids = st.sampled_from(
    ["fig-a", "sec-b", "tbl-c", "eq-d", "lst-e", "plain", "fig-gone", "a", "note-1", "sec-section"]
)

inlines = st.one_of(
    words,
    st.builds("*{}*".format, words),
    st.builds("**{}".format, words),
    st.builds("`{}<`".format, words),
    st.builds("[{}](#{})".format, words, ids),
    st.builds("[{}](section.md#{})".format, words, ids),
    st.builds("@{}".format, ids),
    st.builds("[see @{}; @{}]".format, ids, ids),
    st.builds("[{}]{{#{} .x lang=de}}".format, words, ids),
    st.builds("${}^2 < \\frac{{1}}{{2}}$".format, words),
    st.builds("^[{}]".format, words),
    st.builds("\"{}' &amp; <b>{}".format, words, words),
    st.builds("![{}](dot.png){{#{}}}".format, words, ids),
    st.builds(
        "<{}>".format,
        st.sampled_from(["kbd", "/kbd", "script", "br", "img src=x", "a href=javascript:x", "/a", "!--"]),
    ),
    st.sampled_from(
        ["\0", "\x1b", "\ufffe", "\\", "]", "[^1]", "{{", "---", "$$", "&#0;", "&#xD800;", "]]>", "<![CDATA["]
    ),
)
lines = st.lists(inlines, min_size=1, max_size=5).map(" ".join)

blocks = st.one_of(
    lines,
    st.builds("{} {} {{#{}}}".format, st.sampled_from(["#", "##", "###", "######"]), lines, ids),
    st.builds("{} {}".format, st.sampled_from(["##", "###"]), words),
    st.builds("- {}\n- [ ] {}\n    1. {}".format, lines, lines, lines),
    st.builds("> {}\n> {}".format, lines, lines),
    st.builds("> [!NOTE]\n> {}".format, lines),
    st.builds('``` {{.python #{} lst-cap="{}"}}\n{}\n```'.format, ids, words, lines),
    st.builds("| A | {} |\n|---|--:|\n| {} | 1 |\n\n: {} {{#{}}}".format, words, lines, words, ids),
    st.builds("$$\n{}\n$$ {{#{}}}".format, words, ids),
    st.builds("![{}](dot.png){{#{}}}".format, lines, ids),
    st.builds("::: {{#{} .box}}\n{}\n:::".format, ids, lines),
    st.builds('::: {{.slide title="{}"}}\n{}\n:::'.format, words, lines),
    st.builds("{}\n: {}".format, lines, lines),
    st.builds("| {}\n|  {}".format, lines, lines),
    st.builds("[^1]: {}\n\n    {}".format, lines, lines),
    st.builds("<div>\n{}\n</div>".format, lines),
    st.sampled_from(["* * *", "\\newpage", "::: {.chart}\n:::", ":::", "```", "---\na: b\n---"]),
)
markdown = st.lists(blocks, min_size=1, max_size=6).map("\n\n".join)
