"""The histories that every tool gets, each in its own files."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Revision:
    id: str
    message: str
    up: str
    down: str


@dataclass(frozen=True)
class History:
    """Revisions in their order, oldest first.  `proof` is a query whose result tells, beside the
    schema, whether they ran."""

    name: str
    revisions: list = field(repr=False)
    proof: str = "SELECT 1"

    def __len__(self):
        return len(self.revisions)

    def ups(self):
        return [revision.up for revision in self.revisions]

    def downs(self):
        return [revision.down for revision in reversed(self.revisions)]


def revision_id(number):
    """12 hexadecimal digits that do not sort in the order of the revisions."""
    return f"{number * 2654435761 % (1 << 48):012x}"


def table(name, column):
    return (
        f"CREATE TABLE {name} (\n"
        "    id bigint PRIMARY KEY,\n"
        "    name text NOT NULL,\n"
        f"    {column},\n"
        "    price numeric(10, 2) NOT NULL DEFAULT 0,\n"
        "    note varchar(200),\n"
        "    created_at timestamptz NOT NULL DEFAULT now()\n"
        ");\n"
        f"CREATE INDEX {name}_name ON {name} (name);\n"
    )


def ordinary_revision(number, prefix=""):
    """Each tenth brings an ENUM type and a table that uses it, each fourth of the others adds a
    column to the table before it, the rest a table with a primary key and an index."""
    item = f"{prefix}item_{number}"
    if number % 10 == 0:
        state = f"{prefix}state_{number}"
        up = f"CREATE TYPE {state} AS ENUM ('new', 'active', 'closed');\n"
        up += table(item, f"state {state} NOT NULL DEFAULT 'new'")
        down = f"DROP TABLE {item};\nDROP TYPE {state};\n"
        message = f"feat(items): items of kind {number} with a state"
    elif number % 4 == 0:
        before = f"{prefix}item_{number - 1}"
        up = f"ALTER TABLE {before} ADD COLUMN extra_{number} integer;\n"
        down = f"ALTER TABLE {before} DROP COLUMN extra_{number};\n"
        message = f"feat(items): a column for items of kind {number - 1}"
    else:
        up = table(item, "amount integer NOT NULL DEFAULT 0")
        down = f"DROP TABLE {item};\n"
        message = f"feat(items): items of kind {number}"
    return Revision(revision_id(number), message, up, down)


def ordinary(count, prefix=""):
    return History(
        f"{count} revisions", [ordinary_revision(n, prefix) for n in range(1, count + 1)]
    )


def tiny(count):
    """What takes next to nothing to run: for memory and planning."""
    return History(
        f"{count} tiny revisions",
        [
            Revision(revision_id(n), f"chore(bench): number {n}", "SELECT 1;\n", "SELECT 1;\n")
            for n in range(1, count + 1)
        ],
    )


def many_statements(count):
    up = "CREATE TABLE seed (id integer PRIMARY KEY, name text NOT NULL, amount numeric(10, 2));\n"
    up += "".join(
        f"INSERT INTO seed VALUES ({n}, 'name number {n}', {n}.25);\n" for n in range(1, count)
    )
    revision = Revision(revision_id(1), "feat(seed): rows", up, "DROP TABLE seed;\n")
    return History(
        f"one revision of {count} statements", [revision], "SELECT count(*), sum(amount) FROM seed"
    )


def long_text(megabytes):
    """One text of so many megabytes, 100 kB a statement."""
    row = "all work and no play makes a long text " * 25
    statements = ["CREATE TABLE big (id integer PRIMARY KEY, body text NOT NULL);\n"]
    size = 0
    while size < megabytes * 1_000_000:
        first = 100 * len(statements)
        rows = ",\n".join(f"({first + n}, '{first + n} {row}')" for n in range(100))
        statements.append(f"INSERT INTO big VALUES {rows};\n")
        size += len(statements[-1])
    revision = Revision(
        revision_id(1), "feat(big): a long text", "".join(statements), "DROP TABLE big;\n"
    )
    return History(
        f"one text of {megabytes} MB",
        [revision],
        "SELECT count(*), sum(length(body)) FROM big",
    )
