"""Causes of the family `internal`: what the wizard itself could not do or name."""

from __future__ import annotations

from wizard.core.diagnosis import Cause, Fix

CAUSES = (
    Cause(
        id="internal.check-crashed",
        summary="A check of the wizard itself failed",
        explanation=(
            "This is a fault of registry-wizard and says nothing about your machine or your "
            "registry. The other checks went on. What was being checked stays unknown, so nothing "
            "is called ready."
        ),
        evidence="A check ended with an error that it does not raise on purpose.",
        fixes=(
            Fix("Try once more", command="registry-wizard doctor"),
            Fix("Report it with the evidence above, which holds no secret."),
        ),
        told_apart=("internal.undecided",),
    ),
    Cause(
        id="internal.undecided",
        summary="{host|Something} answered in a way that the wizard does not know",
        explanation=(
            "The answer fits no cause in the catalogue, and the wizard does not guess. The "
            "evidence shows what was asked and what came back, word for word."
        ),
        evidence="None of the signs of the registry, the engine or the common ones matched.",
        fixes=(
            Fix(
                "See what the message can mean (MESSAGE stands for its text)",
                command="registry-wizard explain --message 'MESSAGE'",
            ),
            Fix("Report it with the evidence above, which holds no secret."),
        ),
        told_apart=("internal.check-crashed",),
    ),
)
