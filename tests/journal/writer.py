"""A program that appends to a journal: `writer.py PATH WALK COUNT`; WALK is an id, or `own`: one of its own.

It waits for the end of its input, then prints the walk and the number of each event after it was appended.
"""

from __future__ import annotations

import sys
from pathlib import Path

from journals import answered, begin, noted, opened, paused

from abm_tree.journal.events import Overtaken


def main(path: str, walk: str, count: int) -> None:
    journal = opened(Path(path))
    print("ready", flush=True)
    sys.stdin.read()
    seq = 0
    if walk == "own":
        first = begin(journal)[0]
        walk, seq = first.walk, 1
        print(walk, seq, flush=True)
    for number in range(count):
        several = [answered(f"{number}"), paused("a while"), noted("x" * (number % 7) * 300)][
            : number % 3 + 1
        ]
        while True:
            try:
                seq = journal.append(walk, seq, several)[-1].seq
                break
            except Overtaken as overtaken:
                assert [event.seq for event in overtaken.events] == list(
                    range(seq + 1, overtaken.events[-1].seq + 1)
                )
                seq = overtaken.events[-1].seq
        for one in range(seq - len(several) + 1, seq + 1):
            print(walk, one, flush=True)
    journal.close()


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
