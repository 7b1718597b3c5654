"""What Amazon's JSON 1.1 interfaces share: who has signed, answers, refusals, deletion (C3, C5)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from wizard.sandbox.dialects.aws import KEYS, REGION, PracticeKey
from wizard.sandbox.dialects.aws_signature import is_signed_by, is_timely, read_signature
from wizard.sandbox.exchange import Answer, Request
from wizard.sandbox.store import Store

_INVALID: Final = "The security token included in the request is invalid."
_EXPIRED: Final = "The security token included in the request is expired"
_MISMATCH: Final = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


def signer_of(request: Request, service: str) -> tuple[PracticeKey | None, tuple[str, str]]:
    """Whose signature it is, or the code and words of the refusal."""
    signed = read_signature(request.headers.get("authorization", ""))
    if signed is None:
        return None, ("MissingAuthenticationTokenException", "Missing Authentication Token")
    key = next((one for one in KEYS if one.id == signed.key_id), None)
    given = request.headers.get("x-amz-security-token", "")
    if key is None or given != key.session_token:
        return None, ("UnrecognizedClientException", _INVALID)
    if not is_timely(request, signed, datetime.now(UTC)):
        when = request.headers.get("x-amz-date", "")
        said = f"Signature expired: {when} is now earlier than the earliest time allowed"
        return None, ("InvalidSignatureException", said)
    is_ours = (signed.service, signed.region) == (service, REGION)
    if not is_ours or not is_signed_by(request, signed, key.secret):
        return None, ("InvalidSignatureException", _MISMATCH)
    if key.has_expired:
        return None, ("ExpiredTokenException", _EXPIRED)
    return key, ("", "")


def api_answer(document: dict[str, Any]) -> Answer:
    kind = {"Content-Type": "application/x-amz-json-1.1"}
    return Answer(200, json.dumps(document).encode(), kind)


def api_error(code: str, said: str) -> Answer:
    body = json.dumps({"__type": code, "message": said}).encode()
    return Answer(400, body, {"Content-Type": "application/x-amz-json-1.1"})


def api_object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content[: 1 << 20])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def delete_images(store: Store, path: str, body: dict[str, Any]) -> Answer:
    """BatchDeleteImage, by tags: 200 also where nothing was deleted, with the failures."""
    stored = store.repository(path)
    done, failures = [], []
    for one in body.get("imageIds", ()):
        digest = stored.tags.pop(one.get("imageTag", ""), None)
        if digest is None:
            reason = "Requested image not found"
            failures.append(
                {"imageId": one, "failureCode": "ImageNotFound", "failureReason": reason}
            )
            continue
        if not stored.tags_of(digest):
            store.remove_manifest(path, digest)
        done.append({**one, "imageDigest": digest})
    return api_answer({"imageIds": done, "failures": failures})
