"""What the document says about the service's own paths: pages, health, and metrics."""

from __future__ import annotations

from numberblocks.api.about import HTML_TYPE, About, Answer, Parameter
from numberblocks.api.shapes import Health, Live

TAG = "Service"

HOME_ABOUT = About(
    name="home",
    tag=TAG,
    summary="Leads to the documentation",
    description="There is nothing to see here.",
    login="none",
    answers={302: Answer("Go to /docs.", media_type=HTML_TYPE, headers=("Location",))},
)
LIVE_ABOUT = About(
    name="live",
    tag=TAG,
    summary="Whether the process answers",
    description="For whatever starts it again if it doesn't.",
    login="none",
    answers={200: Answer("It answers.", Live)},
)
READY_ABOUT = About(
    name="ready",
    tag=TAG,
    summary="Whether requests can be answered",
    description="The store can be reached and has the schema of this release, and the writer gets"
    " on with its work. What was looked at is told to whoever is logged in, and to requests that"
    " come straight from the same machine.",
    login="none",
    answers={
        200: Answer("They can.", Health),
        503: Answer("They can't.", Health),
    },
)
METRICS_ABOUT = About(
    name="metrics",
    tag=TAG,
    summary="What is counted and timed",
    description="For Prometheus; of all workers together.",
    login="needed from elsewhere",
    answers={200: Answer("The metrics.", media_type="text/plain")},
)
DOCUMENT_ABOUT = About(
    name="document",
    tag=TAG,
    summary="This document",
    description="OpenAPI 3.1, made from the routes that are served.",
    login="none",
    answers={200: Answer("The document.", dict)},
)
DOCS_ABOUT = About(
    name="docs",
    tag=TAG,
    summary="The page that shows this document",
    description="",
    login="needed from elsewhere",
    answers={200: Answer("The page.", media_type=HTML_TYPE)},
)
ASSET_ABOUT = About(
    name="docsFile",
    tag=TAG,
    summary="A file of that page",
    description="",
    login="needed from elsewhere",
    parameters=(Parameter("file", {"type": "string"}, "Its name.", "start.js", required=True),),
    answers={200: Answer("The file.", media_type="text/*")},
)
STYLE_ABOUT = About(
    name="docsStyle",
    tag=TAG,
    summary="How the pages look",
    description="",
    login="none",
    answers={200: Answer("The style sheet.", media_type="text/css")},
)
ERRORS_ABOUT = About(
    name="docsErrors",
    tag=TAG,
    summary="What each error means",
    description="The `type` of a problem leads here.",
    login="none",
    answers={200: Answer("The page.", media_type=HTML_TYPE)},
)
