"""The people of accounts, joined to the rows of a list.

Promises: an account's people come in the order of their list, one row for each; an account without people is
one row without a person. Whose account is not on the list is counted. Refuses: to guess an account by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column
from abm_tree.batch.merged import either, merged, taken
from abm_tree.batch.tables import compute as pc
from abm_tree.batch.tables.ids import hashes
from abm_tree.batch.tables.listing import Listing, Reader, Rows
from abm_tree.tree.parts import TOLD

FEW = 5  # people of no account that are named


class Contacts:
    """A list of people, in memory."""

    def __init__(self, listing: Listing, twice: Mapping[int, str]) -> None:
        reader, start = Reader(listing), 0
        accounts: list[Any] = []
        ids: list[Any] = []
        views: list[list[dict[str, Column]]] = []
        self.problems: list[dict[int, str]] = [{} for _ in listing.views]
        self._asked = [frozenset(view.facts) for view in listing.views]
        ill: list[int] = []
        for piece in listing.table.pieces():
            raw, own = reader.raw(piece)
            rows = reader.read(raw, own, start, twice)
            accounts.append(rows.ids["account_id"])
            ids.append(rows.key)
            views.append(rows.views)
            ill += [start + row for row in rows.ill]
            for at, found in enumerate(self.problems):
                found.update(
                    {start + row: f"in the contacts, {words}" for row, words in rows.problems(at).items()}
                )
            start += rows.count
        self.count = start
        self.ids = pa.concat_arrays(ids) if ids else pa.array([], pa.string())
        self.accounts = pa.concat_arrays(accounts) if accounts else pa.array([], pa.string())
        self.columns: list[dict[str, Column]] = [
            {key: merged([block[at][key] for block in views]) for key in (views[0][at] if views else ())}
            for at in range(len(listing.views))
        ]
        numbers = hashes(self.accounts)
        self._order = np.argsort(numbers, kind="stable")
        ordered = numbers[self._order]
        self._numbers, self._starts, self._sizes = np.unique(ordered, return_index=True, return_counts=True)
        self._met = np.zeros(self.count, dtype=bool)
        self._ill = np.zeros(self.count, dtype=bool)  # rows that cannot be told to be another person
        self._ill[ill] = True

    @property
    def unmet(self) -> int:
        """How many people belong to no account of the list, as far as it has been read."""
        return int(self.count - self._met.sum())

    @property
    def strangers(self) -> list[str]:
        """The first few of them."""
        few = np.flatnonzero(~self._met)[:FEW]
        return [str(one) for one in self.ids.take(pa.array(few)).to_pylist()]

    def joined(
        self,
        rows: Rows,
        columns: Sequence[Mapping[str, Column]],
        problems: Sequence[Mapping[int, str]],
        places: tuple[Array, Array] | None = None,
    ) -> tuple[dict[str, Any], list[dict[str, Column]], list[dict[int, str]], Array]:
        """Ids, columns and problems with a row for each person; and each one's row of the list.

        What an account's row says of somebody is not said of a person of the list; it stands where nobody
        is there. `places` are these rows', where they were looked for already.
        """
        source, person = places or self.places(rows.ids["account_id"])
        take = pa.array(source)
        ids = {name: array.take(take) for name, array in rows.ids.items()}
        people = pc.take(self.ids, pa.array(person, mask=person < 0)).fill_null("")
        ids["stakeholder_id"] = people
        alone = person < 0
        some = bool(alone.any())
        nobody = np.where(alone, source, -1)
        found = []
        for at, view in enumerate(columns):
            theirs = self.columns[at] if at < len(self.columns) else {}
            theirs = {key: one for key, one in theirs.items() if not key.startswith(TOLD)}
            asked = self._asked[at] if at < len(self._asked) else frozenset()
            made = {
                key: taken(column, nobody if key in asked else source)
                for key, column in view.items()
                if key not in theirs or some
            }
            for key, one in theirs.items():
                told = taken(one, person)
                made[key] = either(told, made[key], alone) if key in made else told
            found.append(made)
        worse = []
        for at, known in enumerate(problems):
            mine = self.problems[at]
            words: dict[int, str] = {}
            if known:
                bad = np.isin(source, list(known))
                words.update({int(row): known[int(source[row])] for row in np.flatnonzero(bad)})
            if mine:
                bad = np.isin(person, list(mine))
                words.update({int(row): mine[int(person[row])] for row in np.flatnonzero(bad)})
            worse.append(words)
        return ids, found, worse, source

    def people(
        self, view: Mapping[str, Column], at: int, wanted: Collection[str], places: tuple[Array, Array]
    ) -> tuple[dict[str, Column], Array]:
        """What is wanted of each person of some accounts under one tree, and the row of their account.

        Rows of an account lie together. What an account's row says of one person is not said of the others.
        """
        source, person = places
        real = (person >= 0) & ~self._ill[person] if self.count else person >= 0
        source, person = source[real], person[real]
        theirs, asked = self.columns[at], self._asked[at]
        found = {
            key: taken(column, source) for key, column in view.items() if key in wanted and key not in asked
        }
        return {**found, **{key: taken(one, person) for key, one in theirs.items() if key in wanted}}, source

    def places(self, accounts: Any) -> tuple[Array, Array]:
        """For each row of the result, the account's row and the person's; -1: nobody."""
        numbers = hashes(accounts)
        count = len(numbers)
        if not self.count:
            return np.arange(count), np.full(count, -1)
        at = np.minimum(np.searchsorted(self._numbers, numbers), len(self._numbers) - 1)
        first = self._order[self._starts[at]]
        same = self.accounts.take(pa.array(first))
        met = (self._numbers[at] == numbers) & np.asarray(pc.equal(accounts, same))
        met &= np.asarray(pc.greater(pc.binary_length(accounts), 0))  # nobody belongs to no account
        sizes = np.where(met, self._sizes[at], 1)
        source = np.repeat(np.arange(count), sizes)
        within = np.arange(len(source)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        place = np.minimum(np.repeat(self._starts[at], sizes) + within, self.count - 1)
        person = np.where(np.repeat(met, sizes), self._order[place], -1)
        self._met[person[person >= 0]] = True
        return source, person
