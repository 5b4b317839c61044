"""What the document says about explaining a number."""

from __future__ import annotations

from numberblocks.api.about import About, Answer, Parameter, text
from numberblocks.domain.dialled_number import LONGEST
from numberblocks.operations.explain_number import Explanation

EXPLAIN_ABOUT = About(
    name="explainNumber",
    tag="Routing",
    summary="Explain where a call goes",
    description="The decision for a call to this number, every step on the way to it, and who set"
    " the block so; now, or at a moment of the past. Needs any permission there but Billing,"
    " UserManagement and SipManagement.",
    parameters=(
        Parameter(
            "number",
            text(LONGEST),
            "The number, in any form that a switch may have it.",
            "0255500001",
            required=True,
        ),
        Parameter(
            "at",
            text(),
            "A position in the line of changes, or a time such as 2026-11-24T15:00:00+11:00."
            " Beyond the last change is now; `position` in the answer tells which was meant.",
        ),
    ),
    answers={200: Answer("The decision.", Explanation, headers=("Preference-Applied",))},
)
