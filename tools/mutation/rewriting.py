"""Rules as mutmut is to change them: actions it would pass over, and no words of sentences.

mutmut changes nothing in a function that bears a decorator, and every text in all others. What a
refusal says is no rule, and tests look at its code.
"""

import ast

ATOMIC = "transaction.atomic"
GETTEXT = ("_", "ngettext")


def rewritten(source: str) -> str:
    """Return `source` as it means the same, with what is to be changed where mutmut changes it.

    `@transaction.atomic` is put on each action of the module after its end, not before; only
    functions with this one decorator are rewritten. Sentences stand as names above everything.
    """
    module, words = ast.parse(source), _Words()
    body: list[ast.stmt] = []
    for node in words.visit(module).body:
        body.append(node)
        if isinstance(node, ast.FunctionDef) and _is_action(node):
            node.decorator_list = []
            body += ast.parse(f"{node.name} = {ATOMIC}({node.name})").body
    begin = sum(_must_be_first(node) for node in body)
    module.body = [*body[:begin], *words.assigned, *body[begin:]]
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"


class _Words(ast.NodeTransformer):
    """Puts a name in place of each text that is translated. assigned: the names, as statements."""

    def __init__(self) -> None:
        self.assigned: list[ast.stmt] = []

    def visit_Call(self, call: ast.Call) -> ast.AST:
        self.generic_visit(call)
        if isinstance(call.func, ast.Name) and call.func.id in GETTEXT:
            call.args = [self._named(each) for each in call.args]
        return call

    def _named(self, node: ast.expr) -> ast.expr:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return node
        name = f"WORDS_{len(self.assigned)}"
        self.assigned += ast.parse(f"{name} = {node.value!r}").body
        return ast.Name(name, ast.Load())


def _must_be_first(node: ast.stmt) -> bool:
    """The module's docstring, and what it imports from `__future__`."""
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_docstring or isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _is_action(node: ast.FunctionDef) -> bool:
    return [ast.unparse(decorator) for decorator in node.decorator_list] == [ATOMIC]
