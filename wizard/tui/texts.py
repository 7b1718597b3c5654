"""The words of the pages: what each step is for, for somebody who meets it first."""

from __future__ import annotations

from typing import Final

PRACTICE: Final = "practice registries: nothing real is touched"
TOO_SMALL: Final = "This window is small: 60 by 16 shows all."

NOT_NEEDED: Final = (
    "You do not need this with Union Serverless or a remote image builder (they build for you), "
    "or when your tasks name no image."
)

EXPLANATIONS: Final = {
    "home": (
        "A cluster runs your code from a container image. The image is built on this machine, "
        "pushed to a registry, and pulled from there by the cluster.\n\n"
        "Five links must hold: an engine that builds, a registry that keeps, a login that may "
        "push, a push that arrives, and an image that the cluster may read.\n\n"
        "Each is proven here with the real thing. Nothing is changed, pushed or published before "
        "you say so."
    ),
    "engine": (
        "What is an engine? The program that builds container images on this machine: Docker, "
        "Podman and others. Your SDK calls it when your code names an image.\n\n"
        "Looking for engines asks each one's socket whether it answers. Nothing is started or "
        "changed.\n\n"
        "The wizard can push without an engine too. That is good for a first look; your own code "
        "still needs one to build."
    ),
    "registry": (
        "What is a registry? The place where images are kept, between your machine and the "
        "cluster. It has a host, such as ghcr.io, and a part of it that is yours.\n\n"
        "The name before the image is what an ImageSpec takes as registry=. Paste whatever you "
        "have: an address, a command, a whole image name."
    ),
    "login": (
        "What is a login? A user name and a token that the registry accepts, kept where docker "
        "and your SDK find them.\n\n"
        "A token is checked before it is kept: its kind, what it may do, until when. It goes to "
        "this registry and its own token service, nowhere else.\n\n"
        "Where it will be kept is shown first, with the exact change to each file. undo takes it "
        "back at any time."
    ),
    "push": (
        "What is a test push? A real image of a few KB with nothing to run in it, pushed the "
        "way your SDK pushes.\n\n"
        "It goes under the image's real name, since a registry decides by that name who may push "
        "and who may pull. Its tag begins with wizard-check, so nothing of yours is replaced."
    ),
    "visibility": (
        "What is visibility? Who may pull the image. A cluster has no login of yours: unless it "
        "was given one, the image must be public.\n\n"
        "The image is pulled here as the cluster would pull it: with no login at all, down to its "
        "last layer."
    ),
    "ready": (
        "Put the snippet into your code. The names in it are the ones that were just proven.\n\n"
        "FLYTE_IMG_FAST_FAIL=1 makes a run fail at once when it cannot be told whether an image "
        "exists; without it an engine that is down looks like success."
    ),
    "fix": (
        "Exactly what is shown here is done, and nothing else. A command is run as you, with its "
        "words as they stand: no shell looks at them.\n\n"
        "Afterwards the link that was broken is checked again. That a fix ran proves nothing; "
        "the check does."
    ),
    "undo": (
        "Each change is written in a journal on this machine, with what stood there before.\n\n"
        "What is taken back is what the wizard put there, as long as it is still as the wizard "
        "left it. What you or another program changed since stays, unless you say otherwise."
    ),
    "explain": (
        "One cause: what it means, what decides it, what helps, and what looks the same and is "
        "not.\n\n"
        "A look-alike opens as a page of its own; esc comes back to this one.\n\n"
        "What the tools say is what docker, podman and the cluster print in that case, with the "
        "names of an example: compare it with what you saw."
    ),
    "examine": (
        "All links are checked at once, and nothing is changed. A link that broke keeps those "
        "after it from being tried, so that one cause is one line.\n\n"
        "Open a broken link to see why, and what helps."
    ),
}

QUESTIONS: Final = {
    "fix": "Shall this be done?",
    "undo": "What did the wizard change last?",
    "explain": "Why is that?",
    "engine": "Which engine builds your images?",
    "registry": "Where shall your images go?",
    "login": "Who pushes?",
    "push": "Does a push arrive?",
    "visibility": "May the cluster pull it?",
    "ready": "Ready",
    "examine": "What is broken?",
    "home": "From nothing to an image that your cluster pulls",
}

KEYS: Final = (
    "enter  go on\n"
    "esc    back; what you typed stays\n"
    "1 … 5  to a link of the chain\n"
    "ctrl+p everything that can be done here\n"
    "ctrl+l light or dark\n"
    "ctrl+z take back what was changed\n"
    "q      leave and keep your place (ctrl+q while typing)"
)
