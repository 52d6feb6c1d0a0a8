"""What a built-in function takes and gives, and how arguments meet parameters.

Promises: one table row says everything that the checker and the interpreter need; binding happens once, at
compile time. Refuses: user-defined functions, and arguments that are functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from abm_tree.feel.types import ANY, Type, class_of
from abm_tree.feel.values import Value


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name, the types it takes, whether it may be left out or null."""

    name: str
    types: tuple[Type, ...]
    optional: bool = False
    nullable: bool = False
    classes: tuple[type, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function.

    `spread`: several arguments stand for the one list; `rest`: the last parameter may repeat;
    `clock`: `call` gets the instant of evaluation first.
    """

    parameters: tuple[Parameter, ...]
    result: Type
    call: Callable[..., Value]
    spread: bool = False
    rest: bool = False
    clock: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function."""

    name: str
    signatures: tuple[Signature, ...]


def parameter(name: str, *types: Type, optional: bool = False, nullable: bool = False) -> Parameter:
    """A parameter that takes values of these types."""
    return Parameter(name, types, optional, nullable, tuple([class_of(each) for each in types]))


def anything(name: str, *, optional: bool = False) -> Parameter:
    """A parameter that takes any value, null too."""
    return parameter(name, ANY, optional=optional, nullable=True)


@dataclass(frozen=True, slots=True)
class Binding:
    """A signature for given arguments: for each argument in written order, the parameter it meets."""

    signature: Signature
    slots: tuple[int, ...]


def bind(function: Function, positional: int, named: Sequence[str]) -> Binding | None:
    """The signature that so many arguments, or arguments of these names, fit; None where none does."""
    signatures = function.signatures
    if named:  # before(point: 1, range: r) and before(range: r, point: 1) differ by what is written first
        signatures = tuple(sorted(signatures, key=lambda s: [p.name for p in s.parameters] != [*named]))
    for signature in signatures:
        parameters = signature.parameters
        if named:
            names = [p.name for p in parameters]
            if positional or len(set(named)) != len(named) or not set(named) <= set(names):
                continue
            if all(p.optional or p.name in named for p in parameters):
                return Binding(signature, tuple([names.index(name) for name in named]))
        elif positional > len(parameters) and (signature.spread or signature.rest):
            last = len(parameters) - 1
            return Binding(signature, tuple([min(i, last) for i in range(positional)]))
        elif sum(not p.optional for p in parameters) <= positional <= len(parameters):
            return Binding(signature, tuple(range(positional)))
    return None


def apply(binding: Binding, arguments: Sequence[Value], clock: Value = None) -> Value:
    """Call a function with arguments in written order; null where one does not fit."""
    signature, slots = binding.signature, binding.slots
    parameters = signature.parameters
    if signature.spread and len(arguments) > 1:
        values: list[Value] = [tuple(arguments)]
    else:
        values = [None] * (len(slots) if signature.rest else max(slots, default=-1) + 1)
        for i, (slot, argument) in enumerate(zip(slots, arguments, strict=True)):
            wanted = parameters[slot]
            if argument is None:
                if not wanted.nullable:
                    return None
            else:
                if not isinstance(argument, wanted.classes):
                    argument = _convert(argument, wanted.classes)
                    if argument is None:
                        return None
                values[i if signature.rest else slot] = argument
    return signature.call(clock, *values) if signature.clock else signature.call(*values)


def _convert(value: Value, classes: tuple[type, ...]) -> Value:
    """The standard's conversions: a list of one to its item, and an item to a list of one; None: neither."""
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 and isinstance(value[0], classes) else None
    return (value,) if tuple in classes else None
