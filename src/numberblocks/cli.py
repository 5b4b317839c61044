"""The numberblocks command: reads what was typed, runs one command, prints its answer.

Commands are imported when they are called, so that --help and --version answer at once.
Exit codes: 0 done, 1 not done, 2 typed wrongly.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from cyclopts import App, CycloptsError, MissingArgumentError, UnusedCliTokensError

from numberblocks import __version__
from numberblocks.commands.answer import Answer

DONE, NOT_DONE, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

app = App(
    name="numberblocks",
    help="Where the calls of blocks of Australian phone numbers go.",
    version=f"numberblocks {__version__}",
    help_format="plaintext",
    result_action="return_value",
)

COMMANDS = {
    "serve": ("service:serve", "Serve the API until told to stop."),
    "migrate": ("service:migrate", "Bring the database's schema up to this release."),
    "demo": ("demo:app", "Put demo customers and numbers into the store, or take them out."),
    "account": ("accounts:app", "Accounts: customers, and the tree that they form."),
    "property": ("properties:app", "Properties: brands or sites of an account."),
    "token": ("tokens:app", "Tokens, with which clients log in."),
    "block": ("blocks:app", "Number blocks: numbers configured together."),
    "flow": ("flows:app", "Flows, which a block's calls can be run through."),
    "application": ("applications:app", "Applications, which are asked what to do with a call."),
    "trunk": ("trunks:app", "Trunks: how numbers are reached over SIP."),
    "explain": ("explain:explain", "Say where a call to a number goes, and why."),
    "history": ("history:app", "The line of changes."),
    "backup": ("backups:backup", "Write the whole store into a file, while it is being used."),
    "restore": ("backups:restore", "Put a backup into an empty database."),
    "doctor": ("doctor:doctor", "Look for what is wrong with the store and its settings."),
    "config": ("settings:app", "The settings."),
}
"""Every command: where it is, and what it is for."""

for command, (place, purpose) in COMMANDS.items():
    app.command(f"numberblocks.commands.{place}", name=command, help=purpose)


def main() -> None:
    """Run what was typed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # Commands say themselves what went wrong; the server sets up a log of its own.
    logging.getLogger("numberblocks").addHandler(logging.NullHandler())
    sys.exit(run(sys.argv[1:]))


def run(tokens: Sequence[str]) -> int:
    """Run one command and print its answer; the exit code."""
    as_json = "--json" in tokens
    try:
        refuse_bytes(tokens)
        answer = app(tokens, exit_on_error=False, print_error=False)
        return DONE if answer is None else show(answer, as_json=as_json)
    except BrokenPipeError:
        # Whoever read the output has enough of it; nothing more can be written, even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return complain(error, as_json=as_json)


def refuse_bytes(tokens: Sequence[str]) -> None:
    """Whatever was typed is text; what isn't UTF-8 reaches us as lone surrogates."""
    for place, token in enumerate(tokens, start=1):
        if any("\ud800" <= character <= "\udfff" for character in token):
            raise CycloptsError(msg=f"Argument {place} isn't text in UTF-8.")


def show(answer: Answer, *, as_json: bool) -> int:
    """Print the answer; its exit code."""
    if as_json:
        print(json.dumps(answer.data, indent=2))
    else:
        for line in answer.lines:
            print(line)
    sys.stdout.flush()
    return answer.exit_code


def complain(error: Exception, *, as_json: bool) -> int:
    """Say on stderr what went wrong; the exit code. A fault of ours is raised again."""
    from numberblocks.commands.complaint import Complaint, complaint_about

    complaint = (
        Complaint(what_was_typed_wrongly(error), "WRONG_USAGE", WRONG_USAGE)
        if isinstance(error, CycloptsError)
        else complaint_about(error)
    )
    if complaint is None:
        raise error
    said = json.dumps(complaint.as_data()) if as_json else complaint.message
    print(said if as_json else f"numberblocks: {said}", file=sys.stderr)
    return complaint.exit_code


def what_was_typed_wrongly(error: CycloptsError) -> str:
    """The parser's own words, but where they mislead: with us a token is what lets a client in."""
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        unused = ", ".join(map(repr, error.unused_tokens))
        return f"There is no place for {unused}; a text with spaces needs quotes around it."
    if isinstance(error, MissingArgumentError) and error.argument and error.keyword is None:
        return f"{error.argument.name} is required; --help says what for."
    return str(error).strip()
