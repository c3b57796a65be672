"""`./run bench fanout`: how fast a mailing is written for everybody, on PostgreSQL.

The verdict, the mailing's row and a delivery for each reader, committed to disk: what a person
waits for who presses "send". Median of the rounds; earlier mailings stay in the table.
"""

import argparse
from statistics import median

from bench.parts.ground import Ground
from bench.parts.machine import machine
from bench.parts.processes import cpu


def main() -> None:
    """Print the median."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--readers", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    with Ground() as ground:
        sheet = ground.sheet(20_000)
        rates, used = [], []
        for number in range(chosen.rounds + 1):
            ground.readers(chosen.readers)
            before = cpu(ground.database.pid)
            _, seconds = ground.fan_out(sheet.issue)
            if not number:
                continue  # the first finds nothing in memory
            rates.append(chosen.readers / seconds)
            used.append((cpu(ground.database.pid) - before) / chosen.readers * 1000)
            print(f"  round {number}: {rates[-1]:,.0f} rows/s", flush=True)
    print(
        f"{chosen.readers:,} readers: {median(rates):,.0f} rows/s "
        f"({min(rates):,.0f}–{max(rates):,.0f}), {median(used):.4f} CPU-s of PostgreSQL per 1,000."
    )
    print(f"{machine()}.")


if __name__ == "__main__":
    main()
