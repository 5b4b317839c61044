"""What the document says about number blocks, under /v2 and /api/v1."""

from __future__ import annotations

from numberblocks.api.about import About, Answer, Parameter, boolean, one_of, text, whole_number
from numberblocks.api.number_blocks import LARGEST_PAGE, LAST_PAGE
from numberblocks.api.shapes import Done, NumberBlock, NumberBlockPage
from numberblocks.domain.answering_point import LONGEST
from numberblocks.domain.number_block import Recording
from numberblocks.domain.routing import RoutingMethod
from numberblocks.domain.sids import LONGEST_SID
from numberblocks.storage.block_list import SORTABLE

TAG = "Number blocks"
SID = text(LONGEST_SID)

ACCOUNT = Parameter(
    "AccountSid",
    SID,
    "The account that the block belongs to. An account, a property or both have to be named.",
    "ACMEDEMO000000000000000000000000",
)
PROPERTY = Parameter(
    "PropertySid",
    SID,
    "The property that the block belongs to. With AccountSid it has to be that account's.",
    "STORESDEMO0000000000000000000000",
)
BLOCK = Parameter(
    "NumberBlockSid",
    SID,
    "The block to configure; always in the path.",
    "BSYDNEYDEMO000000000000000000000",
    required=True,
)

ROUTING = (
    Parameter(
        "RoutingMethod",
        one_of(*RoutingMethod),
        "What routes the block's calls. `endpoint` needs EndpointNumber in the same request,"
        " `flow` needs Flow and EndpointNumber, `application` needs Application.",
        "endpoint",
    ),
    Parameter(
        "EndpointNumber",
        text(LONGEST),
        "An Australian answering point, in any spelling, within the account's allowed prefixes.",
        "+61255509876",
    ),
    Parameter(
        "Flow",
        SID,
        "The ConfigId of a published flow of the account, or of the block's property.",
        "FWELCOMEDEMO00000000000000000000",
    ),
    Parameter(
        "Application",
        SID,
        "The sid of an application of the account, or of the block's property.",
        "PORDERLINEDEMO000000000000000000",
    ),
    Parameter("Recording", one_of(*Recording), "Whether calls are recorded.", "enabled"),
)
ATTRIBUTION = tuple(
    Parameter(name, text(), f'{what} `""` in JSON clears it.', example)
    for name, what, example in (
        ("Source", "Where calls are counted as coming from.", "google"),
        ("Medium", "Through what kind of advertisement.", "cpc"),
        ("Campaign", "The campaign's name.", "spring"),
        ("Content", "Which of its advertisements.", "banner"),
    )
)

ALL_AT_ONCE = """\
Parameters may be sent in the query or in a body, as JSON, as a form or as a form in parts. Their
names match in any case, and so do words. An integer is read as its digits. `null` is absent, and so
is an empty value of a query or form; what is absent stays as it is. Sent twice, a parameter has to
say the same, or the request is refused."""

CONFIGURE_ABOUT = About(
    name="configureNumberBlock",
    tag=TAG,
    summary="Configure a number block",
    description="Changes where the calls of a block go, whether they are recorded and what they"
    f" count for. An error changes nothing at all.\n\n{ALL_AT_ONCE}",
    needs="Manage",
    parameters=(BLOCK, ACCOUNT, PROPERTY, *ROUTING, *ATTRIBUTION),
    body="ConfigureNumberBlock",
    body_examples={
        "Point it at a number": {
            "AccountSid": "ACMEDEMO000000000000000000000000",
            "RoutingMethod": "endpoint",
            "EndpointNumber": "+61255509876",
        },
        "Say what it is for": {
            "PropertySid": "STORESDEMO0000000000000000000000",
            "Source": "google",
            "Campaign": "spring",
        },
    },
    answers={200: Answer("It is stored.", Done, headers=("X-Position", "Preference-Applied"))},
)
CONFIGURE_NOTHING_ABOUT = About(
    name="configureNothing",
    tag=TAG,
    summary="What configuring without a sid in the path is answered",
    description="Always 400: the block has to be named in the path.",
    needs="Manage",
    parameters=CONFIGURE_ABOUT.parameters[1:],
    body="ConfigureNumberBlock",
    answers={},
)

LISTED_ACCOUNT = Parameter(
    "AccountSid",
    SID,
    "Whose blocks to list. An account, a property or both have to be named.",
    ACCOUNT.example,
)
LISTED_PROPERTY = Parameter(
    "PropertySid",
    SID,
    "Which property's blocks to list. With AccountSid it has to be that account's.",
    PROPERTY.example,
)
TEXT = Parameter(
    "Text",
    text(),
    "A block's sid; a number or its beginning, 3 digits or more, in any spelling; or a part of a"
    " name or a label.",
    "Sydney",
)
FILTERS = (
    TEXT,
    Parameter("Active", boolean(), "Only blocks that are active, or that are not."),
    Parameter("Sms", boolean(), "Only blocks that take text messages, or that don't."),
    Parameter("Voice", boolean(), "Only blocks that take calls, or that don't."),
    Parameter("IncludeAssociations", boolean(), "Read and checked; changes nothing."),
)
PAGE = (
    Parameter("PageIndex", whole_number(0, LAST_PAGE, 0), "Which page, from 0."),
    Parameter("PageSize", whole_number(1, LARGEST_PAGE, 10), "How many blocks on a page."),
    Parameter("IncludeTotalCount", boolean(default=True), "Whether all are counted, too."),
    Parameter("SortBy", one_of(*SORTABLE, default="Id"), "By what they are sorted."),
    Parameter("SortDir", one_of("asc", "desc", default="asc"), "In which direction."),
)
LIST_PARAMETERS = (LISTED_ACCOUNT, LISTED_PROPERTY, *FILTERS, *PAGE)
LIST_DESCRIPTION = """\
Lists active blocks, a page at a time. Needs any permission there but Billing, UserManagement and
SipManagement. Booleans may also be sent as 1, 0, yes, no, on and off; names and words match in any
case."""


def about_list(name: str, summary: str, *in_path: str) -> About:
    """What is said about one of the paths that list blocks.

    in_path: parameters that the path has, which are required there.
    """
    return About(
        name=name,
        tag=TAG,
        summary=summary,
        description=LIST_DESCRIPTION,
        parameters=tuple(
            Parameter(each.name, each.schema, each.description, each.example, True)
            if each.name in in_path
            else each
            for each in LIST_PARAMETERS
        ),
        answers={200: Answer("The blocks.", NumberBlockPage, headers=("Preference-Applied",))},
    )


LIST_ABOUT = about_list("listNumberBlocks", "List number blocks")
FIND_ABOUT = about_list("findNumberBlocks", "Find number blocks by text", "Text")
LIST_OF_PROPERTY_ABOUT = about_list(
    "listNumberBlocksOfProperty", "List a property's number blocks", "PropertySid"
)
LIST_OF_ACCOUNT_ABOUT = about_list(
    "listNumberBlocksOfAccount", "List an account's number blocks", "AccountSid"
)

SHOW_ABOUT = About(
    name="showNumberBlock",
    tag=TAG,
    summary="Show one number block",
    description="A block with its version, its position in the line of changes, and who changed it"
    " last. Needs any permission there but Billing, UserManagement and SipManagement.",
    parameters=(Parameter("sid", SID, "The block's sid.", BLOCK.example, required=True),),
    answers={200: Answer("The block.", NumberBlock, headers=("ETag", "Preference-Applied"))},
)
