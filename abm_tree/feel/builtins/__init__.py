"""The built-in functions, by name."""

from abm_tree.feel.builtins import dates, lists, numeric, ranges, text
from abm_tree.feel.builtins.signatures import Binding, Function, Parameter, Signature, apply, bind, parameter
from abm_tree.feel.types import BOOLEAN

_NOT = Function("not", (Signature((parameter("negand", BOOLEAN),), BOOLEAN, lambda negand: not negand),))

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for group in (
        numeric.FUNCTIONS,
        text.FUNCTIONS,
        lists.FUNCTIONS,
        dates.FUNCTIONS,
        ranges.FUNCTIONS,
        (_NOT,),
    )
    for function in group
}

__all__ = ["FUNCTIONS", "Binding", "Function", "Parameter", "Signature", "apply", "bind", "parameter"]
