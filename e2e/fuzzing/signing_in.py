"""How each kind of caller gets what it shows: a session, a sign-in that is half done, or an access token."""

import base64
import datetime
import json
import secrets
import subprocess

import requests

# The cookie of a session, and that of a sign-in of which only the password is done.
SESSION = "__Host-sid"
BEGUN = "__Host-pre"


def of_a_browser(origin: str) -> dict[str, str]:
    """What browsers send with everything that changes something; no part of the contract's parameters."""
    return {"X-Requested-By": "web", "Origin": origin}


def brought(name: str, set_cookies: list[str]) -> str | None:
    """A cookie that an answer brings. Python's own jars would not send it: it is for https, and a demo is without."""
    for cookie in set_cookies:
        found, _, value = cookie.partition(";")[0].partition("=")
        if found == name and value:
            return value
    return None


class Door:
    """Signs in the accounts of a demo's list, one after the other."""

    def __init__(self, origin: str, accounts: list[dict]):
        self.api = f"{origin}/api/v1"
        self.headers = of_a_browser(origin)
        self.accounts = accounts
        self.next = 0

    def begin(self, account: dict) -> str | None:
        """Signs in by password alone."""
        password = {"login_id": account["login_id"], "password": account["password"]}
        answer = requests.post(f"{self.api}/auth/sign-in", json=password, headers=self.headers, timeout=10)
        return brought(BEGUN, answer.raw.headers.getlist("set-cookie"))

    def sign_in(self, account: dict) -> str | None:
        """Signs in by password and by the code that the demo tells in the place of an authenticator app."""
        begun = self.begin(account)
        login_id = {"login_id": account["login_id"]}
        code = requests.get(f"{self.api}/demo/codes", params=login_id, timeout=10).json().get("code")
        if not begun or not code:
            return None
        shown = {"method": "totp", "code": code}
        headers = {**self.headers, "Cookie": f"{BEGUN}={begun}"}
        answer = requests.post(f"{self.api}/auth/second-factor", json=shown, headers=headers, timeout=10)
        return brought(SESSION, answer.raw.headers.getlist("set-cookie"))

    def through(self, way) -> str:
        """Lets the next account in by `begin` or `sign_in`, past those that can't: their password was changed, or no
        code of theirs is left in this half minute."""
        for _ in self.accounts:
            account = self.accounts[self.next % len(self.accounts)]
            self.next += 1
            cookie = way(account)
            if cookie:
                return cookie
        raise RuntimeError("no account can sign in")


def accounts_of(caller: str, listed: str) -> list[dict]:
    """The accounts of a caller, such as `health-center` or `ministry-manager`, in what `nippo demo accounts --json` says."""
    with open(listed, encoding="utf-8") as file:
        accounts = json.load(file)
    if caller in ("half-signed-in", "leaving"):
        return accounts
    name = caller.removesuffix("-manager")
    kind = name.replace("-", "_")
    fitting = [
        account
        for account in accounts
        if kind in (account["role"], account["organization_kind"]) and account["is_manager"] == (name != caller)
    ]
    if not fitting:
        raise RuntimeError(f"the demo has no account for {caller}")
    # The examples of the contract name what the first of a kind has to do with.
    return fitting[:1]


def token(origin: str, client: dict, key_file: str) -> str:
    """An access token of an API client, as `nippo demo client --json` tells of it, by an assertion that its key signs."""
    issuer = requests.get(f"{origin}/.well-known/oauth-authorization-server", timeout=10).json()["issuer"]
    # The demo has a clock of its own.
    now = datetime.datetime.fromisoformat(requests.get(f"{origin}/api/v1/site", timeout=10).json()["now"])
    now = int(now.timestamp())
    header = {"alg": "ES256", "typ": "client-authentication+jwt", "kid": client["kid"]}
    own_id = client["client_id"]
    claims = {"iss": own_id, "sub": own_id, "aud": issuer, "jti": secrets.token_hex(16), "iat": now, "exp": now + 60}
    signed = f"{base64url(json.dumps(header).encode())}.{base64url(json.dumps(claims).encode())}"
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": f"{signed}.{base64url(es256(signed, key_file))}",
    }
    answer = requests.post(f"{origin}/oauth2/token", data=form, timeout=10)
    answer.raise_for_status()
    return answer.json()["access_token"]


def base64url(data: bytes) -> str:
    """Base64 as JWTs have it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def es256(signed: str, key_file: str) -> bytes:
    """A signature as JWTs have it: what openssl signs is DER, a JWT has the two numbers side by side."""
    command = ["openssl", "dgst", "-sha256", "-sign", key_file]
    der = subprocess.run(command, input=signed.encode(), check=True, capture_output=True).stdout
    first = der[4 : 4 + der[3]]
    second = der[4 + der[3] + 2 :]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (first, second))
