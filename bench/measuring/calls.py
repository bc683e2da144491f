"""The calls of migrate that are looked into by function."""

import re
from dataclasses import dataclass

QUIET = "SET client_min_messages = error"


@dataclass(frozen=True)
class Call:
    """`sql` is empty for psql, which runs a file."""

    sql: str
    needs_upgrade: bool = False


CALLS = {
    "upgrade": Call("SELECT migrate_upgrade()"),
    "downgrade": Call("SELECT migrate_downgrade('base')", needs_upgrade=True),
    "deploy": Call("CALL migrate_deploy()"),
    "revert": Call("CALL migrate_revert('base')", needs_upgrade=True),
    "psql": Call(""),
}


def function_name(name):
    """Of a function as profilers print it: without parameters, template arguments and so on."""
    name = name.replace("(inlined)", "").replace("(anonymous namespace)::", "")
    name = name.replace("[abi:cxx11]", "")
    return re.split(r"\s\[/|[(<]|'2", name)[0].strip()
