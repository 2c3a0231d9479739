"""A sheet as HTML: one file without a script, for any paper and any browser."""

from html import escape
from itertools import pairwise

from ..key import is_address
from . import blocks
from .blocks import Block, Document, Entry, Passage, Sign
from .looks import Look

_STYLE = """
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
html {{ font-size: {text}pt; }}
body {{ margin: 0 auto; max-width: 48rem; padding: 2rem 1.2rem; line-height: {leading}; color: #000; background: #fff;
  font-family: "DejaVu Sans", Verdana, "Segoe UI", "Noto Sans", sans-serif; overflow-wrap: break-word; }}
h1 {{ font-size: {title}pt; line-height: 1.2; margin: 0 0 0.6rem; }}
h2 {{ font-size: {heading}pt; line-height: 1.25; margin: 1.6rem 0 0.5rem; break-after: avoid; }}
p {{ margin: 0.4rem 0; }}
.above {{ margin: 0 0 0.3rem; }}
.boxed {{ border: {rule}pt solid #666; border-radius: 4pt; padding: 0.7rem 0.9rem; background: {tint}; }}
.blanks {{ display: flex; flex-wrap: wrap; gap: 0.6rem 1.5rem; margin: 0 0 1.4rem; }}
.blanks span {{ flex: 1 1 14rem; display: flex; align-items: end; gap: 0.6rem; white-space: nowrap; }}
.blanks span::after {{ content: ""; flex: 1; min-width: 6rem; border-bottom: {rule}pt solid #000; }}
table {{ border-collapse: collapse; width: 100%; }}
caption {{ position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }}
th, td {{ border: {rule}pt solid #666; padding: 0.4rem 0.55rem; text-align: start; vertical-align: top; font-weight: normal; }}
thead th {{ background: {tint}; font-weight: bold; }}
tr {{ break-inside: avoid; }}
.sign {{ font-weight: bold; text-decoration: underline; text-underline-offset: 0.24em; text-decoration-skip-ink: none; }}
.line {{ text-decoration-line: underline; text-decoration-skip-ink: none; text-underline-offset: 0.24em; }}
[data-shape="solid"] {{ text-decoration-style: solid; text-decoration-thickness: {stroke}pt; }}
[data-shape="double"] {{ text-decoration-style: double; text-decoration-thickness: {thin}pt; }}
[data-shape="wavy"] {{ text-decoration-style: wavy; text-decoration-thickness: {thin}pt; }}
[data-shape="dotted"] {{ text-decoration-style: dotted; text-decoration-thickness: {dot}pt; }}
[data-shape="dashed"] {{ text-decoration-style: dashed; text-decoration-thickness: {stroke}pt; }}
[data-lane="1"] {{ text-underline-offset: 0.52em; }}
[data-lane="2"] {{ text-underline-offset: 0.8em; }}
[data-lane="3"] {{ text-underline-offset: 1.08em; }}
[data-lane="4"] {{ text-underline-offset: 1.36em; }}
.passage {{ display: grid; grid-template-columns: 2.6em minmax(0, 1fr); font-size: {passage}pt; margin: 0.8rem 0 0.3rem; break-inside: avoid; }}
.passage > * {{ margin: 0; line-height: 1.9; }}
.passage.wide > * {{ line-height: {wide}; }}
.passage.head .words {{ font-weight: bold; }}
.lanes > .words {{ line-height: 2.5; }}
.id {{ font-size: {text}pt; font-weight: bold; }}
.indented {{ padding-inline-start: 2.6em; }}
.note {{ margin: 0.3rem 0 1rem; padding-inline-start: 2.6em; }}
.note > :first-child {{ break-after: avoid; }}
.note p {{ margin: 0.1rem 0; break-inside: avoid; }}
.ruled td, .ruled tbody th {{ height: {row}pt; }}
.fill {{ border: {rule}pt solid #666; padding: 0.4rem 0.7rem; margin: 0.7rem 0; break-inside: avoid; }}
.fill p {{ display: flex; gap: 0.6rem; align-items: end; min-height: {row}pt; margin: 0; }}
.fill p::after {{ content: ""; flex: 1; border-bottom: {rule}pt solid #666; }}
.rights {{ border-top: {rule}pt solid #666; margin-top: 1.6rem; padding-top: 0.6rem; break-inside: avoid; }}
a {{ color: #000; text-decoration: none; overflow-wrap: anywhere; }}
.tag {{ break-inside: avoid; margin: 0.6rem 0; }}
@page {{ margin: 18mm 18mm 20mm; @bottom-left {{ content: {foot}; font: {text}pt "DejaVu Sans", Verdana, sans-serif; }} }}
@media print {{ body {{ padding: 0; max-width: none; }} thead th, .boxed {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }} }}
"""


def written(document: Document, look: Look) -> bytes:
    """
    Write a sheet as HTML.

    Parameters
    ----------
    document
        The sheet. Everything in it is escaped.
    look
        How it looks.

    Returns
    -------
    bytes
        A whole file; the same sheet always gives the same bytes.
    """
    style = _STYLE.format(
        text=look.text,
        leading=look.leading,
        title=look.title,
        heading=look.heading,
        passage=look.passage,
        wide=look.wide,
        stroke=look.stroke,
        thin=round(look.stroke * 0.7, 2),
        dot=round(look.stroke * 1.4, 2),
        rule=look.rule,
        row=look.row,
        tint="#f1f1f1" if look.ink else "none",
        foot=_foot(document.page),
    )
    body = "".join(_block(block, look) for block in document.blocks)
    return (
        f'<!doctype html>\n<html lang="{escape(document.language)}" dir="{escape(document.direction)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(document.title)}</title><style>{style}</style></head><body><main>{body}</main></body></html>\n"
    ).encode()


def _block(block: Block, look: Look) -> str:  # noqa: PLR0911 - one for each kind of block
    match block:
        case blocks.Title():
            return f'<p class="above">{escape(block.above)}</p><h1>{escape(block.text)}</h1>'
        case blocks.Heading():
            return f"<h2>{escape(block.text)}</h2>"
        case blocks.Text():
            return f'<p class="{"boxed" if block.boxed else "indented" if block.indented else "text"}">{escape(block.text)}</p>'
        case blocks.Blanks():
            return f'<p class="blanks">{"".join(f"<span>{escape(name)}</span>" for name in block.names)}</p>'
        case blocks.Legend():
            return _legend(block, look)
        case blocks.Passage():
            return _passage(block, look)
        case blocks.Ruled():
            return _ruled(block, look)
        case blocks.Note():
            return _note(block, look)
        case blocks.Rights():
            return f'<p class="rights">{escape(block.text)}</p>'


def _legend(legend: blocks.Legend, look: Look) -> str:
    if not look.columns:
        return "".join(
            f'<div class="tag"><p>{_sign(tag.sign, look)}</p><p>{escape(tag.definition)} {escape(tag.ask)}</p></div>'
            for tag in legend.tags
        )
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in legend.columns)
    rows = "".join(
        f'<tr><th scope="row">{_sign(tag.sign, look)}</th><td>{escape(tag.definition)}</td><td>{escape(tag.ask)}</td></tr>'
        for tag in legend.tags
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _passage(passage: Passage, look: Look) -> str:
    kinds = ["passage"]
    kinds += ["wide"] if passage.wide else []
    kinds += ["head"] if passage.head else []
    kinds += ["lanes"] if any(line.lane for line in passage.underlines) else []
    return (
        f'<div class="{" ".join(kinds)}"><p class="id" title="{escape(passage.kind)}">{escape(passage.id)}</p>'
        f'<p class="words" lang="{escape(passage.language)}" dir="{escape(passage.direction)}">{_underlined(passage, look)}</p></div>'
    )


def _underlined(passage: Passage, look: Look) -> str:
    cuts = sorted({0, len(passage.text), *(edge for line in passage.underlines for edge in (line.start, line.end))})
    pieces = []
    for start, end in pairwise(cuts):
        piece = escape(passage.text[start:end])
        for line in passage.underlines:
            if line.start <= start and end <= line.end:
                piece = f'<span class="line" data-lane="{line.lane}" {_shape(line.sign, look)}>{piece}</span>'
        pieces.append(piece)
    return "".join(pieces)


def _ruled(ruled: blocks.Ruled, look: Look) -> str:
    if not look.columns:
        fields = "".join(f"<p>{escape(column.title)}</p>" for column in ruled.columns)
        return f"<p>{escape(ruled.how)}</p>" + f'<div class="fill">{fields}</div>' * ruled.rows
    widths = "".join(f'<col style="width: {column.share:.0%}">' for column in ruled.columns)
    head = "".join(f'<th scope="col">{escape(column.title)}</th>' for column in ruled.columns)
    row = f"<tr>{'<td></td>' * len(ruled.columns)}</tr>"
    return f'<p>{escape(ruled.how)}</p><table class="ruled"><colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead><tbody>{row * ruled.rows}</tbody></table>'


def _note(note: blocks.Note, look: Look) -> str:
    sign = f" {_sign(note.sign, look)}" if note.sign else ""
    lines = "".join(f"<p>{_entry(entry)}</p>" for entry in note.entries)
    text = f"<bdi>{escape(note.text)}</bdi>"
    text = f"<strong>{text}</strong>" if note.entries else text
    return f'<div class="note"><p>{note.number}. {text}{sign}</p>{lines}</div>'


def _entry(entry: Entry) -> str:
    head = f"<strong>{escape(entry.head)}</strong> " if entry.title else ""
    text = f"{head}<bdi>{escape(entry.text)}</bdi>" if entry.text else head
    # An address comes from a file, and "javascript:" is an address, too.
    if is_address(entry.address):
        text += f' <a href="{escape(entry.address)}" rel="noopener noreferrer">{escape(entry.address)}</a>'
    return text


def _sign(sign: Sign, look: Look) -> str:
    return f'{escape(sign.key)}&nbsp;<span class="sign" {_shape(sign, look)}>{escape(sign.title)}</span>'


def _shape(sign: Sign, look: Look) -> str:
    colour = f' style="text-decoration-color: {escape(sign.colour)}"' if look.ink else ""
    return f'data-shape="{escape(sign.shape)}"{colour}'


def _foot(page: str) -> str:
    """Write the line at the foot as CSS: strings, and the two counters that only the printer knows."""
    for blank in ("{number}", "{pages}"):
        page = page.replace(blank, f"\0{blank}\0")
    counters = {"{number}": "counter(page)", "{pages}": "counter(pages)"}
    return " ".join(counters.get(piece) or _css_string(piece) for piece in page.split("\0") if piece)


def _css_string(text: str) -> str:
    # Every character that could end the string or the style sheet is written as its number.
    return '"' + "".join(one if one.isalnum() or one in " .,:;?·–-" else f"\\{ord(one):x} " for one in text) + '"'
