"""Members of a socket's group: a membership counts from the next login on (engines.md 3.1)."""

from __future__ import annotations

import os


def group_name(group_id: int) -> str:
    try:
        from grp import getgrgid

        return getgrgid(group_id).gr_name
    except (ImportError, KeyError):
        return str(group_id)


def waits_for_login(group_id: int) -> bool:
    """Is this user listed in the group, while this session does not have it?"""
    try:
        from grp import getgrgid
        from pwd import getpwuid

        user, group = getpwuid(os.geteuid()).pw_name, getgrgid(group_id)
    except (ImportError, KeyError):
        return False
    return user in group.gr_mem and group_id not in (*os.getgroups(), os.getegid())
