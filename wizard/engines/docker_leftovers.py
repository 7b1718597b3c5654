"""What an engine holds because of a test push, and how it is given back. Blocks; for threads."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import field

from wizard.clients.blocking import Stop
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Problem, Stage
from wizard.engines.docker_job import Job
from wizard.engines.docker_sdk import opened, talking

_MADE = re.compile(r"(?:---> |Successfully built )([a-f0-9]{12,64})\s*$")


@dataclass
class Kept:
    """What the engine has because of us, and what had our name before."""

    job: Job
    made: list[str] = field(default_factory=list)
    earlier: str = ""
    """The image that the user's own tag led to."""

    def look(self) -> None:
        import docker.errors

        with (
            opened(self.job.endpoint, self.job.title, Stop()) as client,
            talking(Stage.BUILD, "docker image inspect", self.job.title),
            suppress(docker.errors.NotFound),
        ):
            self.earlier = str(client.inspect_image(str(self.job.reference))["Id"])

    def forget(self) -> None:
        """Images by id, newest first; and a tag of the user's leads again to where it did."""
        import docker.errors

        job = self.job
        # By a client of its own: the other one's sockets may be shut, and the engine dead.
        with suppress(Problem), opened(job.endpoint, job.title, Stop()) as client:
            ours = [image for image in reversed(self.made) if not self._is_theirs(image)]
            if self.earlier and self.made:
                with suppress(docker.errors.APIError):
                    client.tag(self.earlier, str(job.reference.repository), job.reference.tag)
            if self.made and not self.earlier:
                ours.insert(0, str(job.reference))
            for image in ours:
                with suppress(docker.errors.APIError):
                    client.remove_image(image, force=True)

    def forget_tag(self) -> None:
        """For a builder that tells no ids: what has our name now is ours."""
        import docker.errors

        job = self.job
        with (
            suppress(Problem, docker.errors.DockerException),
            opened(job.endpoint, job.title, Stop()) as client,
        ):
            now = str(client.inspect_image(str(job.reference))["Id"])
            self.made = [] if now == self.earlier else [now]
        self.forget()

    def note(self, line: str) -> None:
        if found := _MADE.search(line):
            self.made.append(found[1])

    def _is_theirs(self, image: str) -> bool:
        return bool(self.earlier) and self.earlier.removeprefix("sha256:").startswith(image)
