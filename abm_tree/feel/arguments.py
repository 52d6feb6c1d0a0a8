"""The types of function calls.

Promises: an unknown function, wrong arguments and constants without a value are each reported once, with
what the function takes. Refuses: nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abm_tree.feel import messages
from abm_tree.feel.builtins import FUNCTIONS, Function, Parameter, bind
from abm_tree.feel.interpret import value_of
from abm_tree.feel.rules import accepts, is_open, unify
from abm_tree.feel.syntax import Call, Expr, Literal, Negate, children
from abm_tree.feel.types import ANY, BOOLEAN, NULL, Choice, ListOf, Type, type_of_value

if TYPE_CHECKING:
    from abm_tree.feel.infer import Checker

_OF_THE_ITEM = ("min", "max")
_OF_THE_LIST = (
    "append",
    "concatenate",
    "distinct values",
    "insert before",
    "remove",
    "reverse",
    "sublist",
    "union",
)


def call_type(checker: Checker, call: Call) -> Type:
    """The type of a call; its arguments are visited in written order."""
    types = [checker.visit(arg) for arg in children(call)]
    function = FUNCTIONS.get(call.function)
    if function is None:
        near = (*FUNCTIONS, "known") if checker.looks_for_slips() else ()
        return checker.report(messages.unknown_function(call.function, call.span, near))
    binding = bind(function, len(call.args), [name for name, _ in call.named])
    if binding is None:
        return checker.report(messages.wrong_arguments(call.function, calls_of(function), call.span))
    if call.function == "not":
        checker.condition(children(call)[0], types[0])
        return BOOLEAN
    signature = binding.signature
    spread = signature.spread and len(types) > 1
    before = len(checker.problems)
    for arg, slot, type in zip(children(call), binding.slots, types, strict=True):
        parameter = signature.parameters[slot]
        wanted = _items(parameter) if spread else _wanted(function, len(types), slot, parameter)
        if not accepts(wanted, type):
            checker.report(messages.wrong_argument(call.function, parameter.name, wanted, arg, type))
    if call.function in ("list contains", "index of") and len(types) == 2:
        _choose(checker, children(call), types[0])
    if len(checker.problems) > before:
        return ANY
    if is_written_out(call):
        value = value_of(call)
        return checker.report(messages.no_value(call)) if value is None else type_of_value(value)
    return _result(call.function, signature.result, types)


def _choose(checker: Checker, parts: tuple[Expr, ...], type: Type) -> None:
    """Report a text that is sought in a list of choices and is none of them."""
    items, match = parts
    if isinstance(type, ListOf) and isinstance(type.item, Choice) and isinstance(match, Literal):
        text = match.value
        if isinstance(text, str):
            checker.choose(messages.text_of(items), text, type.item, match.span)


def is_written_out(expr: Expr) -> bool:
    """Whether an expression is a literal, or a function of literals: cheap to compute while checking."""
    if isinstance(expr, Call):
        parts = children(expr)
        literals = [isinstance(arg, Literal) and arg.value is not None for arg in parts]
        return all(literals) and expr.function not in ("now", "today")
    return isinstance(expr, Literal) or (isinstance(expr, Negate) and isinstance(expr.of, Literal))


def _wanted(function: Function, count: int, slot: int, parameter: Parameter) -> tuple[Type, ...]:
    """What a parameter takes under any signature with so many arguments."""
    found = [
        s.parameters[slot].types for s in function.signatures if len(s.parameters) == count and count > slot
    ]
    return tuple([type for types in found for type in types]) or parameter.types


def _items(parameter: Parameter) -> tuple[Type, ...]:
    return tuple([type.item if isinstance(type, ListOf) else type for type in parameter.types])


def _result(function: str, result: Type, types: list[Type]) -> Type:
    """The result's type, narrowed by the arguments where the function keeps it."""
    if function == "abs" and types:
        return types[0]
    if function in _OF_THE_ITEM:
        item = unify([type.item if isinstance(type, ListOf) else type for type in types])
        return ANY if is_open(item) else item
    if function in _OF_THE_LIST and types and isinstance(types[0], ListOf):
        items = [type.item if isinstance(type, ListOf) else type for type in types if not is_open(type)]
        if function in ("append", "concatenate", "union"):
            return ListOf(unify(items))
        return types[0] if function != "insert before" else ListOf(unify([types[0].item, types[-1]]))
    return ANY if result == NULL else result


def calls_of(function: Function) -> list[str]:
    """How a function is called, one text for each way."""
    calls: list[str] = []
    for signature in function.signatures:
        names = [f"[{p.name}]" if p.optional else p.name for p in signature.parameters]
        calls.append(f"{function.name}({', '.join(names)}{', ...' if signature.rest else ''})")
    return list(dict.fromkeys(calls))
