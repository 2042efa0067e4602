"""What goes beyond Schemathesis' own checks and values: whatever the document promises is taken, in a world with two stores."""

import os
import re
from datetime import date
from functools import cache
from uuid import uuid4

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.specs.openapi.negative import value_channel

URL = os.environ["MCLUB_URL"]
HEADERS = {"Authorization": f"Bearer {os.environ['MCLUB_ADMIN_KEY']}"}
NOW = "2026-03-02T12:00:00+03:00"
STORES = {"M-1": "mvideo", "E-1": "eldorado"}

# Codes that say that a request has not the agreed form. What the ledger refuses for other reasons (a store that is not
# registered, a receipt from the future) has codes of its own, and no schema could say it.
FORM = {
    "malformed_json",
    "invalid_request",
    "unprocessable_request",
    "idempotency_key_required",
    "body_too_large",
    "unsupported_media_type",
}

# What no schema can say either.
BEYOND_SCHEMAS = (
    "an amount, a share, or both",
    "each lineId once",
    "give transferId or lotId, one of the two",
    "give storeId or pickup, one of the two",
    "give clientId or staffId, or both",
    "give perOperation, perMonth or both",
    "whoever acts for another is named by memberId or identifier",
    "must be later than from",
    "the receipt is another store's",
    "must be the IANA name of a time zone",
    "must not lie in the future",
    "must lie in the future",
    "not a cursor of this list",
    "the receipt's total is larger than any amount may be",
    "give a month, or the first and the last day",
    "give a month, or a day",
    "the first day comes after the last",
    "the first month comes after the last",
    "at most 12 months",
    "by day, give a month, or the first and the last of 100 days at most",
    "say whose entries",
    "its last digit does not fit the others",
    "an administrator belongs to no brand",
    "needs a column of amounts: total or paid",
    "a member is given by card or by member, not by both",
    "needs a day, a month and a year, and nothing twice",
    "no time zone of this name",
    *(f"not a {kind}" for kind in ("card", "phone", "email", "app", "wallet_pass", "qr")),
)


# The same, with a day in it.
OF_A_DAY = re.compile(
    r"today is \S+|its months were not over before \S+|\S+ is not over|the last day must not come before the first, nor \d+ days after it"
)


# Schemathesis breaks a pattern by an asterisk, which ours of printable characters take: it would then find fault with
# a request that fits the document.
def violate_pattern(original, pattern):
    return next(value for value in (original + "*", original + "\0") if not re.search(pattern, value))


value_channel.violate_pattern = violate_pattern


# Lines of JSON are none.
IS_JSON = re.compile(r"application/(?:problem\+)?json\b")


@schemathesis.check
def keeps_what_the_document_promises(ctx, response, case):
    """A request that fits the document is never refused for its form, nor is an item of a batch that does."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    answer = response.json() if IS_JSON.match(response.headers["content-type"][0]) else {}
    for problem in [answer, *(result["body"] for result in answer.get("results", []))]:
        if problem.get("code") not in FORM:
            continue
        errors = problem.get("errors") or [{"message": problem["detail"]}]
        # A mapping is JSON in a text of the query.
        messages = [error["message"] for error in errors if not error.get("path", "").startswith("mapping")]
        broken = [each for each in messages if each not in BEYOND_SCHEMAS and not OF_A_DAY.fullmatch(each)]
        assert not broken, f"fits the document, and is refused: {problem['code']} {broken}"


# Of all instants that have the form, few lie in this century, and only those of the past can be those of a receipt.
def instants(first, last):
    dates = st.dates(first, last).map(str)
    times = st.times().map(lambda time: time.isoformat())
    return st.builds("{}T{}{}".format, dates, times, st.sampled_from(("Z", "+03:00", "-11:30")))


schemathesis.openapi.format(
    "date-time",
    st.just(NOW)
    | instants(date(2000, 1, 2), date(2026, 3, 1))
    | instants(date(2026, 3, 2), date(2100, 12, 30)),
)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Two stores, and receipts of theirs: of a store that nobody knows all sales are refused."""
    for store, brand in STORES.items():
        terms = {"brand": brand, "name": store, "timeZone": "Europe/Moscow"}
        requests.put(f"{URL}/v1/stores/{store}", json=terms, headers=HEADERS, timeout=10).raise_for_status()
    requests.put(f"{URL}/v1/clock", json={"now": NOW}, headers=HEADERS, timeout=10).raise_for_status()
    raw_schema["components"]["schemas"]["Receipt"]["oneOf"] = [
        {"properties": {"storeId": {"const": store}, "brand": {"const": brand}}} for store, brand in STORES.items()
    ]


@cache
def administrator():
    """The client whose key asks."""
    clients = requests.get(f"{URL}/v1/clients", headers=HEADERS, timeout=10).json()
    return clients["items"][0]["clientId"]


@schemathesis.hook
def map_headers(context, headers):
    """One Idempotency-Key stands for one request for ever, and generators love the example of the document."""
    if headers and headers.get("Idempotency-Key") == "till-7-118-42":
        return {**headers, "Idempotency-Key": str(uuid4())}
    return headers


@schemathesis.hook
def before_call(context, case, kwargs):
    """Whoever asks may not end its own key, or nothing that follows would be tried. And a dry run, which the document
    cannot say, is taken without the key that every other command needs."""
    if case.path_parameters.get("clientId") == administrator():
        case.path_parameters["clientId"] = "cli_" + "0" * 32
    for shows in ("dryRun", "preview"):
        if case.query.get(shows) == "true" and "Idempotency-Key" not in case.headers:
            case.query[shows] = "false"
