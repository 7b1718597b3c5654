"""What Google's refusals mean: every row of registries.md E7 and of E's tables, as data."""

from __future__ import annotations

from typing import Final

from wizard.core.cloud_helpers import GCLOUD_ON_PATH
from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fault, Fix, Sign, Stage
from wizard.registries.status_pages import registry_down

LOGIN: Final = "gcloud auth login"
ADC_LOGIN: Final = "gcloud auth application-default login"

SIGN_IN: Final = Fix("Sign in to Google Cloud", command=LOGIN)
SIGN_IN_AGAIN: Final = Fix("Sign in to Google Cloud again", command=LOGIN)
SIGN_IN_ADC: Final = Fix("Or sign in for programs", command=ADC_LOGIN)
FRESH_TOKEN: Final = Fix(
    "A Google access token lasts one hour: let a helper make them, or log in again",
    command="gcloud auth configure-docker {host}",
)
FOR_THE_PUSHER: Final = Fix(
    "Let docker use gcloud's login for this very host, as the user who pushes, not by sudo",
    command="gcloud auth configure-docker {host}",
)
LET_IN: Final = Fix(
    "Let docker use gcloud's login for this very host, then check again",
    command="gcloud auth configure-docker {host}",
)
ASK_READER: Final = Fix(
    "Ask for the role Artifact Registry Reader on the repository",
    ask="an administrator of the Google Cloud project",
)
ASK_WRITER: Final = Fix(
    "Ask for the role Artifact Registry Writer on the repository, which holds "
    "artifactregistry.repositories.uploadArtifacts",
    ask="an administrator of the Google Cloud project",
)
CHECK_SPELLING: Final = Fix(
    "Check the spelling of location, project and repository: Google answers alike when one of "
    "them is not there"
)
CREATE: Final = Fix(
    "Create it",
    command="gcloud artifacts repositories create {name|REPOSITORY} --repository-format=docker "
    "--location={location|LOCATION} --project={project|PROJECT}",
)
KEY_NAME: Final = Fix(
    "Use the key file whole and unchanged with the user name _json_key; its base64 form, in one "
    "line, with _json_key_base64"
)
ASK_ORGANISATION: Final = Fix(
    "Ask for an exception from the policy iam.allowedPolicyMemberDomains for this project",
    ask="an administrator of the Google Cloud organisation",
)
GRANT_CLUSTER: Final = Fix(
    "Or let the cluster's own service account read the repository",
    command="registry-wizard setup --cluster-principal NAME@PROJECT.iam.gserviceaccount.com",
)
ENABLE: Final = Fix(
    "Switch on the Artifact Registry API of the project",
    command="gcloud services enable artifactregistry.googleapis.com --project={project|PROJECT}",
)

_PUSHING: Final = PUSH_STAGES | {Stage.BUILD, Stage.ENGINE}
_RIGHT = r"artifactregistry\.repositories\."
_GONE = r"repository .* not found"
_BY_STRANGER = r"unauthenticated request"
_NO_TOKEN = r"failed to fetch anonymous token.*403"  # noqa: S105 - buildkit's words

GAR_SIGNS: Final = (
    registry_down("Google", "https://status.cloud.google.com/"),
    Sign(
        "push.repository-missing",
        message=r"artifact registry api has not been used|SERVICE_DISABLED",
        fixes=(ENABLE,),
        cloud="Google",
        source="registries.md E3: nothing can exist in a project without the API",
    ),
    Sign(
        "pull.policy-forbids-public",
        message=r"one or more users named in the policy|allowedPolicyMemberDomains",
        fixes=(ASK_ORGANISATION, GRANT_CLUSTER),
        source="registries.md E6, E7 row 12; terraform-example-foundation#1454",
    ),
    Sign(
        "login.cloud-expired",
        message=r"reauthentication (is )?(required|needed|failed)|\binvalid_grant\b",
        fixes=(SIGN_IN, SIGN_IN_ADC),
        cloud="Google",
        source="registries.md E7 row 11",
    ),
    Sign(
        "store.helper-missing",
        message=r"docker-credential-(gcloud|gcr)\"?: executable file not found",
        fixes=(GCLOUD_ON_PATH,),
        source="registries.md E7 row 5",
    ),
    Sign(
        "reference.invalid",
        message=r"container registry is (deprecated|shut)",
        fixes=(
            Fix(
                "Or move the images of gcr.io",
                command="gcloud artifacts docker upgrade migrate --projects={project|PROJECT}",
            ),
        ),
        source="registries.md E7 row 10",
    ),
    Sign(
        "login.missing",
        message=rf"{_BY_STRANGER}.*(uploadArtifacts|deleteArtifacts|\.delete\b)",
        fixes=(FOR_THE_PUSHER,),
        source="registries.md E7 row 1",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES,
        message=_NO_TOKEN,
        fixes=(LET_IN,),
        source="registries.md E6: buildkit hides what was said",
    ),
    Sign(
        "login.missing",
        stages=_PUSHING,
        message=_NO_TOKEN,
        fixes=(FOR_THE_PUSHER,),
        source="registries.md E7 row 4",
    ),
    Sign(
        "push.not-permitted",
        message=rf"{_RIGHT}uploadArtifacts",
        fixes=(ASK_WRITER, CHECK_SPELLING),
        source="registries.md E7 row 2: or the path is misspelt, Google does not say which",
    ),
    Sign(
        "push.not-permitted",
        stages=frozenset({Stage.DELETE, Stage.TOKEN, Stage.API}),
        message=r"artifactregistry\.(versions|tags|packages|repositories)\.delete",
        fixes=(
            Fix(
                "Ask for the role Artifact Registry Repository Administrator, which may delete",
                ask="an administrator of the Google Cloud project",
            ),
        ),
        source="registries.md E5: deleting needs repoAdmin",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES | {Stage.TOKEN},
        message=rf"{_RIGHT}downloadArtifacts",
        authenticated=True,
        fixes=(ASK_READER, CHECK_SPELLING),
        source="registries.md E6",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES | {Stage.TOKEN},
        message=rf"{_RIGHT}downloadArtifacts",
        fixes=(LET_IN,),
        source="registries.md E6",
    ),
    Sign(
        "login.token-kind",
        message=r"unable to parse json key",
        fixes=(KEY_NAME,),
        source="registries.md E7 row 7",
    ),
    Sign(
        "login.rejected",
        message=r"failed authentication|request had invalid authentication credentials",
        fixes=(FRESH_TOKEN,),
        source="registries.md E7 row 6",
    ),
    Sign(
        "login.scope-missing",
        message=r"insufficient authentication scopes|ACCESS_TOKEN_SCOPE",
        fixes=(SIGN_IN,),
        source="registries.md E3: the scope cloud-platform is needed",
    ),
    Sign(
        "reference.incomplete",
        faults=frozenset({Fault.NONE}),
        message=r"missing image name",
        source="registries.md E1, E7 row 8",
    ),
    Sign(
        "push.policy",
        stages=frozenset({Stage.DELETE}),
        codes=frozenset({"GOOGLE_MANIFEST_DANGLING_TAG"}),
        source="registries.md E5: the tag goes first, then the digest",
    ),
    Sign(
        "push.repository-missing",
        stages=_PUSHING | {Stage.TOKEN},
        message=_GONE,
        fixes=(CREATE,),
        cloud="Google",
        source="registries.md E7 row 3",
    ),
    Sign(
        "pull.missing-repository",
        stages=PULL_STAGES,
        message=_GONE,
        source="registries.md E7 row 3",
    ),
    Sign(
        "pull.missing-tag",
        stages=PULL_STAGES,
        message=r"failed to fetch \"",
        source="registries.md E7 row 9",
    ),
)
