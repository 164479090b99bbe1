"""Measurements, each a sub-command: ``python -m benchmarks indexing``, and so on; ``--help`` lists them."""

from __future__ import annotations

import argparse

from . import engines, freshness, indexing, keystrokes, pages, previewing, recording, service, whynot


def main() -> None:
    """Run the measurement that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="MEASUREMENT")
    for name, what, add_options, run in (
        ("pages", "the whole path on real pages", pages.add_options, pages.run),
        ("engines", "all engines on the same questions", engines.add_options, engines.run),
        ("indexing", "all engines indexing the same articles", indexing.add_options, indexing.run),
        ("service", "the whole service under load", service.add_options, service.run),
        ("recording", "what recording searches costs", recording.add_options, recording.run),
        ("freshness", "how soon a change is found", freshness.add_options, freshness.run),
        ("keystrokes", "from a key in the search box to its results", keystrokes.add_options, keystrokes.run),
        ("previewing", "a draft of the tuning tried", previewing.add_options, previewing.run),
        ("whynot", "why an article is not there", whynot.add_options, whynot.run),
        ("build", "one index, in this process", indexing.add_build_options, indexing.run_build),
    ):
        command = commands.add_parser(name, help=what)
        add_options(command)
        command.set_defaults(run=run)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
