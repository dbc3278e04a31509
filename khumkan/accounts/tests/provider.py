"""A real OpenID Connect provider on the loopback, honest unless told otherwise."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT, SECRET = "khumkan", "a-shared-secret-of-thirty-two-bytes!"


class Provider:
    """Speaks the code flow with PKCE.

    `claims`, `header`, `metadata`, `token_answer` and `userinfo` are laid over what an honest provider says; a claim
    that is None is left out. `sign_with` takes the place of the right key.
    """

    def __init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self.published = [self.key]
        self.codes, self.calls = {}, []
        self.honest()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, b"")

            def do_POST(self):
                provider.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *args):
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def honest(self):
        """Forget all tricks."""
        self.claims, self.header, self.metadata, self.token_answer, self.userinfo = {}, {}, {}, {}, {}
        self.sign_with, self.raw_token, self.status = None, None, 200

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def settings(self, **changes):
        """Return the entry for `KHUMKAN_OIDC`."""
        return {
            "name": "ThaiD (test)",
            "audience": "persons",
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "identity_claim": "pid",
            "acr": ["ial2.3"],
            "scope": "openid pid",
        } | changes

    def sign_in(self, address, *, number, subject="s-1"):
        """Do what a browser and its user do at the provider; return what is added to the way back."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query | {"number": number, "subject": subject}
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def answer(self, handler, body):
        path = urlsplit(handler.path).path
        self.calls.append(path)
        found = {
            "/.well-known/openid-configuration": lambda: self._metadata(),
            "/keys": lambda: KeySet(self.published).as_dict(private=False),
            "/token": lambda: self._token(handler, body),
            "/userinfo": lambda: self.userinfo,
        }[path]()
        written = json.dumps(found).encode()
        handler.send_response(400 if "error" in found else self.status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(written)))
        handler.end_headers()
        handler.wfile.write(written)

    def _metadata(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata

    def _token(self, handler, body):
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.pop(sent["code"], None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest())
        if (
            asked is None
            or handler.headers["Authorization"] != f"Basic {basic}"
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
            or sent["redirect_uri"] != asked["redirect_uri"]
        ):
            return {"error": "invalid_grant"}
        return {"access_token": "at", "token_type": "Bearer", "id_token": self._id_token(asked)} | self.token_answer

    def _id_token(self, asked):
        if self.raw_token is not None:
            return self.raw_token(asked)
        header, claims = self.parts(asked)
        key = self.sign_with or self.key
        return jwt.encode(header, claims, key, algorithms=["RS256", "HS256", "ES256", "none", "RS384"])

    def parts(self, asked):
        """Return header and claims of the identity token."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["subject"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "acr": "ial2.3",
            "pid": asked["number"],
        } | self.claims
        kept = {name: value for name, value in claims.items() if value is not None}
        return {"alg": "RS256", "kid": "k1"} | self.header, kept


def other_key():
    """Return a key of the same name that is not the provider's."""
    return RSAKey.generate_key(2048, {"kid": "k1"})


def shared_secret():
    """Return the client's secret as a signing key."""
    return OctKey.import_key(SECRET, {"kid": "k1"})


def elliptic_key():
    """Return a key of another family."""
    return ECKey.generate_key("P-256", {"kid": "k1"})


def unsigned(provider):
    """Return a maker of tokens with `alg: none`."""

    def make(asked):
        header, claims = provider.parts(asked)
        parts = [json.dumps(header | {"alg": "none"}), json.dumps(claims)]
        return ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts) + "."

    return make
