"""`./run bench articles`: the press of the shared data, read; and a thousand sources due at once.

    feeds      every feed through the parsing child; beside it feedparser alone, in this process
    pages      every article page against what people expect of it; beside it trafilatura alone
    sources    1,000, each on an address of 127.0.0.0/8, behind 100 ms; beside it bare threads

`--sources N` takes fewer of them, `--only NAME` one of the three.
"""

import argparse
from importlib import import_module


def main() -> None:
    """Print the tables that docs/articles.md keeps."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--only", choices=["feeds", "pages", "sources"])
    parser.add_argument("--markdown", action="store_true", help="as docs/articles.md keeps it")
    args = parser.parse_args()
    for name in ("sources", "feeds", "pages"):
        if args.only in (None, name):
            # Each when its turn comes: what one loads would count as the memory of another.
            part = import_module(f"bench.parts.press_{name}")
            given = [args.sources] if name == "sources" else []
            for table in part.tables(*given):
                print(table.markdown() if args.markdown else table.plain(), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
