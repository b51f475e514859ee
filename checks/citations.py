"""The graph of citations: which claim rests on which."""

from collections.abc import Mapping, Sequence

__all__ = ["ancestors", "cycle"]

Citations = Mapping[str, Sequence[str]]


def ancestors(name: str, citations: Citations) -> tuple[str, ...]:
    """Return everything that a claim rests on, nearest first; itself only if it is in a cycle.

    Example:
        >>> ancestors("a", {"a": ["b"], "b": ["c"], "c": []})
        ('b', 'c')
    """
    found: dict[str, None] = {}
    queue = list(citations.get(name, ()))
    while queue:
        cited = queue.pop(0)
        if cited not in found:
            found[cited] = None
            queue.extend(citations.get(cited, ()))
    return tuple(found)


def cycle(name: str, citations: Citations) -> tuple[str, ...]:
    """Return a shortest path from a claim back to itself, or () when there is none.

    Example:
        >>> cycle("a", {"a": ["b"], "b": ["a"]})
        ('a', 'b', 'a')
    """
    paths: list[tuple[str, ...]] = [(name,)]
    seen = set()
    while paths:
        path = paths.pop(0)
        for cited in citations.get(path[-1], ()):
            if cited == name:
                return (*path, name)
            if cited not in seen:
                seen.add(cited)
                paths.append((*path, cited))
    return ()
