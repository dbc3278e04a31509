"""Benchmarks on the machine at hand, each beside the raw limit measured in the same run."""

import importlib
import pkgutil
from dataclasses import asdict

import click
from django.db import connections

from khumkan import benchmarks
from khumkan.command import installation
from khumkan.command.progress import last_line, telling

#: Modules of the package that help the others and measure nothing.
HELPERS = frozenset({"agents", "bare", "bare_beds", "beds", "campaign", "load", "processes", "server", "signed_in"})


@click.command()
@click.argument("name", required=False)
@click.option("--list", "list_names", is_flag=True, help="Name the benchmarks.")
@click.option("--size", type=click.IntRange(1), help="How many things to process; the default is the size of the goal.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def bench(name: str | None, list_names: bool, size: int | None, as_json: bool) -> None:
    """Run one benchmark and say whether its goal is met."""
    if list_names or not name:
        for each in _names():
            click.echo(f"{each:<24} {_summary(each)}")
        return
    if name not in _names():
        raise click.BadParameter(f"There is no benchmark {name}. See: khumkan bench --list")
    started = installation.start_database()
    try:
        installation.empty_database(installation.BENCH_DATABASE)
        with telling(f"Measuring {name}"):
            result = _module(name).run(size=size)
        _show(result, as_json=as_json)
    finally:
        connections.close_all()
        if started:
            installation.stop_database()


def _show(result: benchmarks.Result, *, as_json: bool) -> None:
    if as_json:
        last_line(asdict(result))
    else:
        click.echo(f"{result.name}: {result.n:,} in {result.seconds:.2f} s; limit {result.limit_seconds:.2f} s")
        click.echo(f"ratio {result.ratio:.2f}, goal {result.goal}: {'met' if result.met else 'NOT met'}")
        for key, value in result.detail.items():
            click.echo(f"  {key}: {value}")


def _names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in HELPERS)


def _module(name: str):  # type: ignore[no-untyped-def]  # a module that offers `run`
    return importlib.import_module(f"{benchmarks.__name__}.{name}")


def _summary(name: str) -> str:
    return (_module(name).__doc__ or "").strip().splitlines()[0]
