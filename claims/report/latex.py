"""LaTeX as MathML that today's browsers set without a script, and prose with ``$...$`` as HTML.

latex2mathml copies what it does not understand into its output, leaves text unescaped and uses attributes that MathML Core
dropped; this module refuses the first, escapes the second and translates the third.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree as ET

_CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "mover": 2, "munder": 2, "mroot": 2, "msubsup": 3, "munderover": 3}
_SCRIPTS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_LIMITS = frozenset({"min", "max", "lim", "inf", "sup", "argmin", "argmax", "limsup", "liminf", "det"})
_OPENING, _CLOSING = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉")
_BREAKING = frozenset("=≤≥⊆⊂⇒⟹⟺⇔≈≠⟶")
_ACCENTS = {"^": "ˆ", "~": "˜"}  # the spacing letters are drawn too low by most fonts
_FENCES = {("[", "]"): "bracketed", ("(", ")"): "parenthesised", ("|", "|"): "barred"}
_FOREIGN = frozenset({"href", "style", "class", "id", "src", "xlink:href", "actiontype"})  # attributes that no formula needs
_RELATIONS = frozenset(":⟺⟹⟸⟶⟵↦")
_ALPHABETS = {
    "double-struck": ("DOUBLE-STRUCK",),
    "bold": ("BOLD",),
    "italic": (),
    "bold-italic": ("BOLD ITALIC",),
    "script": ("SCRIPT",),
    "bold-script": ("BOLD SCRIPT",),
    "fraktur": ("FRAKTUR", "BLACK-LETTER"),
    "sans-serif": ("SANS-SERIF",),
    "monospace": ("MONOSPACE",),
}
_NAMES = re.compile(r"\\arg\s*\\(min|max)(?![A-Za-z])|\\(arg)(?![A-Za-z])")  # missing from latex2mathml
_LONG = 30  # signs of a formula in a line that a phone cannot show at once
_GREEK = dict(
    alpha="α", beta="β", gamma="γ", delta="δ", epsilon="ε", eps="ε", zeta="ζ", eta="η", theta="θ", kappa="κ", mu="μ", nu="ν",
    xi="ξ", rho="ρ", sigma="σ", tau="τ", phi="φ", chi="χ", psi="ψ", omega="ω", Gamma="Γ", Delta="Δ", Theta="Θ", Lambda="Λ",
    Sigma="Σ", Phi="Φ", Psi="Ψ", Omega="Ω", **{"lambda": "λ"},
)  # fmt: skip
SYMBOLS = frozenset(_GREEK) | {
    "cos",
    "cosh",
    "det",
    "diag",
    "exp",
    "lim",
    "log",
    "max",
    "min",
    "sin",
    "sinh",
    "tanh",
    "tr",
    "vec",
}
"""Words that are names of letters and of functions."""
_LETTER = re.compile(rf"(?<![A-Za-z0-9_.\\-])(?:{'|'.join(_GREEK)})(?![A-Za-z0-9_^(-])")
_SIGNS = {"&lt;=": "≤", "&gt;=": "≥", "!=": "≠", "-&gt;": "→", "...": "…"}
_SIGN = re.compile("|".join(re.escape(sign) for sign in _SIGNS))
_BASE = rf"(?<![A-Za-z_.\\])(?:{'|'.join(_GREEK)}|[A-Za-z])|(?<=[A-Za-z0-9;>])[A-Z]|(?<=\|)"
_SCRIPT = r"\{[^{}]+\}|\([^()]+\)|-?[0-9]+|[A-Z]|[a-z]+(?![A-Za-z_])|[a-z](?![a-z_])|[*+-]"
_SUBSCRIPT = re.compile(rf"({_BASE})_([A-Z]{{2}}(?!\w)|{_SCRIPT})")
_SUPERSCRIPT = re.compile(rf"(?:(?<![A-Za-z_.\\])({'|'.join(_GREEK)})|(?<=[A-Za-z0-9)\]|;>]))\^({_SCRIPT})")
_DIGITS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")


class LatexError(ValueError):
    """A formula that cannot be set."""


def _cited(text: str) -> str:
    """A formula as it was written, its backslashes single; what is no character to be read is escaped."""
    return repr(text).replace("\\\\", "\\")


@lru_cache(maxsize=4096)
def mathml(latex: str, display: bool = False) -> str:
    """A formula as MathML that is safe to put into HTML.  Raises LatexError for one that cannot be set completely.

    In a line it is one ``<math>`` element.  A display comes in clauses, which wide spaces separate, and each clause in pieces
    that begin with an outer relation, or are outer words: a line may break at either, because browsers do not break formulas.
    """
    root = _converted(latex, display)
    row = list(root[0]) if len(root) == 1 and root[0].tag == "mrow" else list(root)
    if not display:
        return _serialised(row, display)
    clauses = ("<wbr>".join(_serialised(piece, display) for piece in clause) for clause in _clauses(row))
    return "<wbr>".join(f'<span class="clause">{clause}</span>' for clause in clauses)


def _serialised(row: list[ET.Element], display: bool) -> str:
    if display and [element.tag for element in row] == ["mtext"]:
        return f'<span class="words">{html.escape((row[0].text or "").replace(chr(160), " "))}</span>'
    root = ET.Element("math", {"xmlns": "http://www.w3.org/1998/Math/MathML"} | ({"displaystyle": "true"} if display else {}))
    root.extend(row)
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _clauses(row: list[ET.Element]) -> list[list[list[ET.Element]]]:
    """The outermost row, cut at its wide spaces into clauses and before their relations into pieces, never inside of fences."""
    made: list[list[list[ET.Element]]] = [[[]]]
    depth = 0
    for element in row:
        text = (element.text or "") if element.tag == "mo" else ""
        depth += (text in _OPENING) - (text in _CLOSING)
        if depth == 0 and element.tag == "mspace" and element.get("width") in ("1em", "2em"):
            made.append([[]])
            continue
        if depth == 0 and (element.tag == "mtext" or text in _BREAKING) and made[-1][-1]:
            made[-1].append([])
        if depth == 0 and text in _BREAKING:
            element.set("form", "infix")
        made[-1][-1].append(element)
        if depth == 0 and element.tag == "mtext":
            made[-1].append([])
    return [[piece for piece in clause if piece] for clause in made if clause[0]]


def _converted(latex: str, display: bool) -> ET.Element:
    from latex2mathml import exceptions
    from latex2mathml.converter import convert_to_element

    own = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    refusals: tuple[type[Exception], ...] = (
        *own,
        AttributeError,
        LookupError,
        RecursionError,
        StopIteration,
        TypeError,
        ValueError,
    )
    try:
        root = convert_to_element(_named(_whole(latex)), display="block" if display else "inline")
    except LatexError:
        raise
    except refusals as problem:
        raise LatexError(f"{_cited(latex)}: {type(problem).__name__} {problem}".rstrip()) from problem
    elements = list(root.iter())
    for element in elements:
        _readable(element, latex)
    for element in elements:
        _grouped(element, latex)
        _lettered(element)
        _accented(element)
        if display:
            _under(element)
    for element in list(root.iter()):
        _closed(element)
        _fenced(element)
    _spaced(root)
    return root


def _accented(element: ET.Element) -> None:
    if element.tag == "mover" and (element[1].text or "") in _ACCENTS:
        element.set("accent", "true")
        element[1].text = _ACCENTS[element[1].text or ""]


def _whole(latex: str) -> str:
    """The formula itself.  Raises LatexError for a lonely brace, and for what becomes of a backslash in a plain text."""
    lost = next((sign for sign in latex if ord(sign) < 32), None)
    if lost is not None:
        raise LatexError(f'{_cited(latex)}: it holds the control character {lost!r}; write the formula as a raw text, r"..."')
    braces = re.findall(r"\\.|([{}])", latex)
    if braces.count("{") != braces.count("}"):
        raise LatexError(f"{_cited(latex)}: {braces.count('{')} opening and {braces.count('}')} closing braces")
    return latex


def _named(latex: str) -> str:
    return _NAMES.sub(lambda found: rf"\operatorname{{arg{found[1] or ''}}}", latex)


def breadth(made: str) -> int:
    """The signs of the longest piece of a formula that no line break divides; a cell of a matrix counts its margins as two."""
    return max(len(html.unescape(re.sub("<[^>]*>", "", piece))) + 2 * piece.count("<mtd") for piece in made.split("<wbr>"))


def prose(text: str) -> str:
    """Text with ``$formulas$`` and ```code``` as HTML, everything else escaped.  Raises LatexError as :func:`mathml` does."""
    return "".join(_piece(kind, piece) for kind, piece in pieces(text))


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text cut into ("text", ...), ("math", ...) and ("code", ...).  Raises LatexError for a lonely dollar sign."""
    for number, part in enumerate(re.split(r"(\$[^$]*\$|`[^`]*`)", text)):
        if number % 2:
            yield ("math" if part[0] == "$" else "code"), part[1:-1]
        elif "$" in part:
            raise LatexError(f"a dollar sign without its partner in {_cited(text)}")
        elif part:
            yield "text", part


def _piece(kind: str, piece: str) -> str:
    if kind == "math":
        made = mathml(piece)
        return made if breadth(made) <= _LONG else f'<span class="long" tabindex="0">{made}</span>'
    escaped = html.escape(piece)
    return f"<code>{escaped}</code>" if kind == "code" else _typeset(escaped)


def _typeset(escaped: str) -> str:
    """Formulas in words, such as ``d_y <= W_{k+1}``, with their scripts, signs and letters; names of code stay as they are."""
    signed = _SIGN.sub(lambda found: _SIGNS[found[0]], escaped)
    lowered = _SUBSCRIPT.sub(lambda found: _scripted("sub", found[1], found[2]), signed)
    raised = _SUPERSCRIPT.sub(lambda found: _scripted("sup", found[1], found[2]), lowered)
    return _LETTER.sub(lambda found: _GREEK[found[0]], raised)


def _scripted(tag: str, base: str | None, script: str) -> str:
    inner = script[1:-1] if script[0] in "{(" else script
    return f"{_GREEK.get(base or '', base or '')}<{tag}>{inner.replace('-', '−')}</{tag}>"


def _readable(element: ET.Element, latex: str) -> None:
    """Character references become characters; commands and braces that were copied verbatim, links and styles are errors."""
    foreign = sorted(name for name in element.attrib if name in _FOREIGN or name.startswith("on"))
    if foreign:
        raise LatexError(f"{_cited(latex)}: a formula has no {foreign[0]}")
    text = element.text = html.unescape(element.text) if element.text else element.text
    if not text or element.tag == "mtext":
        return
    if len(text) > 1 and text.startswith("\\"):
        raise LatexError(f"{_cited(latex)}: {text} is not known")
    if element.tag == "mi" and text in ("{", "}", "&", "$"):
        raise LatexError(f"{_cited(latex)}: a stray {text}")


def _grouped(element: ET.Element, latex: str) -> None:
    """A script hangs on a whole matrix, not on its left bracket; a missing argument is an error."""
    wanted = _CHILDREN.get(element.tag)
    if wanted is None or len(element) == wanted:
        return
    if len(element) < wanted:
        raise LatexError(f"{_cited(latex)}: an argument is missing")
    children = list(element)
    base = ET.Element("mrow")
    base.extend(children[: len(children) - wanted + 1])
    for child in children:
        element.remove(child)
    element.extend([base, *children[len(children) - wanted + 1 :]])


def _lettered(element: ET.Element) -> None:
    """Browsers know no ``mathvariant`` but normal: take the letters of the alphabet itself."""
    variant = element.get("mathvariant")
    if variant in _ALPHABETS and element.text:
        del element.attrib["mathvariant"]
        element.text = "".join(_letter(character, _ALPHABETS[variant]) for character in element.text)


def _letter(character: str, styles: tuple[str, ...]) -> str:
    if character.isascii() and character.isdigit():
        name = f"DIGIT {_DIGITS[int(character)]}"
    elif character.isascii() and character.isalpha():
        name = f"{'CAPITAL' if character.isupper() else 'SMALL'} {character.upper()}"
    else:
        return character
    for candidate in (f"{prefix}{style} {name}" for style in styles for prefix in ("MATHEMATICAL ", "")):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return character


def _closed(parent: ET.Element) -> None:
    """A script behind a closing bracket hangs on all that is in brackets, which then grow alike."""
    for script in [child for child in parent if child.tag in (*_SCRIPTS, *_SCRIPTS.values())]:
        opened = _opened(list(parent), list(parent).index(script)) if (script[0].text or "") in _CLOSING else None
        if opened is None:
            continue
        inside = list(parent)[opened : list(parent).index(script)]
        base = ET.Element("mrow")
        base.extend([*inside, script[0]])
        script[0] = base
        for element in inside:
            parent.remove(element)


def _opened(row: list[ET.Element], closing: int) -> int | None:
    """Where the bracket opens that an element closes, a script on a bracket counting as the bracket."""
    depth = 1
    for place in range(closing - 1, -1, -1):
        sign = row[place][0] if row[place].tag in _SCRIPTS and len(row[place]) else row[place]
        text = (sign.text or "") if sign.tag == "mo" else ""
        depth += (text in _CLOSING) - (text in _OPENING)
        if depth == 0:
            return place
    return None


def _fenced(parent: ET.Element) -> None:
    """The fences of a matrix become a class, for the style sheet to draw: most machines have no font with tall brackets."""
    for table in parent.findall("mtable"):
        at = list(parent).index(table)
        around = [parent[place] if 0 <= place < len(parent) else ET.Element("none") for place in (at - 1, at + 1)]
        kind = _FENCES.get(((around[0].text or ""), (around[1].text or "")))
        if kind and all(fence.tag == "mo" for fence in around):
            table.set("class", kind)
            for fence in around:
                parent.remove(fence)


def _under(element: ET.Element) -> None:
    """In a display the subscript of min, max and lim goes below."""
    if element.tag in _SCRIPTS and element[0].text in _LIMITS:
        element.tag = _SCRIPTS[element.tag]


def _spaced(parent: ET.Element) -> None:
    """Names of functions are identifiers with a thin space where a letter or number follows or precedes."""
    for child in list(parent):
        named = _name_in(child)
        if named is not None:
            named.tag = "mi"
            _set_off(parent, child)
        elif child.tag in ("mo", "mi") and child.text in _RELATIONS:
            child.tag = "mo"
            child.set("lspace", "0.28em")
            child.set("rspace", "0.28em")
    for child in parent:
        _spaced(child)


def _set_off(parent: ET.Element, child: ET.Element) -> None:
    if parent.tag not in ("mrow", "math", "mtd", "mstyle"):
        return
    at = list(parent).index(child)
    if at + 1 < len(parent) and not _opens(parent[at + 1]):
        parent.insert(at + 1, ET.Element("mspace", width="0.17em"))
    if at and _ends_a_term(parent[at - 1]):
        parent.insert(at, ET.Element("mspace", width="0.17em"))


def _name_in(element: ET.Element) -> ET.Element | None:
    """The multi-letter operator that an element is, or carries scripts on."""
    if element.tag in (*_SCRIPTS, *_SCRIPTS.values()) and len(element):
        element = element[0]
    text = element.text or ""
    return element if element.tag == "mo" and len(text) > 1 and text.replace(" ", "").isalpha() else None


def _opens(element: ET.Element) -> bool:
    return element.tag == "mspace" or (element.tag == "mo" and not (element.text or "").isalpha()) or element.tag == "mtext"


def _ends_a_term(element: ET.Element) -> bool:
    return element.tag in ("mi", "mn", "msup", "msub", "msubsup", "mfrac", "mrow") or (
        element.tag == "mo" and element.text in (")", "]", "|")
    )
