"""Who the fuzzer is: what Schemathesis loads to be one caller, and to stay it.

The environment says who: FUZZING_ORIGIN, FUZZING_CALLER, and the folder FUZZING_DEMO with what the demo tells of its sign-ins
(accounts.json) and of its API client (client.json, key.pem). The file FUZZING_COUNTS says afterwards how often each operation
answered with each status.
"""

import atexit
import collections
import json
import os

import schemathesis
from signing_in import BEGUN, SESSION, Door, accounts_of, brought, of_a_browser, token

ORIGIN = os.environ["FUZZING_ORIGIN"]
CALLER = os.environ["FUZZING_CALLER"]
DEMO = os.environ.get("FUZZING_DEMO", ".")
SYSTEM, ANONYMOUS = CALLER == "client", CALLER == "anonymous"
# Callers who come in again all the time: a few wrong codes or passwords end a sign-in, and so does what `leaving` does.
RETURNING = CALLER in ("half-signed-in", "leaving")
CALLS_A_RETURN = 4
COOKIE = BEGUN if CALLER == "half-signed-in" else SESSION
# A token is good for 300 seconds.
TOKEN_SECONDS = 200

# The cookies that the caller had; the last one counts.
cookies: list[str] = []
calls = 0
signed_out = False
counts: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
# An enrollment that can be confirmed: its id is in an answer whose name the fuzzer can't guess.
enrollments: list[str] = []


def come_in() -> None:
    """Signs in anew."""
    cookies.append(door.through(door.begin if COOKIE == BEGUN else door.sign_in))


if SYSTEM:

    # Where tokens are given, an assertion alone says who asks.
    @schemathesis.auth(refresh_interval=TOKEN_SECONDS).skip_for(path="/oauth2/token")
    class System:
        """A clinic's own system, by access token."""

        def get(self, _case, _context):
            with open(f"{DEMO}/client.json", encoding="utf-8") as file:
                return token(ORIGIN, json.load(file), f"{DEMO}/key.pem")

        def set(self, case, data, _context):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}

elif not ANONYMOUS:
    door = Door(ORIGIN, accounts_of(CALLER, f"{DEMO}/accounts.json"))
    come_in()

    # A sign-in ends the session that it is sent with.
    @schemathesis.auth(refresh_interval=None).skip_for(path="/api/v1/auth/sign-in")
    class Browser:
        """Somebody with an account, in a browser."""

        def get(self, _case, _context):
            return cookies[-1]

        def set(self, case, data, _context):
            case.cookies = {**(case.cookies or {}), COOKIE: data}


def operation_of(case) -> str:
    """The name of the operation that a case is of."""
    return case.operation.definition.raw.get("operationId", case.operation.label)


@schemathesis.hook
def before_call(_context, case, **_kwargs):
    """Sends what a browser sends, and the cookie that still counts."""
    global calls
    if not SYSTEM:
        case.headers = {**(case.headers or {}), **of_a_browser(ORIGIN)}
    if operation_of(case) == "confirm_enrollment" and enrollments and case.meta and case.meta.generation.mode.is_positive:
        case.path_parameters = {"id": enrollments[-1]}
    if case.cookies and case.cookies.get(COOKIE) in cookies:
        # Of the others none takes a try, or is open to half a sign-in.
        if RETURNING and "auth" in case.operation.definition.raw["tags"]:
            calls += 1
            if calls % CALLS_A_RETURN == 0:
                come_in()
        case.cookies[COOKIE] = cookies[-1]


@schemathesis.hook
def after_call(_context, case, response):
    """Counts the answer, and goes on with the cookie that it may bring."""
    operation = operation_of(case)
    counts[operation][response.status_code] += 1
    if operation == "begin_enrollment" and response.status_code == 201:
        enrollments.append(response.json()["id"])
    # Whoever raises a session goes on under another id; a sign-in begins another session.
    if cookies and operation != "sign_in":
        cookie = brought(COOKIE, response.headers.get("set-cookie", []))
        if cookie:
            cookies.append(cookie)


@schemathesis.check
def stays_signed_in(_context, response, case):
    """Fails once where the caller was signed out on the way: all that comes after fuzzes the door alone."""
    global signed_out
    shown = (case.cookies or {}).get(COOKIE) in cookies or (SYSTEM and "Authorization" in (case.headers or {}))
    if shown and not RETURNING and not signed_out and response.status_code == 401:
        if response.json().get("type") in ("/problems/sign-in-required", "/problems/invalid-token"):
            signed_out = True
            raise AssertionError(f"the caller was signed out before this: {response.text}")


@schemathesis.check
def half_a_sign_in_opens_nothing(_context, response, case):
    """Fails where the password alone opens more than the steps that finish the sign-in."""
    operation = case.operation.definition.raw
    if COOKIE == BEGUN and response.status_code < 300 and {} not in operation.get("security", []):
        if "auth" not in operation["tags"]:
            raise AssertionError("a sign-in that isn't finished opens this")


@atexit.register
def report() -> None:
    """Writes down how often each operation answered how."""
    if "FUZZING_COUNTS" in os.environ:
        with open(os.environ["FUZZING_COUNTS"], "w", encoding="utf-8") as file:
            json.dump({operation: dict(sorted(of.items())) for operation, of in sorted(counts.items())}, file, indent=1)
