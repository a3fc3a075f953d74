"""Write the style of the annotator's screen: labels at the left, many words of text beside them.

Label Studio escapes what stands in ``<Style>``: a rule with the sign for a child (``A > B``) is
dead, and nothing says so.
"""

from collections import Counter
from collections.abc import Iterable

from builder.label_set import Label, LabelSet

# What the field calls these for short; any other name is cut after its first letters.
_SHORT = {
    "PERSON": "PER",
    "PRODUCT": "PROD",
    "WORK_OF_ART": "WORK",
    "LANGUAGE": "LANG",
    "PERCENT": "PCT",
    "QUANTITY": "QTY",
    "ORDINAL": "ORD",
    "CARDINAL": "CARD",
    "SOURCE": "SRC",
}
_LETTERS = 5
_KEYBOARD = "1234567890qwertyuiopasdfghjklzxcvbnm"

# Built on Label Studio's own colours, so that it follows the light and the dark theme.
_PAGE = """
.page { display: grid; grid-template-columns: 150px minmax(0, 1fr); column-gap: 16px;
  align-items: start; }
.article { max-width: 864px; }
.article h3 { margin: 0 8px !important; font-size: 17px; line-height: 1.3; }
.source .lsf-htx-richtext { font-size: 12px; line-height: 1.3; opacity: .75; margin-bottom: 2px; }
"""

_TOOLS = """
.tools { position: sticky; top: 0; z-index: 101; max-height: calc(100vh - 112px);
  overflow-y: auto; font-size: 12px; }
.tools .lsf-labels { display: flex; flex-direction: column; align-items: stretch;
  margin: 0 0 5px; gap: 1px; }
.tools .lsf-label { margin: 0; height: 18px; padding: 0 5px; font-size: 12px;
  display: flex; justify-content: space-between; }
.tools .lsf-label_hidden { display: none; }
.tools .lsf-label__hotkey { margin-left: 6px; font-size: 11px; }
.tools .lsf-label_selected { color: inherit; box-shadow: inset 0 0 0 2px var(--color);
  background: color-mix(in srgb, var(--color) 40%, var(--color-neutral-background)); }
.tools .lsf-label_selected .lsf-label__hotkey { color: inherit; }
.tools .lsf-choices { margin: 0 0 2px; gap: 0 8px; }
.tools .lsf-choices_layout_inline { display: flex; flex-wrap: wrap; }
.tools .lsf-choice__item, .tools .lsf-choice__checkbox { margin: 0; min-height: 0;
  font-size: 12px; line-height: 17px; font-weight: 400; }
.tools .lsf-choice__checkbox { gap: 3px; }
.tools .lsf-choice__checkbox span + span { padding: 0; }
.tools .ant-radio-inner, .tools .ant-checkbox-inner { width: 12px; height: 12px; }
.tools .lsf-hint { top: 0; font-size: 10px; opacity: .75; }
.tools h4 { margin: 0 !important; font-size: 11px; line-height: 14px; font-weight: 600;
  opacity: .75; }
.keys, .tools::after { display: block; margin-top: 4px; font-size: 12px; line-height: 1.3;
  opacity: .85; }
.keys p { margin: 0; font-size: 12px; line-height: 1.3; }
.tools:has(.lsf-label_selected) .keys { display: none; }
"""

# On a small screen the panel at the right, unless somebody has made it wider, gives way to text.
_NARROW = """
@media (max-width: 1200px) {
.page { grid-template-columns: 140px minmax(0, 1fr); column-gap: 8px; }
.lsf-sidepanels[style*="padding-right: 320px"] { padding-right: 220px !important; }
.lsf-tabs-panel_alignment_right[style*=" width: 320px"] { width: 220px !important; }
}
"""

# A key of the other layer gives the selected region, or the next one, a second label.
_WARNING = """
.tools:has(.entity .lsf-label_selected):has(.claim .lsf-label_selected)::before {
  content: "Two labels at once: press the key of the wrong one again."; display: block;
  margin-bottom: 4px; padding: 2px 5px; font-weight: 600; line-height: 1.3;
  color: #FFFFFF; background: #B00020; }
"""

# Blank lines between paragraphs are folded, and stay line feeds: offsets count them.
_STORY = """
.story .lsf-htx-richtext { white-space: pre-wrap; font-size: 15px; line-height: 1.5; }
.story .lsf-richtext__line:empty { display: block; min-height: 0; height: 10px; }
.story .lsf-richtext__line:empty + br { display: none; }
.story area { display: inline; }
"""

# Nine pixels up, the lines of relations run between the lines of text.
_RELATIONS = """
.relations-overlay g g { display: none; }
.relations-overlay g[id] { transform: translateY(-9px); opacity: 0; }
.lsf-main-view:has(.story .__active) .relations-overlay g[id],
.relations-overlay g[id][class*=ighlighted] { opacity: 1; }
.relations-overlay path { stroke-width: 1px; stroke-opacity: .6; }
"""


def style(labels: LabelSet) -> str:
    """Return the style sheet of the screen for a label set, retired labels included."""
    rules = (_PAGE, _TOOLS, _NARROW, _WARNING, _STORY, _RELATIONS, _tags(labels), _hints(labels))
    return "".join(rules)


def short_names(labels: Iterable[Label]) -> dict[str, str]:
    """Return what stands behind a region in the text, by the label's name; no two are the same."""
    tags = {label.name: _SHORT.get(label.name, label.name[:_LETTERS]) for label in labels}
    times = Counter(tags.values())
    return {name: tag if times[tag] == 1 else name for name, tag in tags.items()}


def _tags(labels: LabelSet) -> str:
    return "\n" + "".join(
        f'.story [data-label$=":{name}"]::after {{ content: "{tag}" !important; }}\n'
        for name, tag in short_names(labels.labels).items()
    )


def _hints(labels: LabelSet) -> str:
    """Return the rules that show a label's one-line guideline while it is chosen."""
    return "\n" + "".join(
        f".tools:has(.{layer} .lsf-label_selected:nth-child({place}))::after "
        f'{{ content: "{_quoted(label.hint)}"; }}\n'
        for layer in labels.layers
        for place, label in enumerate(in_reach(labels, layer), start=1)
    )


def _quoted(text: str) -> str:
    """Return text as it may stand in a style sheet that is escaped as XML once more."""
    return "".join(f"\\{ord(sign):X} " if sign in '"\\<>&' else sign for sign in text)


def in_reach(labels: LabelSet, layer: str) -> list[Label]:
    """Return a layer's labels in use as their keys lie on the keyboard: single ones first."""
    return sorted(labels.active(layer), key=_reach)


def _reach(label: Label) -> tuple[int, int]:
    if not label.hotkey:
        return len("alt+shift"), 0
    return len(label.hotkey), _KEYBOARD.index(label.hotkey[-1])
