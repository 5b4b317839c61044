"""Write the parts of the documents that are made from something else; `make docs` calls this.

With --check nothing is written, and the exit code says whether everything is up to date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # The reader of the examples lives beside the tests that run them.

from tests.support.examples import (  # noqa: E402
    SECTIONS,
    Example,
    Exchange,
    Message,
    all_examples,
)

API = ROOT / "docs" / "api.md"
ERRORS = ROOT / "docs" / "errors.md"
ERRORS_PAGE = ROOT / "src" / "numberblocks" / "api" / "static" / "errors.html"
BEGIN, END = "<!-- examples: begin -->", "<!-- examples: end -->"
MADE = re.compile(f"(?<={BEGIN}\n).*(?={END})", re.DOTALL)

LINK_AWAY = re.compile(r"\[([^\]]+)\]\((?!#)[^)]*\)")
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Errors – numberblocks API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/pages.css">
</head>
<body class="text">
<main>
BODY</main>
</body>
</html>
"""

INTRODUCTION = """\
Each of these is a file in `tests/contract/`, and a test that sends it to the real server and
compares the answer. `{{account.sid}}` and its like stand for what `numberblocks demo --json`
prints under that name; `number_block` is a block that nobody has configured yet, and
`{{number_block.number}}` its first number. What follows the word Basic is sent in base64, as
usual. In an answer `*` is anything, and a header that is `(none)` isn't there.
"""


def main(*words: str) -> int:
    """Write what isn't up to date, or only say so."""
    made = {
        API: with_examples(API.read_text(encoding="utf-8"), all_examples()),
        ERRORS_PAGE: as_page(ERRORS.read_text(encoding="utf-8")),
    }
    old = {path: text for path, text in made.items() if text != text_of(path)}
    for path, text in old.items() if "--check" not in words else ():
        path.write_text(text, encoding="utf-8")
        print(f"docs: {path.relative_to(ROOT)} is written anew")
    return int(bool(old) and "--check" in words)


def text_of(path: Path) -> str:
    """What a file holds; nothing, if there is no file yet."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def as_page(document: str) -> str:
    """The document as a page of HTML, each heading under the name by which problems lead to it."""
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse(LINK_AWAY.sub(r"\1", document))  # Other documents aren't served.
    for token, inside in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", inside.content.lower().replace(" ", "_"))
    return PAGE.replace("BODY", markdown.renderer.render(tokens, markdown.options, {}))


def with_examples(document: str, examples: Iterable[Example]) -> str:
    """The document with these examples between its two marks, instead of those that were."""
    if not MADE.search(document):
        raise SystemExit(f"docs/api.md needs the lines {BEGIN} and {END}")
    made = "\n".join(["", *sections(examples), ""])
    return MADE.sub(lambda _: made, document)


def sections(examples: Iterable[Example]) -> Iterator[str]:
    """All examples as Markdown, a section after the other."""
    yield INTRODUCTION
    for folder, within in groupby(examples, key=lambda example: example.path.parent.name):
        yield f"### {SECTIONS[folder]}\n"
        for example in within:
            yield section(example)


def section(example: Example) -> str:
    """One example as Markdown."""
    parts = [f"#### {example.title}", example.source]
    parts += [example.remarks] if example.remarks else []
    return "\n\n".join([*parts, *map(fenced, example.exchanges)]) + "\n"


def fenced(exchange: Exchange) -> str:
    """A request and its answer as a block of code."""
    return f"```http\n{as_text(exchange.request)}\n\n{as_text(exchange.answer)}\n```"


def as_text(message: Message) -> str:
    """A message as it is written in its file."""
    head = "\n".join([message.start, *(f"{name}: {value}" for name, value in message.headers)])
    return f"{head}\n\n{message.body}" if message.body else head


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
