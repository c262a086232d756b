"""Actions as mutmut can change them: it passes over every function that bears a decorator."""

import ast

ATOMIC = "transaction.atomic"


def undecorated(source: str) -> str:
    """Return `source` with `@transaction.atomic` put on each action after its end, not before.

    It means the same. Only functions of the module that bear this one decorator are rewritten.
    """
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and _is_action(node):
            lines.insert(node.end_lineno or 0, f"\n\n{node.name} = {ATOMIC}({node.name})")
            del lines[node.lineno - 2]
    return "\n".join(lines) + "\n"


def _is_action(node: ast.FunctionDef) -> bool:
    return [ast.unparse(decorator) for decorator in node.decorator_list] == [ATOMIC]
