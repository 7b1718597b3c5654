"""What every registry says alike of content that did not arrive, or of a form that it refuses.

Source: registries.md 8.2; distribution's registry/api/errcode/register.go.
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PUSH_STAGES, Fix, Sign, Stage

SHARE_STORAGE: Final = Fix(
    "Let all copies of the registry share one storage and one http.secret, or send each client to "
    "the same copy: the one that was asked next did not know the upload",
    ask="whoever runs the registry",
)
LEAVE_ALONE: Final = Fix(
    "Check what lies between: a proxy or a virus scanner there changes or cuts short what is sent",
    ask="whoever runs the proxy before the registry",
)
OTHER_FORM: Final = Fix(
    "Build in the form that this registry takes: docker buildx with --provenance=false and "
    "--output type=image,oci-mediatypes=false, podman push with --format v2s2"
)
WRITABLE: Final = Fix(
    "Ask when it takes pushes again: nothing is wrong with the login or the image",
    ask="whoever runs the registry",
)
SMALLER_PACKETS: Final = Fix(
    "Small requests were answered before this large one: if a VPN loses large packets, make them "
    "smaller (tun0 stands for its interface, which `ip link` shows)",
    command="sudo ip link set dev tun0 mtu 1280",
    system="linux",
)
"""Seen: packets over 1,400 bytes dropped without a word."""
_SOURCE: Final = "registries.md 8.2"

UPLOAD_SIGNS: Final = (
    Sign(
        "push.interrupted",
        stages=PUSH_STAGES,
        codes=frozenset({"BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "RANGE_INVALID"}),
        fixes=(SHARE_STORAGE,),
        source=_SOURCE,
    ),
    Sign(
        "push.interrupted",
        stages=frozenset({Stage.MANIFEST_PUT}),
        codes=frozenset({"MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN"}),
        fixes=(SHARE_STORAGE,),
        source=_SOURCE,
    ),
    Sign(
        "push.interrupted",
        stages=PUSH_STAGES,
        codes=frozenset({"DIGEST_INVALID", "SIZE_INVALID"}),
        fixes=(LEAVE_ALONE,),
        source=_SOURCE,
    ),
    Sign(
        "push.policy",
        stages=frozenset({Stage.MANIFEST_PUT}),
        statuses=frozenset({400, 405, 415, 422}),
        codes=frozenset({"MANIFEST_INVALID", "UNSUPPORTED"}),
        fixes=(OTHER_FORM,),
        source=_SOURCE,
    ),
    Sign(
        "push.policy",
        stages=PUSH_STAGES,
        statuses=frozenset({403, 405}),
        message=r"\bread.?only\b",
        fixes=(WRITABLE,),
        source="registries.md 9: Harbor, Quay (texts unconfirmed)",
    ),
)
